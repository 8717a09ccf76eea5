/** What `gen-bzl import` reads a tree of mingw-w64 with. */
export { asks, importMingwW64 as importer } from "./import/import-mingw-w64";
