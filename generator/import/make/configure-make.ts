import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { readCompilation, type Compilation } from "../read-compilation";
import { runProgram } from "../run-program";
import { withScratchTree, writeInto, type ScratchTree } from "../scratch-tree";
import { readShellLine, type ShellCommand } from "../shell-words";
import type { SourceTree } from "../source-tree";
import { wordsOf } from "../words";
import type { ConfigureTools } from "./make-tools";

/** One configuration of an upstream project. */
export interface MakeProject {
  /** Folder of its `configure`, relative to the tree's root. */
  readonly folder: string;
  /** LLVM target triple that everything is compiled for. */
  readonly triple: string;
  /** Flags that the compiler is called with everywhere, as if it were made for them. */
  readonly flags: readonly string[];
  /** Folders whose headers its probes see: relative to the tree's root, or absolute. */
  readonly headers?: readonly string[];
  /** Further arguments of `configure`: options, and `NAME=VALUE`. */
  readonly settings: readonly string[];
}

/** A build that `configure` has configured. */
export interface ConfiguredMake {
  /** The commands that make would run to bring targets up to date, in order. Nothing is built. */
  dryRun(...targets: string[]): Promise<ShellCommand[]>;
  /** What a command compiles; undefined where it does something else. */
  compilationOf(command: ShellCommand): Compilation | undefined;
  /** A path of a command, relative to the tree's root; undefined where it lies elsewhere. */
  inTree(path: string): string | undefined;
  /** The folder that it is built in. */
  readonly folder: string;
  /** The words of make's variables, with all references expanded. */
  variables<Name extends string>(names: readonly Name[]): Promise<Record<Name, string[]>>;
  /** The text of a file that configuring has written, by its path in the build folder. */
  read(path: string): string;
  /** The path of the dynamic loader that the compiler has programs name; undefined where it knows none. */
  interpreter(): Promise<string | undefined>;
}

/** Configures a project of one tree. */
export type ConfigureMake = (project: MakeProject) => Promise<ConfiguredMake>;

/**
 * Lets `use` configure projects of `tree`, of which the files that `isWanted` names are there. All folders are temporary, and gone
 * when the result is. The `configure` and makefiles that are read count as read in `tree`. A configuration that fails rejects with
 * `ImportError`, with the end of what was said.
 */
export async function withConfigure<Result>(
  tree: SourceTree,
  isWanted: (path: string) => boolean,
  tools: ConfigureTools,
  use: (configure: ConfigureMake) => Promise<Result>,
): Promise<Result> {
  return withScratchTree(tree, isWanted, (scratch) =>
    use((project) => scratch.turn(() => configure(project, tree, scratch, tools))),
  );
}

async function configure(
  { folder, triple, flags, headers = [], settings }: MakeProject,
  tree: SourceTree,
  scratch: ScratchTree,
  tools: ConfigureTools,
): Promise<ConfiguredMake> {
  const build = scratch.createFolder();
  const run = (program: string, args: readonly string[]): Promise<string> =>
    runProgram({ program, args, what: triple, cwd: build });
  const inTree = (path: string): string | undefined => scratch.inTree(posix.resolve(build, path));
  const system = headers.flatMap((place) => ["-isystem", posix.resolve(scratch.root, place)]);
  const compiler = [join(tools.llvm, "clang"), `--target=${triple}`, ...flags, ...system];
  const script = posix.join(folder, "configure");
  tree.read(script);
  await run("sh", [join(scratch.root, script), ...settings, `CC=${compiler.join(" ")}`]);
  const variables = async <Name extends string>(names: readonly Name[]): Promise<Record<Name, string[]>> =>
    readVariables(names, await run(tools.make, ["--silent", "--dry-run", askFor(names), question]));
  const { MAKEFILE_LIST: makefiles } = await variables(["MAKEFILE_LIST"]);
  for (const makefile of makefiles.flatMap((path) => inTree(path) ?? [])) tree.read(makefile);
  return {
    async dryRun(...targets) {
      const lines = joinLines(await run(tools.make, ["--no-print-directory", "--dry-run", ...targets]));
      const script = join(build, "gen-bzl-substitutions");
      const substituted = await substituteCommands(lines, (text) => {
        writeInto(script, text);
        return run("sh", [script]);
      });
      return substituted.flatMap(readShellLine);
    },
    compilationOf: (command) => readCompilation(command, compiler, { inTree, has: (path) => tree.has(path) }),
    inTree,
    folder: build,
    variables,
    read: (path) => readFileSync(join(build, path), "utf8"),
    async interpreter() {
      // It tells the commands that it would run on its standard error.
      const told = await run("sh", ["-c", 'exec "$@" 2>&1', "sh", ...compiler, "-###", "-x", "c", "/dev/null"]);
      return /"?-dynamic-linker"? "?([^\s"]+)/.exec(told)?.[1];
    },
  };
}

/** A target of ours that prints variables; no makefile has one of this name. */
const question = "gen-bzl-variables";

/** An option of make that defines it. Recipes are expanded when all makefiles are read. */
function askFor(names: readonly string[]): string {
  return `--eval=${question}: ; ${names.map((name) => `$(info ${name}=$(${name}))`).join("")}`;
}

function readVariables<Name extends string>(names: readonly Name[], printed: string): Record<Name, string[]> {
  const values = new Map(
    printed.split("\n").map((line) => {
      const place = line.indexOf("=");
      return [line.slice(0, place), line.slice(place + 1)];
    }),
  );
  return Object.fromEntries(names.map((name) => [name, wordsOf(values.get(name) ?? "")])) as Record<Name, string[]>;
}

/** Lines of a recipe that a backslash joins are one for the shell. */
function joinLines(printed: string): string[] {
  return printed.replace(/\\\n/g, " ").split("\n");
}

const substitution = /`([^`]*)`/g;

/**
 * Puts what commands in backquotes print in their place: automake's rules look by them for a source
 * (`` `test -f 'a.c' || echo '../src/'`a.c ``), and others make names of files of each other.
 *
 * @param run Runs a script of the shell in the build folder; it prints a line for each of its own.
 */
export async function substituteCommands(
  lines: readonly string[],
  run: (script: string) => Promise<string>,
): Promise<string[]> {
  const commands = [...new Set(lines.flatMap((line) => line.match(substitution) ?? []))];
  if (commands.length === 0) return [...lines];
  const printed = (await run(commands.map((command) => `echo ${command}\n`).join(""))).split("\n");
  const values = new Map(commands.map((command, index) => [command, printed[index] ?? ""]));
  return lines.map((line) => line.replace(substitution, (command) => values.get(command)!));
}
