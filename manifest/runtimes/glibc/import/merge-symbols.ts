import { compareVersions } from "../../../../generator/schema/libc-versions";
import {
  formatSymbol,
  isInRange,
  parseSymbol,
  type ImportRange,
  type SymbolEntry,
  type SymbolTable,
} from "../../../../generator/schema/symbol-table";

/** What `ReleaseSymbol.node` and the table leave out of the names of nodes. */
export const nodePrefix = "GLIBC_";

/** What one release exports on one architecture. */
export interface ReleaseSymbols {
  readonly architecture: string;
  /** The oldest version of its symbols, `2.17`. */
  readonly base: string;
  readonly libraries: ReadonlyMap<string, ReleaseLibrary>;
}

export interface ReleaseLibrary {
  readonly soname: string;
  readonly symbols: readonly ReleaseSymbol[];
}

export interface ReleaseSymbol {
  readonly name: string;
  /** `2.17` for GLIBC_2.17; other nodes as they are called. */
  readonly node: string;
  readonly kind: SymbolEntry["kind"];
  readonly size?: number;
  /** Whether it is there for old programs alone, and since when the source says so. */
  readonly hidden?: { readonly since?: string };
}

/** One symbol of one library on one architecture, over the imports. */
interface Fact {
  readonly kind: SymbolEntry["kind"];
  readonly size?: number;
  readonly node: string;
  readonly present: Set<string>;
  readonly hidden: Set<string>;
  /** What the newest import says in which it is hidden. */
  since?: { readonly release: string; readonly import: string };
}

/** library → symbol → architecture → its facts. */
type Facts = Map<string, Map<string, Map<string, Fact[]>>>;

/**
 * The table with what `release` exports in place of what it held of that release before. The same imports in any order give
 * the same table. `aliases`: library → groups of data with one address, which the newest import decides.
 */
export function mergeSymbols(
  earlier: SymbolTable | undefined,
  release: string,
  machines: readonly ReleaseSymbols[],
  aliases: ReadonlyMap<string, readonly (readonly string[])[]>,
): SymbolTable {
  const imports = new Map(Object.entries(earlier?.imports ?? {}));
  const facts = earlier === undefined ? new Map<string, never>() : readTable(earlier);
  forget(facts, release);
  imports.set(release, machines.map(({ architecture }) => architecture).sort());
  for (const machine of machines) add(facts, release, machine);
  const releases = [...imports.keys()].sort(compareVersions);
  const bases = {
    ...earlier?.bases,
    ...Object.fromEntries(machines.map(({ architecture, base }) => [architecture, base])),
  };
  return writeTable(
    { facts: facts, imports: new Map(releases.map((name) => [name, imports.get(name)!])), bases },
    (library) => ({
      sonames: sonamesOf(library, earlier, machines),
      aliases:
        release === releases.at(-1)
          ? sortGroups(aliases.get(library) ?? [])
          : (earlier?.libraries[library]?.aliases ?? []),
    }),
  );
}

function add(facts: Facts, release: string, machine: ReleaseSymbols): void {
  for (const [library, { symbols }] of machine.libraries) {
    for (const { name, kind, size, node, hidden } of symbols) {
      const known = factsOf(facts, library, name, machine.architecture);
      let fact = known.find((other) => other.kind === kind && other.size === size && other.node === node);
      if (!fact)
        known.push((fact = { kind, ...(size !== undefined && { size }), node, present: new Set(), hidden: new Set() }));
      fact.present.add(release);
      if (hidden === undefined) continue;
      fact.hidden.add(release);
      if ([...fact.hidden].every((other) => compareVersions(other, release) <= 0)) {
        delete fact.since;
        if (hidden.since !== undefined) fact.since = { release: hidden.since, import: release };
      }
    }
  }
}

function forget(facts: Facts, release: string): void {
  for (const symbols of facts.values()) {
    for (const machines of symbols.values()) {
      for (const known of machines.values()) {
        for (const fact of known) {
          fact.present.delete(release);
          fact.hidden.delete(release);
          if (fact.since?.import === release) delete fact.since;
        }
      }
    }
  }
}

function factsOf(facts: Facts, library: string, symbol: string, architecture: string): Fact[] {
  const symbols = getOrAdd(facts, library, () => new Map<string, Map<string, Fact[]>>());
  return getOrAdd(
    getOrAdd(symbols, symbol, () => new Map<string, Fact[]>()),
    architecture,
    () => [],
  );
}

function readTable(table: SymbolTable): Facts {
  const facts: Facts = new Map();
  const releases = Object.keys(table.imports).sort(compareVersions);
  for (const [library, { sonames, symbols }] of Object.entries(table.libraries)) {
    for (const [symbol, text] of Object.entries(symbols)) {
      for (const entry of parseSymbol(text)) {
        for (const architecture of entry.architectures ?? Object.values(sonames).flat()) {
          const node = entry.node === "base" ? table.bases[architecture]! : entry.node;
          const known = releases.filter(
            (release) => table.imports[release]!.includes(architecture) && isFrom(release, node),
          );
          const present = known.filter((release) => isInRange(release, entry.present ?? {}));
          const hidden =
            entry.hidden === undefined ? [] : present.filter((release) => isInRange(release, entry.hidden!));
          factsOf(facts, library, symbol, architecture).push({
            kind: entry.kind,
            ...(entry.size !== undefined && { size: entry.size }),
            node,
            present: new Set(present),
            hidden: new Set(hidden),
            ...(entry.since !== undefined && { since: { release: entry.since, import: hidden.at(-1)! } }),
          });
        }
      }
    }
  }
  return facts;
}

interface Content {
  readonly facts: Facts;
  /** In the order of the releases. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  readonly bases: Readonly<Record<string, string>>;
}

function writeTable(
  content: Content,
  describe: (library: string) => Pick<SymbolTable["libraries"][string], "sonames" | "aliases">,
): SymbolTable {
  const libraries: SymbolTable["libraries"] = {};
  for (const [library, symbols] of sortEntries(content.facts)) {
    const written: Record<string, string> = {};
    const described = describe(library);
    const all = Object.values(described.sonames).flat().sort();
    for (const [symbol, machines] of sortEntries(symbols)) {
      const entries = writeSymbol(machines, content, all);
      if (entries.length > 0) written[symbol] = formatSymbol(entries);
    }
    if (Object.keys(written).length > 0) libraries[library] = { ...described, symbols: written };
  }
  return {
    imports: Object.fromEntries([...content.imports].map(([release, names]) => [release, [...names]])),
    node_prefix: nodePrefix,
    bases: Object.fromEntries(sortEntries(new Map(Object.entries(content.bases)))),
    libraries,
  };
}

/** Entries that differ in the architecture alone become one. */
function writeSymbol(
  machines: ReadonlyMap<string, readonly Fact[]>,
  { imports, bases }: Content,
  all: readonly string[],
): SymbolEntry[] {
  const groups = new Map<string, { entry: SymbolEntry; architectures: string[] }>();
  for (const [architecture, facts] of sortEntries(machines)) {
    const known = [...imports].filter(([, names]) => names.includes(architecture)).map(([release]) => release);
    for (const fact of facts.filter(({ present }) => present.size > 0)) {
      const possible = known.filter((release) => isFrom(release, fact.node));
      const entry: SymbolEntry = {
        kind: fact.kind,
        ...(fact.size !== undefined && { size: fact.size }),
        node: fact.node === bases[architecture] ? "base" : fact.node,
        ...(fact.present.size < possible.length && { present: rangeIn(possible, fact.present) }),
        ...(fact.hidden.size > 0 && {
          hidden: rangeIn(
            possible.filter((release) => fact.present.has(release)),
            fact.hidden,
          ),
        }),
        ...(fact.since && { since: fact.since.release }),
      };
      const key = formatSymbol([entry]);
      const group = groups.get(key) ?? { entry, architectures: [] };
      groups.set(key, group);
      group.architectures.push(architecture);
    }
  }
  const orderOf = ({ node }: SymbolEntry): string => (node === "base" ? "0" : node);
  return [...groups.values()]
    .map(({ entry, architectures }) => ({
      entry,
      architectures: architectures.length === all.length ? undefined : architectures,
    }))
    .sort(
      (left, right) =>
        compareVersions(orderOf(left.entry), orderOf(right.entry)) ||
        compareText(formatSymbol([left.entry]), formatSymbol([right.entry])),
    )
    .map(({ entry: { kind, size, node, ...rest }, architectures }) => ({
      kind,
      ...(size !== undefined && { size }),
      node,
      ...(architectures && { architectures }),
      ...rest,
    }));
}

/** The shortest range that has of `possible`, which is in order, exactly the `wanted`. Symbols come and go once. */
function rangeIn(possible: readonly string[], wanted: ReadonlySet<string>): ImportRange {
  const places = possible.map((release, index) => (wanted.has(release) ? index : -1)).filter((index) => index >= 0);
  const [first, last] = [places[0]!, places.at(-1)!];
  if (last - first + 1 !== places.length)
    throw new Error(`a symbol that is in ${[...wanted].join(", ")} and not in the releases between them`);
  return {
    ...(first > 0 && { first: possible[first]! }),
    ...(last < possible.length - 1 && { last: possible[last]! }),
  };
}

/** Whether a release can have a node: those of later releases it has not; those that are no releases of glibc it may have. */
function isFrom(release: string, node: string): boolean {
  return !/^\d/.test(node) || compareVersions(node, release) <= 0;
}

function sonamesOf(
  library: string,
  earlier: SymbolTable | undefined,
  machines: readonly ReleaseSymbols[],
): Record<string, string[]> {
  const names = new Map(
    Object.entries(earlier?.libraries[library]?.sonames ?? {}).flatMap(([soname, architectures]) =>
      architectures.map((architecture) => [architecture, soname] as const),
    ),
  );
  for (const { architecture, libraries } of machines) {
    const soname = libraries.get(library)?.soname;
    if (soname !== undefined) names.set(architecture, soname);
  }
  const grouped = new Map<string, string[]>();
  for (const [architecture, soname] of sortEntries(names))
    grouped.set(soname, [...(grouped.get(soname) ?? []), architecture]);
  return Object.fromEntries(sortEntries(grouped));
}

function sortGroups(groups: readonly (readonly string[])[]): string[][] {
  return groups.map((group) => [...group].sort()).sort((left, right) => compareText(left[0]!, right[0]!));
}

function sortEntries<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([left], [right]) => compareText(left, right));
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
