import { createTwoFilesPatch } from "diff";

import type { Drift } from "./compare-tree";

/** So that a drift of everything can still be read: how much of it is shown. */
const limits = { files: 20, lines: 40, edits: 400 };

/** A diff from the disk to the plan, shortened where it is long; empty without a drift. */
export function formatDrifts(drifts: readonly Drift[]): string {
  const shown = drifts.slice(0, limits.files).map(formatDrift);
  const rest = drifts.slice(limits.files);
  if (rest.length > 0) shown.push(`… and ${rest.length} more: ${rest.map((drift) => drift.path).join(", ")}\n`);
  return shown.join("");
}

function formatDrift(drift: Drift): string {
  if (drift.planned === undefined) {
    return `${drift.path}: ${drift.foreign ? "gen-bzl did not write this file, and its folder is generated" : "no longer generated"}\n`;
  }
  if (drift.found === undefined) return `${drift.path}: missing\n`;
  const patch = createTwoFilesPatch(
    `${drift.path} (on disk)`,
    `${drift.path} (generated)`,
    drift.found,
    drift.planned,
    undefined,
    undefined,
    {
      context: 2,
      maxEditLength: limits.edits,
    },
  );
  const note = drift.foreign ? `${drift.path}: gen-bzl did not write this file, but would write one of its name\n` : "";
  if (patch === undefined) return `${note}${drift.path}: differs in more than ${limits.edits} lines\n`;
  // The first line is a rule of equals signs.
  const lines = patch
    .trimEnd()
    .split("\n")
    .filter((line) => !/^=+$/.test(line));
  const cut = lines.length - limits.lines;
  return `${note}${lines.slice(0, limits.lines).join("\n")}\n${cut > 0 ? `… ${cut} more lines\n` : ""}`;
}
