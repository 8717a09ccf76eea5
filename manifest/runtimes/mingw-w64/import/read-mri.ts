import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";

/** The archives that a script for `ar -M` at `path` puts into the one that it creates, in order. Throws `ImportError` on any other command. */
export function readMri(tree: SourceTree, path: string): string[] {
  const added: string[] = [];
  for (const line of tree.read(path).split(/\r?\n/)) {
    // `;` and `*` start comments.
    const [command = "", argument] = line
      .replace(/[;*].*$/, "")
      .trim()
      .split(/\s+/);
    if (command === "" || /^(CREATE|SAVE|END)$/.test(command)) continue;
    if (command !== "ADDLIB" || argument === undefined)
      throw new ImportError(`${path}: not a command that merges archives: ${line}`);
    added.push(argument);
  }
  if (added.length === 0) throw new ImportError(`${path}: merges no archive`);
  return added;
}
