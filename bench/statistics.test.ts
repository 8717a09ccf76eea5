import { summarize } from "./statistics";

describe("summarize", () => {
  it.each([
    [[3], 3, 3, 3],
    [[5, 1, 9], 5, 1, 9],
    [[4, 1, 10, 2], 3, 1, 10],
  ])("of %j", (samples, median, min, max) => expect(summarize(samples)).toEqual({ samples, median, min, max }));

  it("refuses an empty list", () => expect(() => summarize([])).toThrow("there are no samples"));
});
