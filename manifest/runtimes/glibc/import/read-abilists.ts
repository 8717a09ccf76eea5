import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import type { Subdirectory } from "./ask-subdirectories";

/** One versioned symbol that a library exports. */
export interface ExportedSymbol {
  readonly name: string;
  /** The node of the version script: `GLIBC_2.17`. */
  readonly node: string;
  /** F: function; D: data; T: thread-local data. */
  readonly kind: "F" | "D" | "T";
  /** In bytes; functions have none. */
  readonly size?: number;
}

/**
 * The public libraries and what each exports, by the libraries' names, from the `<library>.abilist` files: of each, the
 * first in the order of `sysdeps`. A library without such a file does not exist for the machine.
 */
export function readAbilists(
  tree: SourceTree,
  sysdeps: readonly string[],
  root: Subdirectory,
): Map<string, ExportedSymbol[]> {
  // Until 2.28 some machines had their own names: `%-le.abilist`.
  const patterns = [...root.variables.words("abilist-pattern"), "%.abilist"];
  const folders = new Set(sysdeps);
  const names = new Set<string>();
  for (const file of tree.files) {
    if (!file.endsWith(".abilist") || !folders.has(file.slice(0, file.lastIndexOf("/")))) continue;
    const name = file.slice(file.lastIndexOf("/") + 1, -".abilist".length);
    if (!name.includes("-")) names.add(name);
  }
  const libraries = new Map<string, ExportedSymbol[]>();
  for (const name of [...names].sort()) {
    const file = patterns
      .flatMap((pattern) => sysdeps.map((folder) => `${folder}/${pattern.replace("%", name)}`))
      .find((path) => tree.has(path))!;
    const symbols = parseAbilist(tree.read(file), file);
    // The empty lists of sysdeps/generic stand for "not here".
    if (symbols.length > 0) libraries.set(name, symbols);
  }
  return libraries;
}

/** Lines of `NODE SYMBOL F` and `NODE SYMBOL D 0xSIZE`. Symbols that only name a version (`A`) are left out. */
export function parseAbilist(text: string, file: string): ExportedSymbol[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/ A$/.test(line))
    .map((line) => {
      const parts = /^(\S+) (\S+) ([FDT])(?: 0x([0-9a-f]+))?$/.exec(line);
      if (!parts || (parts[3] === "F") !== (parts[4] === undefined))
        throw new ImportError(`${file}: "${line}" is not a line of an abilist`);
      const [, node, name, kind, size] = parts;
      return {
        name: name!,
        node: node!,
        kind: kind as ExportedSymbol["kind"],
        ...(size !== undefined && { size: parseInt(size, 16) }),
      };
    });
}
