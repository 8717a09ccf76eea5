import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import yargs from "yargs";

import { platformVariable } from "./harness/choose-platforms";
import { repositoryRoot, scratchRoot } from "./harness/consumer-workspace";
import { judgeSkips } from "./harness/judge-skips";
import { parseShard, planShard, type SuiteRun } from "./harness/plan-shards";
import {
  costs,
  listSkips,
  problemsOf,
  skippedTests,
  suitesIn,
  tallyLine,
  tallyOf,
  type JestSuite,
} from "./harness/report-runs";
import { runCommand } from "./harness/run-command";
import { listPlatforms, loadSources } from "./harness/target-rows";
import { allowedSkips } from "./suites/allowed-skips";

/** Milliseconds that one suite may take for all platforms, from nothing. */
const processTimeout = 4 * 60 * 60_000;

const suitesFolder = join(__dirname, "suites");
const resultsFolder = join(scratchRoot, "all");

/** A suite of `jest --json`. */
interface WrittenSuite {
  readonly name: string;
  readonly status: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly assertionResults: readonly { readonly title: string; readonly fullName: string; readonly status: string }[];
}

/** Runs one suite to its end, whatever it ends with; returns what jest wrote of it. */
async function runSuite({ suite, platforms }: SuiteRun): Promise<JestSuite> {
  const results = join(resultsFolder, `${suite}.json`);
  const begin = Date.now();
  const jest = [
    require.resolve("jest/bin/jest"),
    "-c",
    join(__dirname, "jest.config.js"),
    "--json",
    `--outputFile=${results}`,
    "--runTestsByPath",
    join(suitesFolder, `${suite}.test.ts`),
  ];
  const environment = { ...process.env, [platformVariable]: platforms?.join(",") };
  console.log(`\n== ${suite}${platforms === undefined ? "" : ` for ${platforms.join(", ")}`}`);
  try {
    await runCommand(process.execPath, jest, {
      folder: repositoryRoot,
      environment,
      timeout: processTimeout,
      output: "shown",
    });
  } catch (error) {
    console.log((error as Error).message);
  }
  const path = join(suitesFolder, `${suite}.test.ts`);
  if (!existsSync(results))
    return {
      testFilePath: path,
      testExecError: "jest wrote no results",
      perfStats: { runtime: Date.now() - begin },
      testResults: [],
    };
  const [written] = (JSON.parse(readFileSync(results, "utf8")) as { testResults: readonly WrittenSuite[] }).testResults;
  const tests = written?.assertionResults ?? [];
  const isBroken =
    written === undefined || (written.status === "failed" && !tests.some(({ status }) => status === "failed"));
  return {
    testFilePath: path,
    ...(isBroken ? { testExecError: "the file could not be run" } : {}),
    perfStats: { runtime: Date.now() - begin },
    testResults: tests,
  };
}

async function main(): Promise<void> {
  const options = yargs(process.argv.slice(2))
    .scriptName("npm run test:all --")
    .usage(
      "$0 [--shard 1/4]\n\nRuns every end-to-end suite for every platform and every version, each in a process of its own, and goes on after one that fails.",
    )
    .option("shard", {
      type: "string",
      default: "1/1",
      describe: "The part of all suites and platforms to run; the others are for other machines.",
    })
    .strict()
    .version(false)
    .parseSync();
  const shard = parseShard(options.shard);
  const suites = suitesIn(suitesFolder);
  const runs = planShard(
    shard,
    suites,
    listPlatforms(loadSources()).map(({ name }) => name),
  );
  rmSync(resultsFolder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });
  const begin = Date.now();
  const files: JestSuite[] = [];
  for (const run of runs) files.push(await runSuite(run));
  const wholeSuites = runs.filter(({ platforms }) => platforms === undefined).map(({ suite }) => suite);
  const judgement = judgeSkips(skippedTests(files), allowedSkips, {
    ci: Boolean(process.env["CI"]),
    wholeSuites,
    suites,
  });
  const tally = tallyOf(files, judgement);
  const failed = files.flatMap(({ testFilePath, testExecError, testResults }) => [
    ...(testExecError === undefined ? [] : [`  ${testFilePath}: it could not be run`]),
    ...testResults.filter(({ status }) => status === "failed").map(({ fullName }) => `  ${fullName}`),
  ]);
  const summary = [
    ...listSkips(judgement.allowed),
    "",
    ...costs(files),
    "",
    ...(failed.length === 0 ? [] : ["Failed:", ...failed, ""]),
    ...problemsOf(judgement),
    `shard ${shard.index}/${shard.count} took ${duration(Date.now() - begin)}`,
    tallyLine(tally),
  ].join("\n");
  writeFileSync(join(resultsFolder, "summary.txt"), `${summary}\n`);
  console.log(`\n== all\n${summary}`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
