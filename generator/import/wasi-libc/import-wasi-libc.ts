import type { ImportContent, SourceSetImport } from "../../schema/import-file";
import { findIncludedSources } from "../find-included-sources";
import type { ImportRows } from "../importer";
import { evaluateMakefile, type MakeVariables, type TargetAppend } from "../make/evaluate-makefile";
import { normalize, wordsOf } from "../make/expander";
import { divideFlags, splitShellWords, type SourceFlags } from "../make/split-flags";
import { ImportError, type SourceTree } from "../source-tree";
import { toSourceSet } from "../source-variants";
import { installedHeaders, readHeaders } from "./read-headers";

const buildFolder = "@objects@";

/** Objects that are compiled with the same flags, and a name for them. */
interface Group extends SourceFlags {
  readonly name: string;
  readonly sources: readonly string[];
}

/**
 * Reads wasi-libc's source lists by evaluating its makefile. There is a set for every list of objects to which the makefile
 * gives flags of its own (`libc_top_half`, `dlmalloc` …), for the other members of an archive (named like the archive), and
 * for every start file.
 * Facts: `start_files`, `empty_libraries`, `headers` (installed path → path in the tree).
 * A snapshot does not say its version, so that `version` is taken on trust.
 */
export function importWasiLibc(tree: SourceTree, version: string, rows: ImportRows): ImportContent {
  const makefile = evaluateMakefile(tree, "Makefile", {
    CURDIR: ".",
    OBJDIR: buildFolder,
    SYSROOT_INC: installedHeaders,
  });
  const appended = makefile.appendedFor("CFLAGS");
  const sets: Record<string, SourceSetImport> = {};
  const add = (group: Group): void => {
    sets[group.name] = toSet(tree, group, rows);
  };

  for (const [archive, objects] of archiveRules(tree, makefile)) {
    groupObjects(tree, archive, objects, makefile, appended).forEach(add);
  }
  const startFiles = makefile.words("LIBC_BOTTOM_HALF_CRT_SOURCES").map((source) => normalize(source));
  const startFlags = flagsFor("startup_files", appended);
  for (const source of startFiles) add({ name: startFileOf(source), sources: [source], ...startFlags });

  return {
    runtime: "wasi-libc",
    version,
    sets: sortKeys(sets),
    facts: {
      start_files: startFiles.map(startFileOf).sort(),
      empty_libraries: emptyLibraries(tree),
      headers: readHeaders(tree, makefile),
    },
  };
}

/** The archives of the makefile's rules, `$(SYSROOT_LIB)/libc.a: $(LIBC_OBJS)`, each with its objects. */
function archiveRules(tree: SourceTree, makefile: MakeVariables): [archive: string, objects: string[]][] {
  const rules = [...tree.read("Makefile").matchAll(/^\$\(SYSROOT_LIB\)\/lib([\w.+-]+)\.a:[ \t]*(\S.*)$/gm)];
  if (rules.length === 0) throw new ImportError("Makefile: has no rules `$(SYSROOT_LIB)/lib….a: …`");
  return rules.map(([, archive, objects]) => [archive!, wordsOf(makefile.expand(objects!))]);
}

function groupObjects(
  tree: SourceTree,
  archive: string,
  objects: readonly string[],
  makefile: MakeVariables,
  appended: readonly TargetAppend[],
): Group[] {
  const groups = new Map<string, { flags: SourceFlags; sources: string[] }>();
  for (const object of objects) {
    const name = nameOfList(object, makefile, appended) ?? archive;
    const group = groups.get(name) ?? { flags: flagsFor(object, appended), sources: [] };
    groups.set(name, group);
    group.sources.push(sourceOf(tree, object));
  }
  return [...groups].map(([name, { flags, sources }]) => ({ name, sources, ...flags }));
}

/**
 * The shortest of the lists with flags of their own that `object` is in, named after its variable: `libc_top_half` for
 * `LIBC_TOP_HALF_ALL_OBJS`. Two objects with the same answer are in the same lists, since the makefile's lists nest.
 */
function nameOfList(object: string, makefile: MakeVariables, appended: readonly TargetAppend[]): string | undefined {
  const variables = appended
    .filter(({ targets }) => targets.includes(object))
    .flatMap(({ spelling }) => [...spelling.matchAll(/\$\((\w+)\)/g)].map((match) => match[1]!));
  const lists = variables
    .map((variable) => ({ variable, objects: makefile.words(variable) }))
    .filter(({ objects }) => objects.includes(object));
  const shortest = lists.sort((a, b) => a.objects.length - b.objects.length)[0];
  return shortest?.variable.toLowerCase().replace(/(_all)?_objs$/, "");
}

function flagsFor(target: string, appended: readonly TargetAppend[]): SourceFlags {
  return divideFlags(
    appended.filter(({ targets }) => targets.includes(target)).flatMap(({ text }) => splitShellWords(text)),
  );
}

/** By the pattern rules `$(OBJDIR)/%.o: $(CURDIR)/%.c`, `$(OBJDIR)/%.long-double.o: …` and the like. */
function sourceOf(tree: SourceTree, object: string): string {
  const stem = normalize(object)
    .slice(buildFolder.length + 1)
    .replace(/\.o$/, "");
  const candidates = [`${stem}.c`, `${stem}.s`, `${stem}.S`, `${stem.replace(/\.[^./]*$/, "")}.c`];
  const source = candidates.find((candidate) => tree.has(candidate));
  if (source === undefined) throw new ImportError(`Makefile: names ${object}, but ${stem} has no source`);
  return source;
}

function toSet(tree: SourceTree, { sources, flags, include }: Group, rows: ImportRows): SourceSetImport {
  return {
    ...toSourceSet([{ sources }], { textual: findIncludedSources(tree, sources, include), systems: rows.systems }),
    ...(flags.length > 0 && { flags: [...flags] }),
    ...(include.length > 0 && { include: [...include] }),
  };
}

/** From the loop `for name in m rt pthread …; do $(AR) crs …/lib$${name}.a`. */
function emptyLibraries(tree: SourceTree): string[] {
  const loop = /^\tfor name in ([\w ]+); do/m.exec(tree.read("Makefile"));
  if (!loop) throw new ImportError("Makefile: has no loop that makes the empty archives");
  return wordsOf(loop[1]!).sort();
}

function startFileOf(source: string): string {
  return source.replace(/^.*\//, "").replace(/\.\w+$/, "");
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
