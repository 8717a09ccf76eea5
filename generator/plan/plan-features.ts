import type { ResolvedFeature, ResolvedTarget } from "../resolve/resolved-target";
import type { FeatureRow } from "../schema/features";
import { groupBy } from "../schema/group-by";
import { featuresOf } from "../schema/units";
import { Assignment, explicitAttributes, Name, Operation, type StarlarkFile, type Value } from "../starlark/syntax";

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
  const groups = platformGroups(platforms);
  const table = Object.fromEntries(names.map((name) => [name, choicesOf(name, platforms, groups)]));
  return {
    docstring: "The features that users turn on by name.",
    statements: [
      ...(names.length === 0 ? [] : groups.map(({ constant, names: members }) => new Assignment(constant, members))),
      new Assignment(
        "FEATURES",
        table,
        "Feature → what it is, and the platforms where it is that; those that none of its entries names lack it.",
      ),
      new Assignment(
        "INSTRUMENTATIONS",
        Object.fromEntries(
          instrumentationsOf(rows, targets).map(
            ({ name, besides, companion, option = "", runtime_flags: flags, runtime_roles: roles, sanitizer }) => [
              name,
              {
                besides,
                companion,
                option,
                runtime_flags: flags,
                runtime_roles: flags.length > 0 ? roles : [],
                sanitizer,
              },
            ],
          ),
        ),
        "Feature that a whole build has or has not, for links get files by it → those that a build may have besides, whether that is any and its files come besides, Bazel's option that asks for it, flags of the runtimes of C++ and the roles of those that have them, and whether a constraint asks for it as well.",
      ),
    ],
  };
}

/** The platforms of a system that has several, under a name. */
interface PlatformGroup {
  readonly constant: string;
  readonly names: readonly string[];
}

function platformGroups(platforms: readonly ResolvedTarget[]): PlatformGroup[] {
  return groupBy(platforms, ({ system }) => system.name)
    .map((same) => ({
      constant: same[0]!.system.name.toUpperCase(),
      names: same.map(({ platform }) => platform),
    }))
    .filter(({ names }) => names.length > 1);
}

function choicesOf(name: string, platforms: readonly ResolvedTarget[], groups: readonly PlatformGroup[]): Value[] {
  const had = platforms.flatMap(({ platform, features }) =>
    features.filter((feature) => feature.name === name).map((feature) => ({ platform, feature })),
  );
  return groupBy(had, ({ feature }) => JSON.stringify(feature)).map((same) =>
    choiceOf(
      same[0]!.feature,
      groupedNames(
        same.map(({ platform }) => platform),
        groups,
      ),
    ),
  );
}

/** Names of platforms, those of a system by its constant where all are among them. */
function groupedNames(names: readonly string[], groups: readonly PlatformGroup[]): Value {
  const whole = groups.filter((group) => group.names.every((name) => names.includes(name)));
  const others = names.filter((name) => !whole.some((group) => group.names.includes(name)));
  const operands = [...whole.map(({ constant }) => new Name(constant)), ...(others.length === 0 ? [] : [others])];
  return operands.length === 1 ? operands[0]! : new Operation("+", operands);
}

function choiceOf(feature: ResolvedFeature, platforms: Value): Record<string, Value> {
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
