import type { Importer } from "./importer";
import { importLlvmLibrary } from "./llvm-library";

/** Reads libc++ (sets `cxx`, and `cxx_experimental` for libc++experimental.a). */
export const importLibcxx: Importer = (tree, version, rows) =>
  importLlvmLibrary(tree, version, rows, {
    runtime: "libc++",
    folder: "libcxx",
    sets: { cxx: "cxx_static", cxx_experimental: "cxx_experimental" },
    include: ["libcxx/src"],
  });
