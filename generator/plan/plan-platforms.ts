import { seedLabel } from "./plan-bootstrap";
import { Assignment, Call, Comment, Name, explicitAttributes, type StarlarkFile } from "../starlark/syntax";
import { compareVersions } from "../schema/libc-versions";
import type { MinimumOs, ResolvedHost, ResolvedLlvm, ResolvedTarget } from "../resolve/resolved-target";
import type { FeatureRow } from "../schema/features";
import { linkModes } from "../schema/fields";
import { llvmConstraintSetting, llvmSuffix } from "../schema/llvm-versions";
import {
  abiConstraint,
  cpuConstraint,
  llvmConstraint,
  microArchitectureConstraint,
  minimumOsConstraint,
  minimumOsSetting,
  osConstraint,
  platformConstraints,
  sanitizerConstraint,
  sanitizerSetting,
  versionConstraint,
  type PlatformView,
} from "./constraint-labels";
import { loadedFiles, printGenerated, visibleTo } from "./build-file";
import { featuresTable, instrumentationsOf } from "./plan-features";
import { microArchitecturesOf, microArchitecturesTable, microArchitectureViews } from "./plan-micro-architectures";
import type { Render } from "./render";

/** What the root's package says of the rest of the module. */
interface ModuleView {
  readonly name: string;
  /** Whether users can name the libraries of a system, so that there are packages of them. */
  readonly hasLibraries: boolean;
  readonly features: readonly FeatureRow[];
}

const hostsTable = new Name("HOSTS", "//toolchains:hosts.bzl");

const registration = (name: string): Name => new Name(name, "//bzlmod/toolchain:registration.bzl");

const everybody = visibleTo("//visibility:public");
const thisModule = visibleTo("//:__subpackages__");

/**
 * Plans `constraints/`, `platforms/`, `toolchains/` and the root's package.
 *
 * @param targets Those of the default version of LLVM.
 * @param llvm All versions, the default first.
 */
export function planPlatforms(
  targets: readonly ResolvedTarget[],
  hosts: readonly ResolvedHost[],
  llvm: readonly ResolvedLlvm[],
  module: ModuleView,
  render: Render,
): Map<string, string> {
  const instrumentations = instrumentationsOf(module.features, targets);
  const files: Record<string, StarlarkFile> = {
    ...planConstraints(targets, llvm, instrumentations),
    "platforms/BUILD.bazel": {
      statements: [
        everybody,
        new Comment(
          "What the runtimes are configured for: the rules that compile them take their target from attributes.",
        ),
        ...llvm.flatMap((version) => runtimesViews(targets, version, instrumentations)).map(planPlatform),
        ...platformViews(targets, llvm).map(planPlatform),
      ],
    },
    "toolchains/BUILD.bazel": {
      statements: [
        thisModule,
        new Call(registration("register_seeds"), {}, [hostsTable]),
        ...targets.filter(({ isDefault }) => isDefault).map((target) => registerTarget(target, targets)),
        loadedFiles,
      ],
    },
    "toolchains/micro_architectures.bzl": microArchitecturesTable(targets),
    "toolchains/features.bzl": featuresTable(module.features, targets),
    "toolchains/defaults.bzl": {
      docstring: "The platforms that are meant where a platform names no ABI.",
      statements: [
        new Assignment("MODULE", module.name, "The module that has them."),
        new Assignment("DEFAULTS", defaultsView(targets), "Name → constraint values of a platform that means it."),
      ],
    },
    "toolchains/missing/BUILD.bazel": {
      statements: [
        thisModule,
        new Call(new Name("register_missing", "//bzlmod/toolchain:missing.bzl"), {
          hosts: hostsTable,
          systems: systemsView(targets),
        }),
      ],
    },
    "toolchains/llvm_versions.bzl": {
      docstring: "The versions of LLVM.",
      statements: [
        new Assignment(
          "LLVM_VERSIONS",
          Object.fromEntries(llvm.map(({ row, suffix }) => [row.version, suffix])),
          "Version → what names of packages and platforms for it end in. The first is the default.",
        ),
      ],
    },
    "toolchains/hosts.bzl": {
      docstring: "The hosts that the compiler runs on.",
      statements: [
        new Assignment(
          "HOSTS",
          Object.fromEntries(hosts.map((host) => [host.row.name, hostView(host)])),
          "Name → constraint values of an execution platform of that kind, and what the labels of its compiler seeds' parts begin with, by LLVM's version.",
        ),
      ],
    },
  };
  const platforms = targets.filter(({ isDefault }) => isDefault).flatMap(unversionedViews);
  return new Map([
    ...Object.entries(files).map(([path, file]): [string, string] => [path, printGenerated(file)]),
    [
      "BUILD.bazel",
      render("root.BUILD.bazel", {
        module: module.name,
        example: (targets.find(({ system }) => system.libc !== undefined) ?? targets[0]!).platform,
        platforms: platforms.map(({ name }) => name),
        sources: ["overlays", "toolchains", ...(module.hasLibraries ? ["windows"] : [])],
      }),
    ],
  ]);
}

const planPlatform = ({ name, constraints }: PlatformView): Call =>
  new Call(new Name("platform"), explicitAttributes({ name, constraint_values: constraints }));

function planConstraints(
  targets: readonly ResolvedTarget[],
  llvm: readonly ResolvedLlvm[],
  instrumentations: readonly FeatureRow[],
): Record<string, StarlarkFile> {
  const sorted = (values: Iterable<string>) => [...new Set(values)].sort();
  const files: Record<string, StarlarkFile> = {};
  const plan = (name: string, comment: string, setting: string, values: readonly string[]): void => {
    const valuesOf = values.map(
      (value) => new Call(new Name("constraint_value"), { name: value, constraint_setting: setting }),
    );
    const own = new Call(new Name("constraint_setting"), { name, default_constraint_value: ":default" });
    files[`constraints/${name}/BUILD.bazel`] = {
      comment,
      statements: [everybody, ...(setting === `:${name}` ? [own] : []), ...valuesOf],
    };
  };
  const own = (name: string, comment: string, values: readonly string[]): void =>
    plan(name, comment, `:${name}`, ["default", ...values]);
  own(
    "abi",
    "The ABI of a platform, which its libc goes with. `default`: a platform that names none.",
    sorted(targets.map(({ system }) => system.abi)),
  );
  own("link_mode", "How executables are linked. `default`: as is usual for the platform.", linkModes);
  own(
    "micro_architecture",
    "What a platform's CPU has beyond the oldest one of its architecture. `default`: nothing.",
    microArchitecturesOf(targets).map(({ name }) => name),
  );
  own(
    sanitizerSetting,
    "The sanitizer that all of a build for a platform has. `default`: that of --features, or none.",
    instrumentations.filter(({ sanitizer }) => sanitizer).map(({ name }) => name),
  );
  own(
    llvmConstraintSetting,
    "The version of LLVM: of the compiler, and of the runtimes that are part of it. `default`: the manifest's default, for a platform that names none.",
    llvm.map(({ row }) => row.version).sort(compareVersions),
  );
  const releases = new Set(targets.flatMap(({ minimumOs }) => minimumOsVersions(minimumOs)));
  if (releases.size > 0)
    own(
      minimumOsSetting,
      "The oldest release of the system that programs run on. `default`: what --macos_minimum_os says, or else the oldest that there is.",
      [...releases].sort(compareVersions),
    );
  const cpus = sorted(
    targets
      .filter(({ architecture }) => architecture.constraint === undefined)
      .map(({ architecture }) => architecture.name),
  );
  if (cpus.length > 0) plan("cpu", "CPUs that @platforms//cpu has no name for.", "@platforms//cpu", cpus);
  for (const libc of sorted(targets.flatMap(({ system }) => system.libc ?? []))) {
    const versions = new Set(targets.filter(({ system }) => system.libc === libc).map(({ version }) => version!));
    own(
      libc,
      `The version of ${libc}. \`default\`: the manifest's default, for a platform that names none.`,
      [...versions].sort(compareVersions),
    );
  }
  return files;
}

/**
 * The platforms that the runtimes of a version of LLVM are configured for: one, one for each micro-architecture, and one for each
 * sanitizer that some of them are compiled with.
 */
function runtimesViews(
  targets: readonly ResolvedTarget[],
  { row, suffix }: ResolvedLlvm,
  instrumentations: readonly FeatureRow[],
): PlatformView[] {
  const version = suffix === "" ? [] : [llvmConstraint(row.version)];
  return [
    { name: `runtimes${suffix}`, constraints: version },
    ...microArchitecturesOf(targets).map(({ name }) => ({
      name: `runtimes.${name}${suffix}`,
      constraints: [microArchitectureConstraint(name), ...version],
    })),
    ...instrumentations
      .filter(({ runtime_flags: flags }) => flags.length > 0)
      .map(({ name }) => ({
        name: `runtimes.${name}${suffix}`,
        constraints: [sanitizerConstraint(name), ...version],
      })),
  ];
}

/**
 * The platforms of a target: as it is by default, one for each further link mode, each micro-architecture, each oldest release of the system
 * that programs run on, each version, and each version of LLVM where there are several.
 */
function platformViews(targets: readonly ResolvedTarget[], llvm: readonly ResolvedLlvm[]): PlatformView[] {
  return targets.flatMap((target): PlatformView[] => {
    const unversioned = target.isDefault
      ? [
          ...unversionedViews(target),
          ...microArchitectureViews(target),
          ...minimumOsViews(target),
          ...llvmViews(target, llvm),
        ]
      : [];
    if (target.version === undefined) return unversioned;
    const constraints = [
      ...platformConstraints(target.architecture, target.system),
      versionConstraint(target.system.libc!, target.version),
    ];
    return [...unversioned, { name: target.name, constraints }];
  });
}

function llvmViews({ architecture, system, platform }: ResolvedTarget, llvm: readonly ResolvedLlvm[]): PlatformView[] {
  if (llvm.length === 1) return [];
  return llvm.map(({ row: { version } }) => ({
    name: platform + llvmSuffix(version),
    constraints: [...platformConstraints(architecture, system), llvmConstraint(version)],
  }));
}

function minimumOsViews({ architecture, system, platform, minimumOs }: ResolvedTarget): PlatformView[] {
  return minimumOsVersions(minimumOs).map((version) => ({
    name: `${platform}.min-${version}`,
    constraints: [...platformConstraints(architecture, system), minimumOsConstraint(version)],
  }));
}

const minimumOsVersions = (minimumOs: MinimumOs | undefined): string[] =>
  minimumOs === undefined ? [] : [minimumOs.oldest, ...minimumOs.younger];

function unversionedViews({ architecture, system, platform }: ResolvedTarget): PlatformView[] {
  const constraints = platformConstraints(architecture, system);
  const linked = system.link_modes.slice(1).map((mode) => ({
    name: `${platform}_${mode}`,
    constraints: [...constraints, `//constraints/link_mode:${mode}`],
  }));
  return [{ name: platform, constraints }, ...linked];
}

function hostView({ row, architecture, seeds }: ResolvedHost): Call {
  return new Call(new Name("struct"), {
    constraints: [osConstraint(row.os), cpuConstraint(architecture)],
    seeds: Object.fromEntries(seeds.map(({ llvm }) => [llvm.row.version, seedLabel(row.name, llvm)])),
  });
}

/** Whether a platform that names no ABI means this target. Of several systems that are an OS' default, the first is one that has the CPU. */
export function isDefaultForOs(target: ResolvedTarget, targets: readonly ResolvedTarget[]): boolean {
  const isAlike = ({ system, architecture }: ResolvedTarget): boolean =>
    system.default_for_os &&
    system.os === target.system.os &&
    cpuConstraint(architecture) === cpuConstraint(target.architecture);
  return targets.find(isAlike)?.platform === target.platform;
}

/** Constraint values of a platform that names no ABI. */
function constraintsWithoutAbi({ architecture, system }: ResolvedTarget): string[] {
  return [osConstraint(system.os), cpuConstraint(architecture), abiConstraint("default")];
}

/** Platform → constraint values of those that mean it without naming its ABI. */
function defaultsView(targets: readonly ResolvedTarget[]): Record<string, string[]> {
  const meant = targets.filter((target) => target.isDefault && isDefaultForOs(target, targets));
  return Object.fromEntries(meant.map((target) => [target.platform, constraintsWithoutAbi(target)]));
}

function registerTarget(target: ResolvedTarget, targets: readonly ResolvedTarget[]): Call {
  return new Call(registration("register_target"), {
    name: target.platform,
    constraints: platformConstraints(target.architecture, target.system),
    default_for: isDefaultForOs(target, targets) ? constraintsWithoutAbi(target) : undefined,
    hosts: hostsTable,
    versions: versionPackages(target, targets),
  });
}

/** System → the constraint values by which a platform means it, and the platforms that it has. */
function systemsView(
  targets: readonly ResolvedTarget[],
): Record<string, { constraints: string[]; platforms: string[] }> {
  const systems = new Map(targets.map(({ system }) => [system.name, system]));
  const view = (system: ResolvedTarget["system"]) => ({
    constraints: [osConstraint(system.os), abiConstraint(system.abi)],
    platforms: targets
      .filter((target) => target.system.name === system.name && target.isDefault)
      .map(({ platform }) => platform),
  });
  return Object.fromEntries([...systems].map(([name, system]) => [name, view(system)]));
}

/** Constraint value of a libc's version → package of the target at that version. */
function versionPackages(platform: ResolvedTarget, targets: readonly ResolvedTarget[]): Record<string, string> {
  const { libc } = platform.system;
  if (libc === undefined) return { "//conditions:default": `//targets/${platform.name}` };
  const versions = targets.filter((target) => target.platform === platform.platform);
  return Object.fromEntries<string>([
    [versionConstraint(libc, "default"), `//targets/${platform.name}`],
    ...versions.map((target): [string, string] => [
      versionConstraint(libc, target.version!),
      `//targets/${target.name}`,
    ]),
  ]);
}
