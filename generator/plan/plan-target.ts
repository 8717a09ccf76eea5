import type { ResolvedRuntime, ResolvedTarget, ResolvedUnit } from "../resolve/resolved-target";
import type { OverlayNames } from "./plan-overlays";
import { defaultBatch } from "../schema/rows";
import { toolPrefixes } from "./plan-outside-bazel";
import { librariesFile, librariesView, linkedLibraries } from "./plan-libraries";
import { statedAttributes } from "./stated-attributes";
import type { Render } from "./render";

/** Plans `targets/<target>/BUILD.bazel`: the runtimes of one target and its toolchains. */
export function planTarget(target: ResolvedTarget, targets: readonly ResolvedTarget[], overlays: OverlayNames, render: Render): string {
  const runtimes = target.runtimes.map((runtime) => ({
    name: runtime.name,
    version: runtime.standsInFor === undefined ? runtime.version : `${runtime.version}, in place of ${runtime.standsInFor}`,
    units: runtime.units.map((unit) => unitView(target, runtime, unit, overlays)),
  }));
  const rules = [...new Set(runtimes.flatMap(({ units }) => units.filter(({ isTable, isStub }) => !isTable && !isStub).map(({ rule }) => rule)))].sort();
  const withStubs = target.runtimes.find(({ units }) => units.some(({ stubs }) => stubs !== undefined));
  const withLibraries = target.runtimes.find(({ units }) => units.some(({ table }) => table !== undefined));
  const headersOf = (language: ResolvedRuntime["language"]) =>
    searchOrder(target)
      .filter((runtime) => runtime.language === language && runtime.include.length > 0)
      .map((runtime) => overlays.includeLabel(target, runtime));
  return render("target.BUILD.bazel", {
    platform: target.platform,
    triple: target.triple,
    summary: target.runtimes.map(({ name, version }) => `${name} ${version}`).join(", "),
    usesObjects: rules.length > 0,
    rules: rules.map((rule) => JSON.stringify(rule)).join(", "),
    libraries: withLibraries === undefined ? null : `//overlays:${librariesFile(withLibraries)}`,
    stubs: withStubs === undefined ? null : `//stubs/${withStubs.name}:stubs.bzl`,
    flags: target.flags,
    runtimes: runtimes.filter(({ units }) => units.length > 0),
    toolchain: statedAttributes({
      c_includes: headersOf("c"),
      compile_flags: target.compileFlags,
      cpu: target.architecture.name,
      cxx_includes: headersOf("c++"),
      cxx_link_files: linkFiles(target, "c++").always.reverse(),
      cxx_shared_link_files: sharedCxxFiles(target),
      libc: target.version === undefined ? target.system.abi : `${target.system.libc!}_${target.version}`,
      link_files: linkFiles(target, "c").always,
      linked_libraries: withLibraries === undefined ? null : linkedLibraries(target),
      link_files_by_mode: linkFiles(target, "c").byMode,
      link_flags: target.linkFlags,
      link_modes: target.system.link_modes,
      object_format: target.system.object_format,
      optional_includes: target.libraries.filter(({ include }) => include.length > 0).map((library) => overlays.includeLabel(target, library)),
      platform_name: target.platform,
      static_platform: staticPlatform(target, targets),
      tool_prefixes: toolPrefixes(target),
    }),
  });
}

/** For messages: where a target has no static programs, the platform of the same machine that has. */
function staticPlatform({ system, architecture }: ResolvedTarget, targets: readonly ResolvedTarget[]): string | null {
  if (system.link_modes.includes("static")) return null;
  const other = targets.find((candidate) => candidate.system.os === system.os && candidate.architecture.name === architecture.name && candidate.system.link_modes.includes("static"));
  return other?.platform ?? null;
}

/** Where there is no shared C++ runtime, links that are dynamic otherwise take the static one. */
function sharedCxxFiles(target: ResolvedTarget): string[] {
  const shared = linkFiles(target, "c++_shared").always;
  const isDynamic = target.system.link_modes.includes("dynamic");
  return (shared.length > 0 || !isDynamic ? shared : linkFiles(target, "c++").always).reverse();
}

/** The units that links take by themselves, in the order of the stack: those that all modes take, and more for some. */
function linkFiles(target: ResolvedTarget, link: ResolvedUnit["link"]) {
  const modes = target.system.link_modes;
  const units = target.runtimes.flatMap((runtime) => runtime.units).filter((unit) => unit.link === link);
  // What C++ links take is a list of its own for each kind of link; a mode more or less does not change it.
  const isGeneral = (unit: ResolvedUnit) => link !== "c" || unit.linkModes.length === modes.length;
  const byMode = modes.map((mode) => [mode, units.filter((unit) => !isGeneral(unit) && unit.linkModes.includes(mode)).map(label)] as const);
  return { always: units.filter(isGeneral).map(label), byMode: Object.fromEntries(byMode.filter(([, labels]) => labels.length > 0)) };
}

const label = ({ name }: { name: string }) => `:${name}`;

/** A header is searched for in the runtimes that build on others first, so that they can wrap it with #include_next. */
function searchOrder(target: ResolvedTarget): ResolvedRuntime[] {
  return [...target.runtimes].reverse();
}

function unitView(target: ResolvedTarget, runtime: ResolvedRuntime, unit: ResolvedUnit, overlays: OverlayNames) {
  const { name } = unit;
  if (unit.table !== undefined) return { rule: "runtime_libraries", isCompiled: false, isTable: true, isStub: false, attributes: librariesView(runtime, unit, unit.table) };
  if (unit.stubs !== undefined) {
    const { output: out, ...stubs } = unit.stubs;
    return { rule: "runtime_stub_libraries", isCompiled: true, isTable: false, isStub: true, attributes: statedAttributes({ name, out, ...stubs, sources: `//stubs/${runtime.name}` }) };
  }
  if (unit.sources === undefined && unit.wholeArchives.length === 0 && unit.kind === "archive") return { rule: "empty_archives", isCompiled: false, isTable: false, isStub: false, attributes: statedAttributes({ name, outs: unit.outputs }) };
  const headers = unit.uses
    .map((used) => target.runtimes.find((other) => other.name === used)!)
    .filter((other) => other.include.length > 0)
    .map((other) => overlays.includeLabel(target, other));
  const values = {
    name,
    out: unit.outputs[0],
    batch: unit.batch,
    libraries: unit.libraries.map((name) => label({ name })),
    link_flags: unit.linkFlags,
    link_scripts: Object.fromEntries(Object.entries(unit.linkScripts).map(([file, flag]) => [`@${runtime.archive.name}//:${file}`, flag])),
    source_set: unit.sources === undefined ? null : overlays.sourceSetLabel(target, runtime, unit),
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
