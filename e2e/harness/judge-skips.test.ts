import { existsSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "./consumer-workspace";
import { allowedSkips } from "../suites/allowed-skips";
import { judgeSkips, type AllowedSkip, type RunCircumstances } from "./judge-skips";

const allowed: readonly AllowedSkip[] = [
  { suites: ["programs"], skipped: /it has one thread/, allowance: "impossible", because: "…" },
  { skipped: /\S+ is not on PATH/, allowance: "missing", because: "…" },
  { skipped: /the index of archives has no \S+/, allowance: "machine", because: "…" },
];
const [oneThread] = allowed;
const quick: RunCircumstances = { ci: false, wholeSuites: [], suites: ["programs", "rules"] };
const skip = (name: string, suite = "programs"): { suite: string; name: string } => ({ suite, name });
const why = (name: string, { suite = "programs", ci = false } = {}): string | undefined =>
  judgeSkips([skip(name, suite)], allowed, { ...quick, ci }).forbidden[0]?.why;

describe("a skip fails the run", () => {
  it("when it gives no reason", () => expect(why("runs")).toContain("gives no reason"));
  it("when no entry has its reason", () => expect(why("runs (skipped: I was in a hurry)")).toContain("no entry"));
  it("when an entry has but a part of its reason", () =>
    expect(why("runs (skipped: it has one thread or two)")).toContain("no entry"));
  it("when the entry is for another suite", () =>
    expect(why("runs (skipped: it has one thread)", { suite: "rules" })).toContain("no entry"));
  it("when something is missing where CI is set", () =>
    expect(why("runs (skipped: wine is not on PATH)", { ci: true })).toContain("CI"));
});

describe("a skip is allowed", () => {
  it("when an entry has its reason", () =>
    expect(why("runs (skipped: it has one thread)", { ci: true })).toBeUndefined());
  it("when something is missing elsewhere", () => expect(why("runs (skipped: wine is not on PATH)")).toBeUndefined());
  it("when the machine lacks what CI's may lack", () =>
    expect(why("runs (skipped: the index of archives has no glibc)", { ci: true })).toBeUndefined());
});

describe("an entry is stale", () => {
  const staleOf = (names: readonly string[], wholeSuites: readonly string[]): readonly AllowedSkip[] =>
    judgeSkips(
      names.map((name) => skip(name)),
      allowed,
      { ...quick, wholeSuites },
    ).stale;

  it("when all was run that it is for, and nothing needed it", () =>
    expect(staleOf([], ["programs"])).toEqual([oneThread]));
  it("but not when something did", () =>
    expect(staleOf(["runs (skipped: it has one thread)"], ["programs"])).toEqual([]));
  it("nor when a part was run", () => expect(staleOf([], ["rules"])).toEqual([]));
  it("nor when it is about a machine", () => expect(staleOf([], ["programs", "rules"])).toEqual([oneThread]));
});

test.each(allowedSkips.flatMap(({ suites = [] }) => suites))("the suite %s of an allowed skip exists", (suite) => {
  expect(existsSync(join(repositoryRoot, "e2e/suites", `${suite}.test.ts`))).toBe(true);
});
