import type { SourceTree } from "./source-tree";

const folders = new WeakMap<SourceTree, ReadonlySet<string>>();

/** Every folder of the tree that holds a file, at any depth; without a final `/`. */
export function foldersOf(tree: SourceTree): ReadonlySet<string> {
  const known = folders.get(tree);
  if (known) return known;
  const found = new Set<string>(["."]);
  for (const file of tree.files) {
    for (
      let end = file.lastIndexOf("/");
      end > 0 && !found.has(file.slice(0, end));
      end = file.lastIndexOf("/", end - 1)
    )
      found.add(file.slice(0, end));
  }
  folders.set(tree, found);
  return found;
}
