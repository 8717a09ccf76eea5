import { posix } from "node:path";

import { toCompiledSet } from "../../../../generator/import/compiled-set";
import {
  architecturesWith,
  type AskedPrograms,
  type ImportContext,
  type ImportRows,
} from "../../../../generator/import/importer";
import {
  withMeson,
  type ConfiguredMeson,
  type ConfigureMeson,
  type InstalledFile,
} from "../../../../generator/import/meson/configure-meson";
import { findMesonTools } from "../../../../generator/import/meson/meson-tools";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { fillColumns, targetColumns } from "../../../../generator/schema/columns";
import type { ImportContent } from "../../../../generator/schema/import-file";
import type { IncludeFolder, ReleaseHeaders } from "../../../../generator/schema/release-headers";
import type { ArchitectureRow, SystemRow } from "../../../../generator/schema/rows";

/** The first whose introspection is of the form that is read here is older; this is the oldest that was tried. */
export const asks = { meson: "1.0.0" } satisfies AskedPrograms;

/** Choices of upstream's options, where ours is another than the default. */
const options = {
  // One build for each target, in the place of one with a folder for each kind of code that GCC makes.
  multilib: "false",
  // Files for GCC's driver alone.
  specsdir: "none",
};

/** What configuring reads of the tree. */
const isWanted = (path: string): boolean => !/^(?:test|doc|hello-world|zephyr)\//.test(path);

/** What picolibc's build makes for one architecture. */
export interface ArchitectureBuild extends ConfiguredMeson {
  readonly architecture: ArchitectureRow;
}

/**
 * Reads picolibc by configuring its Meson build for every architecture that has it as its libc. Sets: one for each static library
 * that is installed, `c`, `crt0`, `semihost`, …, which the list `libraries` names. Linker scripts are texts, by the cross file
 * whose memory they are for; headers are those of a release.
 */
export async function importPicolibc(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs, llvm }: Pick<ImportContext, "programs" | "llvm">,
): Promise<ImportContent> {
  const found = /^\s*version\s*:\s*'([^']+)'/m.exec(tree.read("meson.build"))?.[1];
  if (found !== version) throw new ImportError(`meson.build: says ${found ?? "no version"}, not ${version}`);
  const tools = await findMesonTools(programs, asks.meson, llvm);
  const builds = await withMeson(tree, isWanted, tools, (configure) =>
    Promise.all(
      architecturesWith("picolibc", rows).map(({ architecture, system }) => readBuild(architecture, system, configure)),
    ),
  );
  const libraries = [...new Set(builds.flatMap((build) => [...build.libraries.keys()]))].sort();
  return {
    runtime: "picolibc",
    version,
    sets: Object.fromEntries(
      libraries.map((name) => [
        name,
        toCompiledSet(
          tree,
          builds.flatMap(({ architecture, libraries: made }) =>
            made.has(name) ? [{ architecture: architecture.name, sources: made.get(name)! }] : [],
          ),
          { isAboutCode, systems: rows.systems },
        ),
      ]),
    ),
    facts: {
      lists: { libraries },
      texts: { linker_scripts: readLinkerScripts(builds) },
      release_headers: readHeaders(builds),
    },
  };
}

async function readBuild(
  architecture: ArchitectureRow,
  system: SystemRow,
  configure: ConfigureMeson,
): Promise<ArchitectureBuild> {
  const columns = targetColumns(architecture, system);
  const column = (name: string): string => fillColumns(`{${name}}`, columns);
  const build = await configure({
    triple: fillColumns(system.triple, columns),
    flags: architecture.flags ?? [],
    crossFile: `scripts/cross-${column("picolibc_board")}.txt`,
    machine: {
      system: system.os,
      cpu_family: column("meson"),
      cpu: column("llvm"),
      endian: column("endian"),
    },
    options,
  });
  return { architecture, ...build };
}

/**
 * Left out are warnings, debugging information, and how the compiler works and speaks; and what is Meson's own and not upstream's:
 * it defines _FILE_OFFSET_BITS, of which picolibc knows nothing.
 */
export function isAboutCode(flag: string): boolean {
  return !/^-(?:[Ww]|g\d?$|MD$|nostdlib$|f(?:color-)?diagnostics|D_FILE_OFFSET_BITS)/.test(flag);
}

/** Where upstream's build says that headers go: it puts the folder's name together by itself. */
const includeFolder = "{prefix}/include/";

/** The headers that are installed: path as it is included → file. */
function installedHeaders({ installed }: ConfiguredMeson): Map<string, InstalledFile> {
  return new Map(
    [...installed].flatMap(([destination, file]): [string, InstalledFile][] =>
      destination.startsWith(includeFolder) ? [[destination.slice(includeFolder.length), file]] : [],
    ),
  );
}

/** Path below the folder of a cross file → lines. */
export function readLinkerScripts(builds: readonly ArchitectureBuild[]): Record<string, string[]> {
  const scripts = new Map<string, string>();
  for (const { architecture, ...build } of builds) {
    for (const [destination, file] of build.installed) {
      if (!destination.endsWith(".ld") || !("written" in file)) continue;
      const path = `${architecture.columns["picolibc_board"]}/${posix.basename(destination)}`;
      const known = scripts.get(path) ?? file.written;
      if (known !== file.written)
        throw new ImportError(
          `picolibc.ld.in: becomes another linker script for ${architecture.name} than for others with ${architecture.columns["picolibc_board"]} as their picolibc_board`,
        );
      scripts.set(path, known);
    }
  }
  return Object.fromEntries([...scripts].sort(byKey).map(([path, text]) => [path, text.split("\n")]));
}

/** Headers that all architectures have alike, and what each has besides, or in the place of these. */
export function readHeaders(builds: readonly ArchitectureBuild[]): ReleaseHeaders {
  const folders = builds.map((build) => ({
    name: build.architecture.name,
    headers: installedHeaders(build),
  }));
  const textOf = (file: InstalledFile | undefined): string => JSON.stringify(file);
  const [first] = folders as [(typeof folders)[number]];
  const common = [...first.headers].filter(([path, file]) =>
    folders.every(({ headers }) => textOf(headers.get(path)) === textOf(file)),
  );
  if (common.length === 0) throw new ImportError(`meson.build: installs no header in ${includeFolder}`);
  const shared = new Set(common.map(([path]) => path));
  return {
    common: toFolder(common),
    architectures: Object.fromEntries(
      folders.map(({ name, headers }) => [name, toFolder([...headers].filter(([path]) => !shared.has(path)))]),
    ),
  };
}

function toFolder(headers: readonly (readonly [string, InstalledFile])[]): IncludeFolder {
  const copied = new Map<string, string[]>();
  const written: [string, string][] = [];
  for (const [path, file] of [...headers].sort(byKey)) {
    if ("written" in file) {
      written.push([path, file.written]);
      continue;
    }
    if (!file.inTree.endsWith(`/${path}`))
      throw new ImportError(`${file.inTree}: is installed under another name, ${path}`);
    const folder = file.inTree.slice(0, -path.length - 1);
    copied.set(folder, [...(copied.get(folder) ?? []), path]);
  }
  return {
    copied: Object.fromEntries([...copied].sort(byKey)),
    ...(written.length > 0 && { written: Object.fromEntries(written) }),
  };
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
