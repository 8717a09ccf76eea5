import { formatProblem } from "../../generator/read/problem";
import { builtinManifest, readManifest } from "../../generator/read/read-manifest";
import { resolveTargets } from "../../generator/resolve/resolve-targets";
import type { ResolvedTarget, Sources } from "../../generator/resolve/resolved-target";
import { defaultLlvm, majorOf, seedArchive, type LlvmRow } from "../../generator/schema/llvm-versions";
import type { ArchitectureRow, HostRow, Manifest, SystemRow } from "../../generator/schema/rows";
import { validateManifest } from "../../generator/validate/validate-manifest";

/** One platform of the manifest, with the rows that it is made of. */
export interface Platform {
  readonly name: string;
  readonly architecture: ArchitectureRow;
  readonly system: SystemRow;
  /** What the platform is made of when it names no version of its libc. */
  readonly target: ResolvedTarget;
  /** Its other versions. */
  readonly otherVersions: readonly ResolvedTarget[];
}

/** Whether programs of a platform have a libc and an operating system, or a host that stands for one. */
export const isHosted = ({ system }: Platform): boolean => system.libc !== undefined && system.os !== "none";

/** The rows that this repository's module is generated from. Throws when something is wrong with them. */
export function loadSources(): Sources {
  const { problems, ...sources } = validateManifest(readManifest(builtinManifest));
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
  return sources;
}

/** The target rows as platforms, in the manifest's order. */
export function listPlatforms(sources: Sources): Platform[] {
  const targets = resolveTargets(sources);
  return targets
    .filter(({ isDefault }) => isDefault)
    .map((target) => ({
      name: target.platform,
      architecture: target.architecture,
      system: target.system,
      target,
      otherVersions: targets.filter((other) => other.platform === target.platform && other !== target),
    }));
}

/** The version of LLVM that platforms mean which name none. */
export function llvmOf({ llvm }: Manifest): LlvmRow {
  const row = defaultLlvm(llvm);
  if (row === undefined) throw new Error("the manifest has no version of LLVM");
  return row;
}

/** Its major version. */
export const llvmMajor = (manifest: Manifest): number => majorOf(llvmOf(manifest));

/** Name of the archive of its compiler for a host. */
export const seedOf = (manifest: Manifest, host: HostRow): string => seedArchive(llvmOf(manifest), host);

/** Names of the archives of a target's libc. */
export function libcArchives({ runtimes }: ResolvedTarget): string[] {
  return [...new Set(runtimes.filter(({ role }) => role === "libc").map(({ archive }) => archive.name))].sort();
}

/** Names of the archives that a target is built from, each once, sorted. */
export function archivesOf({ runtimes }: ResolvedTarget): string[] {
  return [...new Set(runtimes.map(({ archive }) => archive.name))].sort();
}
