/** What `gen-bzl import` reads a tree of compiler-rt with. */
export { division, importCompilerRt as importer } from "./import/import-compiler-rt";
export { asks } from "../../../generator/import/llvm/import-library";
