import type { ImportContent } from "../../../../generator/schema/import-file";
import { findBuildTools } from "../../../../generator/import/cmake/build-tools";
import { withCMake, type ConfigureCMake } from "../../../../generator/import/cmake/configure-cmake";
import { findIncludedSources } from "../../../../generator/import/find-included-sources";
import {
  architectureOf,
  systemsWith,
  type Division,
  type ImportContext,
  type ImportRows,
} from "../../../../generator/import/importer";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { toSourceSet } from "../../../../generator/import/source-variants";
import { asks } from "../../../../generator/import/llvm/import-library";
import { describeBuild } from "../../../../generator/import/llvm/describe-build";
import {
  joinFlags,
  readObservedSources,
  type ObservedSources,
} from "../../../../generator/import/llvm/observed-sources";
import { checkRelease } from "../../../../generator/import/llvm/read-release";

const runtime = "profile-runtime";

/** What configuring compiler-rt reads of the tree. */
const wants = (path: string): boolean => /^(?:cmake|llvm\/cmake|compiler-rt)\//.test(path);

export const division = { by: "system", wants } satisfies Division;

const settings = {
  COMPILER_RT_INCLUDE_TESTS: "OFF",
  COMPILER_RT_BUILD_BUILTINS: "OFF",
  COMPILER_RT_BUILD_CRT: "OFF",
  COMPILER_RT_BUILD_CTX_PROFILE: "OFF",
  COMPILER_RT_BUILD_GWP_ASAN: "OFF",
  COMPILER_RT_BUILD_LIBFUZZER: "OFF",
  COMPILER_RT_BUILD_MEMPROF: "OFF",
  COMPILER_RT_BUILD_ORC: "OFF",
  COMPILER_RT_BUILD_SANITIZERS: "OFF",
  COMPILER_RT_BUILD_XRAY: "OFF",
};

/** `os` of the system row → what its libc has, and probes without one do not find. */
const settingsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  ["linux", "freebsd", "netbsd", "macos"].map((os) => [
    os,
    { COMPILER_RT_TARGET_HAS_FCNTL_LCK: "ON", COMPILER_RT_TARGET_HAS_FLOCK: "ON", COMPILER_RT_TARGET_HAS_UNAME: "ON" },
  ]),
);

/** Reads the runtime of coverage and of profiles (set `profile`), by configuring upstream's build once for every system whose stack has it. */
export async function importProfile(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs }: Pick<ImportContext, "programs">,
): Promise<ImportContent> {
  const major = checkRelease(tree, version);
  const tools = await findBuildTools(programs, { ...asks, llvm: major });
  const lists = await withCMake(tree, wants, tools, (configure) =>
    Promise.all(
      systemsWith(runtime, rows).map(async ({ name }) => ({
        system: name,
        ...(await readSystem(tree, name, rows, configure)),
      })),
    ),
  );
  const compiled = new Set(lists.flatMap(({ sources }) => sources));
  return {
    runtime,
    version,
    sets: {
      profile: toSourceSet(lists, {
        textual: findIncludedSources(tree, [...compiled], ["compiler-rt/lib", "compiler-rt/include"]),
        systems: rows.systems,
        sourceFlags: joinFlags(lists, compiled),
      }),
    },
    facts: {},
  };
}

async function readSystem(
  tree: SourceTree,
  name: string,
  rows: ImportRows,
  configure: ConfigureCMake,
): Promise<ObservedSources> {
  const system = rows.systems.find((row) => row.name === name)!;
  const architecture = architectureOf(rows.targets.find((row) => row.system === name)?.architecture, rows);
  const project = describeBuild("compiler-rt", system, architecture, { ...settings, ...settingsOf[system.os] });
  const build = await configure(project);
  const libraries = build.targets.filter((target) => /^clang_rt\.profile[-_]/.test(target));
  if (libraries.length !== 1)
    throw new ImportError(
      `systems: ${name}: upstream builds ${libraries.length === 0 ? "no profile runtime" : libraries.join(" and ")} for ${project.triple}`,
    );
  const observed = readObservedSources(tree, await build.observe(libraries[0]!), "C", project.flags);
  return observed;
}
