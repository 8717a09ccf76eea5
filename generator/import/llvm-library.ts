import type { ImportContent, SourceSetImport } from "../schema/import-file";
import type { SystemRow } from "../schema/rows";
import { evaluateCMake, type CMakeResult } from "./cmake/evaluate-cmake";
import { answerProbes } from "./compiler-probes";
import { findIncludedSources } from "./find-included-sources";
import type { ImportRows } from "./importer";
import { readSourceFlags } from "./llvm-flags";
import { checkLlvmVersion, compiledSources, systemsWith, type CompiledSources } from "./llvm-sources";
import { describeTarget } from "./llvm-target";
import { ImportError, type SourceTree } from "./source-tree";
import { toSourceSet } from "./source-variants";

/** One of LLVM's libraries whose sources depend on the system alone. */
export interface LlvmLibrary {
  readonly runtime: string;
  /** Its folder, whose CMakeLists.txt has the options, and whose src/CMakeLists.txt has the sources. */
  readonly folder: string;
  /** Set name → the library that upstream's `add_library` makes of it. */
  readonly sets: Readonly<Record<string, string>>;
  /** Private include directories, relative to the tree: where to look for included sources. */
  readonly include: readonly string[];
}

/**
 * Reads `library` by evaluating its CMake files once for every system whose stack has it.
 */
export function importLlvmLibrary(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  library: LlvmLibrary,
): ImportContent {
  checkLlvmVersion(tree, version);
  const systems = systemsWith(library.runtime, rows).map((system) => ({
    system,
    result: evaluateFor(tree, library, system),
  }));
  const setOf = (target: string): SourceSetImport => {
    const lists = systems.map(({ system, result }) => ({
      system: system.name,
      ...sourcesOf(tree, library, result, target),
    }));
    const compiled = new Set(lists.flatMap(({ sources }) => sources));
    const textual = findIncludedSources(tree, [...compiled], library.include);
    const sourceFlags = readSourceFlags(
      systems.map(({ result }) => result),
      compiled,
    );
    return toSourceSet(lists, { textual, systems: rows.systems, sourceFlags });
  };
  const sets = Object.fromEntries(Object.entries(library.sets).map(([name, target]) => [name, setOf(target)]));
  return { runtime: library.runtime, version, sets, facts: {} };
}

function evaluateFor(tree: SourceTree, { folder }: LlvmLibrary, system: SystemRow): CMakeResult {
  return evaluateCMake(tree, {
    directory: folder,
    variables: describeTarget(system),
    commands: answerProbes({ system }),
    subdirectories: ["src"],
    otherSubdirectories: {
      benchmarks: "measures",
      docs: "describes",
      include: "installs headers",
      modules: "installs modules of C++",
      test: "tests",
      utils: "makes tools for developers",
    },
  });
}

function sourcesOf(tree: SourceTree, { folder }: LlvmLibrary, result: CMakeResult, target: string): CompiledSources {
  const call = result.calls.find(({ name, arguments: words }) => name === "add_library" && words[0] === target);
  if (!call) throw new ImportError(`${folder}/src/CMakeLists.txt: makes no library ${target}`);
  return compiledSources(tree, result, call, call.arguments.slice(1));
}
