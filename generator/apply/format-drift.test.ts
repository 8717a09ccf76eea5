import type { Drift } from "./compare-tree";
import { formatDrifts } from "./format-drift";

const numbers = (count: number, prefix = ""): string =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}\n`).join("");

test.each<[string, Drift, string]>([
  ["a missing file", { path: "a", planned: "x\n", foreign: false }, "a: missing\n"],
  ["a stale file", { path: "a", found: "x\n", foreign: false }, "a: no longer generated\n"],
  [
    "a file of one's own",
    { path: "a", found: "x\n", foreign: true },
    "a: gen-bzl did not write this file, and its folder is generated\n",
  ],
  [
    "an edited file",
    { path: "a", found: "one\ntwo\nthree\nfour\n", planned: "one\n2\nthree\nfour\n", foreign: false },
    "--- a (on disk)\n+++ a (generated)\n@@ -1,4 +1,4 @@\n one\n-two\n+2\n three\n four\n",
  ],
  [
    "a file of one's own in the place of a generated one",
    { path: "a", found: "x\n", planned: "y\n", foreign: true },
    "a: gen-bzl did not write this file, but would write one of its name\n--- a (on disk)\n+++ a (generated)\n@@ -1,1 +1,1 @@\n-x\n+y\n",
  ],
  [
    "a file of which nothing is as it was",
    { path: "a", found: numbers(500, "a"), planned: numbers(500, "b"), foreign: false },
    "a: differs in more than 400 lines\n",
  ],
])("%s", (_name, drift, expected) => {
  expect(formatDrifts([drift])).toBe(expected);
});

test("a long diff is cut", () => {
  const lines = formatDrifts([{ path: "a", found: "", planned: numbers(100), foreign: false }]).split("\n");
  expect(lines).toHaveLength(42);
  expect(lines.slice(38)).toEqual(["+35", "+36", "… 63 more lines", ""]);
});

test("of many files, the first are shown and the others named", () => {
  const drifts = Array.from({ length: 23 }, (_, index): Drift => ({ path: `f${index}`, planned: "", foreign: false }));
  const lines = formatDrifts(drifts).split("\n");
  expect(lines).toHaveLength(22);
  expect(lines[20]).toBe("… and 3 more: f20, f21, f22");
});

test("no drift, no text", () => {
  expect(formatDrifts([])).toBe("");
});
