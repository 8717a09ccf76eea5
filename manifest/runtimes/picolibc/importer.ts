/** What `gen-bzl import` reads a tree of picolibc with. */
export { asks, importPicolibc as importer } from "./import/import-picolibc";
