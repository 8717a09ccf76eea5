import { compareVersions } from "../../../../generator/schema/libc-versions";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { findAliases } from "./find-aliases";
import { findHiddenVersions } from "./find-hidden-versions";
import type { Machine } from "./machine";
import type { ReleaseLibrary, ReleaseSymbol, ReleaseSymbols } from "./merge-symbols";
import { readAbilists, type ExportedSymbol } from "./read-abilists";
import { readSonames } from "./read-sonames";
import { scanSymbolVersions, type SymbolVersionScan } from "./scan-symbol-versions";

export interface Release {
  readonly machines: readonly ReleaseSymbols[];
  /** Library → groups of data with one address. */
  readonly aliases: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** What the shared libraries of a tree export on each machine, and which versions of it links find. */
export function readReleaseSymbols(tree: SourceTree, machines: readonly Machine[]): Release {
  const scan = scanSymbolVersions(tree);
  const read = machines.map((machine) => readMachine(tree, machine, scan));
  const sysdeps = new Set(machines.flatMap((machine) => machine.sysdeps));
  const aliases = new Map<string, string[][]>();
  for (const library of new Set(read.flatMap(({ libraries }) => [...libraries.keys()]))) {
    const data = read.flatMap(
      ({ libraries }) => libraries.get(library)?.symbols.filter(({ kind, hidden }) => kind === "D" && !hidden) ?? [],
    );
    aliases.set(library, findAliases(scan, sysdeps, new Set(data.map(({ name }) => name))));
  }
  return { machines: read, aliases };
}

function readMachine(
  tree: SourceTree,
  { configuration, sysdeps, subdirectories }: Machine,
  scan: SymbolVersionScan,
): ReleaseSymbols {
  const abilists = readAbilists(tree, sysdeps, subdirectories[0]!);
  const sharedLibraries = readSonames(tree, configuration, sysdeps, subdirectories);
  const hidden = findHiddenVersions(scan, {
    tree,
    sysdeps,
    bits: configuration.bits,
    folders: subdirectories.map(({ folder }) => folder),
    sharedLibraries,
    versions: new Map([...abilists].map(([library, symbols]) => [library, versionsByName(symbols)])),
  });
  const hiddenSince = new Map(
    hidden.map(({ library, symbol, version, since }) => [
      `${library} ${symbol} ${version}`,
      { ...(since !== undefined && { since }) },
    ]),
  );
  const toReleaseSymbol = (library: string, { name, node, kind, size }: ExportedSymbol): ReleaseSymbol => {
    const found = hiddenSince.get(`${library} ${name} ${shortNode(node)}`);
    return { name, node: shortNode(node), kind, ...(size !== undefined && { size }), ...(found && { hidden: found }) };
  };
  const libraries = new Map<string, ReleaseLibrary>();
  for (const [library, symbols] of abilists) {
    const soname = sharedLibraries.get(library)?.soname;
    if (soname === undefined)
      throw new ImportError(
        `shlib-versions: names no ${library} for ${configuration.architecture}, which has a list of symbols`,
      );
    libraries.set(library, { soname, symbols: symbols.map((symbol) => toReleaseSymbol(library, symbol)) });
  }
  const nodes = abilists
    .get("libc")
    ?.map(({ node }) => shortNode(node))
    .filter((node) => /^\d/.test(node));
  if (!nodes?.length) throw new ImportError(`sysdeps: there is no libc.abilist for ${configuration.architecture}`);
  return {
    architecture: configuration.architecture,
    base: nodes.reduce((left, right) => (compareVersions(left, right) < 0 ? left : right)),
    libraries,
  };
}

function versionsByName(symbols: readonly ExportedSymbol[]): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const { name, node } of symbols) versions.set(name, [...(versions.get(name) ?? []), shortNode(node)]);
  return versions;
}

function shortNode(node: string): string {
  return node.replace(/^GLIBC_(?=\d)/, "");
}
