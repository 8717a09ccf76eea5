import { join } from "node:path";

import { fillColumns, targetColumns } from "../../../../generator/schema/columns";
import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { LibraryRecipe } from "../../../../generator/schema/import-libraries";
import { findIncludedSources } from "../../../../generator/import/find-included-sources";
import {
  architecturesWith,
  type AskedPrograms,
  type ImportContext,
  type ImportRows,
} from "../../../../generator/import/importer";
import { withConfigure, type MakeProject } from "../../../../generator/import/make/configure-make";
import { findConfigureTools } from "../../../../generator/import/make/make-tools";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { toSourceSet } from "../../../../generator/import/source-variants";
import { groupLibraries, type ArchitectureRecipe } from "./group-libraries";
import { crtFolder, readProducts, type Library, type Products } from "./read-products";
import { readWinpthreads, winpthreadsFolder, type Winpthreads } from "./read-winpthreads";
import type { SourceFlags } from "./source-flags";

/** GNU make, which is asked for 4.0's `--eval`. */
export const asks = { make: "4.0" } satisfies AskedPrograms;

/** The project of mingw-w64 that writes `_mingw.h`, without which the others' probes find no header. */
const headersFolder = "mingw-w64-headers";

/** The folders of libraries that configure makes, each by an option of its name. */
const folders = ["lib32", "lib64", "libarm32", "libarm64"];

interface ArchitectureProducts extends Products {
  readonly architecture: string;
  readonly winpthreads: Winpthreads;
}

/** The sources of one set for one architecture, with upstream's flags. */
interface SetList {
  readonly architecture: string;
  readonly sources: readonly string[];
  readonly flags: SourceFlags;
}

/**
 * Reads what mingw-w64 installs, by running the `configure` of its C runtime and of winpthreads for every architecture that has it
 * as its libc, and asking make what it would do then. Sets: one per start file, and one per library with compiled members.
 * Lists: `compiled_libraries` (those with a set of their name), `start_files`, `undecorated` (definitions from which `@n` has to
 * be taken away). Files: `headers` (installed beside the headers of mingw-w64-headers → path in the tree).
 */
export async function importMingwW64(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs, llvm }: Pick<ImportContext, "programs" | "llvm">,
): Promise<ImportContent> {
  checkVersion(tree, version);
  const targets = architecturesWith("mingw-w64", rows);
  const tools = await findConfigureTools(programs, asks.make, llvm, ["llvm-dlltool", "ld.lld"]);
  const isWanted = (path: string): boolean =>
    [headersFolder, crtFolder, winpthreadsFolder].some((folder) => path.startsWith(`${folder}/`));
  const read = await withConfigure(tree, isWanted, tools, async (configure) => {
    const projects = targets.map(({ architecture, system }) => {
      const columns = targetColumns(architecture, system);
      const project = (folder: string, ...settings: string[]): MakeProject => ({
        folder,
        triple: fillColumns(system.triple, columns),
        flags: architecture.flags ?? [],
        settings: [
          `--host=${fillColumns(system.gnu ?? system.triple, columns)}`,
          // It says that programs cannot be run; what they are built on is not looked for then.
          "--build=x86_64-pc-linux-gnu",
          "--disable-dependency-tracking",
          "CFLAGS=",
          // One probe of the C runtime links, without libraries; the linker is LLVM's, and none of this machine's.
          "LDFLAGS=-fuse-ld=lld",
          "AR=ar",
          "RANLIB=ranlib",
          "AS=as",
          `DLLTOOL=${join(tools.llvm, "llvm-dlltool")}`,
          ...settings,
        ],
      });
      return { architecture, project };
    });
    const { folder: written } = await configure(projects[0]!.project(headersFolder));
    const headers = [join(written, "crt"), `${headersFolder}/crt`, `${headersFolder}/include`];
    const readArchitecture = async ({ architecture, project }: (typeof projects)[number]) => {
      const folder = architecture.columns["mingw"];
      if (folder === undefined) throw new ImportError(`architectures: ${architecture.name}: has no mingw column`);
      const [crt, winpthreads] = await Promise.all([
        configure({
          ...project(crtFolder, ...folders.map((name) => `--${name === folder ? "enable" : "disable"}-${name}`)),
          headers,
        }),
        configure({ ...project(winpthreadsFolder, "--disable-shared"), headers }),
      ]);
      return {
        architecture: architecture.name,
        ...(await readProducts(tree, crt, folder)),
        winpthreads: await readWinpthreads(winpthreads),
      };
    };
    return Promise.all(projects.map(readArchitecture));
  });

  const lists = new Map<string, SetList[]>();
  const addList = (name: string, list: SetList): void => void lists.set(name, [...(lists.get(name) ?? []), list]);
  for (const { architecture, libraries, startFiles, winpthreads } of read) {
    for (const [name, { source, flags }] of startFiles) addList(name, { architecture, sources: [source], flags });
    for (const [name, { sources, flags }] of libraries)
      if (sources.length > 0) addList(name, { architecture, sources, flags });
    addList(winpthreads.name, { architecture, sources: winpthreads.sources, flags: winpthreads.flags });
  }
  const recipes = recipesOf(read);
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
        `${name}: ${lists[0]!.architecture} and ${list.architecture} compile it with different flags: ${[lists[0]!, list].map((other) => [...other.flags.flags, ...other.flags.include].join(" ")).join("; ")}`,
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

/** Every library of every architecture. */
function recipesOf(read: readonly ArchitectureProducts[]): ArchitectureRecipe[] {
  return read.flatMap(({ architecture, libraries, winpthreads }) => [
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
