/** What `gen-bzl import` reads a tree of libc++abi with. */
export { importLibcxxabi as importer } from "./import/import-libcxxabi";
export { asks, division } from "../../../generator/import/llvm/import-library";
