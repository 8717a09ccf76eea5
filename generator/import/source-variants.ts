import { groupBy } from "../schema/group-by";
import type { RepeatedSource, SourceSetImport, SourceVariant } from "../schema/import-file";
import type { SystemRow } from "../schema/rows";
import { ImportError } from "./source-tree";

/**
 * All sources of a set for one architecture, one system, or one architecture on one system: the fields that are absent are
 * those on which the set does not depend. The lists of one set have all the same fields.
 */
export interface SourceList {
  readonly architecture?: string;
  readonly system?: string;
  readonly sources: readonly string[];
  readonly repeated?: readonly RepeatedSource[];
  /** Flags that upstream's configuration gives to all of them, in order. */
  readonly flags?: readonly string[];
}

export interface SourceSetOptions {
  /** The sources that the variants differ from. Given where upstream has such a list; else the one that makes the set shortest. */
  readonly base?: readonly string[];
  readonly textual?: readonly string[];
  /** Source → flags that upstream gives to it alone. */
  readonly sourceFlags?: Readonly<Record<string, readonly string[]>>;
  /** For the variants' names, which say the OS where that is enough. */
  readonly systems: readonly SystemRow[];
}

interface Group {
  readonly architectures: readonly string[] | undefined;
  readonly systems: readonly string[] | undefined;
  readonly sources: readonly string[];
  readonly repeated: readonly RepeatedSource[];
  readonly flags: readonly string[];
}

/**
 * Writes full source lists as a base and variants. Equal lists share a variant as long as its conditions name exactly the
 * pairs that were given, so that a target which was not looked at never gets a variant by accident.
 * Throws `ImportError` when there is no list, or two for the same place.
 */
export function toSourceSet(lists: readonly SourceList[], options: SourceSetOptions): SourceSetImport {
  if (lists.length === 0) throw new ImportError("no architecture and system of the manifest has this source set");
  const groups = groupLists(lists);
  const base = [...new Set(options.base ?? shortestBase(groups))].sort();
  const names = nameGroups(groups, base, options.systems);
  const variants = groups.map((group, index): SourceVariant => ({
    name: names[index]!,
    ...(group.architectures && { architectures: [...group.architectures] }),
    ...(group.systems && { systems: [...group.systems] }),
    remove: without(base, group.sources),
    add: without(group.sources, base),
    repeated: [...group.repeated],
    flags: [...group.flags],
  }));
  const sourceFlags = Object.fromEntries(
    Object.entries(options.sourceFlags ?? {}).map(([source, flags]) => [source, [...flags]]),
  );
  return {
    base,
    textual: [...new Set(options.textual ?? [])].sort(),
    source_flags: sourceFlags,
    variants: variants.sort((a, b) => compare(a.name, b.name)),
  };
}

/** First joins systems with equal lists per architecture, then architectures that agree on systems and list. */
function groupLists(lists: readonly SourceList[]): Group[] {
  const seen = new Set<string>();
  for (const { architecture, system } of lists) {
    const place = `${architecture ?? "every architecture"} on ${system ?? "every system"}`;
    if (seen.has(place)) throw new ImportError(`two source lists for ${place}`);
    seen.add(place);
  }
  const bySystems = groupBy(lists, (list) => `${list.architecture ?? ""} ${contentKey(list)}`).map((same) => ({
    architecture: same[0]!.architecture,
    systems: same[0]!.system === undefined ? undefined : same.map((list) => list.system!).sort(),
    sources: [...new Set(same[0]!.sources)].sort(),
    repeated: [...(same[0]!.repeated ?? [])].sort((a, b) => compare(a.name, b.name)),
    flags: same[0]!.flags ?? [],
  }));
  return groupBy(bySystems, (group) => `${group.systems?.join() ?? ""} ${contentKey(group)}`).map((same) => ({
    architectures: same[0]!.architecture === undefined ? undefined : same.map((group) => group.architecture!).sort(),
    systems: same[0]!.systems,
    sources: same[0]!.sources,
    repeated: same[0]!.repeated,
    flags: same[0]!.flags,
  }));
}

function contentKey(list: {
  readonly sources: readonly string[];
  readonly repeated?: readonly RepeatedSource[];
  readonly flags?: readonly string[];
}): string {
  return JSON.stringify([[...new Set(list.sources)].sort(), list.repeated ?? [], list.flags ?? []]);
}

/** A source belongs to the base when listing it there costs no more lines than listing it in every variant that has it. */
function shortestBase(groups: readonly Group[]): string[] {
  const counts = new Map<string, number>();
  for (const source of groups.flatMap((group) => group.sources)) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts].filter(([, count]) => 1 + groups.length - count <= count).map(([source]) => source);
}

/**
 * A variant that is the base is called `generic`; others after their architectures and operating systems, or systems where
 * two variants of an operating system differ.
 */
function nameGroups(groups: readonly Group[], base: readonly string[], systems: readonly SystemRow[]): string[] {
  const osOf = new Map(systems.map((system) => [system.name, system.os]));
  const isBase = (group: Group): boolean =>
    group.repeated.length === 0 &&
    group.sources.length === base.length &&
    group.sources.every((source, index) => source === base[index]);
  const generic = groups.filter(isBase).length === 1;
  const attempt = (systemName: (system: string) => string): string[] =>
    groups.map((group) => {
      if (generic && isBase(group)) return "generic";
      return [...(group.architectures ?? []), ...new Set(group.systems?.map(systemName))].join("_") || "generic";
    });
  const byOs = attempt((system) => osOf.get(system) ?? system);
  return new Set(byOs).size === byOs.length ? byOs : attempt((system) => system);
}

function without(from: readonly string[], what: readonly string[]): string[] {
  const excluded = new Set(what);
  return from.filter((source) => !excluded.has(source));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
