import { fillColumns, targetColumns } from "../../../../generator/schema/columns";
import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { ArchitectureRow, SystemRow } from "../../../../generator/schema/rows";
import { toCompiledSet } from "../../../../generator/import/compiled-set";
import {
  architecturesWith,
  type AskedPrograms,
  type Division,
  type ImportContext,
  type ImportRows,
} from "../../../../generator/import/importer";
import { withConfigure, type ConfigureMake } from "../../../../generator/import/make/configure-make";
import { findConfigureTools } from "../../../../generator/import/make/make-tools";
import type { Compilation } from "../../../../generator/import/read-compilation";
import type { ShellCommand } from "../../../../generator/import/shell-words";
import { readLink, toImportedLink, type ArchitectureLink } from "../../../../generator/import/imported-link";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";

/** GNU make, which is asked for 4.0's `--eval`. */
export const asks = { make: "4.0" } satisfies AskedPrograms;

export const division = { by: "architecture", wants: () => true } satisfies Division;

/** What musl's build makes for one architecture. */
interface ArchitectureBuild {
  readonly architecture: string;
  /** Set name → what is compiled for it. */
  readonly sets: ReadonlyMap<string, readonly Compilation[]>;
  /** Archives without members, as `-l` takes them. */
  readonly emptyLibraries: readonly string[];
  /** How libc.so is linked. */
  readonly link: ArchitectureLink;
  /** Where the dynamic loader is installed, if the compiler takes it to be elsewhere. */
  readonly loader: string | undefined;
}

/**
 * Reads musl by running its `configure` for every architecture that has it as its libc and that this version supports, and asking
 * make what it would do then. Sets: `libc` (members of libc.a), `ldso` (what libc.so has besides), and one per start file.
 * The list `empty_libraries` names archives without members, the link `libc.so` has its flags, and `loaders` says where the dynamic
 * loader is if clang says otherwise.
 */
export async function importMusl(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs, llvm }: Pick<ImportContext, "programs" | "llvm">,
): Promise<ImportContent> {
  const found = tree.read("VERSION").trim();
  if (found !== version) throw new ImportError(`VERSION: says ${found}, not ${version}`);
  const targets = architecturesWith("musl", rows).filter(({ architecture }) =>
    tree.has(`arch/${architecture.columns["musl"]}/bits/alltypes.h.in`),
  );
  if (targets.length === 0)
    throw new ImportError("no target of the manifest has a musl column that names a folder of arch/");
  const tools = await findConfigureTools(programs, asks.make, llvm, ["ld.lld"]);
  const builds = await withConfigure(tree, division.wants, tools, (configure) =>
    Promise.all(targets.map(({ architecture, system }) => readBuild(tree, architecture, system, configure))),
  );
  const link = toImportedLink(builds.map((build) => build.link));
  if (link === undefined)
    throw new ImportError("Makefile: the link of libc.so reads different files for different architectures");
  const names = new Set(builds.flatMap(({ sets }) => [...sets.keys()]));
  return {
    runtime: "musl",
    version,
    sets: Object.fromEntries([...names].map((name) => [name, readSet(tree, name, builds, rows.systems)])),
    facts: {
      lists: { empty_libraries: [...new Set(builds.flatMap(({ emptyLibraries }) => emptyLibraries))].sort() },
      links: { "libc.so": { ...link, flags: link.flags.filter(isAboutLibrary) } },
      loaders: Object.fromEntries(
        builds
          .flatMap(({ architecture, loader }): [string, string][] => (loader ? [[architecture, loader]] : []))
          .sort(),
      ),
    },
  };
}

/** The linker whose flags are probed; with a compilation, which has no use for it, it is no reason for a warning. */
const linker = ["--start-no-unused-arguments", "-fuse-ld=lld", "--end-no-unused-arguments"];

async function readBuild(
  tree: SourceTree,
  architecture: ArchitectureRow,
  system: SystemRow,
  configure: ConfigureMake,
): Promise<ArchitectureBuild> {
  const triple = fillColumns(system.triple, targetColumns(architecture, system));
  const build = await configure({
    folder: ".",
    triple,
    // Compilers for Linux make position-independent executables unless they are told otherwise. One that does has musl's build
    // put the objects of libc.so into libc.a.
    flags: [...(architecture.flags ?? []), "-fPIE", ...linker],
    // A compiler's library of one's own keeps it from looking for one of this machine's.
    settings: [
      `--target=${triple}`,
      "--disable-wrapper",
      "--disable-warnings",
      "AR=ar",
      "RANLIB=ranlib",
      "LIBCC=-lbuiltins",
    ],
  });
  const { ARCH: arch, LDSO_PATHNAME: loaders } = await build.variables(["ARCH", "LDSO_PATHNAME"]);
  if (arch.join() !== architecture.columns["musl"])
    throw new ImportError(
      `configure: takes ${triple} for ${arch.join()}, and architecture ${architecture.name} has ${architecture.columns["musl"]} as its musl column`,
    );
  const compiled = new Map<string, Compilation>();
  const archives = new Map<string, readonly string[]>();
  const startFiles = new Map<string, string>();
  let libcSo: ShellCommand | undefined;
  for (const command of await build.dryRun("all")) {
    const compilation = build.compilationOf(command);
    const [program, ...words] = command.words;
    if (compilation !== undefined) compiled.set(compilation.object, compilation);
    else if (program === "ar") archives.set(words[1]!, words.slice(2));
    else if (program === "cp" && words[1]?.startsWith("lib/")) startFiles.set(words[1], words[0]!);
    else if (words.includes("lib/libc.so")) libcSo = command;
  }
  if (libcSo === undefined) throw new ImportError(`Makefile: links no lib/libc.so for ${triple}`);
  const inTree = (path: string): string | undefined => {
    const file = build.inTree(path);
    return file !== undefined && tree.has(file) ? file : undefined;
  };
  const members = archives.get("lib/libc.a") ?? [];
  const sourcesOf = (objects: readonly string[]): Compilation[] =>
    objects.map((object) => {
      const compilation = compiled.get(object);
      if (compilation === undefined || compilation.isGenerated)
        throw new ImportError(`Makefile: compiles ${object} for ${triple} of no file of the tree`);
      return compilation;
    });
  return {
    architecture: architecture.name,
    sets: new Map([
      ["libc", sourcesOf(members)],
      ["ldso", sourcesOf(libcSo.words.filter((word) => word.startsWith("obj/") && !members.includes(word)))],
      ...[...startFiles].sort().map(([file, object]): [string, Compilation[]] => [nameOf(file), sourcesOf([object])]),
    ]),
    emptyLibraries: [...archives].filter(([, objects]) => objects.length === 0).map(([file]) => nameOf(file)),
    link: {
      architecture: architecture.name,
      ...readLink(libcSo, inTree),
    },
    loader: loaders[0] === (await build.interpreter()) ? undefined : loaders[0],
  };
}

/** `lib/libm.a` → `m`, `lib/crt1.o` → `crt1`. */
function nameOf(file: string): string {
  return file.replace(/^lib\/(?:lib(?=.*\.a$))?|\.[ao]$/g, "");
}

function readSet(
  tree: SourceTree,
  name: string,
  builds: readonly ArchitectureBuild[],
  systems: readonly SystemRow[],
): SourceSetImport {
  const lists = builds.map(({ architecture, sets }) => {
    const sources = sets.get(name);
    if (sources === undefined || sources.length === 0)
      throw new ImportError(`Makefile: makes no ${name} for ${architecture}`);
    return { architecture, sources };
  });
  return toCompiledSet(tree, lists, { isAboutCode, systems });
}

/** Warnings, and how the compiler works and speaks, are upstream's own concern; the CPU is said by the target's row. */
function isAboutCode(flag: string): boolean {
  return !/^-(?:[Ww](?!a,|l,|p,)|march=|mtune=|pipe$|Qunused-arguments$)/.test(flag);
}

/** Upstream links objects, and hides what it takes from the compiler's archives; here libc.a is an archive, and the row says of which. */
function isAboutLibrary(flag: string): boolean {
  return flag !== "-Wl,--exclude-libs=ALL";
}
