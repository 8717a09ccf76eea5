import type { ResolvedFeature, ResolvedTarget } from "../resolve/resolved-target";
import type { FeatureRow } from "../schema/features";
import { groupBy } from "../schema/group-by";
import { featuresOf } from "../schema/units";
import { Assignment, explicitAttributes, type StarlarkFile, type Value } from "../starlark/syntax";

/** Rows of features by which links of some target get units. */
export function instrumentationsOf(
  rows: readonly FeatureRow[],
  targets: readonly ResolvedTarget[],
): readonly FeatureRow[] {
  const named = new Set(
    targets.flatMap(({ runtimes }) => runtimes.flatMap(({ products }) => products.flatMap(featuresOf))),
  );
  return rows.filter(({ name }) => named.has(name));
}

/** What bzlmod/toolchain/user_features.bzl and bzlmod/instrumentation are told. */
export function featuresTable(rows: readonly FeatureRow[], targets: readonly ResolvedTarget[]): StarlarkFile {
  const platforms = targets.filter(({ isDefault }) => isDefault);
  const names = [...new Set(platforms.flatMap(({ features }) => features.map(({ name }) => name)))];
  const table = Object.fromEntries(names.map((name) => [name, choicesOf(name, platforms)]));
  return {
    docstring: "The features that users turn on by name.",
    statements: [
      new Assignment(
        "FEATURES",
        table,
        "Feature → what it is, and the platforms where it is that; those that none of its entries names lack it.",
      ),
      new Assignment(
        "INSTRUMENTATIONS",
        Object.fromEntries(
          instrumentationsOf(rows, targets).map(({ name, besides, runtime_flags: flags, sanitizer }) => [
            name,
            { besides, runtime_flags: flags, sanitizer },
          ]),
        ),
        "Feature that a whole build has or has not, for links get files by it → those that a build may have besides, flags of the runtimes of C++, and whether a constraint asks for it as well.",
      ),
    ],
  };
}

function choicesOf(name: string, platforms: readonly ResolvedTarget[]): Value[] {
  const had = platforms.flatMap(({ platform, features }) =>
    features.filter((feature) => feature.name === name).map((feature) => ({ platform, feature })),
  );
  return groupBy(had, ({ feature }) => JSON.stringify(feature)).map((same) =>
    choiceOf(
      same[0]!.feature,
      same.map(({ platform }) => platform),
    ),
  );
}

function choiceOf(feature: ResolvedFeature, platforms: readonly string[]): Record<string, Value> {
  return explicitAttributes({
    compile: feature.compileFlags,
    link: feature.linkFlags,
    with: feature.with,
    provides: feature.provides,
    implies: feature.implies,
    link_modes: feature.linkModes,
    platforms,
  });
}
