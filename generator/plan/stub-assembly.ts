import { spansOf, type SymbolSpan } from "../resolve/resolve-symbols";
import { noNode, type SymbolTable } from "../schema/symbol-table";
import { compareVersions } from "../schema/libc-versions";

/** The assembler symbols that choose what a stub has: the release's minor version, and the architecture's bit. */
export const releaseSymbol = "RELEASE";
export const architectureSymbol = "ARCHITECTURE";

interface Line {
  readonly macro: string;
  readonly parameters: string;
  /** When it holds; empty: always. */
  readonly condition: string;
}

/** The bit that stands for each architecture of the table in `ARCHITECTURE`. */
export function architectureBits(table: SymbolTable): Map<string, bigint> {
  const architectures = Object.keys(table.bases).sort();
  // The assembler computes with 64 bits, of which one is the sign.
  if (architectures.length > 63)
    throw new Error(
      `the symbols of ${architectures.length} architectures need more bits than the assembler's numbers have`,
    );
  return new Map(architectures.map((architecture, index) => [architecture, 1n << BigInt(index)]));
}

/**
 * The assembly of which a library's stub is linked, for every architecture and release of the table: labels with the symbols'
 * versioned names, and nothing behind them but room for data. No processor of C is needed, and no loop.
 */
export function formatStubAssembly(table: SymbolTable, library: string): string {
  const bits = architectureBits(table);
  const { aliases, sonames, taken = [] } = table.libraries[library]!;
  const architectures = Object.values(sonames).flat().sort();
  const rooms = new Map(aliases.flatMap((group) => group.map((name) => [name, group[0]!])));

  const sizes = new Map<string, number>();
  const lines = spansOf(table, library).map((span): Line => {
    const room = span.kind === "D" && span.isDefault ? rooms.get(span.name) : undefined;
    if (room !== undefined) sizes.set(room, Math.max(sizes.get(room) ?? 0, span.size!));
    return { ...formatSpan(table, span, room), condition: conditionOf(span, architectures) };
  });
  const used = new Set(lines.map(({ macro }) => macro));
  const blocks = (isFunction: boolean): string[] => {
    const byCondition = new Map<string, string[]>();
    for (const { macro, parameters, condition } of lines) {
      if (macro.endsWith("f") !== isFunction) continue;
      const texts = byCondition.get(condition) ?? [];
      byCondition.set(condition, texts);
      texts.push(`${macro} ${parameters}`);
    }
    return [...byCondition]
      .sort(([left], [right]) => compareConditions(left, right))
      .map(([condition, texts]) => (condition === "" ? texts.join("\n") : under(condition, texts.join("\n"))));
  };
  const parts = [
    ...[...bits].map(([name, bit]) => `.set ${name}, ${bit}`),
    ...macrosFor(used, table, architectures),
    // Undefined here, so that a link exports the program's.
    ...taken.map((name) => `.globl "${name}"`),
    // Functions and data lie apart: a copy relocation of a datum takes every symbol of its address along.
    ".text",
    ".space 16",
    ...blocks(true),
    ".bss",
    ...[...sizes].map(([room, size]) => `.balign 16\n.Lroom_${room}: .space ${size}`),
    ...blocks(false),
  ];
  return `${parts.join("\n")}\n`;
}

/**
 * The nodes of a library's version script. One that an architecture or release has not stands there without symbols. A
 * library without nodes has a script that gives none.
 */
export function formatVersionScript(table: SymbolTable, library: string): string {
  const nodes = new Set<string>();
  for (const { node, architectures } of spansOf(table, library)) {
    if (node === noNode) continue;
    for (const architecture of architectures)
      nodes.add(nodeName(table, node === "base" ? table.bases[architecture]! : node));
  }
  if (nodes.size === 0) return "{ global: *; };\n";
  return [...nodes]
    .sort(compareNodes)
    .map((node) => `${node} {};\n`)
    .join("");
}

/** What a macro defines: f a function; d data; r data in a room that has several names; t thread-local data. */
const macros: Readonly<Record<string, { readonly parameters: string; readonly body: string }>> = {
  f: { parameters: "n", body: '.globl "\\n"\n.type "\\n", %function\n"\\n":' },
  d: {
    parameters: "n, s",
    body: '.balign 16\n.globl "\\n"\n.type "\\n", %object\n.size "\\n", \\s\n"\\n": .space \\s',
  },
  r: { parameters: "n, s, r", body: '.globl "\\n"\n.type "\\n", %object\n.size "\\n", \\s\n.set "\\n", .Lroom_\\r' },
  t: {
    parameters: "n, s",
    body: '.section .tbss,"awT",%nobits\n.globl "\\n"\n.type "\\n", %object\n.size "\\n", \\s\n"\\n": .space \\s\n.bss',
  },
};

/** Definitions of the macros; `b` before one of `macros` gives the architecture's oldest version as the default one, `h` as a hidden one. */
function macrosFor(used: ReadonlySet<string>, table: SymbolTable, architectures: readonly string[]): string[] {
  const kinds = Object.entries(macros).filter(([kind]) =>
    [kind, `b${kind}`, `h${kind}`].some((name) => used.has(name)),
  );
  const byBase = new Map<string, string[]>();
  for (const architecture of architectures)
    byBase.set(table.bases[architecture]!, [...(byBase.get(table.bases[architecture]!) ?? []), architecture]);
  const ofBase = (base: string): string[] =>
    [
      ["b", "@@"],
      ["h", "@"],
    ].flatMap(([prefix, at]) =>
      kinds
        .filter(([kind]) => used.has(prefix! + kind))
        .map(([kind, { parameters, body }]) =>
          defineMacro(prefix! + kind, parameters, body.replaceAll('\\n"', `\\n${at}${nodeName(table, base)}"`)),
        ),
    );
  return [
    ...kinds
      .filter(([kind]) => used.has(kind))
      .map(([kind, { parameters, body }]) => defineMacro(kind, parameters, body)),
    ...[...byBase]
      .sort(([left], [right]) => compareVersions(left, right))
      .flatMap(([base, having]) => (ofBase(base).length === 0 ? [] : [under(maskOf(having), ofBase(base).join("\n"))])),
  ];
}

function defineMacro(name: string, parameters: string, body: string): string {
  return `.macro ${name} ${parameters}\n${body}\n.endm`;
}

function formatSpan(
  table: SymbolTable,
  { name, kind, size, node, isDefault }: SymbolSpan,
  room: string | undefined,
): { readonly macro: string; readonly parameters: string } {
  const form = { F: "f", D: room === undefined ? "d" : "r", T: "t" }[kind];
  const [macro, symbol] =
    node === "base"
      ? [(isDefault ? "b" : "h") + form, name]
      : [form, node === noNode ? name : `${name}${isDefault ? "@@" : "@"}${nodeName(table, node)}`];
  return {
    macro,
    parameters: [`"${symbol}"`, ...(kind === "F" ? [] : [String(size)]), ...(room === undefined ? [] : [room])].join(
      ", ",
    ),
  };
}

function under(condition: string, text: string): string {
  return `.if ${condition}\n${text}\n.endif`;
}

function conditionOf({ from, until, architectures: having }: SymbolSpan, all: readonly string[]): string {
  return [
    ...(having.length === all.length ? [] : [maskOf(having)]),
    ...(from === 0 ? [] : [`(${releaseSymbol} >= ${from})`]),
    ...(until === undefined ? [] : [`(${releaseSymbol} < ${until})`]),
  ].join(" && ");
}

function maskOf(architectures: readonly string[]): string {
  return `(${architectureSymbol} & (${architectures.join(" | ")}))`;
}

function nodeName({ node_prefix: prefix }: SymbolTable, node: string): string {
  return /^\d/.test(node) ? prefix + node : node;
}

function compareNodes(left: string, right: string): number {
  const [leftNumber, rightNumber] = [left, right].map((node) => node.replace(/^[A-Za-z_]*/, ""));
  return compareVersions(leftNumber!, rightNumber!) || (left < right ? -1 : 1);
}

/** Those that always hold come first. */
function compareConditions(left: string, right: string): number {
  return left.length === 0 ? -1 : right.length === 0 ? 1 : left < right ? -1 : 1;
}
