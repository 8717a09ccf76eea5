import { z } from "zod";

import { compareVersions, minorOf } from "./libc-versions";

/**
 * The versioned symbols of a libc's shared libraries over all releases that have been imported.
 *
 * A symbol is written as entries with `; ` between them. An entry is
 *
 *     KIND[SIZE] NODE [ARCHITECTURES] [in IMPORTS] [hidden [IMPORTS]] [since RELEASE]
 *
 * KIND: F function, D data, T thread-local data; SIZE in bytes. NODE: `base` for an architecture's oldest version, `2.34` for
 * the node of that number, which begins with the table's `node_prefix`, `-` for a symbol without a version, other names as they
 * are. ARCHITECTURES, with commas; absent: all that the library exists for. IMPORTS: `A..B`,
 * the first and the last imported release, where either may be absent; after `in`: in which the symbol is there, by default
 * in all from its node's release on; after `hidden`: in which it is there for old programs alone (`name@NODE`). RELEASE: since
 * when it is hidden, as the newest of these imports says it.
 */
export const symbolTableSchema = z.strictObject({
  imports: z
    .record(z.string(), z.array(z.string()))
    .describe("Imported release → the architectures that it was read for."),
  node_prefix: z.string().describe("What the names of nodes begin with that are written as a number."),
  newest_nodes: z
    .record(z.string(), z.string())
    .optional()
    .describe("Imported release → the number of the newest node that it has; absent: it is the release's own."),
  bases: z.record(z.string(), z.string()).describe("Architecture → the oldest version of its symbols, `2.17`."),
  libraries: z.record(
    z.string(),
    z.strictObject({
      sonames: z.record(z.string(), z.array(z.string())).describe("Soname → architectures."),
      aliases: z
        .array(z.array(z.string()))
        .describe("Data that have one address: a copy relocation of one is one of the others."),
      taken: z
        .array(z.string())
        .optional()
        .describe("What it takes from the program: data of start files, which links have to export."),
      symbols: z.record(z.string(), z.string()),
    }),
  ),
});

/** What the import file of the symbols of all releases has in place of a version. */
export const symbolsVersion = "symbols";

export type SymbolTable = z.infer<typeof symbolTableSchema>;

/** One entry, for some architectures. */
export interface SymbolEntry {
  readonly kind: "F" | "D" | "T";
  readonly size?: number;
  /** `base`, `-`, or the version script's node, without the table's prefix where it is a number. */
  readonly node: string;
  /** Absent: all of the library. */
  readonly architectures?: readonly string[];
  readonly present?: ImportRange;
  readonly hidden?: ImportRange;
  readonly since?: string;
}

/** What stands in place of a node where symbols have no versions. */
export const noNode = "-";

/** The number by which releases are counted: the minor version of a release's newest node. A node's own number counts as itself. */
export function countOf({ newest_nodes: nodes }: SymbolTable, release: string): number {
  return minorOf(nodes?.[release] ?? release);
}

/** From the first to the last import; an absent end is open. */
export interface ImportRange {
  readonly first?: string;
  readonly last?: string;
}

const entryForm =
  /^([FDT])(\d*) (\S+)(?: (?!in |hidden|since )(\S+))?(?: in (\S*?)\.\.(\S*))?( hidden(?: (\S*?)\.\.(\S*))?)?(?: since (\S+))?$/;

/** Throws when the text is not of the form that `symbolTableSchema` describes. */
export function parseSymbol(text: string): SymbolEntry[] {
  return text.split("; ").map((entry) => {
    const parts = entryForm.exec(entry);
    if (!parts) throw new Error(`"${entry}" is not an entry of the symbol table`);
    const [, kind, size, node, architectures, first, last, hidden, hiddenFirst, hiddenLast, since] = parts;
    return {
      kind: kind as SymbolEntry["kind"],
      ...(size !== "" && { size: Number(size) }),
      node: node!,
      ...(architectures !== undefined && { architectures: architectures.split(",") }),
      ...(first !== undefined && { present: rangeOf(first, last!) }),
      ...(hidden !== undefined && { hidden: rangeOf(hiddenFirst ?? "", hiddenLast ?? "") }),
      ...(since !== undefined && { since }),
    };
  });
}

/** The inverse of `parseSymbol`. */
export function formatSymbol(entries: readonly SymbolEntry[]): string {
  return entries
    .map(({ kind, size, node, architectures, present, hidden, since }) =>
      [
        `${kind}${size ?? ""} ${node}`,
        architectures?.join(","),
        present && `in ${formatRange(present)}`,
        hidden &&
          (hidden.first === undefined && hidden.last === undefined ? "hidden" : `hidden ${formatRange(hidden)}`),
        since && `since ${since}`,
      ]
        .filter(Boolean)
        .join(" "),
    )
    .join("; ");
}

/** Whether an import is in the range. */
export function isInRange(release: string, { first, last }: ImportRange): boolean {
  return (
    (first === undefined || compareVersions(first, release) <= 0) &&
    (last === undefined || compareVersions(release, last) <= 0)
  );
}

function rangeOf(first: string, last: string): ImportRange {
  return { ...(first !== "" && { first }), ...(last !== "" && { last }) };
}

function formatRange({ first, last }: ImportRange): string {
  return `${first ?? ""}..${last ?? ""}`;
}
