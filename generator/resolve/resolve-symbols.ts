import { countOf, isInRange, parseSymbol, type SymbolEntry, type SymbolTable } from "../schema/symbol-table";
import { compareVersions } from "../schema/libc-versions";

/** One symbol as a library exports it in some releases on some architectures. Releases are counted by the minor version of their newest node. */
export interface SymbolSpan {
  readonly name: string;
  /** Sorted. */
  readonly architectures: readonly string[];
  readonly kind: SymbolEntry["kind"];
  readonly size?: number;
  /** As in the table; `base` is not resolved. */
  readonly node: string;
  /** Whether links find it by its bare name (`name@@NODE`). */
  readonly isDefault: boolean;
  readonly from: number;
  /** Exclusive; absent for what is still there. */
  readonly until?: number;
}

/** What is known of one version of one symbol. */
interface Presence {
  readonly entry: SymbolEntry;
  readonly version: string;
  readonly from: number;
  readonly until: number;
  readonly hiddenFrom: number;
}

const forever = Infinity;

/**
 * What a library of the table exports in every release, in the order of the names.
 *
 * Between two imported releases of which one has a symbol and the other has not, or hides it, the release of the change is
 * taken from the symbol's next version, from the source that hides it, or from the library that it moved to; where none says,
 * it is that of the later import. Of a release beyond the newest import, symbols of that import are all that is known.
 */
export function resolveSymbols(table: SymbolTable, library: string): SymbolSpan[] {
  const architectures = architecturesOf(table, library).sort();
  // What is written of a symbol here and in libc is all that its spans follow from, and many symbols have the same there.
  const known = new Map<string, UnnamedSpan[]>();
  return Object.entries(table.libraries[library]!.symbols).flatMap(([name, text]) => {
    const key = `${text}\n${library === "libc" ? "" : table.libraries["libc"]?.symbols[name]}`;
    const spans = known.get(key) ?? sharedSpans(table, library, name, architectures);
    known.set(key, spans);
    return spans.map((span) => ({ name, ...span }));
  });
}

type UnnamedSpan = Omit<SymbolSpan, "name">;

/** The spans of a symbol, each with the architectures that have it so. */
function sharedSpans(
  table: SymbolTable,
  library: string,
  name: string,
  architectures: readonly string[],
): UnnamedSpan[] {
  const shared = new Map<string, { span: SpanOfArchitecture; architectures: string[] }>();
  for (const architecture of architectures) {
    for (const span of spansOfPresences(presencesOf(table, library, name, architecture))) {
      const key = `${span.kind} ${span.size} ${span.node} ${span.isDefault} ${span.from} ${span.until}`;
      shared.set(key, { span, architectures: [...(shared.get(key)?.architectures ?? []), architecture] });
    }
  }
  return [...shared.values()].map(({ span, architectures: having }) => ({ ...span, architectures: having }));
}

type SpanOfArchitecture = Omit<UnnamedSpan, "architectures">;

/** The versions of one symbol, cut where one of them comes, goes or is hidden, since that decides which is the default. */
function spansOfPresences(presences: readonly Presence[]): SpanOfArchitecture[] {
  const spans: SpanOfArchitecture[] = [];
  const boundaries = [...new Set(presences.flatMap(({ from, until, hiddenFrom }) => [from, until, hiddenFrom]))].sort(
    (left, right) => left - right,
  );
  for (const presence of presences) {
    let last: SpanOfArchitecture | undefined;
    for (const [index, from] of boundaries.entries()) {
      const until = boundaries[index + 1] ?? forever;
      if (from === forever || from < presence.from || from >= presence.until) continue;
      const shown = presences.filter((other) => other.from <= from && from < other.until && from < other.hiddenFrom);
      const newest = shown.reduce<Presence | undefined>(
        (left, right) => (left && compareVersions(left.version, right.version) > 0 ? left : right),
        undefined,
      );
      const { kind, size, node } = presence.entry;
      const span: SpanOfArchitecture = {
        kind,
        ...(size !== undefined && { size }),
        node,
        isDefault: newest === presence,
        from,
        ...(until !== forever && { until }),
      };
      if (last?.isDefault === span.isDefault && last.until === from) {
        const { until: _, ...rest } = last;
        spans[spans.length - 1] = last = { ...rest, ...(until !== forever && { until }) };
      } else {
        spans.push((last = span));
      }
    }
  }
  return spans;
}

function presencesOf(table: SymbolTable, library: string, name: string, architecture: string): Presence[] {
  const text = table.libraries[library]?.symbols[name];
  if (text === undefined || !architecturesOf(table, library).includes(architecture)) return [];
  const base = table.bases[architecture]!;
  const entries = entriesOf(text).filter(
    ({ architectures }) => architectures === undefined || architectures.includes(architecture),
  );
  const releases = releasesOf(table, architecture);
  const versionOf = ({ node }: SymbolEntry): string => (node === "base" ? base : /^\d/.test(node) ? node : "0");
  return entries.map((entry) => {
    const version = versionOf(entry);
    const known = releases.filter((release) => compareVersions(version, release) <= 0);
    const present = known.filter((release) => isInRange(release, entry.present ?? {}));
    const hidden = entry.hidden === undefined ? [] : present.filter((release) => isInRange(release, entry.hidden!));
    const nextVersions = entries.map(versionOf).filter((other) => compareVersions(other, version) > 0);
    const announced = [...nextVersions.sort(compareVersions), ...(entry.since === undefined ? [] : [entry.since])];

    const absentBefore = known.filter((release) => compareVersions(release, present[0]!) < 0).at(-1);
    const absentAfter = known.find((release) => compareVersions(release, present.at(-1)!) > 0);
    const shownBefore =
      hidden.length === 0 ? undefined : present.filter((release) => compareVersions(release, hidden[0]!) < 0).at(-1);
    return {
      entry,
      version,
      from:
        absentBefore === undefined
          ? entry.node === "base"
            ? 0
            : countOf(table, version)
          : countOf(table, firstWithin(announced, absentBefore, present[0]!) ?? present[0]!),
      until:
        absentAfter === undefined ? forever : movedIn(table, library, name, architecture, present.at(-1)!, absentAfter),
      hiddenFrom: hidden.length === 0 ? forever : hiddenIn(table, entry.since, shownBefore, hidden[0]!),
    };
  });
}

const parsed = new Map<string, SymbolEntry[]>();

/** `parseSymbol`, done once for each text: every architecture asks for the same, and many symbols have the same. */
function entriesOf(text: string): SymbolEntry[] {
  const entries = parsed.get(text) ?? parseSymbol(text);
  parsed.set(text, entries);
  return entries;
}

const sorted = new WeakMap<SymbolTable, Map<string, string[]>>();

/** The releases that were read for an architecture, oldest first. */
function releasesOf(table: SymbolTable, architecture: string): string[] {
  const known = sorted.get(table) ?? new Map<string, string[]>();
  sorted.set(table, known);
  const releases =
    known.get(architecture) ??
    Object.keys(table.imports)
      .filter((release) => table.imports[release]!.includes(architecture))
      .sort(compareVersions);
  known.set(architecture, releases);
  return releases;
}

function hiddenIn(
  table: SymbolTable,
  since: string | undefined,
  shownBefore: string | undefined,
  firstHidden: string,
): number {
  if (since !== undefined && firstWithin([since], shownBefore, firstHidden) !== undefined) return countOf(table, since);
  return shownBefore === undefined ? 0 : countOf(table, firstHidden);
}

/** When a symbol left a library: as it came to libc, if it did; else with the first release that lacks it. */
function movedIn(
  table: SymbolTable,
  library: string,
  name: string,
  architecture: string,
  last: string,
  lacking: string,
): number {
  const arrivals = library === "libc" ? [] : presencesOf(table, "libc", name, architecture).map(({ from }) => from);
  return (
    arrivals
      .filter((from) => from > countOf(table, last) && from <= countOf(table, lacking))
      .sort((left, right) => left - right)[0] ?? countOf(table, lacking)
  );
}

/** The first of `releases` that is after `after`, if that is given, and not after `until`. */
function firstWithin(releases: readonly string[], after: string | undefined, until: string): string | undefined {
  return releases.find(
    (release) => (after === undefined || compareVersions(after, release) < 0) && compareVersions(release, until) <= 0,
  );
}

const resolved = new WeakMap<SymbolTable, Map<string, SymbolSpan[]>>();

/** `resolveSymbols`, done once for each library of a table. */
export function spansOf(table: SymbolTable, library: string): SymbolSpan[] {
  const known = resolved.get(table) ?? new Map<string, SymbolSpan[]>();
  resolved.set(table, known);
  const spans = known.get(library) ?? resolveSymbols(table, library);
  known.set(library, spans);
  return spans;
}

/** The architectures that a library of the table exists for. */
export function architecturesOf(table: SymbolTable, library: string): string[] {
  return Object.values(table.libraries[library]!.sonames).flat();
}
