/** What `gen-bzl import` reads a tree of glibc with. */
export { importGlibc as importer } from "./import/import-glibc";
