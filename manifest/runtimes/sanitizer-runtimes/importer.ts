/** What `gen-bzl import` reads a tree of compiler-rt with, for what it has beside the builtins. */
export { importSanitizers as importer } from "./import/import-sanitizers";
export { asks } from "../../../generator/import/llvm/import-library";
