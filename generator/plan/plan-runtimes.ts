import {
  compilationOf,
  type ResolvedProduct,
  type ResolvedRuntime,
  type ResolvedTarget,
} from "../resolve/resolved-target";
import { groupBy } from "../schema/group-by";
import { defaultBatch, featuresOf } from "../schema/units";
import { printValue } from "../starlark/print-file";
import { Assignment, Name, explicitAttributes, type StarlarkFile, type Value } from "../starlark/syntax";
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

/**
 * The dictionary of a runtime's facts, as other files of `targets/` load it.
 *
 * @param suffix Of the version of LLVM.
 */
export const runtimeFacts = (runtime: string, suffix = ""): Name =>
  new Name(
    runtime
      .toUpperCase()
      .replaceAll("+", "X")
      .replace(/[^A-Z0-9]/g, "_"),
    `//targets:runtimes/${runtime}${suffix}.bzl`,
    "RUNTIME",
  );

/** Plans `targets/runtimes/<runtime>.bzl`: what a runtime makes for all targets that have it. */
export function planRuntime(uses: readonly RuntimeUse[], overlays: OverlayNames): RuntimeFacts {
  const [{ runtime: first }] = uses as [RuntimeUse];
  const headers = commonValue(
    uses.filter(({ runtime }) => runtime.include.length > 0).map(({ runtime }) => overlays.headers(runtime)),
  );
  const repository = commonValue(
    uses.filter(({ runtime }) => runtime.products.length > 0).map(({ runtime }) => repositoryOf(runtime)),
  );
  const facts = explicitAttributes({
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
function commonValue<Item>(values: readonly Item[]): Item | undefined {
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
      ofOne.flatMap(({ runtime }) => runtime.products.map(({ name }) => name)),
    ),
  );
  const forms = new Map(names.map((name) => [name, new Map<string, Form>()]));
  for (const { target, runtime } of uses) {
    for (const product of runtime.products) {
      const attributes = productOf(target, runtime, product, overlays);
      const known = forms.get(product.name)!;
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
export function mergeOrders(lists: readonly (readonly string[])[]): string[] {
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
  product: ResolvedProduct,
  overlays: OverlayNames,
): Record<string, Value> {
  const { kind, name } = product;
  const linking = {
    features: featuresOf(product),
    link: typeof product.link !== "string" || product.link === "explicit" ? undefined : product.link,
    link_modes: product.linkModes,
  };
  const inTree = (path: string): string => path.replaceAll(target.triple, "{triple}");
  const compilation = compilationOf(product);
  const compiled =
    compilation === undefined
      ? {}
      : { source_set: overlays.sourceSet(runtime, product), uses: compilation.uses, batch: compilation.batch };
  const attributesWith = (values: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
    explicitAttributes({ kind, name, ...values, ...compiled, ...linking }, { batch: defaultBatch });
  switch (product.kind) {
    case "empty_archives":
      return attributesWith({ outs: product.outputs });
    case "object":
      return attributesWith({ out: inTree(product.output) });
    case "archive":
      return attributesWith({ out: inTree(product.output), whole_archives: product.wholeArchives.map(label) });
    case "shared_library":
      return attributesWith({
        out: inTree(product.output),
        libraries: product.libraries.map(label),
        link_flags: product.linkFlags,
        link_scripts: product.linkScripts,
        whole_archives: product.wholeArchives.map(label),
      });
    case "file":
      return attributesWith({ out: inTree(product.output), file: product.source });
    case "files":
      return attributesWith({ out: inTree(product.output) });
    case "import_libraries":
      return attributesWith({
        out: product.output,
        default_libraries: product.defaultLibraries,
        libraries: new Name("LIBRARIES", `//overlays:${librariesFile(runtime)}`),
        members: product.members,
        undecorated: Object.fromEntries(
          runtime.prepare.flatMap((step) =>
            step.recipe === "undecorate" ? step.inputs.map((input): [string, string] => [input, step.output]) : [],
          ),
        ),
      });
    case "symbol_stubs":
      return attributesWith({
        out: product.output,
        sources: `//stubs/${runtime.name}`,
        table: new Name("STUBS", `//stubs/${runtime.name}:stubs.bzl`),
      });
  }
}

const label = (name: string): string => `:${name}`;
