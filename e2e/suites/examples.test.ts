import { readdirSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, ofFormat, representatives } from "../harness/choose-platforms";
import { repositoryRoot } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { findRunner, itWhere, runProgram, type ProgramRun } from "../harness/run-program";
import { isHosted, listPlatforms, loadSources } from "../harness/target-rows";

const platforms = representatives(
  ofFormat(choosePlatforms(listPlatforms(loadSources())), "elf").platforms.filter(isHosted),
);

interface Example {
  /** The system on whose platforms it is built: each further platform of an example costs seconds. Where it was left out, it is built for those that were not. */
  readonly system: string;
  readonly programs: readonly {
    readonly target: string;
    readonly args: readonly string[];
    readonly expected: RegExp;
  }[];
  /** A line that its tests print, and how often. */
  readonly tests?: { readonly line: RegExp; readonly count: number };
}

/** What the examples' programs and tests print; which examples there are is what lies in `examples/`. */
const known: Readonly<Record<string, Example>> = {
  c_hello: {
    system: "linux_gnu",
    programs: [{ target: "//:hello", args: [], expected: /^Hello from C on \w+, (32|64)-bit\n$/ }],
  },
  cpp_hello: {
    system: "linux_musl",
    programs: [{ target: "//:hello", args: [], expected: /^Hello from C\+\+ on \w+, (32|64)-bit\n$/ }],
  },
  library_with_tests: {
    system: "linux_gnu",
    programs: [{ target: "//:to_roman", args: ["1994", "2026"], expected: /^MCMXCIV\nMMXXVI\n$/ }],
    tests: { line: /^all numerals passed$/gm, count: 1 },
  },
  bzip2: {
    system: "linux_musl",
    programs: [{ target: "@bzip2//:bzip2", args: ["--help"], expected: /^$/ }],
    tests: { line: /^passed: bzip2 -.* exit code 0$/gm, count: 6 },
  },
};

const examples = readdirSync(join(repositoryRoot, "examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(examples)("examples/%s", (example) => {
  let bazel: DrivenBazel;

  beforeAll(() => {
    bazel = new DrivenBazel({ name: `example-${example}`, workspace: join(repositoryRoot, "examples", example) });
  });

  afterAll(() => bazel.shutDown());

  const { programs, tests, system } = known[example] ?? { programs: [], system: "" };
  it("is known here", () => expect(programs).not.toEqual([]));

  const wanted = platforms.filter((platform) => platform.system.name === system);
  describe.each(wanted.length === 0 ? platforms : wanted)("$name", (platform) => {
    const runner = findRunner(platform);
    const runIt = itWhere(runner);
    const options = [`--platforms=@xllvm//platforms:${platform.name}`];
    const targets = ["//...", ...programs.map(({ target }) => target)];

    it("builds", async () => {
      const { exitCode, stderr } = await bazel.tryBuild([...options, ...targets]);
      expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    });

    runIt("runs its programs", async () => {
      const { outputs } = await bazel.build([...options, ...targets]);
      const done: { run: ProgramRun; expected: RegExp }[] = [];
      for (const { target, args, expected } of programs) {
        const file = [...outputs].find(([label]) => label.endsWith(target.replace(/^@/, "")))?.[1][0] ?? "";
        done.push({ run: await runProgram(runner, file, { arguments: args }), expected });
      }
      for (const { run, expected } of done) {
        expect(run.stdout).toMatch(expected);
        expect(run).toMatchObject({ status: 0, signal: null });
      }
    });

    if (tests === undefined) return;
    runIt("runs its tests", async () => {
      const { exitCode, stdout } = await bazel.run("test", [
        ...bazel.buildOptions(),
        ...options,
        ...("prefix" in runner && runner.prefix.length > 0 ? [`--run_under=${runner.prefix.join(" ")}`] : []),
        `--extra_execution_platforms=@bazel_tools//tools:host_platform,@xllvm//platforms:${platform.name}`,
        "--test_output=all",
        "//...",
      ]);
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
      expect(stdout.match(tests.line)).toHaveLength(tests.count);
    });
  });
});
