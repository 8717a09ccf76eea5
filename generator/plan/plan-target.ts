import type { ResolvedRuntime, ResolvedTarget, ResolvedUnit } from "../resolve/resolved-target";
import type { OverlayNames } from "./plan-overlays";
import type { Render } from "./render";

/** Plans `targets/<target>/BUILD.bazel`: the runtimes of one target and its toolchains. */
export function planTarget(target: ResolvedTarget, overlays: OverlayNames, render: Render): string {
  const runtimes = target.runtimes.map((runtime) => ({
    name: runtime.name,
    version: runtime.version,
    units: runtime.units.map((unit) => unitView(target, runtime, unit, overlays)),
  }));
  const rules = [...new Set(runtimes.flatMap(({ units }) => units.map(({ rule }) => rule)))].sort();
  const linkedBy = (link: ResolvedUnit["link"]) =>
    target.runtimes.flatMap(({ units }) => units.filter((unit) => unit.link === link).map(({ name }) => `:${name}`));
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
    flags: target.flags,
    runtimes: runtimes.filter(({ units }) => units.length > 0),
    abi: target.system.abi,
    cIncludes: headersOf("c"),
    cxxIncludes: headersOf("c++"),
    compileFlags: target.compileFlags,
    cpu: target.architecture.name,
    cxxLinkFiles: linkedBy("c++").reverse(),
    linkFiles: linkedBy("c"),
    linkFlags: target.linkFlags,
    linkModes: target.system.link_modes,
    objectFormat: target.system.object_format,
  });
}

/** A header is searched for in the runtimes that build on others first, so that they can wrap it with #include_next. */
function searchOrder(target: ResolvedTarget): ResolvedRuntime[] {
  return [...target.runtimes].reverse();
}

function unitView(target: ResolvedTarget, runtime: ResolvedRuntime, unit: ResolvedUnit, overlays: OverlayNames) {
  if (unit.sources === undefined) return { rule: "empty_archives", name: unit.name, outs: unit.outputs };
  return {
    rule: unit.kind === "archive" ? "runtime_archive" : "runtime_object",
    name: unit.name,
    outs: null,
    out: unit.outputs[0]!,
    batch: unit.batch,
    sourceSet: overlays.sourceSetLabel(target, runtime, unit),
    uses: unit.uses
      .map((name) => target.runtimes.find((other) => other.name === name)!)
      .filter((other) => other.include.length > 0)
      .map((other) => overlays.includeLabel(target, other)),
  };
}
