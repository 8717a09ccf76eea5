import type { ResolvedPrepareStep } from "../resolve/resolved-target";
import { mergeSteps } from "./plan-prepare";

const install = (files: Record<string, string>): ResolvedPrepareStep => ({
  recipe: "install",
  output: "include",
  files,
});
const write = (content: string): ResolvedPrepareStep => ({ recipe: "write", output: "version.h", content });

test("steps of one release say nothing of releases", () => {
  const steps = [install({ "b.h": "b.h", "a.h": "a.h" }), write("1")];
  expect(mergeSteps([steps], [""])).toEqual(steps);
});

test("what all releases make is said once, and of the rest, by which", () => {
  const older = [install({ "a.h": "a.h", "b.h": "b.h" }), write("1")];
  const newer = [install({ "a.h": "a.h", "b.h": "new/b.h", "c.h": "c.h" }), write("2")];
  expect(mergeSteps([older, newer, newer], ["1.9", "1.10", "2.0"])).toEqual([
    install({ "a.h": "a.h" }),
    { before: "1.10", ...install({ "b.h": "b.h" }) },
    { since: "1.10", ...install({ "b.h": "new/b.h", "c.h": "c.h" }) },
    { before: "1.10", ...write("1") },
    { since: "1.10", ...write("2") },
  ]);
});

test("a step that older and newer releases have, but none between, is there for each", () => {
  expect(mergeSteps([[write("1")], [], [write("1")]], ["1", "2", "3"])).toEqual([
    { before: "2", ...write("1") },
    { since: "3", ...write("1") },
  ]);
});
