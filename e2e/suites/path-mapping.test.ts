import { join } from "node:path";

import { choosePlatforms, declareLeftOut, oneOfEachKind, withCxx } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { expectProgramFile, testRun } from "../harness/expect-program";
import { readExecutionLog, type Spawn } from "../harness/execution-log";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import type { Program } from "../programs/programs";

const sources = loadSources();
const chosen = choosePlatforms(listPlatforms(sources));

const kinds = oneOfEachKind(chosen);
// No result of another suite has these names, so that each kind costs a libc: ELF and one other will do where some are left out.
const platforms =
  chosen.leftOut.length === 0
    ? kinds
    : [...kinds.filter(isElf).slice(0, 1), ...kinds.filter((kind) => !isElf(kind)).slice(-1)];
const cxxPlatforms = withCxx(chosen, platforms);

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
load(":flags.bzl", "flag", "with_flag")

cc_binary(name = "c_program", srcs = ["program.c"], features = ["-cxx"])
cc_binary(name = "cxx_program", srcs = ["program.cc"])

flag(name = "flag", build_setting_default = "usual")
[with_flag(name = "flagged_" + program, program = program) for program in ["c_program", "cxx_program"]]
`,
  "flags.bzl": `
flag = rule(implementation = lambda ctx: [], build_setting = config.string(flag = True))

_other_flag = transition(implementation = lambda _settings, _attr: {"//:flag": "other"}, inputs = [], outputs = ["//:flag"])

with_flag = rule(
    implementation = lambda ctx: [DefaultInfo(files = depset(transitive = [program[DefaultInfo].files for program in ctx.attr.program]))],
    attrs = {"program": attr.label(cfg = _other_flag)},
)
`,
  "program.c": '#include <stdio.h>\nint main(void) { puts("mapped"); return 0; }\n',
  "program.cc": '#include <iostream>\nint main() { std::cout << "mapped" << std::endl; }\n',
};

function isElf({ system }: Platform): boolean {
  return system.object_format === "elf";
}

const allPrograms: readonly Program[] = [
  { name: "c_program", language: "c", sources: ["program.c"], copts: [], stdout: () => ["mapped"] },
  { name: "cxx_program", language: "c++", sources: ["program.cc"], copts: [], stdout: () => ["mapped"] },
];

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "path-mapping",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "path-mapping", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

interface MappedBuild {
  readonly result: BuildResult;
  /** Of those actions that compile, archive or link runtimes. */
  readonly spawns: readonly Spawn[];
  /** The folders below `bazel-out` that their outputs are in. */
  readonly folders: readonly string[];
}

const isRuntimes = (mnemonic: string): boolean =>
  /^(?:CompileRuntime|ArchiveRuntime|LinkRuntime|LinkStub)$/.test(mnemonic);

async function buildMapped(platform: Platform, name: string, args: readonly string[]): Promise<MappedBuild> {
  const log = join(bazel.outputBase, `${platform.name}-${name}.json`);
  const result = await bazel.build([
    `--platforms=@xllvm//platforms:${platform.name}`,
    "--experimental_output_paths=strip",
    // Path mapping needs a sandbox, in which each output has its mapped name.
    "--spawn_strategy=sandboxed",
    `--execution_log_json_file=${log}`,
    ...args,
  ]);
  const spawns = readExecutionLog(log);
  const outputs = result.actions
    .filter(({ mnemonic }) => isRuntimes(mnemonic))
    .map(({ output }) => output.split("/")[1] ?? "");
  return { result, spawns: spawns.filter(({ mnemonic }) => isRuntimes(mnemonic)), folders: [...new Set(outputs)] };
}

const mnemonics = (spawns: readonly Spawn[]): string[] => spawns.map(({ mnemonic }) => mnemonic).sort();

for (const platform of platforms) {
  describe(`--experimental_output_paths=strip for ${platform.name}`, () => {
    const programs = allPrograms.filter(({ language }) => language === "c" || cxxPlatforms.includes(platform));
    let first: MappedBuild;

    beforeAll(async () => {
      first = await buildMapped(platform, "first", [...programs.map(({ name }) => `//:${name}`)]);
    });

    it("compiles runtimes under paths that no configuration is in", () => {
      expect(first.folders).toHaveLength(1);
      expect(mnemonics(first.spawns)).toEqual(expect.arrayContaining(["ArchiveRuntime", "CompileRuntime"]));
      const paths = first.spawns.flatMap(({ commandArgs }) =>
        commandArgs.flatMap((argument) => argument.match(/bazel-out\/[^/]+/g) ?? []),
      );
      expect([...new Set(paths)]).toEqual(["bazel-out/cfg"]);
      expect(
        first.spawns.filter(({ commandArgs }) => !commandArgs.some((argument) => argument.includes("bazel-out/cfg/"))),
      ).toEqual([]);
    });

    for (const program of programs) {
      const file = (): string => first.result.outputs.get(`//:${program.name}`)?.[0] ?? "";

      it(`makes ${program.name}`, () => expectProgramFile(platform, platform.system.link_modes[0] ?? "static", file()));

      testRun(platform, program, file);
    }

    it("shares what it made through a cache, where a transition sets a Starlark flag and where folders have other names", async () => {
      const second = await buildMapped(platform, "second", [
        "--experimental_platform_in_output_dir",
        ...programs.map(({ name }) => `//:flagged_${name}`),
      ]);
      expect(second.folders).toHaveLength(1);
      expect(second.folders).not.toEqual(first.folders);
      expect(mnemonics(second.spawns)).toEqual(mnemonics(first.spawns));
      expect(second.spawns.filter(({ cacheHit }) => !cacheHit).map(({ commandArgs }) => commandArgs.join(" "))).toEqual(
        [],
      );
    });
  });
}
