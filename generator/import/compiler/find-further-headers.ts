import { posix } from "node:path";

import type { SourceTree } from "../source-tree";

const quoted = /^[ \t]*#[ \t]*include[ \t]*"([^"]+)"/gm;

/**
 * The files of the tree that `sources`, and what they include, name by a path from where they are, and that are in none of
 * `folders`; sorted.
 *
 * @param include Private include directories.
 */
export function findFurtherHeaders(
  tree: SourceTree,
  sources: readonly string[],
  include: readonly string[],
  folders: readonly string[],
): string[] {
  const seen = new Set(sources.filter((source) => tree.has(source)));
  for (const file of seen)
    for (const [, name] of tree.read(file).matchAll(quoted)) {
      const found = [posix.dirname(file), ...include]
        .map((folder) => posix.join(folder, name!))
        .find((path) => tree.has(path));
      if (found !== undefined) seen.add(found);
    }
  return [...seen]
    .filter((path) => !sources.includes(path) && !folders.some((folder) => path.startsWith(`${folder}/`)))
    .sort();
}
