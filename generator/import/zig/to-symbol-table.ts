import { groupBy } from "../../schema/group-by";
import { compareVersions } from "../../schema/libc-versions";
import { formatSymbol, noNode, type SymbolEntry, type SymbolTable } from "../../schema/symbol-table";
import { ImportError } from "../source-tree";
import type { ListedSymbol, SymbolLists } from "./read-symbol-lists";

/** What the lists do not say. */
export interface TableOptions {
  /** The release that they are of, as the manifest calls it. */
  readonly release: string;
  /** What the names of nodes begin with. */
  readonly nodePrefix: string;
  /** Architecture → the lists' name of the target. */
  readonly targets: ReadonlyMap<string, string>;
  /** Library, as the lists call it → soname. One that is not here is not linked with. */
  readonly sonames: Readonly<Record<string, string>>;
  /** Library → what it takes from the program. */
  readonly taken?: Readonly<Record<string, readonly string[]>>;
}

/** Writes lists of one release as the table of the stub libraries that programs are linked with. Throws `ImportError` where a target is not in the lists. */
export function toSymbolTable(lists: SymbolLists, options: TableOptions): SymbolTable {
  const { release, nodePrefix, targets, sonames, taken = {} } = options;
  for (const [architecture, target] of targets) {
    if (!lists.targets.includes(target))
      throw new ImportError(
        `architectures: ${architecture}: the symbol lists have no ${target}; they have ${lists.targets.join(", ")}`,
      );
  }
  for (const library of Object.keys(sonames)) {
    if (!lists.libraries.includes(library)) throw new ImportError(`the symbol lists have no library "${library}"`);
  }
  const all = [...targets.keys()].sort();
  const numbers = lists.versions.map(numberOf).sort(compareVersions);
  const symbolsOf = (library: string): Record<string, string> => {
    const symbols = lists.symbols.filter((symbol) => symbol.library === library);
    const texts = groupBy(symbols, ({ name }) => name).flatMap((same): [string, string][] => {
      const entries = entriesOf(same, targets, all);
      return entries.length === 0 ? [] : [[same[0]!.name, formatSymbol(entries)]];
    });
    return Object.fromEntries(texts.sort(([left], [right]) => (left < right ? -1 : 1)));
  };
  return {
    imports: { [release]: all },
    node_prefix: nodePrefix,
    newest_nodes: { [release]: numbers.at(-1)! },
    bases: Object.fromEntries(all.map((architecture) => [architecture, numbers[0]!])),
    libraries: Object.fromEntries(
      Object.entries(sonames).map(([library, soname]) => [
        `lib${library}`,
        {
          sonames: { [soname]: all },
          aliases: [],
          ...(taken[library] && { taken: [...taken[library]] }),
          symbols: symbolsOf(library),
        },
      ]),
    ),
  };
}

/** The entries of one symbol of one library, each with the architectures that have it so. */
function entriesOf(
  same: readonly ListedSymbol[],
  targets: ReadonlyMap<string, string>,
  all: readonly string[],
): SymbolEntry[] {
  const facts = same.flatMap(({ kind, size, versions, isVersioned, targets: having }) => {
    const architectures = all.filter((name) => having.includes(targets.get(name)!));
    const nodes = isVersioned ? versions.map(numberOf) : [noNode];
    return nodes.map((node) => ({ kind, node, architectures, ...(size !== undefined && { size }) }));
  });
  return groupBy(facts, ({ kind, size, node }) => `${kind} ${size} ${node}`)
    .map((group) => ({
      ...group[0]!,
      architectures: all.filter((name) => group.some(({ architectures }) => architectures.includes(name))),
    }))
    .filter(({ architectures }) => architectures.length > 0)
    .sort((left, right) => compareNodes(left.node, right.node))
    .map(({ architectures, ...entry }) => ({
      ...entry,
      ...(architectures.length < all.length && { architectures }),
    }));
}

/** `1.7.0` → `1.7`. */
function numberOf(version: string): string {
  return version.replace(/\.0$/, "");
}

function compareNodes(left: string, right: string): number {
  if (left === noNode || right === noNode) return left === right ? 0 : left === noNode ? -1 : 1;
  return compareVersions(left, right);
}
