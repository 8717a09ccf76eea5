import { compareTree, type Drift, type Territory } from "./compare-tree";
import { formatStarlark } from "./format-starlark";
import { recoverRoots, replaceRoots } from "./replace-roots";

/** The out folder holds files that gen-bzl did not write, where its own would go. */
export class ForeignFilesError extends Error {
  override readonly name = "ForeignFilesError";
  constructor(readonly paths: readonly string[]) {
    super(`files that gen-bzl did not write are in its place: ${paths.join(", ")}`);
  }
}

/**
 * Makes the territory below `out` equal to the planned files (path → text): formats the Starlark, then writes what
 * differs and deletes what is not planned, all or nothing. Returns what differed; without a difference nothing is written.
 * Throws `ForeignFilesError`, or `BusyError` of `replace-roots.ts`, before anything is written.
 */
export function applyPlan(files: ReadonlyMap<string, string>, out: string, territory: Territory): Drift[] {
  const formatted = formatStarlark(files);
  recoverRoots(out);
  const drifts = compareTree(formatted, out, territory);
  const foreign = drifts.filter((drift) => drift.foreign);
  if (foreign.length > 0) throw new ForeignFilesError(foreign.map((drift) => drift.path));
  const changed = new Set(drifts.map((drift) => drift.path.split("/", 1)[0] as string));
  if (changed.size > 1) changed.add("MODULE.bazel");
  if (changed.size > 0) replaceRoots(formatted, changed, out);
  return drifts;
}

/** What `applyPlan` would change. Writes nothing. */
export function checkPlan(files: ReadonlyMap<string, string>, out: string, territory: Territory): Drift[] {
  return compareTree(formatStarlark(files), out, territory);
}
