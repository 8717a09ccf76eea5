import { formatReport } from "./format-report";
import type { Result } from "./measure";

const setting = { cpus: 2, cpu: "some CPU", bazel: "7.7.1", repeat: 3 };
const summary = (median: number): { samples: number[]; median: number; min: number; max: number } => ({
  samples: [median],
  median,
  min: median - 500,
  max: median + 500,
});

describe("formatReport", () => {
  it("has a line for each who was measured, the ratio, and once per kind of case what is counted", () => {
    const results: Result[] = [
      {
        name: "cold C, here",
        unit: "s",
        counted: "All of it.",
        times: { zig: summary(12000), xllvm: summary(6000), "xllvm -cxx": summary(3000) },
        reference: "zig",
        ratios: { xllvm: 0.5, "xllvm -cxx": 0.25 },
      },
      { name: "cold C, there", unit: "s", counted: "All of it.", times: { xllvm: summary(7000) }, ratios: {} },
    ];
    const lines = formatReport({ ...setting, zig: "0.12.0" }, results).split("\n");
    expect(lines[0]).toBe("2 × some CPU; Bazel: 7.7.1; zig: 0.12.0; 3 runs each, wall time in seconds, sizes in KiB");
    const rows = lines
      .filter((line) => line.startsWith("│"))
      .map((line) =>
        line
          .split("│")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows.slice(1)).toEqual([
      ["cold C, here", "xllvm", "6.00", "5.50", "6.50", "0.50 of zig"],
      ["", "xllvm -cxx", "3.00", "2.50", "3.50", "0.25 of zig"],
      ["", "zig", "12.00", "11.50", "12.50", ""],
      ["cold C, there", "xllvm", "7.00", "6.50", "7.50", ""],
    ]);
    expect(lines.filter((line) => line === "cold: All of it.")).toHaveLength(1);
  });

  it("shows sizes in KiB", () => {
    const size = { samples: [3072], median: 3072, min: 3072, max: 3072 };
    const report = formatReport(setting, [
      { name: "size C, here", unit: "KiB", counted: "The program.", times: { xllvm: size }, ratios: {} },
    ]);
    expect(report).toMatch(/size C, here +│ xllvm +│ +3\.0 │ +3\.0 │ +3\.0 │/);
  });

  it("counts files one by one", () => {
    const files = { samples: [30717], median: 30717, min: 30717, max: 30717 };
    const report = formatReport(setting, [
      { name: "staged C, here", unit: "files", counted: "Inputs.", times: { xllvm: files }, ratios: {} },
    ]);
    expect(report).toMatch(/staged C, here +│ xllvm +│ +30717 │/);
  });

  it("says when there is no zig", () => expect(formatReport(setting, [])).toContain("zig: not found"));
});
