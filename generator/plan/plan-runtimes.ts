import type { ResolvedRuntime, ResolvedTarget, ResolvedUnit } from "../resolve/resolved-target";
import { groupBy } from "../schema/group-by";
import { defaultBatch } from "../schema/rows";
import { printValue } from "../starlark/print-file";
import { Assignment, Name, statedAttributes, type StarlarkFile, type Value } from "../starlark/syntax";
import { librariesFile } from "./plan-libraries";
import type { OverlayNames } from "./plan-overlays";

/** A runtime of a target. A release without an import has two: one for its headers, one that is compiled in its place. */
export interface RuntimeUse {
  readonly target: ResolvedTarget;
  readonly runtime: ResolvedRuntime;
}

/** What bzlmod/targets/target.bzl is told of a runtime: what all targets have in common, and what they have not. */
export interface RuntimeFacts {
  readonly file: StarlarkFile;
  /** Whether `file` says where its headers are, so that targets do not. */
  readonly statesHeaders: boolean;
  /** Whether `file` says in which repository its sources are. */
  readonly statesRepository: boolean;
}

/** The dictionary of a runtime's facts, as the files of `targets/systems` load it. */
export const runtimeFacts = (runtime: string): Name =>
  new Name(
    runtime
      .toUpperCase()
      .replaceAll("+", "X")
      .replace(/[^A-Z0-9]/g, "_"),
    `//targets:runtimes/${runtime}.bzl`,
    "RUNTIME",
  );

/** Plans `targets/runtimes/<runtime>.bzl`: what a runtime makes for all targets that have it. */
export function planRuntime(uses: readonly RuntimeUse[], overlays: OverlayNames): RuntimeFacts {
  const [{ runtime: first }] = uses as [RuntimeUse];
  const headers = only(
    uses.filter(({ runtime }) => runtime.include.length > 0).map(({ runtime }) => overlays.headers(runtime)),
  );
  const repository = only(
    uses.filter(({ runtime }) => runtime.units.length > 0).map(({ runtime }) => repositoryOf(runtime)),
  );
  const facts = statedAttributes({
    name: first.name,
    role: first.role,
    language: first.language,
    headers,
    repository,
    products: productsOf(uses, overlays),
  });
  return {
    file: {
      docstring: `What ${first.name} makes, for whichever target; see bzlmod/targets/target.bzl.`,
      statements: [new Assignment("RUNTIME", facts)],
    },
    statesHeaders: headers !== undefined,
    statesRepository: repository !== undefined,
  };
}

/** The repository whose source sets are compiled. */
export const repositoryOf = ({ archive }: ResolvedRuntime): string => `@${archive.name}//`;

/** The value that all are, or undefined where they differ or there is none. */
function only<Item>(values: readonly Item[]): Item | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

/** A product in one of its forms, and where it is so. */
interface Form {
  readonly attributes: Record<string, Value>;
  readonly targets: ResolvedTarget[];
}

/** The products in the order of the rows, each form of one beside the others. */
function productsOf(uses: readonly RuntimeUse[], overlays: OverlayNames): Value[] {
  const names = mergeOrders(
    groupBy(uses, ({ target }) => target.name).map((ofOne) =>
      ofOne.flatMap(({ runtime }) => runtime.units.map(({ name }) => name)),
    ),
  );
  const forms = new Map(names.map((name) => [name, new Map<string, Form>()]));
  for (const { target, runtime } of uses) {
    for (const unit of runtime.units) {
      const attributes = productOf(target, runtime, unit, overlays);
      const known = forms.get(unit.name)!;
      const key = printValue(attributes);
      const form = known.get(key) ?? { attributes, targets: [] };
      known.set(key, form);
      form.targets.push(target);
    }
  }
  const all = [...new Set(uses.map(({ target }) => target))];
  return [...forms.values()].flatMap((ofOne) =>
    [...ofOne.values()].map(({ attributes, targets }) => ({
      ...attributes,
      ...(targets.length === all.length ? {} : { only: describeTargets(targets, all) }),
    })),
  );
}

/** One order of all items: an item that only some lists have follows the one before it there. */
function mergeOrders(lists: readonly (readonly string[])[]): string[] {
  const merged: string[] = [];
  for (const list of lists) {
    let place = 0;
    for (const item of list) {
      const known = merged.indexOf(item);
      if (known < 0) merged.splice(place, 0, item);
      place = (known < 0 ? place : known) + 1;
    }
  }
  return merged;
}

/** Some of all targets, in few words: systems and platforms all of whose targets are among them, and targets. */
function describeTargets(targets: readonly ResolvedTarget[], all: readonly ResolvedTarget[]): string[] {
  const isWhole = (candidates: readonly ResolvedTarget[]): boolean =>
    candidates.every((candidate) => targets.includes(candidate));
  const bySystem = groupBy(all, ({ system }) => system.name);
  return bySystem.flatMap((ofSystem) => {
    if (isWhole(ofSystem)) return [ofSystem[0]!.system.name];
    return groupBy(ofSystem, ({ platform }) => platform).flatMap((versions) =>
      isWhole(versions)
        ? [versions[0]!.platform]
        : versions.filter((version) => targets.includes(version)).map(({ name }) => name),
    );
  });
}

function productOf(
  target: ResolvedTarget,
  runtime: ResolvedRuntime,
  unit: ResolvedUnit,
  overlays: OverlayNames,
): Record<string, Value> {
  const taken = statedAttributes({
    link: unit.link === "explicit" ? undefined : unit.link,
    link_modes: unit.linkModes,
  });
  const { name } = unit;
  if (unit.table !== undefined) {
    const { output, carried, members } = unit.table;
    const undecorated = runtime.prepare
      .filter(({ recipe }) => recipe === "undecorate")
      .map(({ inputs, output: made }) => [inputs[0]!, made]);
    return statedAttributes({
      kind: "import_libraries",
      name,
      out: output,
      carried,
      libraries: new Name("LIBRARIES", `//overlays:${librariesFile(runtime)}`),
      members,
      undecorated: Object.fromEntries(undecorated) as Record<string, string>,
      ...taken,
    });
  }
  if (unit.stubs !== undefined) {
    const table = new Name("STUBS", `//stubs/${runtime.name}:stubs.bzl`);
    return { kind: "symbol_stubs", name, out: unit.stubs.output, sources: `//stubs/${runtime.name}`, table, ...taken };
  }
  if (unit.kind === "archive" && unit.sources === undefined && unit.wholeArchives.length === 0)
    return { kind: "empty_archives", name, outs: unit.outputs, ...taken };
  return statedAttributes(
    {
      kind: unit.kind,
      name,
      out: unit.outputs[0]!.replaceAll(target.triple, "{triple}"),
      batch: unit.batch,
      libraries: unit.libraries.map(label),
      link_flags: unit.linkFlags,
      link_scripts: unit.linkScripts,
      source_set: unit.sources === undefined ? undefined : overlays.sourceSet(runtime, unit),
      uses: unit.sources === undefined ? [] : unit.uses,
      whole_archives: unit.wholeArchives.map(label),
      ...taken,
    },
    { batch: defaultBatch },
  );
}

const label = (name: string): string => `:${name}`;
