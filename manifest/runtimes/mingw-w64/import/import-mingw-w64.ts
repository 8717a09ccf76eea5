import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { LibraryRecipe } from "../../../../generator/schema/import-libraries";
import { findIncludedSources } from "../../../../generator/import/find-included-sources";
import type { ImportRows } from "../../../../generator/import/importer";
import type { SourceFlags } from "../../../../generator/import/make/split-flags";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { toSourceSet } from "../../../../generator/import/source-variants";
import { groupLibraries, type ArchitectureRecipe } from "./group-libraries";
import { readProducts, type Library, type Products } from "./read-products";
import { readWinpthreads, type Winpthreads } from "./read-winpthreads";

interface ArchitectureProducts extends Products {
  readonly architecture: string;
}

/** The sources of one set for one architecture, with upstream's flags. */
interface SetList {
  readonly architecture: string;
  readonly sources: readonly string[];
  readonly flags: SourceFlags;
}

/**
 * Reads what mingw-w64 installs, by evaluating the `Makefile.am` of its C runtime for every architecture with a `mingw`
 * column, and that of winpthreads. Sets: one per start file, and one per library with compiled members.
 * Facts: `libraries` (schema: `libraries.ts`), `compiled_libraries` (those with a set of their name), `start_files`,
 * `undecorated` (definitions from which `@n` has to be taken away), `headers` (installed beside the headers of
 * mingw-w64-headers → path in the tree).
 */
export function importMingwW64(tree: SourceTree, version: string, rows: ImportRows): ImportContent {
  checkVersion(tree, version);
  const read = rows.architectures
    .filter(({ columns }) => columns["mingw"] !== undefined)
    .map((row): ArchitectureProducts => ({ architecture: row.name, ...readProducts(tree, row.columns["mingw"]!) }));
  if (read.length === 0) throw new ImportError("no architecture of the manifest has a mingw column");
  const winpthreads = readWinpthreads(tree);

  const lists = new Map<string, SetList[]>();
  const addList = (name: string, list: SetList): void => void lists.set(name, [...(lists.get(name) ?? []), list]);
  for (const { architecture, libraries, startFiles } of read) {
    for (const [name, { source, flags }] of startFiles) addList(name, { architecture, sources: [source], flags });
    for (const [name, { sources, flags }] of libraries)
      if (sources.length > 0) addList(name, { architecture, sources, flags });
    addList(winpthreads.name, { architecture, sources: winpthreads.sources, flags: winpthreads.flags });
  }
  const recipes = recipesOf(read, winpthreads);
  return {
    runtime: "mingw-w64",
    version,
    sets: Object.fromEntries(sortEntries(lists).map(([name, list]) => [name, toSet(tree, name, list, rows)])),
    facts: {
      lists: {
        compiled_libraries: [...new Set(recipes.flatMap(({ recipe }) => recipe.sources ?? []))].sort(),
        start_files: [...new Set(read.flatMap(({ startFiles }) => [...startFiles.keys()]))].sort(),
        undecorated: undecoratedFiles(recipes),
      },
      files: {
        headers: Object.fromEntries(
          [...new Set(read.flatMap(({ headers }) => headers))].sort().map((file) => [file.replace(/^.*\//, ""), file]),
        ),
      },
      import_libraries: {
        dlltool_flags: Object.fromEntries(
          read.map(({ architecture, dlltoolFlags }) => [architecture, [...dlltoolFlags]]),
        ),
        definition_include: [...new Set(read.flatMap(({ definitionInclude }) => definitionInclude))].sort(),
        ...groupLibraries(recipes),
      },
    },
  };
}

/** The version that crt/_mingw_mac.h defines has no patch level where that is 0. */
function checkVersion(tree: SourceTree, version: string): void {
  const header = "mingw-w64-headers/crt/_mingw_mac.h";
  const text = tree.read(header);
  const [major, minor, patch] = ["VERSION_MAJOR", "VERSION_MINOR", "VERSION_BUGFIX"].map(
    (part) => new RegExp(`#define __MINGW64_${part}\\s+(\\d+)`).exec(text)?.[1],
  );
  const found = `${major}.${minor}.${patch}`;
  if (found !== version) throw new ImportError(`${header}: says ${found}, not ${version}`);
}

function toSet(tree: SourceTree, name: string, lists: readonly SetList[], rows: ImportRows): SourceSetImport {
  const { flags, include } = lists[0]!.flags;
  for (const list of lists) {
    if (JSON.stringify(list.flags) !== JSON.stringify(lists[0]!.flags)) {
      throw new ImportError(
        `${name}: ${lists[0]!.architecture} and ${list.architecture} compile it with different flags`,
      );
    }
  }
  const textual = findIncludedSources(
    tree,
    lists.flatMap(({ sources }) => sources),
    include,
  );
  return {
    ...toSourceSet(
      lists.map(({ architecture, sources }) => ({ architecture, sources })),
      { textual, systems: rows.systems },
    ),
    ...(flags.length > 0 && { flags: [...flags] }),
    ...(include.length > 0 && { include: [...include] }),
  };
}

/** Every library of every architecture; winpthreads is the same for all. */
function recipesOf(read: readonly ArchitectureProducts[], winpthreads: Winpthreads): ArchitectureRecipe[] {
  return read.flatMap(({ architecture, libraries }) => [
    ...[...libraries].map(([name, library]) => ({ architecture, name, recipe: toRecipe(name, library) })),
    { architecture, name: winpthreads.name, recipe: { installed: true, sources: winpthreads.name } },
    { architecture, name: winpthreads.alias, recipe: { installed: true, copy_of: winpthreads.name } },
  ]);
}

function toRecipe(
  name: string,
  { installed, definition, sources, merge, copyOf }: Library,
): Omit<LibraryRecipe, "architectures"> {
  return {
    installed,
    ...(definition && {
      definition: {
        file: definition.file,
        ...(definition.preprocess && { preprocess: true }),
        ...(definition.undecorate && { undecorate: true }),
      },
    }),
    ...(sources.length > 0 && { sources: name }),
    ...(merge.length > 0 && { merge: [...merge] }),
    ...(copyOf !== undefined && { copy_of: copyOf }),
  };
}

function undecoratedFiles(recipes: readonly ArchitectureRecipe[]): string[] {
  return [
    ...new Set(recipes.flatMap(({ recipe: { definition } }) => (definition?.undecorate ? [definition.file] : []))),
  ].sort();
}

function sortEntries<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
