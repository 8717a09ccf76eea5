/** What `gen-bzl import` reads Zig's archive with, for what it has of FreeBSD. */
export { importFreebsd as importer } from "./import/import-freebsd";
