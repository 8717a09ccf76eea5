import { builtinManifest, readManifest } from "../../generator/read/read-manifest";
import { platformName } from "../../generator/schema/columns";
import type { ArchitectureRow, Manifest, SystemRow } from "../../generator/schema/rows";
import { validateManifest } from "../../generator/validate/validate-manifest";

/** One platform of the manifest, with the rows that it is made of. */
export interface Platform {
  readonly name: string;
  readonly architecture: ArchitectureRow;
  readonly system: SystemRow;
  /** Versions of its libc, the default one first; empty where it has none. */
  readonly libcVersions: readonly string[];
}

/** The manifest that this repository generates its module from. Throws when it is not valid. */
export function loadManifest(): Manifest {
  const { manifest, problems } = validateManifest(readManifest(builtinManifest));
  if (problems.length > 0) throw new Error("the manifest is not valid; npx gen-bzl lists its problems");
  return manifest;
}

/** The target rows as platforms, in the manifest's order. */
export function listPlatforms(manifest: Manifest): Platform[] {
  return manifest.targets.map((target) => {
    const architecture = findRow(manifest.architectures, target.architecture);
    const system = findRow(manifest.systems, target.system);
    return { name: platformName(target, architecture, system), architecture, system, libcVersions: versionsOf(manifest, system) };
  });
}

function versionsOf(manifest: Manifest, system: SystemRow): string[] {
  const versions = manifest.runtimes.find((runtime) => runtime.name === system.libc)?.versions ?? [];
  return [...versions].sort((left, right) => Number(right.default) - Number(left.default)).map(({ version }) => version);
}

function findRow<Row extends { readonly name: string }>(rows: readonly Row[], name: string): Row {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`no row is called ${name}`);
  return row;
}
