import type { SourceTree } from "../../../../generator/import/source-tree";
import { splitByCondition, type CCondition, type MacroDefinition } from "./split-by-condition";

/** Where a source gives a symbol a version: the default one (`@@`), or one that links no longer find (`@`). */
export interface SymbolVersionUse {
  readonly file: string;
  /** The library that the source names; undefined where it does not say. */
  readonly library: string | undefined;
  readonly symbol: string;
  /** The name in the source that the symbol stands for. */
  readonly local: string | undefined;
  /** As the source has it: `GLIBC_2_3_4`, or a macro. */
  readonly version: string;
  readonly hidden: boolean;
  /** Under which conditions of the preprocessor. */
  readonly conditions: readonly CCondition[];
  /** Headers whose macros it comes from; it counts only where each is the one that `#include` finds. */
  readonly throughHeaders: readonly string[];
}

/** Two names that a source gives one address. */
export interface SymbolAlias {
  readonly file: string;
  readonly names: readonly [string, string];
}

export interface SymbolVersionScan {
  readonly uses: readonly SymbolVersionUse[];
  readonly aliases: readonly SymbolAlias[];
  /** The definitions, by name, of macros of headers that stand for a version or for a test of versions (`LIBM_SVID_COMPAT`). */
  readonly macros: ReadonlyMap<string, readonly HeaderMacro[]>;
}

export interface HeaderMacro extends MacroDefinition {
  readonly file: string;
}

/** How glibc spells it: name → the places of library, local name, symbol and version among the parameters, and whether the version is hidden. */
const forms: Readonly<
  Record<
    string,
    {
      readonly library: number | string | undefined;
      readonly local?: number;
      readonly symbol: number;
      readonly version: number;
      readonly hidden: boolean;
    }
  >
> = {
  // include/shlib-compat.h
  compat_symbol: { library: 0, local: 1, symbol: 2, version: 3, hidden: true },
  versioned_symbol: { library: 0, local: 1, symbol: 2, version: 3, hidden: false },
  libc_sunrpc_symbol: { library: "libc", local: 0, symbol: 1, version: 2, hidden: true },
  // include/libc-symbols.h
  symbol_version: { library: undefined, local: 0, symbol: 1, version: 2, hidden: true },
  default_symbol_version: { library: undefined, local: 0, symbol: 1, version: 2, hidden: false },
  libc_hidden_nolink_sunrpc: { library: "libc", symbol: 0, version: 1, hidden: true },
  libnsl_hidden_nolink_def: { library: "libnsl", symbol: 0, version: 1, hidden: true },
  hidden_nolink: { library: 1, symbol: 0, version: 2, hidden: true },
};

/** `weak_alias (__environ, environ)`; a third parameter is a size. */
const aliasForm = /\b(?:weak_alias|strong_alias|declare_object_symbol_alias)\s*\(\s*(\w+)\s*,\s*(\w+)/g;

/** Their definitions, which are no uses. */
const definingHeaders = new Set(["include/shlib-compat.h", "include/libc-symbols.h", "include/libc-symver.h"]);

/** Macros that contain macros; glibc goes no deeper than three. */
const deepestMacro = 5;

/** Reads from all sources of the tree which symbols they give which version, however the machine is configured. */
export function scanSymbolVersions(tree: SourceTree): SymbolVersionScan {
  const texts = tree.files
    .filter((file) => /\.[chS]$/.test(file) && !definingHeaders.has(file))
    .map((file) => [file, tree.read(file)] as const);
  const headers = texts
    .filter(([file]) => file.endsWith(".h"))
    .map(([file, text]) => [file, splitByCondition(text)] as const);
  const headerMacros = headers.flatMap(([file, { macros }]) =>
    macros.map((macro): HeaderMacro => ({ ...macro, file })),
  );
  const macros = versioningMacros(headerMacros);
  // Most sources give no versions, and need not be looked at closely.
  const mayGive = new RegExp(`\\b(?:${[...Object.keys(forms), ...macros.keys()].join("|")})\\b`);
  const sources = texts
    .filter(([file, text]) => !file.endsWith(".h") && mayGive.test(text))
    .map(([file, text]) => [file, splitByCondition(text)] as const);
  const split = new Map([...headers, ...sources]);

  const uses: SymbolVersionUse[] = [];
  for (const [file, { texts: parts, macros: own }] of split) {
    const local = versioningMacros(
      own.map((macro): HeaderMacro => ({ ...macro, file })),
      new Set(macros.keys()),
    );
    const known = new Map([...macros, ...local]);
    const names = new RegExp(`\\b(${[...Object.keys(forms), ...known.keys()].join("|")})\\b`, "g");
    const values = plainValues(own, tree.read(file));
    for (const { text, conditions } of parts)
      collect(text, { file, conditions, throughHeaders: [], values, known, names, depth: 0 }, uses);
  }
  for (const file of tree.files.filter((name) => name.endsWith("/syscalls.list")))
    uses.push(...scanSyscalls(file, tree.read(file)));
  const aliases = texts.flatMap(([file, text]) =>
    [...text.matchAll(aliasForm)].map(([, left, right]): SymbolAlias => ({ file, names: [left!, right!] })),
  );
  return { uses, aliases, macros: versionMacros(headerMacros) };
}

/** What names stand for in a source; not those that stand for several things, or only for a part of it. */
function plainValues(macros: readonly MacroDefinition[], source: string): Map<string, string> {
  const plain = macros.filter(
    ({ name, parameters }) => parameters === undefined && macros.filter((other) => other.name === name).length === 1,
  );
  return new Map(
    plain
      .filter(({ name }) => !new RegExp(`#\\s*undef\\s+${name}\\b`).test(source))
      .map(({ name, body }) => [name, body.trim()]),
  );
}

function versionMacros(macros: readonly HeaderMacro[]): Map<string, HeaderMacro[]> {
  const names = new Set(
    macros
      .filter(({ body }) => /SHLIB_COMPAT\s*\(/.test(body) || /^\s*GLIBC_[\d._]+\s*$/.test(body))
      .map(({ name }) => name),
  );
  const found = new Map<string, HeaderMacro[]>();
  for (const macro of macros)
    if (names.has(macro.name)) found.set(macro.name, [...(found.get(macro.name) ?? []), macro]);
  return found;
}

/** The macros among `candidates` that give versions, directly or through each other or `others`. Several definitions of one are kept. */
function versioningMacros(
  candidates: readonly HeaderMacro[],
  others: ReadonlySet<string> = new Set(),
): Map<string, HeaderMacro[]> {
  const found = new Map<string, HeaderMacro[]>();
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const macro of candidates) {
      if (Object.hasOwn(forms, macro.name) || found.has(macro.name)) continue;
      const words = macro.body.match(/\b[A-Za-z_]\w*/g) ?? [];
      if (!words.some((word) => Object.hasOwn(forms, word) || found.has(word) || others.has(word))) continue;
      found.set(
        macro.name,
        candidates.filter(({ name }) => name === macro.name),
      );
    }
  }
  return found;
}

interface Collecting {
  readonly file: string;
  readonly conditions: readonly CCondition[];
  readonly throughHeaders: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly known: ReadonlyMap<string, readonly HeaderMacro[]>;
  readonly names: RegExp;
  readonly depth: number;
}

/** `LONG_DOUBLE_COMPAT_CHOOSE_libm_logl (what holds there, what holds elsewhere)`; scripts/versions.awk makes these macros. */
const choice = /\bLONG_DOUBLE_COMPAT_CHOOSE_\w+/;

function collect(text: string, at: Collecting, uses: SymbolVersionUse[]): void {
  const chosen = choice.exec(text);
  if (chosen) {
    const [name, start] = [chosen[0], chosen.index + chosen[0].length];
    const parameters = parametersAt(text, start);
    collect(text.slice(0, chosen.index), at, uses);
    parameters?.forEach((parameter, index) =>
      collect(parameter, { ...at, conditions: [...at.conditions, { expression: name, negated: index > 0 }] }, uses),
    );
    collect(text.slice(start).replace(parameters?.join(",") ?? "", ""), at, uses);
    return;
  }
  for (const match of text.matchAll(new RegExp(at.names))) {
    const name = match[1]!;
    const parameters = parametersAt(text, match.index + name.length);
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (form) {
      if (parameters === undefined || parameters.length <= form.version) continue;
      const resolve = (word: string): string => at.values.get(word) ?? word;
      uses.push({
        file: at.file,
        library: typeof form.library === "number" ? resolve(parameters[form.library]!) : form.library,
        symbol: resolve(parameters[form.symbol]!),
        local: form.local === undefined ? undefined : parameters[form.local],
        version: resolve(parameters[form.version]!),
        hidden: form.hidden,
        conditions: at.conditions,
        throughHeaders: at.throughHeaders,
      });
      continue;
    }
    if (at.depth === deepestMacro) continue;
    for (const macro of at.known.get(name) ?? []) {
      if ((macro.parameters === undefined) !== (parameters === undefined) && macro.parameters !== undefined) continue;
      collect(
        substitute(macro, parameters ?? []),
        {
          ...at,
          conditions: [...at.conditions, ...macro.conditions],
          throughHeaders: macro.file === at.file ? at.throughHeaders : [...at.throughHeaders, macro.file],
          depth: at.depth + 1,
        },
        uses,
      );
    }
  }
}

/** The parameters of the call whose parenthesis follows at `start`; undefined when none does. */
function parametersAt(text: string, start: number): string[] | undefined {
  let index = start;
  while (/\s/.test(text[index] ?? "")) index++;
  if (text[index] !== "(") return undefined;
  const parameters = [""];
  for (let depth = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === "(" && ++depth === 1) continue;
    if (character === ")" && --depth === 0) return parameters.map((parameter) => parameter.trim());
    if (character === "," && depth === 1) parameters.push("");
    else parameters[parameters.length - 1] += character;
  }
  return undefined;
}

/** The body of a macro with its parameters filled in. */
export function substitute(macro: MacroDefinition, values: readonly string[]): string {
  const places = new Map(macro.parameters?.map((parameter, index) => [parameter, values[index] ?? ""]));
  return macro.body.replace(/\b[A-Za-z_]\w*\b/g, (word) => places.get(word) ?? word).replace(/\s*##\s*/g, "");
}

/** Lines such as `vm86 - vm86 i:ip __vm86 vm86@@GLIBC_2.3.4`; `name@V1:V2` is there until V2. */
function scanSyscalls(file: string, text: string): SymbolVersionUse[] {
  return [...text.replace(/#.*$/gm, "").matchAll(/(\w+)(@@?)GLIBC_([\d.]+)(?::GLIBC_([\d.]+))?/g)].map(
    ([, symbol, at, version, until]) => {
      const range =
        until === undefined
          ? []
          : [
              {
                expression: `SHLIB_COMPAT (libc, GLIBC_${version!.replaceAll(".", "_")}, GLIBC_${until.replaceAll(".", "_")})`,
                negated: false,
              },
            ];
      return {
        file,
        library: "libc",
        symbol: symbol!,
        local: undefined,
        version: `GLIBC_${version}`,
        hidden: at === "@",
        conditions: range,
        throughHeaders: [],
      };
    },
  );
}
