import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";

import { allowedSkips } from "../suites/allowed-skips";
import { platformVariable } from "./choose-platforms";
import { reasonOfSkip } from "./declare-skip";
import { judgeSkips, type AllowedSkip, type Judgement, type SkippedTest } from "./judge-skips";

/** What is read of jest's results. */
export interface JestResults {
  readonly testResults: readonly JestSuite[];
}

export interface JestSuite {
  readonly testFilePath: string;
  /** What kept the file from being run at all. */
  readonly testExecError?: unknown;
  readonly perfStats: { readonly runtime: number };
  readonly testResults: readonly JestTest[];
}

export interface JestTest {
  readonly title: string;
  readonly fullName: string;
  readonly status: string;
}

export interface ReporterOptions {
  /** Folder of the suites whose skips `suites/allowed-skips.ts` may allow. Elsewhere no test may be skipped. */
  readonly suites?: string;
}

/** What stands for all tests at the end of a run. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const suffix = ".test.ts";
const isRun = / (natively|under \S+)( with \S+ \S+)?$/;

/** Names of the suites in a folder, as their files have them. */
export function suitesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .sort();
}

/** A reporter of jest: which skips were no failures, what each file cost, and the one line that says how the run ended. */
export class ReportRuns {
  private failure: Error | undefined;

  constructor(
    private readonly globalConfig: { readonly testNamePattern?: unknown },
    private readonly options: ReporterOptions = {},
  ) {}

  onRunComplete(_contexts: unknown, { testResults: files }: JestResults): void {
    const narrowed = Boolean(this.globalConfig.testNamePattern);
    const folder = this.options.suites === undefined ? undefined : resolve(this.options.suites);
    const skipped = skippedTests(files, narrowed);
    const judgement = judgeSkips(skipped, folder === undefined ? [] : allowedSkips, {
      ci: Boolean(process.env["CI"]),
      wholeSuites:
        narrowed || process.env[platformVariable]
          ? []
          : files.filter(({ testExecError }) => !testExecError).map(suiteOf),
      suites: folder === undefined ? [] : suitesIn(folder),
    });
    const problems = problemsOf(judgement);
    if (folder !== undefined)
      console.log(`\n${[...costs(files), "", ...programs(files), "", ...listSkips(judgement.allowed)].join("\n")}`);
    if (problems.length > 0) console.log(`\n${problems.join("\n")}`);
    console.log(`\n${tallyLine(tallyOf(files, judgement))}`);
    if (problems.length > 0)
      this.failure = new Error("tests were skipped that may not be, or the list of allowed skips is out of date");
  }

  /** What fails the run beside its tests. */
  getLastError(): Error | undefined {
    return this.failure;
  }
}

/** What is skipped; of a run that is narrowed to some names, what says why it is skipped, for jest skips all others. */
export function skippedTests(files: readonly JestSuite[], narrowed = false): SkippedTest[] {
  const isSkipped = ({ status, fullName }: JestTest): boolean =>
    status !== "passed" && status !== "failed" && (!narrowed || reasonOfSkip(fullName) !== undefined);
  return files.flatMap((file) =>
    file.testResults.filter(isSkipped).map(({ fullName }) => ({ suite: suiteOf(file), name: fullName })),
  );
}

/** Lines that say what is wrong with a run's skips. */
export function problemsOf({ forbidden, stale }: Judgement): string[] {
  return [
    ...forbidden.map(({ test, why }) => `skipped, and may not be: ${test.suite}: ${test.name}\n  ${why}`),
    ...stale.map(
      (entry) => `e2e/suites/allowed-skips.ts allows what nothing skips: ${nameOf(entry)}\n  remove the entry`,
    ),
  ];
}

/** Counts tests; a skip that is not allowed has failed, as has a file that could not be run. */
export function tallyOf(files: readonly JestSuite[], { allowed, forbidden, stale }: Judgement): Tally {
  const count = (status: string): number =>
    files.flatMap(({ testResults }) => testResults).filter((test) => test.status === status).length;
  const broken = files.filter(({ testExecError }) => Boolean(testExecError)).length;
  return {
    passed: count("passed"),
    failed: count("failed") + broken + forbidden.length + stale.length,
    skipped: allowed.length,
  };
}

export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The seconds of each file, those that cost most before the others. */
export function costs(files: readonly Pick<JestSuite, "testFilePath" | "perfStats">[]): string[] {
  const sorted = [...files].sort((left, right) => right.perfStats.runtime - left.perfStats.runtime);
  return [
    "Seconds:",
    ...sorted.map((file) => `${(file.perfStats.runtime / 1000).toFixed(0).padStart(6)}  ${suiteOf(file)}`),
  ];
}

/** Allowed skips, by their reasons. */
export function listSkips(skipped: readonly SkippedTest[]): string[] {
  const reasons = [...new Set(skipped.map(({ name }) => reasonOfSkip(name) ?? ""))];
  return [
    `Skipped: ${skipped.length}`,
    ...reasons.flatMap((reason) => {
      const own = skipped.filter(({ name }) => reasonOfSkip(name) === reason);
      return [
        `  ${own.length} × ${reason}`,
        ...own.map(({ suite, name }) => `      ${suite}: ${name.slice(0, name.lastIndexOf(" (skipped: "))}`),
      ];
    }),
  ];
}

function programs(files: readonly JestSuite[]): string[] {
  const runs = files.flatMap(({ testResults }) => testResults).filter(({ title }) => isRun.test(title));
  const count = (status: string): number => runs.filter((test) => test.status === status).length;
  return [`Programs: ran ${count("passed")}, failed ${count("failed")}`];
}

function suiteOf({ testFilePath }: Pick<JestSuite, "testFilePath">): string {
  return basename(testFilePath).replace(suffix, "");
}

function nameOf({ suites, skipped }: AllowedSkip): string {
  return `${suites?.join(", ") ?? "any suite"}, ${skipped.source}`;
}
