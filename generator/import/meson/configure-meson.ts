import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { readCompilation, type Compilation } from "../read-compilation";
import { runProgram } from "../run-program";
import { withScratchTree, writeInto, type ScratchTree } from "../scratch-tree";
import { splitShellWords } from "../shell-words";
import { ImportError, type SourceTree } from "../source-tree";
import { prefix, readIntrospection } from "./introspection";
import type { MesonTools } from "./meson-tools";

/** One configuration of an upstream project, whose `meson.build` is at the tree's root. */
export interface MesonProject {
  /** LLVM target triple that everything is compiled for. */
  readonly triple: string;
  /** Flags that the compiler is called with everywhere, as if it were made for them. */
  readonly flags: readonly string[];
  /** Upstream's own cross file, relative to the tree's root. What ours says, which is read after it, wins. */
  readonly crossFile: string;
  /** The machine that it is built for, as Meson spells it. */
  readonly machine: MesonMachine;
  /** Upstream's options: name → value. */
  readonly options: Readonly<Record<string, string>>;
}

/** A machine, as a cross file describes it. */
export interface MesonMachine {
  readonly system: string;
  readonly cpu_family: string;
  readonly cpu: string;
  readonly endian: string;
}

/** A build that Meson has configured. */
export interface ConfiguredMeson {
  /** Static libraries that are installed, by the name that `-l` has → what is compiled for them, in order. */
  readonly libraries: ReadonlyMap<string, readonly Compilation[]>;
  /** Where a file is installed, as `{prefix}/include/stdio.h` → its path, in the tree or in the build folder. */
  readonly installed: ReadonlyMap<string, InstalledFile>;
}

export type InstalledFile = { readonly inTree: string } | { readonly written: string };

/** Configures a project of one tree. */
export type ConfigureMeson = (project: MesonProject) => Promise<ConfiguredMeson>;

/**
 * Lets `use` configure projects of `tree`. All folders are temporary, and gone when the result is. The files of the tree that
 * configuring reads count as read in `tree`. A configuration that fails rejects with `ImportError`, with the end of what was said.
 */
export async function withMeson<Result>(
  tree: SourceTree,
  isWanted: (path: string) => boolean,
  tools: MesonTools,
  use: (configure: ConfigureMeson) => Promise<Result>,
): Promise<Result> {
  return withScratchTree(tree, isWanted, (scratch) =>
    use((project) => scratch.turn(() => configure(project, tree, scratch, tools))),
  );
}

async function configure(
  project: MesonProject,
  tree: SourceTree,
  scratch: ScratchTree,
  { meson, ninja, llvm }: MesonTools,
): Promise<ConfiguredMeson> {
  const build = scratch.createFolder();
  const inTree = (path: string): string | undefined => scratch.inTree(posix.resolve(build, path));
  const crossFile = join(scratch.createFolder(), "cross.txt");
  // Probes see no headers but the compiler's own, and are linked with no libraries: those of the target are not there yet.
  const compiler = [join(llvm, "clang"), `--target=${project.triple}`, ...project.flags, "-nostdlibinc", "-nostdlib"];
  writeInto(crossFile, formatCrossFile(project.machine, compiler, llvm));
  tree.read(project.crossFile);
  await runProgram({
    program: meson,
    args: [
      "setup",
      build,
      scratch.root,
      `--prefix=${prefix}`,
      ...[join(scratch.root, project.crossFile), crossFile].flatMap((file) => ["--cross-file", file]),
      ...Object.entries(project.options).map(([name, value]) => `-D${name}=${value}`),
    ],
    what: project.triple,
  });
  const read = (path: string): string => readFileSync(join(build, path), "utf8");
  const { libraries, installed, buildFiles, commands } = readIntrospection(read);
  for (const file of buildFiles.flatMap((path) => inTree(path) ?? [])) tree.read(file);
  const compilations = commands.flatMap((command) => {
    const words = splitShellWords(command);
    return readCompilation({ words, isPiped: false }, compiler, { inTree, has: (path) => tree.has(path) }) ?? [];
  });
  const byObject = new Map(compilations.map((compilation) => [compilation.object, compilation]));
  const compilationOf = (object: string): Compilation => {
    const compilation = byObject.get(object);
    if (compilation === undefined || compilation.isGenerated)
      throw new ImportError(`meson.build: compiles ${object} for ${project.triple} of no file of the tree`);
    return compilation;
  };
  const paths = libraries.map(({ path }) => posix.relative(build, path));
  const members = readQueries(
    await runProgram({ program: ninja, args: ["-C", build, "-t", "query", ...paths], what: project.triple }),
  );
  return {
    libraries: new Map(libraries.map(({ name }, index) => [name, members.get(paths[index]!)!.map(compilationOf)])),
    installed: new Map(
      [...installed].map(([destination, path]) => {
        const file = inTree(path);
        return [destination, file === undefined ? { written: read(posix.relative(build, path)) } : { inTree: file }];
      }),
    ),
  };
}

/** A cross file, in which strings stand between single quotes, with a backslash before these and before itself. */
function formatCrossFile(machine: MesonMachine, compiler: readonly string[], llvm: string): string {
  const quote = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
  return [
    "[binaries]",
    `c = [${compiler.map(quote).join(", ")}]`,
    "c_ld = 'lld'",
    ...["ar", "nm"].map((tool) => `${tool} = ${quote(join(llvm, `llvm-${tool}`))}`),
    "[host_machine]",
    ...Object.entries(machine).map(([name, value]) => `${name} = ${quote(String(value))}`),
    "[properties]",
    // Nothing can be linked and run before there is a libc. What upstream's file adds is for its own compiler.
    "skip_sanity_check = true",
    "c_args = []",
    "c_link_args = []",
    "",
  ].join("\n");
}

/** What each library is put together from, of what `ninja -t query` prints: its inputs, each in a line of four spaces. */
export function readQueries(printed: string): Map<string, string[]> {
  const queries = new Map<string, string[]>();
  let inputs: string[] | undefined;
  let isInput = false;
  for (const line of printed.split("\n")) {
    const target = /^(\S.*):$/.exec(line)?.[1];
    if (target !== undefined) queries.set(target, (inputs = []));
    else if (/^ {2}\S/.test(line)) isInput = line.startsWith("  input:");
    // Behind a bar are those that the archiver does not read.
    else if (isInput && /^ {4}[^\s|]/.test(line)) inputs?.push(line.trim());
  }
  return queries;
}
