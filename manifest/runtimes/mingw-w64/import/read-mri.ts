import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";

/** A script for `ar -M`. */
export interface MriScript {
  readonly creates: string;
  /** The archives that it puts into that one, in order. */
  readonly adds: readonly string[];
}

/** Reads the script for `ar -M` at `path`. Throws `ImportError` on any command that does not put archives into one. */
export function readMri(tree: SourceTree, path: string): MriScript {
  const adds: string[] = [];
  let creates: string | undefined;
  for (const line of tree.read(path).split(/\r?\n/)) {
    // `;` and `*` start comments.
    const [command = "", argument] = line
      .replace(/[;*].*$/, "")
      .trim()
      .split(/\s+/);
    if (/^(?:|SAVE|END)$/.test(command)) continue;
    if (command === "CREATE" && argument !== undefined) creates = argument;
    else if (command === "ADDLIB" && argument !== undefined) adds.push(argument);
    else throw new ImportError(`${path}: not a command that merges archives: ${line}`);
  }
  if (creates === undefined || adds.length === 0) throw new ImportError(`${path}: merges no archive`);
  return { creates, adds };
}
