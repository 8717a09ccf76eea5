import { formatCalls, formatSizes } from "./crossenvs";
import { summarize } from "./statistics";

test("sizes are megabytes, one line per platform", () => {
  expect(
    formatSizes([
      { platform: "here", archive: 8_449_000, target: 22_000_000, resource: 15_040_000, tools: 10_000_000 },
    ]),
  ).toBe(
    "| MB | archive | unpacked: headers and libraries | resource directory | the host's tools |\n|---|---|---|---|---|\n| here | 8.4 | 22.0 | 15.0 | 10.0 |\n",
  );
});

test("calls are compared by their medians, and by the fastest of each", () => {
  const calls = [{ platform: "here", clang: summarize([40, 30, 50]), command: summarize([48, 36, 90]) }];
  expect(formatCalls(calls)).toBe(
    "| ms, median (fastest) | clang | bazel-crossenv | difference | ratio of medians |\n|---|---|---|---|---|\n| here | 40.0 (30.0) | 48.0 (36.0) | 8.0 (6.0) | 1.20 |\n",
  );
});
