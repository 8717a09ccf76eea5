import { reasonOfSkip } from "./declare-skip";

/** Why a skip is no failure. */
export type Allowance =
  /** Whoever runs the tests asked for less. */
  | "asked"
  /** The target cannot have what is tested: true on every machine, so that an entry that nothing needs is out of date. */
  | "impossible"
  /** A program or library that the test needs is not on this machine; where `CI` is set, it has to be. */
  | "missing"
  /** What this machine lacks and CI's may lack as well. */
  | "machine";

/** Skips that are no failures, and why they are none. */
export interface AllowedSkip {
  /** Names of the suites, as their files have them before `.test.ts`; default: all. */
  readonly suites?: readonly string[];
  /** The whole reason that the tests are declared with. */
  readonly skipped: RegExp;
  readonly allowance: Allowance;
  /** Why that is right. */
  readonly because: string;
}

export interface SkippedTest {
  readonly suite: string;
  /** Its title after those around it. */
  readonly name: string;
}

export interface RunCircumstances {
  /** Whether `CI` is set. */
  readonly ci: boolean;
  /** Suites of which all was run that there is: every test for every platform. */
  readonly wholeSuites: readonly string[];
  /** All suites. */
  readonly suites: readonly string[];
}

export interface Judgement {
  readonly allowed: readonly SkippedTest[];
  /** Skipped tests that fail the run, each with the reason. */
  readonly forbidden: readonly { readonly test: SkippedTest; readonly why: string }[];
  /** Entries that no test needs. */
  readonly stale: readonly AllowedSkip[];
}

/** Decides which skipped tests are failures. */
export function judgeSkips(
  skipped: readonly SkippedTest[],
  allowed: readonly AllowedSkip[],
  { ci, wholeSuites, suites }: RunCircumstances,
): Judgement {
  const needed = new Set<AllowedSkip>();
  const judged = skipped.map((test) => {
    const entry = entryFor(test, allowed);
    if (entry !== undefined) needed.add(entry);
    return { test, why: whyForbidden(test, entry, ci) };
  });
  const wasRun = (entry: AllowedSkip): boolean =>
    (entry.suites ?? suites).every((suite) => wholeSuites.includes(suite));
  return {
    allowed: judged.filter(({ why }) => why === undefined).map(({ test }) => test),
    forbidden: judged.flatMap(({ test, why }) => (why === undefined ? [] : [{ test, why }])),
    stale: allowed.filter((entry) => entry.allowance === "impossible" && !needed.has(entry) && wasRun(entry)),
  };
}

function entryFor({ suite, name }: SkippedTest, allowed: readonly AllowedSkip[]): AllowedSkip | undefined {
  const reason = reasonOfSkip(name);
  if (reason === undefined) return undefined;
  return allowed.find(
    ({ suites, skipped }) =>
      (suites?.includes(suite) ?? true) && new RegExp(`^(?:${skipped.source})$`, skipped.flags).test(reason),
  );
}

function whyForbidden({ name }: SkippedTest, entry: AllowedSkip | undefined, ci: boolean): string | undefined {
  if (reasonOfSkip(name) === undefined) return "it gives no reason; declare it by harness/declare-skip.ts";
  if (entry === undefined) return "e2e/suites/allowed-skips.ts has no entry for it";
  if (entry.allowance === "missing" && ci) return "where CI is set, nothing that the tests need may be missing";
  return undefined;
}
