import { measureCases, type Step } from "./measure";

describe("measureCases", () => {
  let clock = 0;
  let order: string[] = [];
  const step = (name: string, prepare: number, run: number): Step => ({
    prepare: () => take(`${name} prepared`, prepare),
    run: () => take(name, run),
  });

  function take(name: string, time: number): Promise<void> {
    order.push(name);
    clock += time;
    return Promise.resolve();
  }

  beforeEach(() => {
    order = [];
  });

  it("takes the subjects in turns and times only what they run", async () => {
    const cases = [
      {
        name: "cold",
        unit: "s" as const,
        counted: "all",
        steps: { xllvm: step("a", 1000, 30), zig: step("b", 7, 60) },
      },
    ];
    const [result] = await measureCases(
      cases,
      2,
      () => clock,
      () => undefined,
    );
    expect(order).toEqual(["a prepared", "a", "b prepared", "b", "a prepared", "a", "b prepared", "b"]);
    expect(result).toEqual({
      name: "cold",
      unit: "s",
      counted: "all",
      times: {
        xllvm: { samples: [30, 30], median: 30, min: 30, max: 30 },
        zig: { samples: [60, 60], median: 60, min: 60, max: 60 },
      },
      reference: "zig",
      ratios: { xllvm: 0.5 },
    });
  });

  it("compares with zig where that was measured, else with the other checkout, else with one row", async () => {
    const steps = {
      xllvm: step("a", 0, 30),
      "one row": step("b", 0, 10),
      "other checkout": step("c", 0, 20),
      zig: step("d", 0, 40),
      "zig as typed": step("e", 0, 80),
    };
    const { zig: _zig, "zig as typed": _typed, ...withoutZig } = steps;
    const { "other checkout": _other, ...withOneRow } = withoutZig;
    const cases = [steps, withoutZig, withOneRow].map((some) => ({
      name: "cold",
      unit: "s" as const,
      counted: "all",
      steps: some,
    }));
    const results = await measureCases(
      cases,
      1,
      () => clock,
      () => undefined,
    );
    expect(results.map(({ reference, ratios }) => ({ reference, ratios }))).toEqual([
      { reference: "zig", ratios: { xllvm: 0.75, "one row": 0.25, "other checkout": 0.5, "zig as typed": 2 } },
      { reference: "other checkout", ratios: { xllvm: 1.5, "one row": 0.5 } },
      { reference: "one row", ratios: { xllvm: 3 } },
    ]);
  });

  it("takes the sizes that steps return in place of times", async () => {
    const sized = (size: number): Step => ({ prepare: () => Promise.resolve(), run: () => Promise.resolve(size) });
    const [result] = await measureCases(
      [{ name: "size", unit: "KiB", counted: "all", steps: { xllvm: sized(300), zig: sized(600) } }],
      1,
      () => clock,
      () => undefined,
    );
    expect(result).toMatchObject({
      unit: "KiB",
      times: { xllvm: { samples: [300] }, zig: { samples: [600] } },
      ratios: { xllvm: 0.5 },
    });
  });

  it("gives no ratio where there is nothing to compare with", async () => {
    const [result] = await measureCases(
      [{ name: "alone", unit: "s", counted: "all", steps: { xllvm: step("a", 0, 5) } }],
      1,
      () => clock,
      () => undefined,
    );
    expect(result).toEqual({
      name: "alone",
      unit: "s",
      counted: "all",
      times: { xllvm: { samples: [5], median: 5, min: 5, max: 5 } },
      ratios: {},
    });
  });
});
