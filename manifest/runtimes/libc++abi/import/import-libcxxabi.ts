import { importLlvmLibrary, type LibraryImporter } from "../../../../generator/import/llvm/import-library";

/** Reads libc++abi (set `cxxabi`). */
export const importLibcxxabi: LibraryImporter = (tree, version, rows, context) =>
  importLlvmLibrary(tree, version, rows, context, {
    runtime: "libc++abi",
    runtimes: ["libunwind", "libcxxabi", "libcxx"],
    sets: { cxxabi: "cxxabi_static_objects" },
    include: ["libcxxabi/include", "libcxx/src"],
  });
