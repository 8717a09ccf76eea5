import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, ofFormat, platformVariable, representatives } from "../harness/choose-platforms";
import { repositoryRoot } from "../harness/consumer-workspace";
import { declareSkip } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { findProgram } from "../harness/find-bazel";
import { executableRulesGo } from "../harness/rules-go";
import { runCommandSync } from "../harness/run-command";
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
  /** Other rules that it takes, and why they cannot be had here, or undefined. */
  readonly rules?: { readonly missing: () => string | undefined; readonly options?: typeof rulesGoOptions };
  /** A line that its tests print, and how often. */
  readonly tests?: { readonly line: RegExp; readonly count: number };
}

/** Why the example in Go is not built here, or undefined: Go's own library is compiled for each platform. */
function missingGo(): string | undefined {
  if (process.env[platformVariable]) return "rules_go is tested by the suite go where platforms are left out";
  return findProgram("go") === undefined ? "go not on PATH" : undefined;
}

/** Options by which the registry's rules_go can be used, where nothing in it is executable. */
async function rulesGoOptions(bazel: DrivenBazel): Promise<string[]> {
  const folder = await executableRulesGo(bazel);
  return folder === undefined ? [] : [`--override_module=rules_go=${folder}`];
}

/** Whether Bazel's central registry, which has rules_rust, and Rust's own archives are within reach. */
function hasRulesRust(): boolean {
  const program = `fetch("https://bcr.bazel.build/modules/rules_rust/metadata.json", { signal: AbortSignal.timeout(10_000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;
  return runCommandSync(process.execPath, ["-e", program]).status === 0;
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
  go: {
    system: "linux_gnu",
    programs: [{ target: "//:to_roman", args: ["1994", "0"], expected: /^MCMXCIV\n0 has no numeral\n$/ }],
    rules: { missing: missingGo, options: rulesGoOptions },
  },
  rust: {
    system: "linux_gnu",
    programs: [{ target: "//:to_roman", args: ["1994", "0"], expected: /^MCMXCIV\n0 has no numeral\n$/ }],
    rules: { missing: () => (hasRulesRust() ? undefined : "no registry here has rules_rust") },
    tests: { line: /^test numerals \.\.\. ok$/gm, count: 1 },
  },
  bzip2: {
    system: "linux_musl",
    programs: [{ target: "@bzip2//:bzip2", args: ["--help"], expected: /^$/ }],
    tests: { line: /^passed: bzip2 -.* exit code 0$/gm, count: 6 },
  },
};

/** Examples that Bazel builds; the others are those of the suite outside-bazel. */
const examples = readdirSync(join(repositoryRoot, "examples")).filter((name) =>
  existsSync(join(repositoryRoot, "examples", name, "MODULE.bazel")),
);

describe.each(examples)("examples/%s", (example) => {
  const reason = known[example]?.rules?.missing();
  if (reason !== undefined) return declareSkip("builds and runs", reason);
  let ofRules: readonly string[] = [];

  let bazel: DrivenBazel;

  beforeAll(async () => {
    bazel = new DrivenBazel({ name: `example-${example}`, workspace: join(repositoryRoot, "examples", example) });
    ofRules = (await known[example]?.rules?.options?.(bazel)) ?? [];
  });

  afterAll(() => bazel.shutDown());

  const { programs, tests, system } = known[example] ?? { programs: [], system: "" };
  it("is known here", () => expect(programs).not.toEqual([]));

  const wanted = platforms.filter((platform) => platform.system.name === system);
  describe.each(wanted.length === 0 ? platforms : wanted)("$name", (platform) => {
    const runner = findRunner(platform);
    const runIt = itWhere(runner);
    const options = (): string[] => [`--platforms=@xllvm//platforms:${platform.name}`, ...ofRules];
    const targets = ["//...", ...programs.map(({ target }) => target)];

    it("builds", async () => {
      const { exitCode, stderr } = await bazel.tryBuild([...options(), ...targets]);
      expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    });

    runIt("runs its programs", async () => {
      const { outputs } = await bazel.build([...options(), ...targets]);
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
        ...options(),
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
