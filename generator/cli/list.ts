import { existsSync } from "node:fs";
import { join } from "node:path";

import { nameTarget } from "../read/name-target";
import type { Problem } from "../read/problem";
import { resolveTargets } from "../resolve/resolve-targets";
import type { ResolvedTarget } from "../resolve/resolved-target";
import { exitCodes, type Io } from "./io";
import { loadManifest, type Loaded } from "./load-manifest";
import { isOwnManifest, packageFolder } from "./package-folder";
import type { Options } from "./parse-arguments";
import { plainTable } from "./plain-table";

/** One platform, as `gen-bzl list --json` prints it. */
export interface ListedPlatform {
  readonly name: string;
  /** Null where the platform is incomplete, as are the lists below then empty. */
  readonly triple: string | null;
  /** Of its libc, oldest first; empty for a system without one. */
  readonly versions: readonly { readonly version: string; readonly default: boolean }[];
  /** What it is made of, at its default version. */
  readonly runtimes: readonly {
    readonly name: string;
    readonly version: string;
    readonly role: string;
    readonly archive: string;
  }[];
  /**
   * `incomplete`: something that it needs is not there. `not generated`: gen-bzl has not been run since it was added.
   * `without an archive`: one that it is made of has no address, so that it has to be redirected.
   */
  readonly state: "ready" | "not generated" | "without an archive" | "incomplete";
  /** What makes it ready. */
  readonly mend: readonly string[];
}

/** Prints the platforms of the manifest, incomplete ones included. Returns the exit code; throws `BadInputError`. */
export function list(options: Extract<Options, { command: "list" }>, io: Io): number {
  const platforms = listPlatforms(loadManifest(options.manifest, io, isIncompletePlatform));
  io.stdout(options.json ? `${JSON.stringify(platforms, undefined, 2)}\n` : formatTable(platforms));
  return exitCodes.fine;
}

/** Whether a problem leaves the other platforms as they are. */
export function isIncompletePlatform({ platforms }: Problem): boolean {
  return platforms !== undefined;
}

/** The platforms of the manifest in its order. */
export function listPlatforms({ folder, manifest, imports, problems }: Loaded): ListedPlatform[] {
  const names = manifest.targets.map((row) => nameTarget(row, manifest.architectures, manifest.systems) ?? "");
  const isComplete = (name: string): boolean => !problems.some(({ platforms }) => platforms?.includes(name));
  const targets = manifest.targets.filter((_, index) => isComplete(names[index] ?? ""));
  const resolved = resolveTargets({ manifest: { ...manifest, targets }, imports });
  return names.map((name) => {
    const versions = resolved.filter(({ platform }) => platform === name);
    const chosen = versions.find(({ isDefault }) => isDefault);
    const withoutAddress = (chosen?.runtimes ?? [])
      .map(({ archive }) => archive)
      .filter(({ urls }) => urls.length === 0);
    const mend = [
      ...problems.filter(({ platforms }) => platforms?.includes(name)).map((problem) => problem.mend),
      ...[...new Set(withoutAddress.map((archive) => archive.name))].map(
        (archive) => `say where ${archive} is: docs/archives.md`,
      ),
    ];
    return {
      name,
      triple: chosen?.triple ?? null,
      versions: versions.flatMap(({ version, isDefault }) =>
        version === undefined ? [] : [{ version, default: isDefault }],
      ),
      runtimes: (chosen?.runtimes ?? []).map(({ name, version, role, archive }) => ({
        name,
        version,
        role,
        archive: archive.name,
      })),
      state:
        chosen === undefined
          ? "incomplete"
          : !isGenerated(chosen, folder)
            ? "not generated"
            : withoutAddress.length > 0
              ? "without an archive"
              : "ready",
      mend,
    };
  });
}

/** Where the module of another manifest lies is not known here, so its platforms count as generated. */
function isGenerated({ name }: ResolvedTarget, folder: string): boolean {
  return !isOwnManifest(folder) || existsSync(join(packageFolder, "targets", name, "BUILD.bazel"));
}

function formatTable(platforms: readonly ListedPlatform[]): string {
  const table = plainTable(["platform", "triple", "libc versions", "made of", "state"]);
  for (const { name, triple, versions, runtimes, state, mend } of platforms) {
    table.push([
      name,
      triple ?? "",
      formatVersions(versions),
      runtimes.map(({ name, version }) => `${name} ${version}`).join(", "),
      [state, ...mend].join("\n"),
    ]);
  }
  return table.print();
}

/** `1.2.5, 1.2.6 (default)`; of many `2.28 to 2.44, by default 2.31`. */
function formatVersions(versions: ListedPlatform["versions"]): string {
  const chosen = versions.find(({ default: isDefault }) => isDefault);
  if (versions.length <= 3)
    return versions
      .map(({ version }) => (version === chosen?.version && versions.length > 1 ? `${version} (default)` : version))
      .join(", ");
  return `${versions[0]!.version} to ${versions.at(-1)!.version}, by default ${chosen?.version ?? ""}`;
}
