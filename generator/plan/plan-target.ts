import type { ResolvedRuntime, ResolvedTarget, ResolvedUnit } from "../resolve/resolved-target";
import type { OverlayNames } from "./plan-overlays";
import { defaultBatch } from "../schema/rows";
import { statedAttributes } from "./stated-attributes";
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
    toolchain: statedAttributes({
      abi: target.system.abi,
      c_includes: headersOf("c"),
      compile_flags: target.compileFlags,
      cpu: target.architecture.name,
      cxx_includes: headersOf("c++"),
      cxx_link_files: linkedBy("c++").reverse(),
      link_files: linkedBy("c"),
      link_flags: target.linkFlags,
      link_modes: target.system.link_modes,
      object_format: target.system.object_format,
      platform_name: target.platform,
    }),
  });
}

/** A header is searched for in the runtimes that build on others first, so that they can wrap it with #include_next. */
function searchOrder(target: ResolvedTarget): ResolvedRuntime[] {
  return [...target.runtimes].reverse();
}

function unitView(target: ResolvedTarget, runtime: ResolvedRuntime, unit: ResolvedUnit, overlays: OverlayNames) {
  const { name } = unit;
  if (unit.sources === undefined) return { rule: "empty_archives", isCompiled: false, attributes: statedAttributes({ name, outs: unit.outputs }) };
  const headers = unit.uses
    .map((used) => target.runtimes.find((other) => other.name === used)!)
    .filter((other) => other.include.length > 0)
    .map((other) => overlays.includeLabel(target, other));
  const values = { name, out: unit.outputs[0], batch: unit.batch, source_set: overlays.sourceSetLabel(target, runtime, unit), uses: headers };
  return {
    rule: unit.kind === "archive" ? "runtime_archive" : "runtime_object",
    isCompiled: true,
    attributes: statedAttributes(values, { batch: defaultBatch }),
  };
}
