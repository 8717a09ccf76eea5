import { conditionHolds, takeFlags, type ConditionSubject } from "../schema/condition";
import type { FeatureRow } from "../schema/features";
import type { ResolvedFeature } from "./resolved-target";

/** The features that a target has: those that are something there, by their own flags, by a feature that they imply, or as their row says. */
export function resolveFeatures(rows: readonly FeatureRow[], subject: ConditionSubject): ResolvedFeature[] {
  const flagged = rows.map((row) => ({
    row,
    compileFlags: takeFlags(row.compile_flags, subject),
    linkFlags: takeFlags(row.link_flags, subject),
  }));
  const had = new Set(
    flagged.flatMap(({ row, compileFlags, linkFlags }) =>
      compileFlags.length + linkFlags.length > 0 || (row.when !== undefined && conditionHolds(row.when, subject))
        ? [row.name]
        : [],
    ),
  );
  // What implies one that is had is had, and so on, however long the chain is.
  for (let before = -1; before < had.size;) {
    before = had.size;
    for (const { name, implies } of rows) if (implies.some((other) => had.has(other))) had.add(name);
  }
  return flagged
    .filter(({ row }) => had.has(row.name))
    .map(({ row, compileFlags, linkFlags }) => ({
      name: row.name,
      compileFlags,
      linkFlags,
      with: row.with,
      provides: row.provides,
      implies: row.implies.filter((name) => had.has(name)),
      ...(row.link_modes === undefined ? {} : { linkModes: row.link_modes }),
    }));
}
