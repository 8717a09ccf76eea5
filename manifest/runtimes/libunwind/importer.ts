/** What `gen-bzl import` reads a tree of libunwind with. */
export { importLibunwind as importer } from "./import/import-libunwind";
export { asks, division } from "../../../generator/import/llvm/import-library";
