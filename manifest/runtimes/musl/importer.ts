/** What `gen-bzl import` reads a tree of musl with. */
export { asks, division, importMusl as importer } from "./import/import-musl";
