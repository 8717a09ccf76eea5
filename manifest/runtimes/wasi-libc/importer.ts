/** What `gen-bzl import` reads a tree of wasi-libc with. */
export { asks, importWasiLibc as importer } from "./import/import-wasi-libc";
