import { fillColumns, targetColumns } from "../../../../generator/schema/columns";
import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { SystemRow } from "../../../../generator/schema/rows";
import { findBuildTools } from "../../../../generator/import/cmake/build-tools";
import { withCMake, type ConfigureCMake, type ObservedGroup } from "../../../../generator/import/cmake/configure-cmake";
import { findIncludedSources } from "../../../../generator/import/find-included-sources";
import {
  architectureOf,
  systemsWith,
  type AskedPrograms,
  type ImportContext,
  type ImportRows,
} from "../../../../generator/import/importer";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { toSourceSet } from "../../../../generator/import/source-variants";
import { readSysroot, type Sysroot } from "./read-sysroot";

/** Its CMakeLists.txt wants it. */
export const asks = { cmake: "3.26.0" } satisfies AskedPrograms;

/** The header that configuring writes into the sysroot's folder `wasi`. */
const versionHeader = "version.h";

/** A library of upstream's build, on one system. */
interface Library {
  readonly system: string;
  readonly sources: readonly string[];
  readonly flags: readonly string[];
  readonly include: readonly string[];
}

/** What upstream's build makes for one system of the manifest. */
interface Configured {
  readonly system: string;
  readonly libraries: ReadonlyMap<string, Library>;
  readonly sysroot: Sysroot;
  /** Lines of the header that configuring writes. */
  readonly version: readonly string[];
}

/** A set's name: object libraries are made twice, for shared libraries and for archives, and only the latter are taken. */
const setName = (library: string): string => library.replace(/-static$/, "");

/**
 * Reads wasi-libc by configuring upstream's build once for every system whose stack has it. There is a set for every library of
 * objects that upstream's archives are put together from, named like it (`top-half`, `dlmalloc` …), for every archive that
 * is compiled by itself (`setjmp`), and for every start file.
 * Facts: the lists `start_files` and `empty_libraries`, the files `headers`, and the texts `configuration_headers`, whose paths are
 * below the folder `wasi`. A tree does not say its version, so that `version` is taken on trust.
 */
export async function importWasiLibc(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs }: Pick<ImportContext, "programs">,
): Promise<ImportContent> {
  const systems = systemsWith("wasi-libc", rows);
  const tools = await findBuildTools(programs, asks);
  const configured = await withCMake(
    tree,
    (path) => !path.startsWith("test/"),
    tools,
    (configure) => Promise.all(systems.map((system) => readSystem(system, rows, configure))),
  );
  const [first, ...others] = configured as [Configured, ...Configured[]];
  const installed = ({ sysroot, version: lines }: Configured): string =>
    JSON.stringify([[...sysroot.archives], [...sysroot.startFiles], sysroot.emptyLibraries, sysroot.headers, lines]);
  for (const other of others) {
    if (installed(other) !== installed(first))
      throw new ImportError(
        `CMakeLists.txt: installs other files for ${other.system} than for ${first.system}, which the importer does not know`,
      );
  }
  const { sysroot } = first;
  const libraryOf = new Map([
    ...[...sysroot.archives.values()].flat().map((name): [string, string] => [setName(name), name]),
    ...sysroot.startFiles,
  ]);
  const sets = Object.fromEntries(
    [...libraryOf]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([set, library]) => [set, readSet(tree, library, configured, rows)]),
  );
  const facts = {
    lists: { start_files: [...sysroot.startFiles.keys()].sort(), empty_libraries: [...sysroot.emptyLibraries] },
    files: { headers: sysroot.headers },
    texts: { configuration_headers: { [versionHeader]: [...first.version] } },
  };
  return { runtime: "wasi-libc", version, sets, facts };
}

async function readSystem(system: SystemRow, rows: ImportRows, configure: ConfigureCMake): Promise<Configured> {
  const architecture = architectureOf(rows.targets.find((row) => row.system === system.name)?.architecture, rows);
  const columns = targetColumns(architecture, system);
  const triple = fillColumns(system.triple, columns);
  const build = await configure({
    folder: ".",
    triple,
    systemName: "WASI",
    processor: String(columns["llvm"]),
    flags: [],
    // Bindings are in the tree already.
    settings: { TARGET_TRIPLE: triple, BINDINGS_TARGET: "OFF", BUILD_SHARED: "OFF" },
  });
  const sysroot = await readSysroot(build, triple);
  const names = [...new Set([...[...sysroot.archives.values()].flat(), ...sysroot.startFiles.values()])];
  const libraries = names.map(async (name): Promise<[string, Library]> => [
    name,
    readLibrary(system.name, await build.observe(name)),
  ]);
  return {
    system: system.name,
    libraries: new Map(await Promise.all(libraries)),
    sysroot,
    version: build.read(`sysroot/include/${triple}/wasi/${versionHeader}`).split("\n"),
  };
}

/** Sources of a library; assembler is compiled with what C has. */
function readLibrary(system: string, groups: readonly ObservedGroup[]): Library {
  const main = groups.find(({ language }) => language === "C") ?? groups[0]!;
  return {
    system,
    sources: groups.flatMap(({ sources }) => sources.map(({ file }) => file)),
    flags: [...main.flags.filter(isAboutCode), ...main.defines.map((define) => `-D${define}`)],
    include: main.include,
  };
}

/** Warnings are upstream's own concern; the target is said by its row, optimisation by the runtime's. */
function isAboutCode(flag: string): boolean {
  return !/^(?:-W|-O|-DNDEBUG$|--target=)/.test(flag);
}

function readSet(tree: SourceTree, name: string, configured: readonly Configured[], rows: ImportRows): SourceSetImport {
  const found = configured.flatMap(({ libraries }) => libraries.get(name) ?? []);
  const include = found[0]!.include;
  if (found.some((other) => other.include.join() !== include.join()))
    throw new ImportError(
      `CMakeLists.txt: the include directories of ${name} depend on the target, which the importer does not know`,
    );
  const lists = found.map(({ system, sources, flags }) => ({ system, sources, flags }));
  const textual = findIncludedSources(tree, [...new Set(found.flatMap(({ sources }) => sources))], include);
  return {
    ...toSourceSet(lists, { textual, systems: rows.systems }),
    ...(include.length > 0 && { include: [...include] }),
  };
}
