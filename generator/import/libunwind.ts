import type { Importer } from "./importer";
import { importLlvmLibrary } from "./llvm-library";

/** Reads libunwind (set `unwind`). */
export const importLibunwind: Importer = (tree, version, rows) =>
  importLlvmLibrary(tree, version, rows, {
    runtime: "libunwind",
    folder: "libunwind",
    sets: { unwind: "unwind_static_objects" },
    include: ["libunwind/include"],
  });
