import type { Facts } from "../schema/facts";
import type { ImportContent, SourceSetImport } from "../schema/import-file";
import { divideCommon } from "./common-flags";
import { joinLinks } from "./imported-link";
import type { ImportRows } from "./importer";
import { toSourceSet, type SourceList } from "./source-variants";

/**
 * What an importer would write that was asked about the targets of both imports, of the same tree, at once. Undefined where the two
 * do not tell, as when they give a source different flags: then all has to be asked.
 *
 * @param known Has every set that `added` has.
 */
export function joinImports(known: ImportContent, added: ImportContent, rows: ImportRows): ImportContent | undefined {
  const facts = joinFacts(known.facts, added.facts);
  const sets = Object.fromEntries(
    Object.entries(known.sets).map(([name, set]) => [name, joinSets(set, added.sets[name], rows)]),
  );
  if (facts === undefined || known.search !== undefined || added.search !== undefined) return undefined;
  if (!Object.keys(added.sets).every((name) => name in sets) || !isWhole(sets)) return undefined;
  return { ...known, sets, facts };
}

function joinSets(
  known: SourceSetImport,
  added: SourceSetImport | undefined,
  { architectures, systems }: ImportRows,
): SourceSetImport | undefined {
  if (added === undefined) return known;
  const hasFlags = known.flags !== undefined;
  const sourceFlags = joinRecords(known.source_flags, added.source_flags, agree);
  if (sourceFlags === undefined || !isSame(known.include, added.include)) return undefined;
  if (hasFlags !== (added.flags !== undefined) || !isSame(known.cxx_flags, added.cxx_flags)) return undefined;
  const position = ({ architecture, system }: SourceList): number =>
    systems.findIndex(({ name }) => name === system) * architectures.length +
    architectures.findIndex(({ name }) => name === architecture);
  const lists = [...listsOf(known), ...listsOf(added)].sort((left, right) => position(left) - position(right));
  const { common, others } = divideCommon(hasFlags ? lists.map(({ flags = [] }) => flags) : []);
  return {
    ...toSourceSet(
      lists.map((list, index) => ({ ...list, ...(hasFlags && { flags: others[index] ?? [] }) })),
      { textual: [...known.textual, ...added.textual], sourceFlags, systems },
    ),
    ...(hasFlags && { flags: [...common] }),
    ...(known.cxx_flags !== undefined && { cxx_flags: known.cxx_flags }),
    ...(known.include !== undefined && { include: known.include }),
  };
}

/** The lists that a set was made of, one for each architecture and system that its variants name. */
export function listsOf({ base, flags = [], variants }: SourceSetImport): SourceList[] {
  return variants.flatMap(({ remove, add, repeated, ...variant }) => {
    const sources = [...base.filter((source) => !remove.includes(source)), ...add];
    return (variant.architectures ?? [undefined]).flatMap((architecture) =>
      (variant.systems ?? [undefined]).map((system): SourceList => ({
        ...(architecture !== undefined && { architecture }),
        ...(system !== undefined && { system }),
        sources,
        repeated,
        flags: [...flags, ...variant.flags],
      })),
    );
  });
}

/** Undefined where the two contradict each other, or are of a kind whose items depend on each other. */
function joinFacts(known: Facts, added: Facts): Facts | undefined {
  const { lists = {}, loaders = {}, texts = {}, links = {}, ...others } = known;
  const {
    lists: moreLists = {},
    loaders: moreLoaders = {},
    texts: moreTexts = {},
    links: moreLinks = {},
    ...more
  } = added;
  const joined = {
    ...(known.lists && { lists: joinRecords(lists, moreLists, (a, b) => (isSame(a, b) ? a : sortedUnion(a, b))) }),
    ...(known.loaders && { loaders: joinRecords(loaders, moreLoaders, agree) }),
    ...(known.links && { links: joinRecords(links, moreLinks, joinLinks) }),
    ...(known.texts && { texts: joinRecords(texts, moreTexts, (a, b) => joinRecords(a, b, agree)) }),
  };
  const isKnown = Object.keys(added).every((kind) => kind in joined);
  return isKnown && Object.keys({ ...others, ...more }).length === 0 && isWhole(joined) ? joined : undefined;
}

/** Entries of both, in the order of their keys; undefined where `join` is of two values of one key. */
function joinRecords<Value>(
  known: Readonly<Record<string, Value>>,
  added: Readonly<Record<string, Value>>,
  join: (known: Value, added: Value) => Value | undefined,
): Record<string, Value> | undefined {
  const joined = Object.fromEntries(
    [...new Set([...Object.keys(known), ...Object.keys(added)])].sort().map((key) => {
      const [a, b] = [known[key], added[key]];
      return [key, a === undefined ? b : b === undefined ? a : join(a, b)];
    }),
  );
  return isWhole(joined) ? joined : undefined;
}

function isWhole<Value>(record: Readonly<Record<string, Value | undefined>>): record is Record<string, Value> {
  return !Object.values(record).includes(undefined);
}

function agree<Value>(known: Value, added: Value): Value | undefined {
  return isSame(known, added) ? known : undefined;
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function sortedUnion(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])].sort();
}
