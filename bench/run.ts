import { cpus } from "node:os";
import { resolve } from "node:path";

import yargs from "yargs";

import { findBazel } from "../e2e/harness/find-bazel";
import { isHosted, listPlatforms, loadSources, type Platform } from "../e2e/harness/target-rows";
import { Bench } from "./cases";
import { CrossenvBench, formatCalls, formatSizes, type ArchiveSize, type CallTimes } from "./crossenvs";
import { findZig } from "./find-zig";
import { formatReport, type Setting } from "./format-report";
import { measureCases, type Case, type Result } from "./measure";

async function main(): Promise<void> {
  const sources = loadSources();
  // Where there is no libc, there is no program that says hello.
  const platforms = listPlatforms(sources).filter(isHosted);
  const names = platforms.map(({ name }) => name);
  const options = await yargs(process.argv.slice(2))
    .scriptName("npm run bench --")
    .usage(
      "$0 [options]\n\nTimes cold and warm builds and weighs programs, side by side with zig cc where zig is found. A benchmark, not a test.",
    )
    .option("platform", {
      type: "string",
      array: true,
      choices: names,
      default: ["linux_arm64_musl"],
      describe: "Platforms to build for",
    })
    .option("repeat", { type: "number", default: 5, describe: "Runs of each case, of which the median is told" })
    .option("case", {
      type: "string",
      array: true,
      describe:
        "Only cases whose name contains one of these texts: first, cold, staged, touch, comment, no-op, size, analysis, regenerate, C++; outside Bazel: call, archive",
    })
    .option("zig", {
      type: "string",
      describe: "The zig that is measured as well, or none; default: on PATH, else of the Python package ziglang",
    })
    .option("checkout", {
      type: "string",
      describe:
        "Folder of another checkout of this module, whose cold builds and analysis are measured in turns with ours",
    })
    .option("json", { type: "boolean", default: false, describe: "Print JSON, with every sample in milliseconds" })
    .check(({ repeat }) => (Number.isInteger(repeat) && repeat > 0) || "--repeat is a whole number above 0")
    .strict()
    .parse();

  const chosen = platforms.filter(({ name }) => options.platform.includes(name));
  const zig = options.zig === "none" ? undefined : findZig(options.zig && resolve(options.zig));
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const wants = (name: string): boolean =>
    options.case === undefined || options.case.some((text) => name.includes(text));
  const [cpu] = cpus();
  const setting: Setting = {
    cpus: cpus().length,
    cpu: cpu?.model ?? "unknown CPU",
    bazel: findBazel(String(sources.manifest.module.bazel)).origin,
    ...(zig === undefined ? {} : { zig: zig.version }),
    repeat: options.repeat,
  };
  const bench = new Bench(sources, { zig, checkout: options.checkout && resolve(options.checkout) });
  const cases = [...chosen.flatMap((platform) => bench.casesOf(platform)), bench.regenerateCase()].filter(({ name }) =>
    wants(name),
  );
  const results = await timeBuilds(bench, cases, chosen, options.repeat, tell);
  const outside = await measureOutside(
    new CrossenvBench(sources),
    chosen,
    { archive: wants("archive"), call: wants("call") },
    options.repeat,
    tell,
  );
  if (options.json)
    return void process.stdout.write(`${JSON.stringify({ ...setting, results, ...outside }, undefined, 2)}\n`);
  if (results.length > 0) process.stdout.write(formatReport(setting, results));
  if (outside.calls.length > 0)
    process.stdout.write(
      `\nCompilation of a small C file outside Bazel, ${callsPerRepeat * options.repeat} calls each, in turns:\n\n${formatCalls(outside.calls)}`,
    );
  if (outside.archives.length > 0) process.stdout.write(`\nCrossenvs:\n\n${formatSizes(outside.archives)}`);
}

async function timeBuilds(
  bench: Bench,
  cases: readonly Case[],
  platforms: readonly Platform[],
  repeat: number,
  tell: (text: string) => void,
): Promise<Result[]> {
  if (cases.length === 0) return [];
  try {
    tell("fetching repositories");
    await bench.warmUp(platforms, cases);
    return await measureCases(cases, repeat, () => performance.now(), tell);
  } finally {
    await bench.shutDown();
  }
}

/** A call takes so little that it can be timed this often where a build is timed once. */
const callsPerRepeat = 10;

interface Outside {
  readonly archives: readonly ArchiveSize[];
  readonly calls: readonly CallTimes[];
}

async function measureOutside(
  bench: CrossenvBench,
  platforms: readonly Platform[],
  wants: Readonly<Record<"archive" | "call", boolean>>,
  repeat: number,
  tell: (text: string) => void,
): Promise<Outside> {
  const archives: ArchiveSize[] = [];
  const calls: CallTimes[] = [];
  if (!wants.archive && !wants.call) return { archives, calls };
  try {
    for (const platform of platforms) {
      tell(`crossenv of ${platform.name}`);
      if (wants.archive) archives.push(await bench.weigh(platform));
      if (wants.call) calls.push(await bench.timeCalls(platform, callsPerRepeat * repeat, () => performance.now()));
    }
  } finally {
    await bench.shutDown();
  }
  return { archives, calls };
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
