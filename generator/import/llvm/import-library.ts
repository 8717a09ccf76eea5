import { posix } from "node:path";

import type { ImportContent, SourceSetImport } from "../../schema/import-file";
import { findBuildTools } from "../cmake/build-tools";
import { withCMake, type ConfigureCMake } from "../cmake/configure-cmake";
import { divideCommon } from "../common-flags";
import { findIncludedSources } from "../find-included-sources";
import {
  architectureOf,
  systemsWith,
  type AskedPrograms,
  type Division,
  type ImportContext,
  type Importer,
  type ImportRows,
} from "../importer";
import { ImportError, type SourceTree } from "../source-tree";
import { toSourceSet } from "../source-variants";
import { describeBuild } from "./describe-build";
import { joinFlags, readObservedSources, type ObservedSources } from "./observed-sources";
import { checkRelease } from "./read-release";

/** The build of LLVM's runtimes wants it. */
export const asks = { cmake: "3.20.0" } satisfies AskedPrograms;

/** One of LLVM's libraries whose sources depend on the system alone. */
export interface LlvmLibrary {
  readonly runtime: string;
  /** What of the runtimes has to be configured for it, as LLVM_ENABLE_RUNTIMES has it. */
  readonly runtimes: readonly string[];
  /** Set name → the target of upstream's build that compiles it. */
  readonly sets: Readonly<Record<string, string>>;
  /** Private include directories, relative to the tree: where to look for included sources. */
  readonly include: readonly string[];
  /** Headers that configuring writes, by their path in the build folder. */
  readonly headers?: readonly string[];
}

/** An importer that has one file to write, after it has asked programs. */
export type LibraryImporter = (...args: Parameters<Importer>) => Promise<ImportContent>;

/** What configuring the runtimes reads of the tree. Of LLVM's libc, libc++ takes headers, and wants to see that it is there. */
const wants = (path: string): boolean =>
  /^(?:cmake|llvm\/(?:cmake|utils)|runtimes|libunwind|libcxxabi|libcxx|libc\/(?:cmake|shared))\//.test(path) &&
  !/^\w+\/(?:test|docs|benchmarks|include\/__cxx03)\//.test(path);

export const division = { by: "system", wants } satisfies Division;

interface SystemSources {
  readonly system: string;
  readonly sets: ReadonlyMap<string, ObservedSources>;
  /** Name of a header that configuring has written → its lines. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** Reads `library` by configuring upstream's build of the runtimes once for every system whose stack has it. */
export async function importLlvmLibrary(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs }: Pick<ImportContext, "programs">,
  library: LlvmLibrary,
): Promise<ImportContent> {
  const major = checkRelease(tree, version);
  const systems = systemsWith(library.runtime, rows);
  const tools = await findBuildTools(programs, { ...asks, llvm: major });
  const found = await withCMake(tree, wants, tools, (configure) =>
    Promise.all(systems.map((system) => readSystem(tree, system.name, rows, configure, library))),
  );
  const readSet = (name: string): SourceSetImport => {
    const lists = found.map(({ system, sets }) => ({ system, ...sets.get(name)! }));
    const compiled = new Set(lists.flatMap(({ sources }) => sources));
    const cxx = divideCommon(lists.map(({ languageFlags }) => languageFlags)).common;
    const { common, others } = divideCommon(lists.map(({ flags }) => flags.filter((flag) => !cxx.includes(flag))));
    const set = toSourceSet(
      lists.map(({ system, sources }, index) => ({ system, sources, flags: others[index]! })),
      {
        textual: findIncludedSources(tree, [...compiled], library.include),
        systems: rows.systems,
        sourceFlags: joinFlags(lists, compiled),
      },
    );
    return { ...set, flags: [...common], ...(cxx.length > 0 && { cxx_flags: [...cxx] }) };
  };
  const headers = found.flatMap(({ system, headers: written }) =>
    [...written].map(([name, lines]): [string, string[]] => [`${system}/${name}`, [...lines]]),
  );
  return {
    runtime: library.runtime,
    version,
    sets: Object.fromEntries(Object.keys(library.sets).map((name) => [name, readSet(name)])),
    facts:
      headers.length === 0
        ? {}
        : {
            texts: {
              configuration_headers: Object.fromEntries(headers.sort(([left], [right]) => (left < right ? -1 : 1))),
            },
          },
  };
}

async function readSystem(
  tree: SourceTree,
  name: string,
  rows: ImportRows,
  configure: ConfigureCMake,
  { runtimes, sets, headers = [] }: LlvmLibrary,
): Promise<SystemSources> {
  const system = rows.systems.find((row) => row.name === name)!;
  const architecture = architectureOf(rows.targets.find((row) => row.system === name)?.architecture, rows);
  const settings = { LLVM_ENABLE_RUNTIMES: runtimes.join(";") };
  const project = describeBuild("runtimes", system, architecture, settings);
  const build = await configure(project);
  const observed = Object.entries(sets).map(async ([set, target]): Promise<[string, ObservedSources]> => {
    if (!build.has(target)) throw new ImportError(`runtimes: upstream's build has no ${target} for ${project.triple}`);
    return [set, readObservedSources(tree, await build.observe(target), "CXX", project.flags)];
  });
  return {
    system: name,
    sets: new Map(await Promise.all(observed)),
    headers: new Map(headers.map((path) => [posix.basename(path), build.read(path).split("\n")])),
  };
}
