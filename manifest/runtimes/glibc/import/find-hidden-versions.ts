import { posix } from "node:path";
import { compareVersions } from "../../../../generator/schema/libc-versions";
import type { SourceTree } from "../../../../generator/import/source-tree";
import { evaluateCondition, type Operands, type Truth } from "./c-condition";
import type { SharedLibrary } from "./read-sonames";
import type { CCondition } from "./split-by-condition";
import { substitute, type HeaderMacro, type SymbolVersionScan, type SymbolVersionUse } from "./scan-symbol-versions";

/** What decides, for one machine, which of the uses of a scan apply. */
export interface HiddenVersionsContext {
  readonly tree: SourceTree;
  readonly sysdeps: readonly string[];
  readonly bits: 32 | 64 | undefined;
  /** Folders of the subdirectories that are built. */
  readonly folders: readonly string[];
  readonly sharedLibraries: ReadonlyMap<string, SharedLibrary>;
  /** Library → symbol → its versions (`2.17`), as the abilists have them. */
  readonly versions: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
}

/** A symbol's version that links do not find: only programs that were linked before need it. */
export interface HiddenVersion {
  readonly library: string;
  readonly symbol: string;
  readonly version: string;
  /** The release since which it is hidden, where the source says so. */
  readonly since?: string;
}

/**
 * The versions of symbols that the sources hide (`symbol@VERSION`). What a source makes a default version (`symbol@@VERSION`)
 * is not among them. A source that is under a condition which cannot be decided is taken to apply.
 */
export function findHiddenVersions(scan: SymbolVersionScan, context: HiddenVersionsContext): HiddenVersion[] {
  const hidden = new Map<string, HiddenVersion>();
  const shown = new Set<string>();
  const builds = new Map<string, Build | undefined>();
  const buildOf = ({ file }: SymbolVersionUse): Build | undefined => {
    if (!builds.has(file)) builds.set(file, findBuild(file, context));
    return builds.get(file);
  };
  const blocks = new Map<string, SymbolVersionUse[]>();
  for (const use of scan.uses) blocks.set(blockOf(use), [...(blocks.get(blockOf(use)) ?? []), use]);
  const around = (use: SymbolVersionUse): SymbolVersionUse[] =>
    use.conditions.flatMap(
      (_, index) => blocks.get(blockOf({ ...use, conditions: use.conditions.slice(0, index + 1) })) ?? [],
    );
  for (const use of scan.uses) {
    if (buildOf(use) === undefined || !use.throughHeaders.every((header) => isIncluded(header, context))) continue;
    for (const library of librariesOf(use, context)) {
      const facts = new Facts(use, library, buildOf(use)!, scan, context);
      const version = facts.version();
      if (version === undefined || facts.holds() === false) continue;
      // What is under a condition that cannot be decided is there when all that is under it, and around it, is.
      const isThere = (other: SymbolVersionUse): boolean =>
        librariesOf(other, context).every(
          (name) => new Facts(other, name, buildOf(other)!, scan, context).version() !== undefined,
        );
      if (facts.holds() === undefined && !around(use).every(isThere)) continue;
      const key = `${library} ${use.symbol} ${version}`;
      const since = facts.obsoleted();
      if (!use.hidden) shown.add(key);
      else if (!hidden.has(key))
        hidden.set(key, { library, symbol: use.symbol, version, ...(since !== undefined && { since }) });
    }
  }
  return [...hidden.values(), ...finiteAliases(hidden, context)].filter(
    ({ library, symbol, version }) => !shown.has(`${library} ${symbol} ${version}`),
  );
}

/**
 * All `__*_finite` functions of libm come from the macro libm_alias_finite. Some it gets from templates and from sources
 * that are compiled a second time for _Float128, with names that only the compiler sees.
 */
function finiteAliases(
  hidden: ReadonlyMap<string, HiddenVersion>,
  { versions }: HiddenVersionsContext,
): HiddenVersion[] {
  const model = [...hidden.values()].find(({ library, symbol }) => library === "libm" && /^__.+_finite$/.test(symbol));
  if (model === undefined) return [];
  return [...versions.get("libm")!]
    .filter(([symbol]) => /^__.+_finite$/.test(symbol))
    .flatMap(([symbol, all]) => all.map((version) => ({ ...model, symbol, version })))
    .filter(({ symbol, version }) => !hidden.has(`libm ${symbol} ${version}`));
}

/** Uses with the same key are in one source under the same conditions. */
function blockOf({ file, conditions }: SymbolVersionUse): string {
  return JSON.stringify([file, conditions]);
}

/**
 * The libraries that a use is about. A source names the library that a symbol is from; where that has been merged into
 * libc, the symbol is libc's now.
 */
function librariesOf({ library, symbol }: SymbolVersionUse, { versions }: HiddenVersionsContext): string[] {
  if (library === undefined) return [...versions.keys()].filter((name) => versions.get(name)!.has(symbol));
  if (versions.get(library)?.has(symbol)) return [library];
  return versions.get("libc")?.has(symbol) ? ["libc"] : [];
}

/** What a source that includes another may define so that the other gives no versions. */
const redefinition = /^\s*#\s*(?:define|undef)\s+(?:compat_symbol|versioned_symbol|SHLIB_COMPAT|LIBM_SVID_COMPAT)\b/m;

/** The macros that have a plain number, or nothing, in the source that includes another one; and the other's defaults for such. */
type Build = ReadonlyMap<string, number>;

/**
 * How a build compiles `file`: of the sources with its name, it is the first in the search, or the first one includes it.
 * Undefined when it does not.
 */
function findBuild(file: string, context: HiddenVersionsContext): Build | undefined {
  const { tree, sysdeps, folders } = context;
  if (
    !(file.startsWith("sysdeps/")
      ? sysdeps.includes(posix.dirname(file))
      : folders.includes(file.slice(0, file.indexOf("/"))))
  )
    return undefined;
  if (!/\.[cS]$/.test(file)) return new Map();
  const stem = posix.basename(file).replace(/\.[cS]$/, "");
  const chosen = sysdeps
    .flatMap((name) => [`${name}/${stem}.S`, `${name}/${stem}.c`])
    .find((candidate) => tree.has(candidate));
  return findInclusion(chosen ?? file, file, context);
}

function findInclusion(source: string, sought: string, context: HiddenVersionsContext): Build | undefined {
  const text = context.tree.read(source);
  const numbersIn = (form: RegExp): Build =>
    new Map([...text.matchAll(form)].map(([, name, value]) => [name!, Number(value)]));
  if (source === sought) return numbersIn(/^\s*#\s*ifndef\s+(?=(\w+))\1\s*\n\s*#\s*define\s+\1[ \t]+(\d+)[ \t]*$/gm);
  if (redefinition.test(text)) return undefined;
  for (const [, name] of text.matchAll(/^\s*#\s*include\s*[<"]([^>"]+\.[cS])[>"]/gm)) {
    const found = [
      name!,
      posix.join(posix.dirname(source), name!),
      ...context.sysdeps.map((folder) => `${folder}/${name}`),
    ].find((candidate) => context.tree.has(candidate));
    const inner = found === undefined || found === source ? undefined : findInclusion(found, sought, context);
    if (inner) return new Map([...inner, ...numbersIn(/^\s*#\s*define\s+(\w+)[ \t]*(\d*)[ \t]*$/gm)]);
  }
  return undefined;
}

/** Whether `#include <…>` finds `header`, and not one of the same name earlier in the search. */
function isIncluded(header: string, { tree, sysdeps }: HiddenVersionsContext): boolean {
  if (!header.startsWith("sysdeps/")) return true;
  return sysdeps.find((folder) => tree.has(`${folder}/${posix.basename(header)}`)) === posix.dirname(header);
}

const versionTests = new Set(["SHLIB_COMPAT", "OTHER_SHLIB_COMPAT", "LIB_COMPAT", "TEST_COMPAT"]);

/** What is known about one use for one library. */
class Facts implements Operands {
  constructor(
    private readonly use: SymbolVersionUse,
    private readonly library: string,
    private readonly build: Build,
    private readonly scan: SymbolVersionScan,
    private readonly context: HiddenVersionsContext,
  ) {}

  /** The version that the use gives the symbol; undefined where the symbol has none such. */
  version(): string | undefined {
    const versions = this.context.versions.get(this.library)!.get(this.use.symbol)!;
    const named = this.resolveVersion(this.use.version);
    // A default version that is not told can only be the newest.
    if (named === undefined && !this.use.hidden) return newest(versions);
    const version = named === undefined ? undefined : this.mapVersion(this.use.library ?? this.library, named);
    return version !== undefined && versions.includes(version) ? version : undefined;
  }

  /** Whether all conditions of the use hold. */
  holds(): Truth {
    return this.all(this.use.conditions);
  }

  private all(conditions: readonly CCondition[]): Truth {
    const values = conditions.map(({ expression, negated }) => {
      const value = evaluateCondition(expression, this);
      return value === undefined ? undefined : value !== negated;
    });
    return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
  }

  /** The release in which the version became hidden: the end of the range that the innermost version test names. */
  obsoleted(): string | undefined {
    const tests = this.use.conditions
      .filter(({ negated }) => !negated)
      .flatMap(({ expression }) => [
        ...this.resolveNames(expression).matchAll(/SHLIB_COMPAT\s*\([^()]*,\s*(\w+)\s*\)/g),
      ]);
    return tests.length === 0 ? undefined : this.resolveVersion(tests.at(-1)![1]!);
  }

  defined(name: string): Truth {
    const { sysdeps, bits } = this.context;
    // Guards against including a header twice; and configure's options for what is obsolete, which are off by default.
    if (/_H$/.test(name) || /^(?:EXPORT_RPC_SYMBOLS|LINK_OBSOLETE_\w+)$/.test(name)) return false;
    if (name === "SHARED" || this.build.has(name)) return true;
    if (name === "__ASSEMBLER__") return this.use.file.endsWith(".h") ? undefined : this.use.file.endsWith(".S");
    if (name === "NO_LONG_DOUBLE") return !sysdeps.some((folder) => /\/ldbl-(?:96|128)/.test(folder));
    if (name === "__OFF_T_MATCHES_OFF64_T") return bits === 64;
    // Of the headers with this name one defines it as 0, and only the others' users ask whether it is defined.
    if (name === "LONG_DOUBLE_COMPAT") return sysdeps.includes("sysdeps/ieee754/ldbl-opt");
    return this.scan.macros.has(name) ? this.macro(name) !== undefined : undefined;
  }

  value(name: string, parameters: readonly string[]): number | boolean | undefined {
    if (versionTests.has(name)) {
      const [library = "", introduced, obsoleted] = [
        parameters[0]?.trim(),
        ...parameters.slice(1).map((parameter) => this.resolveVersion(parameter.trim())),
      ];
      if (introduced === undefined || obsoleted === undefined) return undefined;
      return compareVersions(this.mapVersion(library, introduced), this.mapVersion(library, obsoleted)) < 0;
    }
    if (name === "IS_IN") return [this.library, this.use.library].includes(parameters[0]?.trim());
    const choice = /^LONG_DOUBLE_COMPAT_CHOOSE_(lib[a-z]+)_(\w+)$/.exec(name);
    if (choice) return this.value("LONG_DOUBLE_COMPAT", [choice[1]!, `FIRST_VERSION_${choice[1]!}_${choice[2]!}`]);
    if (this.build.has(name)) return this.build.get(name);
    if (name === "__WORDSIZE") return this.context.bits;
    const macro = this.macro(name);
    return macro === undefined ? undefined : evaluateCondition(substitute(macro, parameters), this);
  }

  /** The definition of a macro; undefined where there are several, among which other macros decide. */
  private macro(name: string): HeaderMacro | undefined {
    const possible = this.scan.macros
      .get(name)
      ?.filter(({ file, conditions }) => isIncluded(file, this.context) && this.all(conditions) !== false);
    return possible?.length === 1 ? possible[0] : undefined;
  }

  /** `GLIBC_2_3_4`, `GLIBC_2.3.4`, `FIRST_VERSION_libm_pow`, or a macro that stands for one → `2.3.4`. */
  private resolveVersion(text: string): string | undefined {
    const first = /^FIRST_VERSION_(lib[a-z]+)_(\w+)$/.exec(text);
    if (first) return oldest(this.context.versions.get(first[1]!)?.get(first[2]!) ?? []);
    const version = /^GLIBC_(\d+(?:[._]\d+)*)$/.exec(text)?.[1];
    if (version !== undefined) return version.replaceAll("_", ".");
    const macro = this.macro(text);
    return macro === undefined ? undefined : this.resolveVersion(macro.body.trim());
  }

  private resolveNames(expression: string): string {
    return expression.replace(/\b[A-Z_]\w*\b/g, (name) => {
      const macro = this.macro(name);
      return macro?.parameters === undefined && macro !== undefined && !/^\s*GLIBC_/.test(macro.body)
        ? macro.body
        : name;
    });
  }

  /** The version that stands for `version` where the oldest symbol set of a library subsumes it. */
  private mapVersion(library: string, version: string): string {
    const bases = (this.context.sharedLibraries.get(library)?.baseVersions ?? []).map((base) =>
      base.replace(/^GLIBC_/, ""),
    );
    return bases.find((base) => compareVersions(version, base) <= 0) ?? version;
  }
}

function oldest(versions: readonly string[]): string | undefined {
  return [...versions].sort(compareVersions)[0];
}

function newest(versions: readonly string[]): string | undefined {
  return [...versions].sort(compareVersions).at(-1);
}
