import { distance } from "fastest-levenshtein";

import { resolveHosts, resolveTargets } from "../resolve/resolve-targets";
import { outputsOf, type ResolvedHost, type ResolvedTarget } from "../resolve/resolved-target";
import type { ArchiveRow } from "../schema/rows";
import { BadInputError, exitCodes, type Io } from "./io";
import { isIncompletePlatform, listPlatforms } from "./list";
import { loadManifest } from "./load-manifest";
import type { Options } from "./parse-arguments";

/** Prints what one platform is made of. Returns the exit code; throws `BadInputError` for a platform that is not there. */
export function explain(options: Extract<Options, { command: "explain" }>, io: Io): number {
  const loaded = loadManifest(options.manifest, io, isIncompletePlatform);
  const platforms = listPlatforms(loaded);
  const incomplete = platforms.find(({ name, state }) => name === options.platform && state === "incomplete");
  if (incomplete !== undefined) {
    throw new BadInputError(
      `the platform ${incomplete.name} is incomplete\n${incomplete.mend.map((mend) => `    mend: ${mend}`).join("\n")}`,
    );
  }
  const complete = platforms.filter(({ state }) => state !== "incomplete").map(({ name }) => name);
  const targets = loaded.manifest.targets.filter((_, index) => complete.includes(platforms[index]?.name ?? ""));
  const resolved = resolveTargets({ manifest: { ...loaded.manifest, targets }, imports: loaded.imports });
  // A link mode of a platform is a platform as well, made of the same.
  const target = resolved.find(
    ({ name, platform, isDefault, system }) =>
      name === options.platform || (isDefault && namesOf(platform, system.link_modes).includes(options.platform)),
  );
  if (target === undefined) {
    const names = nearestNames(options.platform, [
      ...new Set(resolved.flatMap(({ name, platform }) => [platform, name])),
    ]);
    throw new BadInputError(
      `there is no platform ${options.platform}\n    mend: write one of ${names.join(", ")}; gen-bzl list shows all`,
    );
  }
  const versions = resolved.filter(({ platform }) => platform === target.platform);
  io.stdout(
    `${[...formatTarget(target, versions), "", ...formatDownloads(target, resolveHosts(loaded.manifest))].join("\n")}\n`,
  );
  return exitCodes.fine;
}

function namesOf(platform: string, [, ...otherModes]: readonly string[]): string[] {
  return [platform, ...otherModes.map((mode) => `${platform}_${mode}`)];
}

/** The three names that are nearest to `word`. */
function nearestNames(word: string, names: readonly string[]): string[] {
  return [...names].sort((left, right) => distance(word, left) - distance(word, right)).slice(0, 3);
}

function formatTarget(target: ResolvedTarget, versions: readonly ResolvedTarget[]): string[] {
  const { system, architecture } = target;
  const rows: [string, string][] = [
    ["triple", target.triple],
    ["architecture", `${architecture.name}, ${architecture.bits ?? "?"} bits, ${architecture.endian ?? "?"}-endian`],
    ["system", `${system.name}: ${system.os}, ${system.abi}, ${system.object_format}`],
  ];
  if (target.version !== undefined) {
    const listed = versions.map(({ version, isDefault }) => `${version ?? ""}${isDefault ? " (default)" : ""}`);
    rows.push([`${system.libc ?? "libc"} versions`, listed.join(", ")]);
  }
  rows.push([
    "link modes",
    system.link_modes.map((mode, index) => (index === 0 ? `${mode} (default)` : mode)).join(", "),
  ]);
  for (const [name, flags] of [
    ["flags", [`--target=${target.triple}`, ...target.flags]],
    ["compile flags", target.compileFlags],
    ["link flags", target.linkFlags],
  ] as const) {
    if (flags.length > 0) rows.push([name, flags.join(" ")]);
  }
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = [target.name, ...rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`)];
  lines.push("", "made of, in this order");
  for (const runtime of target.runtimes) {
    const outputs = runtime.products.flatMap(outputsOf);
    const place =
      runtime.standsInFor === undefined ? "" : `, in place of ${runtime.standsInFor}, which has not been imported`;
    lines.push(
      `  ${runtime.name} ${runtime.version} (${runtime.role.replaceAll("_", " ")}), from ${runtime.archive.name}${place}`,
    );
    if (runtime.products.some(({ kind }) => kind === "symbol_stubs"))
      lines.push(`    gives stub libraries of its release`);
    if (outputs.length > 0) lines.push(`    gives ${outputs.join(", ")}`);
    if (runtime.include.length > 0) lines.push(`    headers ${runtime.include.join(", ")}`);
  }
  return lines;
}

/** What a build for the target downloads: its archives, and the compiler of the machine that builds. */
function formatDownloads(target: ResolvedTarget, hosts: readonly ResolvedHost[]): string[] {
  const archives = new Map(target.runtimes.map(({ archive }) => [archive.name, archive])).values();
  return [
    "archives",
    ...[...archives].flatMap((archive) => formatArchive(archive)),
    "",
    "compiler, one of",
    ...hosts.flatMap(({ archive, row }) => formatArchive(archive, `, on ${row.name}`)),
  ];
}

function formatArchive({ name, size, sha256, urls, unavailable }: ArchiveRow, note = ""): string[] {
  return [
    `  ${name}, ${size === undefined ? "size unknown" : formatSize(size)}, sha256 ${sha256}${note}`,
    ...[...urls, ...(unavailable === undefined ? [] : [`to be redirected: ${unavailable}`])].map(
      (line) => `    ${line}`,
    ),
  ];
}

/** Bytes → `1.1 MB`. */
function formatSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
