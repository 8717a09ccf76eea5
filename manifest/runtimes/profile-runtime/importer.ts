/** What `gen-bzl import` reads a tree of compiler-rt with, for the runtime that writes counts and profiles. */
export { division, importProfile as importer } from "./import/import-profile";
export { asks } from "../../../generator/import/llvm/import-library";
