import type { ResolvedRuntime, ResolvedTarget, ResolvedUnit } from "../resolve/resolved-target";
import type { OverlayNames } from "./plan-overlays";
import { groupBy } from "../schema/group-by";
import { defaultBatch } from "../schema/rows";
import { toolPrefixes } from "./plan-outside-bazel";
import { librariesFile, librariesView, linkedLibraries } from "./plan-libraries";
import { statedAttributes } from "./stated-attributes";
import { Dictionary, type Render } from "./render";
import { StatedVersion, versionedName, VersionParameters, type VersionSpelling } from "./version-spelling";

/** Plans `targets/`: a package for each target, of its runtimes and toolchains. Where a platform has several versions, what they share is a macro. */
export function planTargets(
  targets: readonly ResolvedTarget[],
  overlays: OverlayNames,
  render: Render,
): Map<string, string> {
  const files = new Map<string, string>();
  for (const versions of groupBy(targets, ({ platform }) => platform)) {
    const [target] = versions as [ResolvedTarget];
    if (versions.length === 1)
      files.set(
        packageFile(target),
        render("target.BUILD.bazel", targetView(target, targets, overlays, new StatedVersion())),
      );
    else for (const [path, text] of planVersions(versions, targets, overlays, render)) files.set(path, text);
  }
  if ([...files.keys()].some((path) => path.endsWith(".bzl")))
    files.set("targets/BUILD.bazel", render("targets.BUILD.bazel", {}));
  return files;
}

/** Versions whose packages differ in nothing but the macro's arguments share one; most often all of a platform do. */
function* planVersions(
  versions: readonly ResolvedTarget[],
  targets: readonly ResolvedTarget[],
  overlays: OverlayNames,
  render: Render,
): Generator<[string, string]> {
  const views = versions.map((target) => {
    const spelling = new VersionParameters();
    const view = targetView(target, targets, overlays, spelling);
    const { summary: _, ...shared } = view;
    return { target, spelling, macro: { ...shared, parameters: spelling.documented() } };
  });
  const macros = groupBy(views, ({ macro }) => JSON.stringify(macro));
  for (const sharing of macros) {
    const [
      {
        target: { platform, name },
        macro,
      },
    ] = sharing as [(typeof views)[number]];
    const file = `${macros.length === 1 ? platform : name}.bzl`;
    yield [`targets/${file}`, render("target.bzl", macro)];
    for (const { target, spelling } of sharing) {
      yield [
        packageFile(target),
        render("version.BUILD.bazel", {
          ...titleView(target),
          file: `//targets:${file}`,
          parameters: spelling.arguments(),
        }),
      ];
    }
  }
}

const packageFile = ({ name }: ResolvedTarget): string => `targets/${name}/BUILD.bazel`;

const titleView = ({ platform, triple, runtimes }: ResolvedTarget) => ({
  platform,
  triple,
  summary: runtimes.map(versionedName).join(", "),
});

/** What templates say of one target, where `spelling` writes what depends on the version of its libc. */
function targetView(
  target: ResolvedTarget,
  targets: readonly ResolvedTarget[],
  overlays: OverlayNames,
  spelling: VersionSpelling,
) {
  const includeLabel = (runtime: ResolvedRuntime): unknown => {
    const label = overlays.includeLabel(target, runtime);
    return runtime.name === target.system.libc ? spelling.write("headers", label) : label;
  };
  const runtimes = target.runtimes.map((runtime) => ({
    title: runtime.name === target.system.libc ? spelling.title(runtime) : versionedName(runtime),
    units: runtime.units.map((unit) => unitView(target, runtime, unit, { overlays, includeLabel, spelling })),
  }));
  const rules = [
    ...new Set(
      runtimes.flatMap(({ units }) =>
        units.filter(({ isTable, isStub }) => !isTable && !isStub).map(({ rule }) => rule),
      ),
    ),
  ].sort();
  const withStubs = target.runtimes.find(({ units }) => units.some(({ stubs }) => stubs !== undefined));
  const withLibraries = target.runtimes.find(({ units }) => units.some(({ table }) => table !== undefined));
  const headersOf = (language: ResolvedRuntime["language"]) =>
    searchOrder(target)
      .filter((runtime) => runtime.language === language && runtime.include.length > 0)
      .map(includeLabel);
  return {
    ...titleView(target),
    usesObjects: rules.length > 0,
    rules: rules.map((rule) => JSON.stringify(rule)).join(", "),
    libraries: withLibraries === undefined ? null : `//overlays:${librariesFile(withLibraries)}`,
    stubs: withStubs === undefined ? null : `//stubs/${withStubs.name}:stubs.bzl`,
    flags: target.flags,
    runtimes: groupBy(runtimes, ({ title }) => title)
      .map((parts) => ({ title: parts[0]!.title, units: parts.flatMap(({ units }) => units) }))
      .filter(({ units }) => units.length > 0),
    toolchain: statedAttributes({
      c_includes: headersOf("c"),
      compile_flags: target.compileFlags,
      cpu: target.architecture.name,
      cxx_archives: unitsOf(target, "c++").flatMap(({ outputs }) => outputs),
      cxx_includes: headersOf("c++"),
      cxx_link_files: linkFiles(target, "c++").always.reverse(),
      cxx_shared_link_files: linkFiles(target, "c++_shared").always.reverse(),
      libc:
        target.version === undefined
          ? target.system.abi
          : spelling.write("libc", `${target.system.libc!}_${target.version}`),
      link_files: linkFiles(target, "c").always,
      linked_libraries: withLibraries === undefined ? null : linkedLibraries(target),
      link_files_by_mode: linkFiles(target, "c").byMode,
      link_flags: target.linkFlags,
      link_modes: target.system.link_modes,
      object_format: target.system.object_format,
      platform_name: target.platform,
      static_platform: staticPlatform(target, targets),
      tool_prefixes: toolPrefixes(target),
    }),
  };
}

/** For messages: where a target has no static programs, the platform of the same machine that has. */
function staticPlatform({ system, architecture }: ResolvedTarget, targets: readonly ResolvedTarget[]): string | null {
  if (system.link_modes.includes("static")) return null;
  const other = targets.find(
    (candidate) =>
      candidate.system.os === system.os &&
      candidate.architecture.name === architecture.name &&
      candidate.system.link_modes.includes("static"),
  );
  return other?.platform ?? null;
}

function unitsOf(target: ResolvedTarget, link: ResolvedUnit["link"]): ResolvedUnit[] {
  return target.runtimes.flatMap((runtime) => runtime.units).filter((unit) => unit.link === link);
}

/** The units that links take by themselves, in the order of the stack: those that all modes take, and more for some. */
function linkFiles(target: ResolvedTarget, link: ResolvedUnit["link"]) {
  const modes = target.system.link_modes;
  const units = unitsOf(target, link);
  // What C++ links take is a list of its own for each kind of link; a mode more or less does not change it.
  const isGeneral = (unit: ResolvedUnit) => link !== "c" || unit.linkModes.length === modes.length;
  const byMode = modes.map(
    (mode) => [mode, units.filter((unit) => !isGeneral(unit) && unit.linkModes.includes(mode)).map(label)] as const,
  );
  return {
    always: units.filter(isGeneral).map(label),
    byMode: Object.fromEntries(byMode.filter(([, labels]) => labels.length > 0)),
  };
}

const label = ({ name }: { name: string }) => `:${name}`;

/** A header is searched for in the runtimes that build on others first, so that they can wrap it with #include_next. */
function searchOrder(target: ResolvedTarget): ResolvedRuntime[] {
  return [...target.runtimes].reverse();
}

/** How the labels of a target's packages are written. */
interface LabelSpelling {
  readonly overlays: OverlayNames;
  readonly includeLabel: (runtime: ResolvedRuntime) => unknown;
  readonly spelling: VersionSpelling;
}

function unitView(
  target: ResolvedTarget,
  runtime: ResolvedRuntime,
  unit: ResolvedUnit,
  { overlays, includeLabel, spelling }: LabelSpelling,
) {
  const { name } = unit;
  const repository = `@${runtime.archive.name}//`;
  const fileLabel = (label: string): unknown =>
    runtime.name === target.system.libc ? spelling.write("sources", repository, label.slice(repository.length)) : label;
  if (unit.table !== undefined)
    return {
      rule: "runtime_libraries",
      isCompiled: false,
      isTable: true,
      isStub: false,
      attributes: librariesView(runtime, unit, unit.table),
    };
  if (unit.stubs !== undefined) {
    const { output: out, architecture, release } = unit.stubs;
    const stubs = { architecture, release: spelling.write("release", release) };
    return {
      rule: "runtime_stub_libraries",
      isCompiled: true,
      isTable: false,
      isStub: true,
      attributes: statedAttributes({ name, out, ...stubs, sources: `//stubs/${runtime.name}` }),
    };
  }
  if (unit.sources === undefined && unit.wholeArchives.length === 0 && unit.kind === "archive")
    return {
      rule: "empty_archives",
      isCompiled: false,
      isTable: false,
      isStub: false,
      attributes: statedAttributes({ name, outs: unit.outputs }),
    };
  const headers = unit.uses
    .map((used) => target.runtimes.find((other) => other.name === used)!)
    .filter((other) => other.include.length > 0)
    .map(includeLabel);
  const values = {
    name,
    out: unit.outputs[0],
    batch: unit.batch,
    libraries: unit.libraries.map((name) => label({ name })),
    link_flags: unit.linkFlags,
    link_scripts: new Dictionary(
      Object.entries(unit.linkScripts).map(([file, flag]) => [fileLabel(`${repository}:${file}`), flag]),
    ),
    source_set: unit.sources === undefined ? null : fileLabel(overlays.sourceSetLabel(target, runtime, unit)),
    whole_archives: unit.wholeArchives.map((name) => label({ name })),
    uses: unit.sources === undefined ? [] : headers,
  };
  return {
    rule: `runtime_${unit.kind}`,
    isCompiled: true,
    isTable: false,
    isStub: false,
    attributes: statedAttributes(values, { batch: defaultBatch }),
  };
}
