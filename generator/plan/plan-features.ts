import type { ResolvedFeature, ResolvedTarget } from "../resolve/resolved-target";
import { groupBy } from "../schema/group-by";
import { Assignment, explicitAttributes, type StarlarkFile, type Value } from "../starlark/syntax";

/** What bzlmod/toolchain/user_features.bzl is told. */
export function featuresTable(targets: readonly ResolvedTarget[]): StarlarkFile {
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
    platforms,
  });
}
