/** What `gen-bzl import` reads Zig's archive with, for what it has of NetBSD. */
export { importNetbsd as importer } from "./import/import-netbsd";
