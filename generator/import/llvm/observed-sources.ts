import type { RepeatedSource } from "../../schema/import-file";
import type { ObservedGroup } from "../cmake/configure-cmake";
import { ImportError, type SourceTree } from "../source-tree";

/** What upstream's build compiles into one library. */
export interface ObservedSources {
  readonly sources: readonly string[];
  /** Sources that are compiled several times, each time as another object. */
  readonly repeated: readonly RepeatedSource[];
  /** Flags of all sources in the runtime's own language. */
  readonly flags: readonly string[];
  /** Those of `flags` that compiled sources in another language have not. */
  readonly languageFlags: readonly string[];
  /** Source → flags that it has beside those. */
  readonly sourceFlags: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads what a target of the build compiles. Headers that it lists are no sources: CMake compiles none.
 *
 * @param own CMake's name of the language whose flags are the runtime's; sources in others have some beside them, or some less.
 * @param given The flags that the build was configured with.
 */
export function readObservedSources(
  tree: SourceTree,
  observed: readonly ObservedGroup[],
  own: "C" | "CXX",
  given: readonly string[],
): ObservedSources {
  const groups = observed.map((group) => ({ ...group, code: codeFlags(group, given) }));
  const main = groups.filter(({ language }) => language === own);
  const flags = (main[0]?.code ?? []).filter((flag) => main.every(({ code }) => code.includes(flag)));
  // Assembly lacks what is about generating code, which it may as well be given.
  const compiled = groups.filter(({ language }) => language !== "ASM");
  const sources: string[] = [];
  const sourceFlags = new Map<string, readonly string[]>();
  const copies: CopiedSource[] = [];
  for (const { code, sources: built } of groups) {
    const more = code.filter((flag) => !flags.includes(flag));
    const macros = more.filter((flag) => flag.startsWith("-D")).map((flag) => flag.slice(2));
    for (const { file, builtAs } of built) {
      if (builtAs !== undefined) copies.push({ name: builtAs, file, macros });
      else sources.push(file);
      if (builtAs === undefined && more.length > 0) sourceFlags.set(file, more);
    }
  }
  return {
    sources,
    repeated: repeatedSources(tree, copies),
    flags,
    languageFlags: flags.filter((flag) => !compiled.every(({ code }) => code.includes(flag))),
    sourceFlags,
  };
}

/**
 * What of a command line says how code is made, in its order. Left out is what the runtime's row says for every target, or the
 * target's: optimisation, `NDEBUG`, the language's standard where CMake has chosen it (`gnu…`); and warnings, and how the
 * compiler speaks. Left out as well is what libraries a program has to be linked with, which our links say (`_LIBCPP_LINK_RT_LIB`),
 * and what <inttypes.h> and <stdint.h> wanted to be told before C++11 (`__STDC_LIMIT_MACROS`).
 */
function codeFlags({ flags, defines }: ObservedGroup, given: readonly string[]): string[] {
  const code = /^-(?:[fDUm].|std=(?!gnu))/;
  const others =
    /^-(?:[DU]NDEBUG$|D_LIB\w+_LINK_|D_LIBCPP_HAS_NO_PRAGMA_SYSTEM_HEADER$|D__STDC_\w+_MACROS$|f(?:diagnostics|color|no-color|no-lto$|debug-prefix-map=)|m\w+-version-min=)/;
  const all = [...flags, ...defines.map((define) => `-D${define}`)];
  return [...new Set(all.filter((flag) => code.test(flag) && !others.test(flag) && !given.includes(flag)))];
}

/** A file that the build links under another name, to compile it with macros of its own. */
interface CopiedSource {
  readonly name: string;
  readonly file: string;
  readonly macros: readonly string[];
}

/**
 * One repeated source per file and first macro: upstream makes an object for each pass, which costs a compiler process each;
 * together they are one, of the same symbols.
 */
function repeatedSources(tree: SourceTree, copies: readonly CopiedSource[]): RepeatedSource[] {
  const groups = new Map<string, CopiedSource[]>();
  for (const copy of copies) {
    if (copy.macros.length === 0)
      throw new ImportError(
        `${copy.file}: is compiled as ${copy.name} as well, without a macro that tells the two apart`,
      );
    const key = `${copy.file} ${copy.macros[0]}`;
    groups.set(key, [...(groups.get(key) ?? []), copy]);
  }
  return [...groups.values()].map((group) => ({
    name: commonName(group.map((copy) => copy.name)),
    file: group[0]!.file,
    passes: group.map((copy) => [...copy.macros, ...assemblerMacros(tree.read(copy.file), copy.name)]),
  }));
}

/** `outline_atomic_cas1_1`, `outline_atomic_cas1_2`, … → `outline_atomic_cas`. */
function commonName(names: readonly string[]): string {
  let length = 0;
  while (length < names[0]!.length && names.every((name) => name[length] === names[0]![length])) length++;
  return names[0]!.slice(0, length).replace(/[\d_]+$/, "") || names[0]!;
}

/** The assembler refuses to define a macro twice (`macro 'X' is already defined`), so that each pass has to give it a name of its own. */
function assemblerMacros(text: string, pass: string): string[] {
  return [...text.matchAll(/^\s*\.macro\s+(\w+)/gm)].map((match) => `${match[1]}=${match[1]}_${pass}`);
}

/** Source → the flags that it has beside those of its set, on any target. */
export function joinFlags(
  lists: readonly Pick<ObservedSources, "sourceFlags">[],
  compiled: ReadonlySet<string>,
): Record<string, string[]> {
  const joined = new Map<string, string[]>();
  for (const [source, flags] of lists.flatMap(({ sourceFlags }) => [...sourceFlags]))
    if (compiled.has(source)) joined.set(source, [...new Set([...(joined.get(source) ?? []), ...flags])]);
  return Object.fromEntries([...joined].sort(([left], [right]) => (left < right ? -1 : 1)));
}
