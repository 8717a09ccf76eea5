import type { ImportContent, SourceSetImport } from "../../schema/import-file";
import { findIncludedSources } from "../find-included-sources";
import type { ImportRows } from "../importer";
import { systemsWith } from "../llvm/read-release";
import { ImportError, type SourceTree } from "../source-tree";
import { toSourceSet } from "../source-variants";
import { configureWasiLibc } from "./configure-wasi-libc";
import { collectLibraries, readFlags, type Library } from "./read-libraries";
import { readSysroot, type Sysroot } from "./read-sysroot";

/** What upstream's build makes for one system of the manifest. */
interface Configured {
  readonly system: string;
  readonly libraries: ReadonlyMap<string, Library>;
  readonly sysroot: Sysroot;
}

/** A set's name: object libraries are made twice, for shared libraries and for archives, and only the latter are taken. */
const setName = (library: string): string => library.replace(/-static$/, "");

/**
 * Reads wasi-libc by evaluating its CMake files once for every system whose stack has it. There is a set for every library of
 * objects that upstream's archives are put together from, named like it (`top-half`, `dlmalloc` …), for every archive that
 * is compiled by itself (`setjmp`), and for every start file.
 * Facts: `start_files`, `empty_libraries`, `headers` (installed path → path in the tree). A tree does not say its version, so
 * that `version` is taken on trust.
 */
export function importWasiLibc(tree: SourceTree, version: string, rows: ImportRows): ImportContent {
  const configured = systemsWith("wasi-libc", rows).map((system): Configured => {
    const result = configureWasiLibc(tree, system);
    return { system: system.name, libraries: collectLibraries(tree, result), sysroot: readSysroot(tree, result) };
  });
  const [first, ...others] = configured as [Configured, ...Configured[]];
  for (const { system, sysroot } of others) {
    if (JSON.stringify(sysroot) !== JSON.stringify(first.sysroot))
      throw new ImportError(
        `CMakeLists.txt: installs other files for ${system} than for ${first.system}, which the importer does not know`,
      );
  }
  const { sysroot } = first;
  const compiled = configured.flatMap(({ libraries }) =>
    [...sysroot.archives.values()].flatMap((name) => compiledLibraries(libraries, name)),
  );
  const libraryOf = new Map([
    ...compiled.map((name): [string, string] => [setName(name), name]),
    ...sysroot.startFiles,
  ]);
  const sets = Object.fromEntries(
    [...libraryOf]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([set, library]) => [set, readSet(tree, library, configured, rows)]),
  );
  const facts = {
    start_files: [...sysroot.startFiles.keys()].sort(),
    empty_libraries: sysroot.emptyLibraries,
    headers: sysroot.headers,
  };
  return { runtime: "wasi-libc", version, sets, facts };
}

/** The libraries with sources of their own that a library is put together from; itself, where it has sources. */
function compiledLibraries(libraries: ReadonlyMap<string, Library>, name: string): string[] {
  const library = libraries.get(name);
  if (library === undefined) throw new ImportError(`CMakeLists.txt: installs ${name}, but makes no such library`);
  const members = library.members.flatMap((member) => compiledLibraries(libraries, member));
  return library.sources.length > 0 ? [name, ...members] : members;
}

function readSet(tree: SourceTree, name: string, configured: readonly Configured[], rows: ImportRows): SourceSetImport {
  const found = configured.flatMap(({ system, libraries }) => {
    const library = libraries.get(name);
    return library === undefined ? [] : [{ system, sources: library.sources, ...readFlags(library, libraries) }];
  });
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
