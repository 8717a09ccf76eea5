import { resolveTargets } from "../resolve/resolve-targets";
import type { ResolvedTarget } from "../resolve/resolved-target";
import { groupBy } from "../schema/group-by";
import { exitCodes, type Io } from "./io";
import { isIncompletePlatform } from "./list";
import { loadManifest, type Loaded } from "./load-manifest";
import type { Options } from "./parse-arguments";
import { plainTable } from "./plain-table";

/** One feature, as `gen-bzl list --features --json` prints it. */
export interface ListedFeature {
  readonly name: string;
  readonly about: string;
  /** Names of the platforms that have it, in the manifest's order; elsewhere, asking for it fails. */
  readonly platforms: readonly string[];
}

/** Prints the features that rows of the manifest say, and who has them. Returns the exit code; throws `BadInputError`. */
export function listFeatures(options: Extract<Options, { command: "list" }>, io: Io): number {
  const loaded = loadManifest(options.manifest, io, isIncompletePlatform);
  const { features, platforms } = readFeatures(loaded);
  io.stdout(options.json ? `${JSON.stringify(features, undefined, 2)}\n` : formatFeatures(features, platforms));
  return exitCodes.fine;
}

function readFeatures({ manifest, imports, problems }: Loaded): {
  features: readonly ListedFeature[];
  platforms: readonly ResolvedTarget[];
} {
  const incomplete = new Set(problems.flatMap(({ platforms = [] }) => platforms));
  const all = resolveTargets({ manifest, imports });
  const platforms = all.filter(({ platform, isDefault }) => isDefault && !incomplete.has(platform));
  const features = manifest.features.map(({ name, about }) => ({
    name,
    about,
    platforms: platforms
      .filter((target) => target.features.some((had) => had.name === name))
      .map(({ platform }) => platform),
  }));
  return { features, platforms };
}

/** A column of the table: systems whose platforms have the same features. */
interface Column {
  readonly systems: readonly string[];
  /** Feature → `yes`, the CPUs that have it where not all do, or nothing. */
  readonly cells: ReadonlyMap<string, string>;
}

function formatFeatures(features: readonly ListedFeature[], platforms: readonly ResolvedTarget[]): string {
  const ofSystems = groupBy(platforms, ({ system }) => system.name).map((targets): Column => ({
    systems: [targets[0]!.system.name],
    cells: new Map(features.map((feature) => [feature.name, cellOf(feature, targets)])),
  }));
  const columns = groupBy(ofSystems, ({ cells }) => JSON.stringify([...cells])).map((same): Column => ({
    systems: same.flatMap(({ systems }) => systems),
    cells: same[0]!.cells,
  }));
  const table = plainTable(["feature", ...columns.map(({ systems }) => systems.join("\n"))]);
  for (const { name } of features) table.push([name, ...columns.map(({ cells }) => cells.get(name) ?? "")]);
  return table.print();
}

function cellOf({ platforms }: ListedFeature, targets: readonly ResolvedTarget[]): string {
  const having = targets.filter(({ platform }) => platforms.includes(platform));
  if (having.length === targets.length) return "yes";
  return having.map(({ architecture }) => architecture.name).join("\n");
}
