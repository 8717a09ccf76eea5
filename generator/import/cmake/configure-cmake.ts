import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";

import { splitShellWords } from "../make/split-flags";
import { ImportError, type SourceTree } from "../source-tree";
import type { BuildTools } from "./build-tools";
import { queries, readCodeModel, type CompileGroup } from "./code-model";

/** One configuration of an upstream project. */
export interface CMakeProject {
  /** Folder of its CMakeLists.txt, relative to the tree's root. */
  readonly folder: string;
  /** LLVM target triple that everything is compiled for. */
  readonly triple: string;
  /** CMAKE_SYSTEM_NAME and CMAKE_SYSTEM_PROCESSOR, as CMake spells them. */
  readonly systemName: string;
  readonly processor: string;
  /** Flags of all languages. */
  readonly flags: readonly string[];
  /** Entries of CMake's cache: name → value. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A source that is compiled. */
export interface ObservedSource {
  /** Relative to the tree's root. */
  readonly file: string;
  /** Base name of the link to `file` that the build makes and compiles in its place. */
  readonly builtAs?: string;
}

/** Sources that one command line compiles. */
export interface ObservedGroup extends Pick<CompileGroup, "language" | "flags" | "defines"> {
  /** Private include directories, relative to the tree's root, in search order. */
  readonly include: readonly string[];
  readonly sources: readonly ObservedSource[];
}

/** A build that CMake has configured. */
export interface ConfiguredBuild {
  /** Whether it has a target of that name, be it one that only runs commands. */
  has(target: string): boolean;
  /** The names of its targets. */
  readonly targets: readonly string[];
  /** What is compiled for a target. Files that the build makes before it compiles them are made. */
  observe(target: string): Promise<ObservedGroup[]>;
  /** The simple commands that bring a target up to date, as words, in their order. */
  commands(target: string): Promise<string[][]>;
  /** A path of a command, relative to the tree's root or to the build folder; undefined where it lies elsewhere. */
  inTree(path: string): string | undefined;
  inBuild(path: string): string | undefined;
  /** What is compiled for a target by commands of upstream's own, which the File API does not tell: those with `-c SOURCE`. */
  observeCommands(target: string): Promise<ObservedGroup[]>;
  /** The text of a file that configuring has written, by its path in the build folder. */
  read(path: string): string;
}

/** Configures a project of one tree. */
export type ConfigureCMake = (project: CMakeProject) => Promise<ConfiguredBuild>;

/** Runs something when one of a number of places is free. */
type Turn = <Result>(work: () => Promise<Result>) => Promise<Result>;

const execute = promisify(execFile);

/** A configuration takes seconds; one that hangs is ended after this many milliseconds. */
const timeout = 300_000;

/**
 * Lets `use` configure projects of `tree`, of which the files that `isWanted` names are there. All folders are temporary, and gone
 * when the result is. The files of the tree that configuring reads are read from it as well, so that they count as read.
 * A configuration that fails rejects with `ImportError`, with the end of CMake's output.
 */
export async function withCMake<Result>(
  tree: SourceTree,
  isWanted: (path: string) => boolean,
  tools: BuildTools,
  use: (configure: ConfigureCMake) => Promise<Result>,
): Promise<Result> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "gen-bzl-")));
  try {
    const root = join(scratch, "tree");
    for (const path of tree.files.filter(isWanted)) writeInto(join(root, path), tree.bytes(path));
    const turn = takeTurns(availableParallelism());
    let count = 0;
    return await use((project) => {
      const build = join(scratch, `build-${count++}`);
      return turn(() => configure(project, { tree, root, build, tools }));
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Places {
  readonly tree: SourceTree;
  /** Where the tree's files lie. */
  readonly root: string;
  readonly build: string;
  readonly tools: BuildTools;
}

async function configure(project: CMakeProject, { tree, root, build, tools }: Places): Promise<ConfiguredBuild> {
  const api = join(build, ".cmake/api/v1");
  for (const query of queries) writeInto(join(api, "query", query), "");
  const settings = Object.entries(settingsOf(project, tools)).map(([name, value]) => `-D${name}=${value}`);
  await run(tools.cmake, ["-S", join(root, project.folder), "-B", build, "-G", "Ninja", ...settings], project.triple);
  const replies = readdirSync(join(api, "reply")).map((name): [string, unknown] => [
    name,
    JSON.parse(readFileSync(join(api, "reply", name), "utf8")),
  ]);
  const { targets, inputs } = readCodeModel(new Map(replies));
  for (const input of inputs) if (isBelow(input, root)) tree.read(relative(root, input));
  const ninja = (...args: string[]): Promise<string> => run(tools.ninja, ["-C", build, ...args], project.triple);
  const commands = async (target: string): Promise<string[][]> =>
    (await ninja("-t", "commands", target)).split("\n").flatMap((line) => simpleCommands(splitShellWords(line)));
  return {
    has: (target) => targets.has(target),
    targets: [...targets.keys()].sort(),
    async observe(target) {
      const groups = targets.get(target) ?? [];
      const generated = groups.flatMap(({ sources }) => sources.filter(({ isGenerated }) => isGenerated));
      if (generated.length > 0) await ninja(...generated.map(({ path }) => relative(build, path)));
      return groups.map(({ language, flags, defines, include, sources }) => ({
        language,
        flags,
        defines,
        include: include.filter((path) => isBelow(path, root)).map((path) => relative(root, path)),
        sources: sources.map(({ path, isGenerated }) => observeSource(path, isGenerated, root)),
      }));
    },
    commands,
    inTree: (path) => (isBelow(path, root) ? relative(root, path) : undefined),
    // Ninja's own commands name what is in the build folder relative to it.
    inBuild: (path) => (isBelow(resolve(build, path), build) ? relative(build, resolve(build, path)) : undefined),
    async observeCommands(target) {
      return (await commands(target)).flatMap((words) => {
        const source = words[words.indexOf("-c") + 1];
        if (!words.includes("-c") || source === undefined) return [];
        return [
          { language: "C", flags: words, defines: [], include: [], sources: [observeSource(source, false, root)] },
        ];
      });
    },
    read: (path) => readFileSync(join(build, path), "utf8"),
  };
}

function settingsOf(
  { triple, systemName, processor, flags, settings }: CMakeProject,
  { llvm, ninja }: BuildTools,
): Record<string, string> {
  const language = (name: string, compiler: string): Record<string, string> => ({
    [`CMAKE_${name}_COMPILER`]: join(llvm, compiler),
    [`CMAKE_${name}_COMPILER_TARGET`]: triple,
    [`CMAKE_${name}_FLAGS`]: flags.join(" "),
  });
  return {
    CMAKE_SYSTEM_NAME: systemName,
    CMAKE_SYSTEM_PROCESSOR: processor,
    CMAKE_MAKE_PROGRAM: ninja,
    ...language("C", "clang"),
    ...language("CXX", "clang++"),
    ...language("ASM", "clang"),
    // CMake does not hand on CMAKE_ASM_COMPILER_TARGET to probes.
    CMAKE_ASM_FLAGS: [...flags, `--target=${triple}`].join(" "),
    CMAKE_AR: join(llvm, "llvm-ar"),
    CMAKE_NM: join(llvm, "llvm-nm"),
    CMAKE_OBJDUMP: join(llvm, "llvm-objdump"),
    CMAKE_RANLIB: join(llvm, "llvm-ranlib"),
    CMAKE_BUILD_TYPE: "Release",
    // Probes compile and do not link: the libraries of the target are not there before they are built.
    CMAKE_TRY_COMPILE_TARGET_TYPE: "STATIC_LIBRARY",
    // What is installed on this machine has no say.
    CMAKE_FIND_USE_PACKAGE_REGISTRY: "OFF",
    CMAKE_FIND_USE_SYSTEM_PACKAGE_REGISTRY: "OFF",
    ...settings,
  };
}

/** A file that the build makes is taken for what it is a link to. */
function observeSource(path: string, isGenerated: boolean, root: string): ObservedSource {
  const file = realpathSync(path);
  if (!isBelow(file, root))
    throw new ImportError(`${path}: the build compiles it, and makes it of no file of the tree`);
  return { file: relative(root, file), ...(isGenerated && { builtAs: path.replace(/^.*\/|\.\w+$/g, "") }) };
}

/** The commands of a line of ninja's: without `&&`, what changes the folder, and what does nothing. */
function simpleCommands(words: readonly string[]): string[][] {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === "&&") commands.push([]);
    else commands.at(-1)!.push(word);
  }
  return commands.filter(([program]) => program !== undefined && program !== "cd" && program !== ":");
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

function writeInto(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function takeTurns(places: number): Turn {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}

async function run(program: string, args: readonly string[], what: string): Promise<string> {
  try {
    // Of the environment, flags, compilers and CMake's own variables would reach the configuration.
    const env = { PATH: process.env["PATH"], TMPDIR: process.env["TMPDIR"], LC_ALL: "C" };
    return (await execute(program, args, { timeout, maxBuffer: 1 << 26, env })).stdout;
  } catch (error) {
    const {
      stdout = "",
      stderr = "",
      killed = false,
    } = error as { stdout?: string; stderr?: string; killed?: boolean };
    const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-40).join("\n");
    const ended = killed ? ` has not ended after ${timeout / 1000} s` : " failed";
    throw new ImportError(`${program}${ended} for ${what}, and ended with:\n${said === "" ? String(error) : said}`);
  }
}
