import { distance } from "fastest-levenshtein";

import { resolveHosts, resolveLlvm, resolveTargets } from "../resolve/resolve-targets";
import {
  explainTarget,
  type ExplainedArchive,
  type ExplainedPlatform,
  type ExplainedRuntime,
} from "./explained-platform";
import type { ResolvedTarget } from "../resolve/resolved-target";
import { llvmSuffix } from "../schema/llvm-versions";
import { microArchitecturePlatform, type MicroArchitectureRow } from "../schema/micro-architectures";
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
  const llvm = resolveLlvm(loaded.manifest);
  const asked =
    llvm.length === 1 ? undefined : llvm.find(({ row }) => options.platform.endsWith(llvmSuffix(row.version)));
  const resolved = resolveTargets({ manifest: { ...loaded.manifest, targets }, imports: loaded.imports }, asked);
  // A link mode of a platform is a platform as well, made of the same; so is a micro-architecture, with flags of its own, and a version
  // of LLVM.
  const found = resolved.flatMap((target) => {
    const microArchitecture = target.isDefault ? microArchitectureCalled(options.platform, target) : undefined;
    const { name, platform, isDefault, system } = target;
    const names =
      asked === undefined ? namesOf(platform, system.link_modes) : [platform + llvmSuffix(asked.row.version)];
    const isMeant = name === options.platform || (isDefault && names.includes(options.platform));
    return isMeant || microArchitecture !== undefined ? [{ target, microArchitecture }] : [];
  });
  const { target, microArchitecture } = found[0] ?? {};
  if (target === undefined) {
    const names = nearestNames(options.platform, [
      ...new Set(resolved.flatMap(({ name, platform }) => [platform, name])),
    ]);
    throw new BadInputError(
      `there is no platform ${options.platform}\n    mend: write one of ${names.join(", ")}; gen-bzl list shows all`,
    );
  }
  const versions = resolved.filter(({ platform }) => platform === target.platform);
  const explained = explainTarget(
    target,
    versions,
    llvm,
    resolveHosts(loaded.manifest),
    new Set(loaded.imports.keys()),
    microArchitecture,
  );
  io.stdout(
    options.json
      ? `${JSON.stringify(explained, undefined, 2)}\n`
      : `${[...formatPlatform(explained), "", ...formatDownloads(explained)].join("\n")}\n`,
  );
  return exitCodes.fine;
}

function microArchitectureCalled(platform: string, target: ResolvedTarget): MicroArchitectureRow | undefined {
  const { architecture, microArchitectures, row, system } = target;
  return microArchitectures.find((micro) => microArchitecturePlatform(micro, row, architecture, system) === platform);
}

function namesOf(platform: string, [, ...otherModes]: readonly string[]): string[] {
  return [platform, ...otherModes.map((mode) => `${platform}_${mode}`)];
}

/** The three names that are nearest to `word`. */
function nearestNames(word: string, names: readonly string[]): string[] {
  return [...names].sort((left, right) => distance(word, left) - distance(word, right)).slice(0, 3);
}

function formatPlatform(platform: ExplainedPlatform): string[] {
  const { architecture, system, libc } = platform;
  const rows: [string, string][] = [
    ["triple", platform.triple],
    ["architecture", `${architecture.name}, ${architecture.bits ?? "?"} bits, ${architecture.endian ?? "?"}-endian`],
    ["system", `${system.name}: ${system.os}, ${system.abi}, ${system.object_format}`],
  ];
  if (libc !== undefined) {
    const listed = libc.versions.map(({ version, default: isDefault }) => version + (isDefault ? " (default)" : ""));
    rows.push([`${libc.name} versions`, listed.join(", ")]);
  }
  if (platform.llvm.versions.length > 1) {
    const { version: chosen, versions } = platform.llvm;
    const listed = versions.map(
      ({ version, default: isDefault }) =>
        version + (isDefault ? " (default)" : "") + (version === chosen ? " (this one)" : ""),
    );
    rows.push(["LLVM versions", listed.join(", ")]);
  }
  rows.push([
    "link modes",
    platform.link_modes.map((mode, index) => (index === 0 ? `${mode} (default)` : mode)).join(", ") ||
      "none: it has objects alone",
  ]);
  if (platform.micro_architectures.length > 0) {
    const listed = platform.micro_architectures.map(
      (name) => name + (name === platform.micro_architecture ? " (this one)" : ""),
    );
    rows.push(["micro-architectures", listed.join(", ")]);
  }
  for (const [name, flags] of [
    ["flags", platform.flags],
    ["compile flags", platform.compile_flags],
    ["link flags", platform.link_flags],
  ] as const) {
    if (flags.length > 0) rows.push([name, flags.join(" ")]);
  }
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    platform.name,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`),
    "",
    platform.runtimes.length === 0 ? "made of no runtimes" : "made of, in this order",
    ...platform.runtimes.flatMap(formatRuntime),
  ];
}

function formatRuntime({ name, version, role, archive, in_place_of: other, ...runtime }: ExplainedRuntime): string[] {
  const place = other === undefined ? "" : `, in place of ${other}, which has not been imported`;
  const outputs = runtime.products
    .filter(({ kind }) => kind !== "symbol_stubs" && kind !== "import_libraries")
    .flatMap((product) => product.outputs);
  return [
    `  ${name} ${version} (${role.replaceAll("_", " ")}), from ${archive}${place}`,
    ...(runtime.products.some(({ kind }) => kind === "symbol_stubs")
      ? ["    gives stub libraries of its release"]
      : []),
    ...(outputs.length > 0 ? [`    gives ${outputs.join(", ")}`] : []),
    ...(runtime.include.length > 0 ? [`    headers ${runtime.include.join(", ")}`] : []),
  ];
}

/** What a build for the target downloads: its archives, and the compiler of the machine that builds. */
function formatDownloads({ archives, compilers }: ExplainedPlatform): string[] {
  return [
    "archives",
    ...archives.flatMap((archive) => formatArchive(archive)),
    "",
    "compiler, one of",
    ...compilers.flatMap(({ archive, host }) => formatArchive(archive, `, on ${host}`)),
  ];
}

function formatArchive({ name, size, sha256, urls, unavailable }: ExplainedArchive, note = ""): string[] {
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
