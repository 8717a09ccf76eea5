/** What `gen-bzl import` reads a tree of glibc with. */
export { asks, importGlibc as importer } from "./import/import-glibc";
