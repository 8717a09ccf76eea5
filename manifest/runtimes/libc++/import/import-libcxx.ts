import { importLlvmLibrary, type LibraryImporter } from "../../../../generator/import/llvm/import-library";
import { findIncludedHeaders } from "./find-included-headers";

/**
 * Reads libc++ (sets `cxx`, and `cxx_experimental` for libc++experimental.a). Facts: `configuration_headers`,
 * `<system>/__config_site` → its lines, as upstream's configuration writes it; `included_headers`, what the sources of `cxx`
 * include and can be given precompiled, and `compiled_alone`, the sources that cannot.
 */
export const importLibcxx: LibraryImporter = async (tree, version, rows, context) => {
  const content = await importLlvmLibrary(tree, version, rows, context, {
    runtime: "libc++",
    runtimes: ["libunwind", "libcxxabi", "libcxx"],
    sets: { cxx: "cxx_static", cxx_experimental: "cxx_experimental" },
    include: ["libcxx/src"],
    headers: ["include/c++/v1/__config_site"],
  });
  const { base, variants } = content.sets["cxx"]!;
  const sources = new Set([...base, ...variants.flatMap(({ add }) => add)]);
  const { headers, alone } = findIncludedHeaders(tree, [...sources]);
  return { ...content, facts: { ...content.facts, lists: { compiled_alone: alone, included_headers: headers } } };
};
