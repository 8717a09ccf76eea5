import { fillColumns, platformName, targetColumns } from "../schema/columns";
import type { Manifest, RuntimeRow, SystemRow, TargetRow } from "../schema/rows";
import { defaultLibcVersion, importedVersions, libcOf, libcVersions, standInFor } from "../schema/libc-versions";
import { takeFlags, type ConditionSubject } from "../schema/condition";
import { defaultLlvm, llvmSuffix, seedArchive } from "../schema/llvm-versions";
import { symbolsVersion } from "../schema/symbol-table";
import { present } from "./present";
import { resolveFeatures } from "./resolve-features";
import { nothingImported, resolveRuntime, resolveWithStandIn, type RuntimeContext } from "./resolve-runtime";
import type {
  MinimumOs,
  ResolvedHost,
  ResolvedLlvm,
  ResolvedRuntime,
  ResolvedTarget,
  Sources,
} from "./resolved-target";

/**
 * Every platform of the manifest at every version of its libc, in the order of the target rows, versions oldest first.
 *
 * @param sources Rows and imports that `validateManifest` has found nothing wrong with.
 * @param llvm The version of LLVM that they are made of.
 */
export function resolveTargets(sources: Sources, llvm = defaultOf(sources.manifest)): ResolvedTarget[] {
  return sources.manifest.targets.flatMap((row) => resolveTarget(row, llvm, sources));
}

/** The versions of LLVM: the default, and the others in the order of their rows. */
export function resolveLlvm({ llvm }: Manifest): ResolvedLlvm[] {
  const chosen = present(defaultLlvm(llvm), "version of LLVM");
  const others = llvm.filter((row) => row !== chosen);
  return [{ row: chosen, suffix: "" }, ...others.map((row) => ({ row, suffix: llvmSuffix(row.version) }))];
}

const defaultOf = (manifest: Manifest): ResolvedLlvm => resolveLlvm(manifest)[0]!;

/** Every host of the manifest with its compiler seeds. */
export function resolveHosts(manifest: Manifest): ResolvedHost[] {
  const versions = resolveLlvm(manifest);
  return manifest.hosts.map((row) => ({
    row,
    architecture: named(manifest.architectures, row.architecture),
    seeds: versions.map((llvm) => ({ llvm, archive: named(manifest.archives, seedArchive(llvm.row, row)) })),
  }));
}

function resolveTarget(row: TargetRow, llvm: ResolvedLlvm, sources: Sources): ResolvedTarget[] {
  const { manifest } = sources;
  const architecture = named(manifest.architectures, row.architecture);
  const microArchitectures = manifest.microArchitectures.filter((other) => other.architecture === architecture.name);
  const system = named(manifest.systems, row.system);
  const libc = libcOf(system, manifest.runtimes);
  const stack = system.stack.map((name) => named(manifest.runtimes, name));
  const subject: ConditionSubject = { architecture, system, llvm: llvm.row.version };
  const platform = platformName(row, architecture, system);
  const columns = { ...targetColumns(architecture, system), platform };
  const triple = fillColumns(system.triple, columns);
  const versions = libc === undefined ? [undefined] : libcVersions(libc, row);
  const preferred = libc === undefined ? undefined : defaultLibcVersion(libc, row);
  const contextOf = (runtime: RuntimeRow, version: string, archive: string): RuntimeContext => {
    const versionColumns = { ...columns, triple, version };
    return {
      subject,
      columns: versionColumns,
      archive: named(manifest.archives, fillColumns(archive, versionColumns)),
      version,
      imported: sources.imports.get(`${runtime.name}-${version}`) ?? nothingImported,
      shared: sources.imports.get(`${runtime.name}-${symbolsVersion}`) ?? nothingImported,
      stack,
    };
  };
  const archiveOf = (runtime: RuntimeRow, version: string) =>
    present(
      runtime.versions.find((entry) => entry.version === version),
      `version ${version} of ${runtime.name}`,
    ).archive;
  const resolve = (runtime: RuntimeRow, libcVersion: string | undefined): ResolvedRuntime[] => {
    const stated = runtime.part_of === undefined ? defaultVersion(runtime) : llvm.row.version;
    const version = (runtime.name === libc?.name ? libcVersion : undefined) ?? stated;
    const { prebuilt_headers: prebuilt } = runtime;
    if (prebuilt === undefined || sources.imports.has(`${runtime.name}-${version}`))
      return [resolveRuntime(runtime, contextOf(runtime, version, archiveOf(runtime, version)))];
    const standIn = present(
      standInFor(version, importedVersions(runtime, sources.imports)),
      `import of ${runtime.name}`,
    );
    return resolveWithStandIn(
      runtime,
      prebuilt,
      contextOf(runtime, version, prebuilt.archive),
      contextOf(runtime, standIn, archiveOf(runtime, standIn)),
    );
  };
  // Of the libc's version, only the libc depends.
  const others = new Map(
    stack.filter(({ name }) => name !== libc?.name).map((runtime) => [runtime.name, resolve(runtime, undefined)]),
  );
  return versions.map((version) => ({
    name: version === undefined ? platform : `${platform}.${version}`,
    platform,
    ...(version === undefined ? {} : { version }),
    llvm,
    isDefault: version === preferred,
    row,
    architecture,
    microArchitectures,
    system,
    triple,
    flags: [...(architecture.flags ?? []), ...takeFlags(system.flags, subject), ...(row.flags ?? [])],
    compileFlags: takeFlags(system.compile_flags, subject),
    linkFlags: takeFlags(system.link_flags, subject),
    ...minimumOsOf(system.minimum_os, takeFlags(system.flags, subject)),
    features: resolveFeatures(manifest.features, subject),
    runtimes: stack.flatMap((runtime) => others.get(runtime.name) ?? resolve(runtime, version)),
  }));
}

/** The oldest release that programs run on, as flags say it, and how another is said. */
function minimumOsOf(row: SystemRow["minimum_os"], flags: readonly string[]): { readonly minimumOs?: MinimumOs } {
  if (row === undefined) return {};
  const flag = present(
    flags.find((candidate) => candidate.startsWith(row.flag)),
    `flag ${row.flag}`,
  );
  return { minimumOs: { flag: row.flag, oldest: flag.slice(row.flag.length), younger: row.younger } };
}

function defaultVersion(runtime: RuntimeRow): string {
  return (runtime.versions.find((row) => row.default) ?? runtime.versions[0]!).version;
}

function named<Row extends { name: string }>(rows: readonly Row[], name: string): Row {
  return present(
    rows.find((row) => row.name === name),
    `row ${name}`,
  );
}
