import { posix } from "node:path";
import type { ImportContent, SourceSetImport } from "../schema/import-file";
import type { ArchitectureRow, SystemRow } from "../schema/rows";
import type { CommandFunction } from "./cmake/builtin-commands";
import { listElements } from "./cmake/cmake-list";
import { evaluateCMake, type CMakeResult, type RecordedCall } from "./cmake/evaluate-cmake";
import { answerProbes } from "./compiler-probes";
import { findIncludedSources } from "./find-included-sources";
import type { ImportRows } from "./importer";
import { readSourceFlags } from "./llvm-flags";
import { checkLlvmVersion, compiledSources, systemsWith, type CompiledSources } from "./llvm-sources";
import { describeTarget } from "./llvm-target";
import { ImportError, type SourceTree } from "./source-tree";
import { toSourceSet } from "./source-variants";

const runtime = "compiler-rt";
const folder = "compiler-rt/lib/builtins";

interface TargetSources {
  readonly architecture: string;
  readonly system: string;
  /** Set name → its sources; a set that upstream does not build for the target is absent. */
  readonly sets: ReadonlyMap<string, CompiledSources>;
  /** Upstream's lists of portable sources, whatever an architecture has in their place. */
  readonly portable: readonly string[];
  readonly result: CMakeResult;
}

/**
 * Reads the builtins (set `builtins`) and the start files `crtbegin` and `crtend`, by evaluating upstream's CMake files for
 * every target whose system's stack has compiler-rt. Sources that other parts of LLVM would be needed for are left out.
 */
export function importCompilerRt(tree: SourceTree, version: string, rows: ImportRows): ImportContent {
  checkLlvmVersion(tree, version);
  const targets = readTargets(tree, rows);
  const portable = targets.map((target) => new Set(target.portable));
  const base = targets[0]!.portable.filter((source) => portable.every((sources) => sources.has(source)));
  const results = targets.map(({ result }) => result);
  const setOf = (name: string): SourceSetImport => {
    const lists = targets.flatMap(({ architecture, system, sets }) => {
      const compiled = sets.get(name);
      return compiled ? [{ architecture, system, ...compiled }] : [];
    });
    const repeated = lists.flatMap((list) => list.repeated.map(({ file }) => file));
    const compiled = new Set([...lists.flatMap(({ sources }) => sources), ...repeated]);
    const textual = [...repeated, ...findIncludedSources(tree, [...compiled], [folder])];
    return toSourceSet(lists, {
      ...(name === "builtins" && { base }),
      textual,
      systems: rows.systems,
      sourceFlags: readSourceFlags(results, compiled),
    });
  };
  const names = [...new Set(targets.flatMap((target) => [...target.sets.keys()]))].sort();
  return {
    runtime,
    version,
    sets: Object.fromEntries(names.map((name) => [name, setOf(name)])),
    facts: {},
  };
}

function readTargets(tree: SourceTree, rows: ImportRows): TargetSources[] {
  const architectures = new Map(rows.architectures.map((row) => [row.name, row]));
  return systemsWith(runtime, rows).flatMap((system) =>
    rows.targets
      .filter((target) => target.system === system.name)
      .map((target): TargetSources => {
        const architecture = architectures.get(target.architecture);
        if (!architecture?.columns["compiler_rt"])
          throw new ImportError(
            `architectures: ${target.architecture}: needs a compiler_rt column, for it is on ${system.name}`,
          );
        const result = evaluateFor(tree, architecture, system);
        return readTarget(tree, result, architecture, system);
      }),
  );
}

function evaluateFor(tree: SourceTree, architecture: ArchitectureRow, system: SystemRow): CMakeResult {
  const arch = builtinsArch(architecture, system);
  return evaluateCMake(tree, {
    directory: folder,
    variables: {
      ...describeTarget(system, architecture),
      // As every build of the runtimes has it; else the flags are those of a build inside LLVM's own.
      COMPILER_RT_STANDALONE_BUILD: "TRUE",
      // What the probing of all architectures, which upstream does in cmake/config-ix.cmake, ends with.
      COMPILER_RT_SUPPORTED_ARCH: arch,
      COMPILER_RT_DEFAULT_TARGET_ARCH: arch,
      [`CAN_TARGET_${arch}`]: "1",
      // Upstream leaves the 16-byte atomics to a shared libatomic, which no target here has.
      COMPILER_RT_EXCLUDE_ATOMIC_BUILTIN: "OFF",
      CMAKE_SOURCE_DIR: "/source/compiler-rt",
    },
    commands: new Map([...answerProbes({ system, architecture }), ...darwinCommands(arch)]),
    modulePath: ["compiler-rt/cmake", "compiler-rt/cmake/Modules", "cmake", "cmake/Modules"],
    modules: ["base-config-ix", "CompilerRTUtils"],
    recorded: {
      add_compiler_rt_runtime: "its calls are looked for",
      add_compiler_rt_component: "names a group of targets",
      set_output_name: "names a file",
    },
  });
}

/** Apple's name for AArch64 is another than everybody's. */
function builtinsArch(architecture: ArchitectureRow, system: SystemRow): string {
  return system.object_format === "macho" && architecture.columns["compiler_rt"] === "aarch64"
    ? "arm64"
    : architecture.columns["compiler_rt"]!;
}

/** Upstream looks for Apple's SDKs, and asks them for architectures; here the target's row says which one it is. */
function darwinCommands(arch: string): [string, CommandFunction][] {
  return [
    ["find_darwin_sdk_dir", () => undefined],
    ["find_darwin_sdk_version", () => undefined],
    ["sdk_has_arch_support", () => undefined],
    ["darwin_test_archs", ([, output = ""], { scope }) => scope.set(output, arch)],
  ];
}

function readTarget(
  tree: SourceTree,
  result: CMakeResult,
  architecture: ArchitectureRow,
  system: SystemRow,
): TargetSources {
  const sets = new Map<string, CompiledSources>();
  for (const { call, name } of libraryCalls(result)) {
    const compiled = compiledSources(
      tree,
      result,
      call,
      call.name === "add_library" ? call.arguments.slice(2) : valuesOf(call, "SOURCES"),
    );
    const flags = [...valuesOf(call, "CFLAGS"), ...valuesOf(call, "DEFS").map((macro) => `-D${macro}`)];
    sets.set(name, { ...compiled, sources: compiled.sources.filter((source) => isSelfContained(tree, source)), flags });
  }
  if (!sets.has("builtins")) {
    throw new ImportError(
      `architectures: ${architecture.name}: upstream has no builtins called ${builtinsArch(architecture, system)} for ${system.name}`,
    );
  }
  return {
    architecture: architecture.name,
    system: system.name,
    sets,
    portable: portableSources(tree, result),
    result,
  };
}

/** The calls that make libraries and objects of ours: `add_compiler_rt_runtime`, and Darwin's `add_library`. */
function libraryCalls({ calls }: CMakeResult): { call: RecordedCall; name: string }[] {
  return calls.flatMap((call) => {
    const name = /^clang_rt\.(builtins|crtbegin|crtend)(?:_|$)/.exec(call.arguments[0] ?? "")?.[1];
    return name && (call.name === "add_compiler_rt_runtime" || call.name === "add_library") ? [{ call, name }] : [];
  });
}

/**
 * Whether the project has everything that a source includes by path. aarch64/emupac.cpp does not: it takes "siphash/SipHash.h" from
 * LLVM's third-party folder, for a pointer authentication that no target of ours emulates.
 */
function isSelfContained(tree: SourceTree, source: string): boolean {
  const byPath = [...tree.read(source).matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"]+\/[^"]+)"/gm)].map(
    ([, name]) => name!,
  );
  return byPath.every((name) =>
    [posix.dirname(source), folder].some((directory) => tree.has(posix.join(directory, name))),
  );
}

/** The keywords of `add_compiler_rt_runtime` (cmake/Modules/AddCompilerRT.cmake) that end a list of values. */
const keywords = new Set([
  "ARCHS",
  "CFLAGS",
  "CXX_STANDARD",
  "C_STANDARD",
  "DEFS",
  "DEPS",
  "LINK_FLAGS",
  "LINK_LIBS",
  "OBJECT_LIBS",
  "PARENT_TARGET",
  "SOURCES",
]);

function valuesOf(call: RecordedCall, keyword: string): readonly string[] {
  const start = call.arguments.indexOf(keyword) + 1;
  if (start === 0) return [];
  const length = call.arguments.slice(start).findIndex((word) => keywords.has(word));
  return call.arguments.slice(start, length < 0 ? undefined : start + length);
}

function portableSources(tree: SourceTree, result: CMakeResult): string[] {
  return ["GENERIC_SOURCES", "GENERIC_TF_SOURCES"]
    .flatMap((name) => listElements(result.variable(name) ?? ""))
    .map((source) => `${folder}/${source}`)
    .filter((source) => tree.has(source));
}
