import { formatReport } from "./format-report";

const setting = { cpus: 2, cpu: "some CPU", bazel: "7.7.1", repeat: 3 };
const summary = (median: number): { samples: number[]; median: number; min: number; max: number } => ({ samples: [median], median, min: median - 500, max: median + 500 });

describe("formatReport", () => {
  it("shows seconds, the ratio, and what is counted once per kind of case", () => {
    const results = [
      { name: "cold C, here", unit: "s" as const, counted: "All of it.", times: { xllvm: summary(6000), zig: summary(12000) }, ratio: 0.5 },
      { name: "cold C, there", unit: "s" as const, counted: "All of it.", times: { xllvm: summary(7000) } },
    ];
    const lines = formatReport({ ...setting, zig: "0.12.0" }, results).split("\n");
    expect(lines[0]).toBe("2 × some CPU; Bazel: 7.7.1; zig: 0.12.0; 3 runs each, wall time in seconds, sizes in KiB");
    expect(lines.filter((line) => line.includes("cold C, here")).map((line) => line.split("│").map((cell) => cell.trim()).filter(Boolean))).toEqual([
      ["cold C, here", "6.00", "5.50", "6.50", "zig", "12.00", "11.50", "12.50", "0.50"],
    ]);
    expect(lines.filter((line) => line === "cold: All of it.")).toHaveLength(1);
  });

  it("shows sizes in KiB", () => {
    const size = { samples: [3072], median: 3072, min: 3072, max: 3072 };
    const report = formatReport(setting, [{ name: "size C, here", unit: "KiB", counted: "The program.", times: { xllvm: size } }]);
    expect(report).toMatch(/size C, here +│ +3\.0 │ +3\.0 │ +3\.0 │/);
  });

  it("says when there is no zig", () => expect(formatReport(setting, [])).toContain("zig: not found"));
});
