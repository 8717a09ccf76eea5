import Table from "cli-table3";

import { otherOf, type Result, type Unit } from "./measure";
import type { Summary } from "./statistics";

/** Where and with what was measured. */
export interface Setting {
  readonly cpus: number;
  readonly cpu: string;
  readonly bazel: string;
  /** Absent where no zig was found. */
  readonly zig?: string;
  readonly repeat: number;
}

/** The results as a table for people: seconds and KiB, and below it what each case counts. */
export function formatReport(setting: Setting, results: readonly Result[]): string {
  const table = new Table({
    head: ["case", "xllvm median", "min", "max", "with", "median", "min", "max", "ratio"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "right", "right", "left", "right", "right", "right", "right"],
  });
  for (const { name, unit, times, ratio } of results) {
    const other = otherOf(times);
    table.push([name, ...cells(unit, times.xllvm), times[other] === undefined ? "" : other, ...cells(unit, times[other]), ratio === undefined ? "" : ratio.toFixed(2)]);
  }
  const counted = new Map(results.map((result) => [result.name.split(" ")[0] ?? "", result.counted]));
  return [
    `${setting.cpus} × ${setting.cpu}; Bazel: ${setting.bazel}; zig: ${setting.zig ?? "not found"}; ${setting.repeat} runs each, wall time in seconds, sizes in KiB`,
    table.toString(),
    ...[...counted].map(([kind, text]) => `${kind}: ${text}`),
    "",
  ].join("\n");
}

function cells(unit: Unit, summary: Summary | undefined): string[] {
  if (summary === undefined) return ["", "", ""];
  return [summary.median, summary.min, summary.max].map((value) => (unit === "s" ? (value / 1000).toFixed(2) : (value / 1024).toFixed(1)));
}
