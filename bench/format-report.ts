import Table from "cli-table3";

import { subjects, type Result, type Unit } from "./measure";
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
    head: ["case", "who", "median", "min", "max", "ratio"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "left", "right", "right", "right", "left"],
  });
  for (const { name, unit, times, reference, ratios } of results) {
    const measured = subjects.flatMap((subject) =>
      times[subject] === undefined ? [] : [{ subject, summary: times[subject] }],
    );
    for (const [index, { subject, summary }] of measured.entries()) {
      const ratio = ratios[subject];
      table.push([
        index === 0 ? name : "",
        subject,
        ...cells(unit, summary),
        ratio === undefined ? "" : `${ratio.toFixed(2)} of ${reference}`,
      ]);
    }
  }
  const counted = new Map(results.map((result) => [result.name.split(" ")[0] ?? "", result.counted]));
  return [
    `${setting.cpus} × ${setting.cpu}; Bazel: ${setting.bazel}; zig: ${setting.zig ?? "not found"}; ${setting.repeat} runs each, wall time in seconds, sizes in KiB`,
    table.toString(),
    ...[...counted].map(([kind, text]) => `${kind}: ${text}`),
    "",
  ].join("\n");
}

function cells(unit: Unit, { median, min, max }: Summary): string[] {
  return [median, min, max].map((value) => spell(unit, value));
}

function spell(unit: Unit, value: number): string {
  if (unit === "files") return value.toFixed(0);
  return unit === "s" ? (value / 1000).toFixed(2) : (value / 1024).toFixed(1);
}
