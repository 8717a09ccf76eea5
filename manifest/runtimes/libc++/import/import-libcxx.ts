import { importLlvmLibrary, type LibraryImporter } from "../../../../generator/import/llvm/import-library";

/**
 * Reads libc++ (sets `cxx`, and `cxx_experimental` for libc++experimental.a). Fact: `configuration_headers`,
 * `<system>/__config_site` → its lines, as upstream's configuration writes it.
 */
export const importLibcxx: LibraryImporter = (tree, version, rows, context) =>
  importLlvmLibrary(tree, version, rows, context, {
    runtime: "libc++",
    runtimes: ["libunwind", "libcxxabi", "libcxx"],
    sets: { cxx: "cxx_static", cxx_experimental: "cxx_experimental" },
    include: ["libcxx/src"],
    headers: ["include/c++/v1/__config_site"],
  });
