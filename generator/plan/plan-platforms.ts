import { compareVersions } from "../schema/libc-versions";
import type { ResolvedHost, ResolvedTarget } from "../resolve/resolved-target";
import { linkModes } from "../schema/rows";
import {
  abiConstraint,
  cpuConstraint,
  osConstraint,
  platformConstraints,
  versionConstraint,
} from "./constraint-labels";
import type { Render } from "./render";

/** What the root's package says of the rest of the module. */
interface ModuleView {
  readonly name: string;
  /** Whether users can name the libraries of a system, so that there are packages of them. */
  readonly hasLibraries: boolean;
}

/** Plans `constraints/`, `platforms/`, `toolchains/` and the root's package. */
export function planPlatforms(
  targets: readonly ResolvedTarget[],
  hosts: readonly ResolvedHost[],
  module: ModuleView,
  render: Render,
): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, view] of constraintViews(targets))
    files.set(`constraints/${name}/BUILD.bazel`, render("constraint.BUILD.bazel", view));
  files.set("platforms/BUILD.bazel", render("platforms.BUILD.bazel", { platforms: platformViews(targets) }));
  files.set("toolchains/BUILD.bazel", render("toolchains.BUILD.bazel", toolchainsView(targets)));
  files.set(
    "toolchains/defaults.bzl",
    render("defaults.bzl", { module: module.name, defaults: defaultsView(targets) }),
  );
  files.set(
    "toolchains/missing/BUILD.bazel",
    render("missing_toolchains.BUILD.bazel", { systems: systemsView(targets) }),
  );
  files.set("toolchains/hosts.bzl", render("hosts.bzl", { hosts: hosts.map(hostView) }));
  files.set(
    "BUILD.bazel",
    render("root.BUILD.bazel", {
      example: targets[0]!.platform,
      platforms: platformViews(targets).map(({ name }) => name),
      hasLibraries: module.hasLibraries,
    }),
  );
  return files;
}

function constraintViews(targets: readonly ResolvedTarget[]): Map<string, object> {
  const sorted = (values: Iterable<string>) => [...new Set(values)].sort();
  const views = new Map<string, object>();
  const own = (name: string, comment: string, values: readonly string[]) =>
    views.set(name, { comment, name, isOwnSetting: true, setting: `:${name}`, values: ["default", ...values] });
  own(
    "abi",
    "The ABI of a platform, which its libc goes with. `default`: a platform that names none.",
    sorted(targets.map(({ system }) => system.abi)),
  );
  own("link_mode", "How executables are linked. `default`: as is usual for the platform.", linkModes);
  const cpus = sorted(
    targets
      .filter(({ architecture }) => architecture.constraint === undefined)
      .map(({ architecture }) => architecture.name),
  );
  if (cpus.length > 0) {
    views.set("cpu", {
      comment: "CPUs that @platforms//cpu has no name for.",
      name: "cpu",
      isOwnSetting: false,
      setting: "@platforms//cpu",
      values: cpus,
    });
  }
  for (const libc of sorted(targets.flatMap(({ system }) => system.libc ?? []))) {
    const versions = new Set(targets.filter(({ system }) => system.libc === libc).map(({ version }) => version!));
    own(
      libc,
      `The version of ${libc}. \`default\`: the manifest's default, for a platform that names none.`,
      [...versions].sort(compareVersions),
    );
  }
  return views;
}

interface PlatformView {
  readonly name: string;
  readonly constraints: readonly string[];
}

/** The platforms of a target: as it is by default, one for each further link mode, one for each version. */
function platformViews(targets: readonly ResolvedTarget[]): PlatformView[] {
  return targets.flatMap((target): PlatformView[] => {
    const constraints = platformConstraints(target.architecture, target.system);
    const linked = target.system.link_modes.slice(1).map((mode) => ({
      name: `${target.platform}_${mode}`,
      constraints: [...constraints, `//constraints/link_mode:${mode}`],
    }));
    const unversioned = target.isDefault ? [{ name: target.platform, constraints }, ...linked] : [];
    if (target.version === undefined) return unversioned;
    return [
      ...unversioned,
      { name: target.name, constraints: [...constraints, versionConstraint(target.system.libc!, target.version)] },
    ];
  });
}

function hostView({ row, architecture, archive }: ResolvedHost) {
  return { name: row.name, constraints: [osConstraint(row.os), cpuConstraint(architecture)], seed: `@${archive.name}` };
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

function toolchainsView(targets: readonly ResolvedTarget[]): object {
  const platforms = targets.filter(({ isDefault }) => isDefault);
  return {
    targets: platforms.map((target) => {
      const { architecture, system, platform } = target;
      return {
        platform,
        constraints: platformConstraints(architecture, system),
        isDefaultForOs: isDefaultForOs(target, targets),
        defaultFor: constraintsWithoutAbi(target),
        versions: versionPackages(target, targets),
      };
    }),
  };
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
