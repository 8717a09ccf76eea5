import { posix } from "node:path";
import type { SourceTree } from "./source-tree";

const includeDirective = /^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)/gm;
const headerName = /\.(?:h|hh|hpp|hxx)$|^[^.]*$/;

/**
 * The files that `sources` include, directly or through other files of the tree, and that are not headers by name (`.c`,
 * `.inc`, `.ipp` …), sorted. Includes are looked for beside the including file, then in `includeDirectories` of the tree;
 * what is found in neither (system headers, generated files, names that are macros) is not the tree's. Conditions around an
 * include do not count: a file that is included on some target only is found too.
 */
export function findIncludedSources(
  tree: SourceTree,
  sources: readonly string[],
  includeDirectories: readonly string[],
): string[] {
  const found = new Set<string>();
  const seen = new Set(sources);
  const pending = [...sources];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const name of includedNames(tree.read(file))) {
      const included = [posix.dirname(file), ...includeDirectories]
        .map((directory) => posix.join(directory, name))
        .find((candidate) => tree.has(candidate));
      if (included === undefined) continue;
      if (!headerName.test(posix.basename(included))) found.add(included);
      if (seen.has(included)) continue;
      seen.add(included);
      pending.push(included);
    }
  }
  return [...found].sort();
}

function includedNames(text: string): string[] {
  return [...text.matchAll(includeDirective)].map(([, quoted, angled]) => (quoted ?? angled)!);
}
