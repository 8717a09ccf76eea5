/** What `gen-bzl import` reads a tree of libc++ with. */
export { importLibcxx as importer } from "./import/import-libcxx";
export { asks, division } from "../../../generator/import/llvm/import-library";
