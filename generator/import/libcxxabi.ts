import type { Importer } from "./importer";
import { importLlvmLibrary } from "./llvm-library";

/** Reads libc++abi (set `cxxabi`). */
export const importLibcxxabi: Importer = (tree, version, rows) =>
  importLlvmLibrary(tree, version, rows, {
    runtime: "libc++abi",
    folder: "libcxxabi",
    sets: { cxxabi: "cxxabi_static_objects" },
    include: ["libcxxabi/include", "libcxx/src"],
  });
