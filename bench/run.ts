import { cpus } from "node:os";

import yargs from "yargs";

import { findBazel } from "../e2e/harness/find-bazel";
import { listPlatforms, loadSources } from "../e2e/harness/target-rows";
import { Bench } from "./cases";
import { findZig } from "./find-zig";
import { formatReport, type Setting } from "./format-report";
import { measureCases } from "./measure";

async function main(): Promise<void> {
  const sources = loadSources();
  // Where there is no libc, there is no program that says hello.
  const platforms = listPlatforms(sources).filter(({ system }) => system.libc !== undefined);
  const names = platforms.map(({ name }) => name);
  const options = await yargs(process.argv.slice(2))
    .scriptName("npm run bench --")
    .usage("$0 [options]\n\nTimes cold and warm builds and weighs programs, side by side with zig cc where zig is found. A benchmark, not a test.")
    .option("platform", { type: "string", array: true, choices: names, default: names, describe: "Platforms to build for" })
    .option("repeat", { type: "number", default: 5, describe: "Runs of each case, of which the median is told" })
    .option("case", { type: "string", array: true, describe: "Only cases whose name contains one of these texts: cold, touch, no-op, size, analysis, regenerate, C++" })
    .option("zig", { type: "boolean", default: true, describe: "Whether zig is measured as well" })
    .option("json", { type: "boolean", default: false, describe: "Print JSON, with every sample in milliseconds" })
    .check(({ repeat }) => Number.isInteger(repeat) && repeat > 0 || "--repeat is a whole number above 0")
    .strict()
    .parse();

  const chosen = platforms.filter(({ name }) => options.platform.includes(name));
  const zig = options.zig ? findZig() : undefined;
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const bench = new Bench(sources, zig);
  try {
    const cases = [...chosen.flatMap((platform) => bench.casesOf(platform)), bench.regenerateCase()];
    const wanted = cases.filter(({ name }) => options.case === undefined || options.case.some((text) => name.includes(text)));
    tell("fetching repositories");
    await bench.warmUp(chosen);
    const results = await measureCases(wanted, options.repeat, () => performance.now(), tell);
    const [cpu] = cpus();
    const setting: Setting = {
      cpus: cpus().length,
      cpu: cpu?.model ?? "unknown CPU",
      bazel: findBazel(String(sources.manifest.module.bazel)).origin,
      ...(zig === undefined ? {} : { zig: zig.version }),
      repeat: options.repeat,
    };
    process.stdout.write(options.json ? `${JSON.stringify({ ...setting, results }, undefined, 2)}\n` : formatReport(setting, results));
  } finally {
    await bench.shutDown();
  }
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
