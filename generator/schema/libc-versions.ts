import semver from "semver";
import type { RuntimeRow, SystemRow, TargetRow } from "./rows";

const coerced = new Map<string, semver.SemVer>();

/** Parsed once for each spelling: symbols ask for the same few versions a hundred thousand times. */
function coerce(version: string): semver.SemVer {
  const known = coerced.get(version) ?? semver.coerce(version);
  // `versionSchema` has refused it.
  if (known === null) throw new Error(`"${version}" has no number by which versions could be ordered`);
  coerced.set(version, known);
  return known;
}

/** Orders upstream versions (`2.9` before `2.31`), which need not have three parts. */
export function compareVersions(left: string, right: string): number {
  return coerce(left).compare(coerce(right)) || (left < right ? -1 : left > right ? 1 : 0);
}

/** Whether an upstream version, which need not have three parts, is in a range as semver writes it. */
export function isInRange(version: string, range: string): boolean {
  return semver.satisfies(coerce(version), range);
}

/** The versions of a system's libc that exist for a target, oldest first. */
export function libcVersions(libc: RuntimeRow, target: TargetRow): string[] {
  return libc.versions
    .map(({ version }) => version)
    .filter((version) => target.versions === undefined || isInRange(version, target.versions))
    .sort(compareVersions);
}

/** The version that a platform without one means: the target's own, else the libc's default, else the first that exists. */
export function defaultLibcVersion(libc: RuntimeRow, target: TargetRow): string | undefined {
  const versions = libcVersions(libc, target);
  const preferred = target.default_version ?? libc.versions.find((row) => row.default)?.version;
  return versions.find((version) => version === preferred) ?? versions[0];
}

/** The libc of a system among the runtimes, or undefined where it has none. */
export function libcOf(system: SystemRow, runtimes: readonly RuntimeRow[]): RuntimeRow | undefined {
  return system.libc === undefined ? undefined : runtimes.find((row) => row.name === system.libc);
}

/** `2.34` → 34: the part of a version by which the releases of a libc with symbol stubs are counted, whose major version stays. */
export function minorOf(version: string): number {
  return Number(version.split(".")[1] ?? 0);
}

/** The versions of a runtime's row that have been imported; `imports` are named `<runtime>-<version>`. */
export function importedVersions({ name, versions }: RuntimeRow, imports: ReadonlyMap<string, unknown>): string[] {
  return versions.map(({ version }) => version).filter((version) => imports.has(`${name}-${version}`));
}

/** Of the imported versions, the newest that is not newer than `version`; where all are newer, the oldest. Undefined where there are none. */
export function standInFor(version: string, imported: readonly string[]): string | undefined {
  const sorted = [...imported].sort(compareVersions);
  return sorted.findLast((other) => compareVersions(other, version) <= 0) ?? sorted[0];
}
