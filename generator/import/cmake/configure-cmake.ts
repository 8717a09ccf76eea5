import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { runProgram } from "../run-program";
import { relativeTo, withScratchTree, writeInto, type ScratchTree } from "../scratch-tree";
import { readShellLine, type ShellCommand } from "../shell-words";
import { ImportError, type SourceTree } from "../source-tree";
import type { BuildTools } from "./build-tools";
import { queries, readCodeModel, type CodeModel, type CompileGroup } from "./code-model";

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
  /** All that CMake says of its targets; paths are those of this machine. */
  readonly model: CodeModel;
  /** What is compiled for a target. Files that the build makes before it compiles them are made. */
  observe(target: string): Promise<ObservedGroup[]>;
  /** The simple commands that bring a target up to date, as words, in their order. */
  commands(target: string): Promise<string[][]>;
  /** Likewise, with the folder that each runs in. */
  shellCommands(target: string): Promise<ShellCommand[]>;
  /** A path of a command, relative to the tree's root or to the build folder; undefined where it lies elsewhere. */
  inTree(path: string): string | undefined;
  inBuild(path: string): string | undefined;
  /** What is compiled for a target by commands of upstream's own, which the File API does not tell: those with `-c SOURCE`. */
  observeCommands(target: string): Promise<ObservedGroup[]>;
  /** Runs one of the build's commands, without what the build does before it. */
  run(command: ShellCommand): Promise<void>;
  /** The text of a file that configuring has written, by its path in the build folder. */
  read(path: string): string;
  /** The files that configuring has written and whose names end in one of `suffixes`, by their paths in the build folder, sorted. */
  written(suffixes: readonly string[]): string[];
}

/** Configures a project of one tree. */
export type ConfigureCMake = (project: CMakeProject) => Promise<ConfiguredBuild>;

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
  return withScratchTree(tree, isWanted, (scratch) =>
    use((project) => scratch.turn(() => configure(project, { tree, scratch, build: scratch.createFolder(), tools }))),
  );
}

interface Places {
  readonly tree: SourceTree;
  readonly scratch: ScratchTree;
  readonly build: string;
  readonly tools: BuildTools;
}

async function configure(project: CMakeProject, { tree, scratch, build, tools }: Places): Promise<ConfiguredBuild> {
  const { root, inTree } = scratch;
  const api = join(build, ".cmake/api/v1");
  for (const query of queries) writeInto(join(api, "query", query), "");
  const settings = Object.entries(settingsOf(project, tools)).map(([name, value]) => `-D${name}=${value}`);
  const args = ["-S", join(root, project.folder), "-B", build, "-G", "Ninja", ...settings];
  await runProgram({ program: tools.cmake, args, what: project.triple });
  const replies = readdirSync(join(api, "reply")).map((name): [string, unknown] => [
    name,
    JSON.parse(readFileSync(join(api, "reply", name), "utf8")),
  ]);
  const model = readCodeModel(new Map(replies));
  const { targets, inputs } = model;
  for (const input of inputs.flatMap((path) => inTree(path) ?? [])) tree.read(input);
  const ninja = (...wanted: string[]): Promise<string> =>
    runProgram({ program: tools.ninja, args: ["-C", build, ...wanted], what: project.triple });
  const shellCommands = async (target: string): Promise<ShellCommand[]> =>
    (await ninja("-t", "commands", target)).split("\n").flatMap(readShellLine);
  const commands = async (target: string): Promise<string[][]> =>
    (await shellCommands(target)).map(({ words }) => [...words]);
  return {
    model,
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
        include: include.flatMap((path) => inTree(path) ?? []),
        sources: sources.map(({ path, isGenerated }) => observeSource(path, isGenerated, scratch)),
      }));
    },
    commands,
    shellCommands,
    inTree,
    // Ninja's own commands name what is in the build folder relative to it.
    inBuild: (path) => relativeTo(build, path),
    async observeCommands(target) {
      return (await commands(target)).flatMap((words) => {
        const source = words[words.indexOf("-c") + 1];
        if (!words.includes("-c") || source === undefined) return [];
        return [
          {
            language: "C",
            flags: words,
            defines: [],
            include: [],
            sources: [observeSource(resolve(build, source), false, scratch)],
          },
        ];
      });
    },
    run: async ({ folder = build, words: [program, ...args] }) =>
      void (await runProgram({ program: program!, args, what: project.triple, cwd: resolve(build, folder) })),
    read: (path) => readFileSync(join(build, path), "utf8"),
    written: (suffixes) =>
      readdirSync(build, { recursive: true, encoding: "utf8" })
        .filter(
          (path) => suffixes.some((suffix) => path.endsWith(suffix)) && !/(^|\/)(CMakeFiles|\.cmake)\//.test(path),
        )
        .sort(),
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
function observeSource(path: string, isGenerated: boolean, { inTree }: ScratchTree): ObservedSource {
  const file = inTree(realpathSync(path));
  if (file === undefined) throw new ImportError(`${path}: the build compiles it, and makes it of no file of the tree`);
  return { file, ...(isGenerated && { builtAs: path.replace(/^.*\/|\.\w+$/g, "") }) };
}
