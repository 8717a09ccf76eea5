import { posix } from "node:path";
import { listElements } from "./cmake/cmake-list";
import { sourceRoot, type CMakeResult } from "./cmake/evaluate-cmake";

/**
 * The flags that upstream gives to single sources (`set_source_files_properties`), by the source's path in the tree. Only
 * of `sources`; flags that several evaluations give to the same source are joined.
 */
export function readSourceFlags(
  results: readonly CMakeResult[],
  sources: ReadonlySet<string>,
): Record<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const { name, arguments: words, directory } of results.flatMap(({ calls }) => calls)) {
    if (name !== "set_source_files_properties") continue;
    const at = words.indexOf("PROPERTIES");
    const flags = [
      ...listElements(propertyOf(words.slice(at + 1), "COMPILE_OPTIONS")),
      ...(propertyOf(words.slice(at + 1), "COMPILE_FLAGS").match(/\S+/g) ?? []),
    ];
    for (const word of flags.length > 0 ? words.slice(0, at) : []) {
      const file = posix.relative(sourceRoot, posix.resolve(directory, word));
      if (sources.has(file)) found.set(file, new Set([...(found.get(file) ?? []), ...flags]));
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, flags]) => [file, [...flags]]));
}

function propertyOf(properties: readonly string[], name: string): string {
  const at = properties.findIndex((word, index) => index % 2 === 0 && word === name);
  return at < 0 ? "" : (properties[at + 1] ?? "");
}
