import { posix } from "node:path";

import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { ArchitectureRow, SystemRow } from "../../../../generator/schema/rows";
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

const runtime = "compiler-rt";
const folder = "compiler-rt/lib/builtins";

/** What configuring the builtins reads of the tree. */
const wants = (path: string): boolean => /^(?:cmake|llvm\/cmake|compiler-rt\/(?:cmake|lib\/builtins))\//.test(path);

export const division = { by: "target", wants } satisfies Division;

interface TargetSources {
  readonly architecture: string;
  readonly system: string;
  /** Set name → its sources; a set that upstream does not build for the target is absent. */
  readonly sets: ReadonlyMap<string, ObservedSources>;
}

/**
 * Reads the builtins (set `builtins`) and the start files `crtbegin` and `crtend`, by configuring upstream's build of them for
 * every target whose system's stack has compiler-rt. Sources that other parts of LLVM would be needed for are left out.
 */
export async function importCompilerRt(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { programs }: Pick<ImportContext, "programs">,
): Promise<ImportContent> {
  const major = checkRelease(tree, version);
  const systems = systemsWith(runtime, rows);
  const tools = await findBuildTools(programs, { ...asks, llvm: major });
  const targets = await withCMake(tree, wants, tools, (configure) =>
    Promise.all(
      systems.flatMap((system) =>
        rows.targets
          .filter((target) => target.system === system.name)
          .map((target) => readTarget(tree, system, architectureOf(target.architecture, rows), configure)),
      ),
    ),
  );
  const names = [...new Set(targets.flatMap((target) => [...target.sets.keys()]))].sort();
  return {
    runtime,
    version,
    sets: Object.fromEntries(names.map((name) => [name, readSet(tree, name, targets, rows)])),
    facts: {},
  };
}

async function readTarget(
  tree: SourceTree,
  system: SystemRow,
  architecture: ArchitectureRow,
  configure: ConfigureCMake,
): Promise<TargetSources> {
  const project = describeBuild(folder, system, architecture);
  const build = await configure(project);
  const builtins = build.targets.filter((target) => /^clang_rt\.builtins[-_](?!.*_kext)/.test(target));
  if (builtins.length !== 1)
    throw new ImportError(
      `architectures: ${architecture.name}: upstream builds ${builtins.length === 0 ? "no builtins" : builtins.join(" and ")} for ${project.triple}`,
    );
  const sets = new Map<string, ObservedSources>();
  const observed = readObservedSources(tree, await build.observe(builtins[0]!), "C", project.flags);
  sets.set("builtins", { ...observed, sources: observed.sources.filter((source) => isSelfContained(tree, source)) });
  for (const group of build.has("crt") ? await build.observeCommands("crt") : []) {
    const name = posix.parse(group.sources[0]!.file).name;
    sets.set(name, readObservedSources(tree, [group], "C", project.flags));
  }
  return { architecture: architecture.name, system: system.name, sets };
}

function readSet(
  tree: SourceTree,
  name: string,
  targets: readonly TargetSources[],
  { systems }: ImportRows,
): SourceSetImport {
  const lists = targets.flatMap(({ architecture, system, sets }) => {
    const observed = sets.get(name);
    return observed === undefined ? [] : [{ architecture, system, ...observed }];
  });
  const repeated = lists.flatMap((list) => list.repeated.map(({ file }) => file));
  const compiled = new Set([...lists.flatMap(({ sources }) => sources), ...repeated]);
  const textual = [...repeated, ...findIncludedSources(tree, [...compiled], [folder])];
  return toSourceSet(lists, { textual, systems, sourceFlags: joinFlags(lists, compiled) });
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
