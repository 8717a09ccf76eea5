import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readActionGraph } from "../harness/actions-query";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel, type CommandResult } from "../harness/drive-bazel";
import { findRunner } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const programs = join(repositoryRoot, "e2e/programs/coverage");

const all = listPlatforms(sources);
const has = (platform: Platform): boolean => platform.target.features.some(({ name }) => name === "coverage");
const chosen = thatFit(choosePlatforms(all), has);

/** What documents name; where platforms are left out, one that is run natively and one that is not stand for all. */
const isNative = (platform: Platform): boolean => {
  const runner = findRunner(platform);
  return "prefix" in runner && runner.prefix.length === 0;
};
const platforms =
  choosePlatforms(all).leftOut.length === 0
    ? chosen.platforms
    : [
        chosen.platforms.find((platform) => isNative(platform) && platform.system.link_modes[0] === "dynamic"),
        chosen.platforms.find((platform) => !isNative(platform) && platform.system.link_modes[0] === "static"),
      ].filter((platform) => platform !== undefined);

const reporter = "@xllvm//:coverage_report";
const generators = [`--coverage_output_generator=${reporter}`, `--coverage_report_generator=${reporter}`];
const joining = "--combined_report=lcov";
const llvmForm = ["--experimental_use_llvm_covmap", "--experimental_generate_llvm_lcov"];

const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_library", "cc_test")

cc_library(name = "sign", srcs = ["sign.c"], hdrs = ["sign.h"])
cc_library(name = "sums", srcs = ["sums.cc"], hdrs = ["sums.h"])
cc_library(name = "asks", srcs = ["sign.c"], hdrs = ["sign.h"], features = ["coverage"])
cc_test(name = "static_test", size = "small", srcs = ["measured_test.cc"], linkstatic = True, deps = [":sign", ":sums"])
cc_test(name = "shared_test", size = "small", srcs = ["measured_test.cc"], linkstatic = False, deps = [":sign", ":sums"])
cc_test(name = "c_test", size = "small", srcs = ["measured_c_test.c"], features = ["-cxx"], linkstatic = True, deps = [":sign"])
cc_test(name = "silent_test", size = "small", srcs = ["silent_test.c"], features = ["-cxx"], linkstatic = True, deps = [":sign"])
`;

/** What three calls of sign(), of 0, 1 and 2, and one of joined(), of two words, run: a line's text → how often. */
const ofThreeCalls = {
  "sign.c": {
    "int sign(int number) {": 3,
    "if (number < 0) {": 3,
    "return -1;": 0,
    "if (number > 1000) {": 3,
    "return 2;": 0,
    "return number > 0;": 3,
    "int never_called(void) {": 0,
    "return 1;": 0,
  },
  "sums.cc": {
    "std::string joined(const std::vector<std::string> &words) {": 1,
    'throw std::invalid_argument("no words");': 0,
    "return sum(words);": 1,
  },
  "sums.h": { "Item total = Item();": 1, "total += item;": 2, "return total;": 1 },
};

/** The same of one call of sign(), of -5. */
const ofOneCall = {
  "sign.c": {
    "int sign(int number) {": 1,
    "if (number < 0) {": 1,
    "return -1;": 1,
    "if (number > 1000) {": 0,
    "return 2;": 0,
    "return number > 0;": 0,
    "int never_called(void) {": 0,
    "return 1;": 0,
  },
};

type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

const counted: Readonly<Record<string, Counts>> = {
  static_test: ofThreeCalls,
  shared_test: ofThreeCalls,
  c_test: ofOneCall,
};

/** What a report says of the lines that are named, and of which sources. */
function readReport(report: string, expected: Counts): Record<string, Record<string, number | undefined>> {
  const found: Record<string, Record<string, number | undefined>> = {};
  for (const [, path = "", lines = ""] of report.matchAll(/^SF:programs\/(.*)\n([^]*?)^end_of_record$/gm)) {
    const texts = readFileSync(join(programs, path), "utf8")
      .split("\n")
      .map((text) => text.trim());
    const counts = new Map([...lines.matchAll(/^DA:(\d+),(\d+)$/gm)].map(([, line, count]) => [line, Number(count)]));
    const named = Object.keys(expected[path] ?? {});
    found[path] = Object.fromEntries(named.map((text) => [text, counts.get(String(texts.indexOf(text) + 1))]));
  }
  return found;
}

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "coverage",
    files: { "programs/BUILD.bazel": buildFile },
    copies: Object.fromEntries(readdirSync(programs).map((file) => [`programs/${file}`, join(programs, file)])),
  });
  bazel = new DrivenBazel({ name: "coverage", workspace });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

const outputs = (): string => join(bazel.outputBase, "execroot/_main/bazel-out");

/** What a test has reported; none where it has failed. */
function reportOf(test: string): string {
  const folder = readdirSync(outputs()).find((name) => existsSync(join(outputs(), name, "testlogs/programs", test)));
  return readFileSync(join(outputs(), folder ?? "", "testlogs/programs", test, "coverage.dat"), "utf8");
}

describe.each(platforms)("$name", (platform) => {
  const runner = findRunner(platform);
  const cover = (args: readonly string[]): Promise<CommandResult> =>
    bazel.run("coverage", [
      ...bazel.buildOptions(),
      `--platforms=@xllvm//platforms:${platform.name}`,
      ...("prefix" in runner && runner.prefix.length > 0 ? [`--run_under=${runner.prefix.join(" ")}`] : []),
      // From Bazel 9 on, a test wants an execution platform with all constraints of its target platform.
      `--extra_execution_platforms=@bazel_tools//tools:host_platform,@xllvm//platforms:${platform.name}`,
      "--test_output=errors",
      // Reports that come from the cache would stay there.
      "--remote_download_outputs=all",
      ...generators,
      ...args,
    ]);
  const tests = Object.keys(counted).map((name) => `//programs:${name}`);
  const expectCounts = () => {
    for (const [test, expected] of Object.entries(counted))
      expect([test, readReport(reportOf(test), expected)]).toEqual([test, expected]);
  };
  const whenRun = itUnless("missing" in runner ? runner.missing : undefined);

  whenRun("counts what tests run, and joins reports, in LLVM's form", async () => {
    const { exitCode, stdout, stderr } = await cover([...llvmForm, joining, ...tests]);
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
    expectCounts();
    // sign() is called three times by each of two tests, and once by the third.
    const sums = { "if (number < 0) {": 7, "return -1;": 1 };
    const joined = readFileSync(join(outputs(), "_coverage/_coverage_report.dat"), "utf8");
    expect(readReport(joined, { "sign.c": sums })["sign.c"]).toEqual(sums);
  });

  // Each form costs an analysis more: where platforms are left out, one shows what does not depend on the platform.
  if (chosen.leftOut.length > 0 && platform !== platforms[0]) return;

  whenRun("counts what tests run, in gcov's form, and fails one that has written no profile", async () => {
    const { exitCode, stdout, stderr } = await cover(["--keep_going", ...tests, "//programs:silent_test"]);
    expect(stdout + stderr).toMatch(/FAIL: \/\/programs:silent_test(?![^]*FAIL: \/\/programs:(?!silent_test))/);
    expect(stdout + stderr).toContain("the test has written no profile.");
    expect(exitCode).toBe(3);
    expectCounts();
  });

  whenRun("fails where the report of all tests would be empty", async () => {
    const { exitCode, stderr } = await cover([joining, "--instrumentation_filter=^//elsewhere", "//programs:c_test"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no test has a line that was to be counted, so that the report would be empty");
  });
});

describe("a build", () => {
  const [platform] = platforms;
  const on = `--platforms=@xllvm//platforms:${platform?.name}`;

  /** Commands that make runtimes. */
  const runtimes = async (options: readonly string[]): Promise<string[]> => {
    const args = [on, ...generators, ...options, "--output=jsonproto", "deps(//programs:static_test)"];
    return readActionGraph(await bazel.query("aquery", args))
      .filter(({ mnemonic }) => mnemonic.endsWith("Runtime"))
      .map((action) => action.arguments.join(" "));
  };

  it("has nothing of it unless it is asked for, and then its other runtimes as they are, a sanitizer's besides", async () => {
    const hasAsan = platform?.target.features.some(({ name }) => name === "asan");
    const withAsan = hasAsan && platform?.system.link_modes[0] === "dynamic";
    const without = await runtimes([]);
    const covered = await runtimes(["--collect_code_coverage", ...(withAsan ? ["--features=asan"] : [])]);
    const more = covered.filter((command) => !without.includes(command));
    expect(without.length).toBeGreaterThan(3);
    expect(without.join("\n")).not.toMatch(/lib\/profile|clang_rt\.profile/);
    expect(without.filter((command) => !covered.includes(command))).toEqual([]);
    expect(more.join("\n")).toMatch(/lib\/profile/);
    if (withAsan) expect(more.join("\n")).toMatch(/clang_rt\.asan/);
    const ofAsan = /compiler-rt\/lib\/(?!builtins)|sanitizers\/RT|clang_rt\.(?!builtins)/;
    for (const command of more) expect(command).toMatch(withAsan ? ofAsan : /lib\/profile|clang_rt\.profile/);
  });

  it("is refused for a target alone, and on platforms that have none, with a message that says where it is", async () => {
    const alone = await bazel.tryBuild(["--nobuild", on, "//programs:asks"]);
    expect(alone.exitCode).toBe(1);
    expect(alone.stderr).toContain(
      "coverage: its runtime is there where a whole build asks for it. Say --collect_code_coverage.",
    );
    const without = all.find((other) => !has(other) && other.system.libc !== undefined);
    if (without === undefined) throw new Error("every platform has coverage");
    // Without --keep_going another error may end it first: Bazel downloads a tool for the reports where no option names another.
    const elsewhere = await bazel.run("coverage", [
      ...bazel.buildOptions(),
      `--platforms=@xllvm//platforms:${without.name}`,
      "--keep_going",
      "//programs:c_test",
    ]);
    expect(elsewhere.exitCode).toBe(1);
    expect(elsewhere.stderr).toMatch(
      new RegExp(`coverage: ${without.name} has nothing of the kind\\. .*linux_amd64_gnu.* have it\\.`),
    );
  });
});
