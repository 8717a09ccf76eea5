import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { ArchitectureRow, SystemRow } from "../../../../generator/schema/rows";
import { findBuildTools } from "../../../../generator/import/cmake/build-tools";
import {
  withCMake,
  type ConfigureCMake,
  type ConfiguredBuild,
} from "../../../../generator/import/cmake/configure-cmake";
import { findIncludedSources } from "../../../../generator/import/find-included-sources";
import { architecturesWith, type ImportContext, type ImportRows } from "../../../../generator/import/importer";
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

const runtime = "sanitizer-runtimes";

/** What configuring compiler-rt reads of the tree; without libc++, of which upstream's fuzzer would take a copy. */
const isWanted = (path: string): boolean => /^(?:cmake|llvm\/cmake|compiler-rt)\//.test(path);

/** Upstream's libraries that links of instrumented programs take, `clang_rt.<name>` in its build. */
const libraries: readonly string[] = [
  ...[
    "asan",
    "asan_cxx",
    "asan_static",
    "cfi",
    "cfi_diag",
    "dfsan",
    "fuzzer",
    "fuzzer_interceptors",
    "hwasan",
    "hwasan_cxx",
    "lsan",
  ],
  ...["memprof", "memprof_cxx", "msan", "msan_cxx", "nsan", "profile", "rtsan", "safestack", "tsan", "tsan_cxx"],
  ...["tysan", "ubsan_minimal", "ubsan_standalone", "ubsan_standalone_cxx", "xray", "xray-basic", "xray-fdr"],
  "xray-profiling",
];

/** Those that units of the runtime's row are for: to configure all of compiler-rt takes half a minute for each. */
const architectures: readonly string[] = ["amd64", "arm64"];

const settings = {
  COMPILER_RT_INCLUDE_TESTS: "OFF",
  COMPILER_RT_BUILD_BUILTINS: "OFF",
  COMPILER_RT_BUILD_CRT: "OFF",
  COMPILER_RT_BUILD_CTX_PROFILE: "OFF",
  COMPILER_RT_BUILD_ORC: "OFF",
  // What a libc of Linux has, and probes without one do not find.
  COMPILER_RT_HAS_AUXV: "ON",
  COMPILER_RT_TARGET_HAS_FCNTL_LCK: "ON",
  COMPILER_RT_TARGET_HAS_FLOCK: "ON",
  COMPILER_RT_TARGET_HAS_UNAME: "ON",
};

/** What one target is built of. */
interface TargetLibraries {
  readonly architecture: string;
  /** Name of a target of the build, without the architecture → what it compiles. */
  readonly sets: ReadonlyMap<string, ObservedSources>;
  /** Library → the targets whose objects it has, its own not among them. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the libraries of compiler-rt that instrumented programs are linked with, by configuring upstream's build for every
 * architecture that they are for. Objects that several libraries have are a set of their own, called as upstream's target that
 * compiles them; the list `<library>` says which of these a library has, beside the set of its own name.
 */
export async function importSanitizers(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs }: Pick<ImportContext, "programs">,
): Promise<ImportContent> {
  const major = checkRelease(tree, version);
  const tools = await findBuildTools(programs, { ...asks, llvm: major });
  const targets = await withCMake(tree, isWanted, tools, (configure) =>
    Promise.all(
      // Of a system, nothing that is built depends on the libc.
      architecturesWith(runtime, rows)
        .filter(({ architecture }) => architectures.includes(architecture.name))
        .map(({ architecture, system }) => readTarget(tree, system, architecture, configure)),
    ),
  );
  const names = [...new Set(targets.flatMap((target) => [...target.sets.keys()]))].sort();
  return {
    runtime,
    version,
    sets: Object.fromEntries(names.map((name) => [name, readSet(tree, name, targets, rows)])),
    facts: { lists: readParts(targets) },
  };
}

async function readTarget(
  tree: SourceTree,
  system: SystemRow,
  architecture: ArchitectureRow,
  configure: ConfigureCMake,
): Promise<TargetLibraries> {
  const project = describeBuild("compiler-rt", system, architecture, settings);
  const build = await configure(project);
  const sets = new Map<string, ObservedSources>();
  const parts = new Map<string, readonly string[]>();
  for (const target of build.targets) {
    const name = /^clang_rt\.(.+)-[^-]+$/.exec(target)?.[1];
    if (name === undefined || !libraries.includes(name)) continue;
    const members = objectFolders(build, target);
    for (const member of members) {
      const observed = await build.observe(member);
      const language = observed.some((group) => group.language === "CXX") && name !== "profile" ? "CXX" : "C";
      const { flags, ...read } = readObservedSources(tree, observed, language, project.flags);
      // Assembly, which is among C++, would be preprocessed as C++ by it: the row says it, of C++ alone.
      sets.set(withoutArchitecture(member), { ...read, flags: flags.filter((flag) => !flag.startsWith("-std=")) });
    }
    parts.set(name, members.filter((member) => member !== target).map(withoutArchitecture));
  }
  return { architecture: architecture.name, sets, parts };
}

/**
 * The targets of the build whose objects are archived in a library, in the order in which the archiver is given them. CMake's File API does
 * not tell; what it writes for ninja does, in one line for each archive.
 */
function objectFolders(build: ConfiguredBuild, library: string): string[] {
  const start = `lib${library}.a: `;
  const line = build
    .read("build.ninja")
    .split("\n")
    .find((text) => text.startsWith("build ") && text.includes(start));
  if (line === undefined) throw new ImportError(`compiler-rt: upstream's build makes no archive of ${library}`);
  const [objects = ""] = line.slice(line.indexOf(start) + start.length).split(" || ");
  return [...new Set(objects.split(" ").flatMap((word) => /\/CMakeFiles\/(.+)\.dir\/.+\.o$/.exec(word)?.[1] ?? []))];
}

/** `RTAsan.x86_64` → `RTAsan`, `clang_rt.tsan-x86_64` → `clang_rt.tsan`. */
const withoutArchitecture = (target: string): string => target.replace(/(?:^(RT\w+)\..+|-[^-]+)$/, "$1");

function readSet(
  tree: SourceTree,
  name: string,
  targets: readonly TargetLibraries[],
  { systems }: ImportRows,
): SourceSetImport {
  const lists = targets.flatMap(({ architecture, sets }) => {
    const observed = sets.get(name);
    return observed === undefined ? [] : [{ architecture, ...observed }];
  });
  const compiled = new Set(lists.flatMap(({ sources }) => sources));
  return toSourceSet(lists, {
    textual: findIncludedSources(tree, [...compiled], ["compiler-rt/lib", "compiler-rt/include"]),
    systems,
    sourceFlags: joinFlags(lists, compiled),
  });
}

/** Library → what all targets that have it make it of. Throws `ImportError` where two differ. */
function readParts(targets: readonly TargetLibraries[]): Record<string, string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { architecture, parts } of targets)
    for (const [library, members] of parts) {
      const known = found.get(library) ?? members;
      if (known.join() !== members.join())
        throw new ImportError(
          `compiler-rt: ${library} is made of ${members.join()} for ${architecture}, and of ${known.join()} elsewhere`,
        );
      found.set(library, known);
    }
  return Object.fromEntries(
    [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, members]) => [name, [...members]]),
  );
}
