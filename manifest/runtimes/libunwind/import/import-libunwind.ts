import { importLlvmLibrary, type LibraryImporter } from "../../../../generator/import/llvm/import-library";

/** Reads libunwind (set `unwind`). */
export const importLibunwind: LibraryImporter = (tree, version, rows, context) =>
  importLlvmLibrary(tree, version, rows, context, {
    runtime: "libunwind",
    runtimes: ["libunwind"],
    sets: { unwind: "unwind_static_objects" },
    include: ["libunwind/include"],
  });
