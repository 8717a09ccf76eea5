import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { ImportRows } from "../../../../generator/import/importer";
import { findIncludedSources } from "../../../../generator/import/find-included-sources";
import { evaluateMakefile, type MakeVariables } from "../../../../generator/import/make/evaluate-makefile";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { toSourceSet, type SourceList } from "../../../../generator/import/source-variants";

/** An `ARCH` for which musl's makefile lists the portable sources alone: no folder of sources bears this name. */
const portable = "generic";

interface ObjectLists {
  readonly libc: readonly string[];
  readonly ldso: readonly string[];
  readonly crt: readonly string[];
}

/**
 * Reads musl's source lists by evaluating its makefile for the `musl` column of every architecture that has one and that
 * this version supports. Sets: `libc` (members of libc.a), `ldso` (what libc.so has besides), and one per start file.
 */
export function importMusl(tree: SourceTree, version: string, rows: ImportRows): ImportContent {
  const found = tree.read("VERSION").trim();
  if (found !== version) throw new ImportError(`VERSION: says ${found}, not ${version}`);
  const architectures = rows.architectures.filter(
    ({ columns: { musl } }) => musl !== undefined && tree.has(`arch/${musl}/bits/alltypes.h.in`),
  );
  if (architectures.length === 0)
    throw new ImportError("no architecture of the manifest has a musl column that names a folder of arch/");

  const suffixes = suffixOrder(tree);
  const read = (arch: string): ObjectLists =>
    sourcesOf(tree, evaluateMakefile(tree, "Makefile", { ARCH: arch }), arch, suffixes);
  const base = read(portable);
  const lists = architectures.map((row) => ({
    architecture: row.name,
    arch: row.columns["musl"]!,
    ...read(row.columns["musl"]!),
  }));

  const setOf = (choose: (objects: ObjectLists) => readonly string[]): SourceSetImport => {
    const variants = lists.map((list): SourceList => ({ architecture: list.architecture, sources: choose(list) }));
    const textual = lists.flatMap((list) => findIncludedSources(tree, choose(list), includeDirectories(list.arch)));
    return toSourceSet(variants, { base: choose(base), textual, systems: rows.systems });
  };
  const startFiles = [...new Set(lists.flatMap((list) => list.crt.map(startFileOf)))].sort();
  return {
    runtime: "musl",
    version,
    sets: {
      libc: setOf((objects) => objects.libc),
      ldso: setOf((objects) => objects.ldso),
      ...Object.fromEntries(
        startFiles.map((name) => [
          name,
          setOf((objects) => objects.crt.filter((source) => startFileOf(source) === name)),
        ]),
      ),
    },
    facts: {
      lists: {
        empty_libraries: evaluateMakefile(tree, "Makefile", { ARCH: portable }).words("EMPTY_LIB_NAMES").sort(),
      },
    },
  };
}

/** As `CFLAGS_ALL` of the makefile has them. */
function includeDirectories(arch: string): string[] {
  return [`arch/${arch}`, "arch/generic", "src/include", "src/internal", "include"];
}

function sourcesOf(tree: SourceTree, variables: MakeVariables, arch: string, suffixes: readonly string[]): ObjectLists {
  const sources = (variable: string): string[] =>
    variables.words(variable).map((object) => sourceOf(tree, object, arch, suffixes));
  return { libc: sources("LIBC_OBJS"), ldso: sources("LDSO_OBJS"), crt: sources("CRT_OBJS") };
}

/** make takes the first pattern rule that fits, so their order decides where `x.s`, `x.S` and `x.c` stand side by side. */
function suffixOrder(tree: SourceTree): string[] {
  const suffixes = [...tree.read("Makefile").matchAll(/^obj\/%\.o: \$\(srcdir\)\/%(\.\w+)/gm)].map(
    (match) => match[1]!,
  );
  if (suffixes.length === 0) throw new ImportError("Makefile: has no pattern rules `obj/%.o: $(srcdir)/%…`");
  return suffixes;
}

function sourceOf(tree: SourceTree, object: string, arch: string, suffixes: readonly string[]): string {
  const stem = object.replace(/^obj\//, "").replace(/\.l?o$/, "");
  const source = suffixes.map((suffix) => stem + suffix).find((candidate) => tree.has(candidate));
  if (source === undefined) throw new ImportError(`Makefile: names ${object} for ${arch}, but ${stem} has no source`);
  return source;
}

/** `crt/aarch64/crti.s` makes the start file `crti`. */
function startFileOf(source: string): string {
  return source.replace(/^.*\//, "").replace(/\.\w+$/, "");
}
