import { join } from "node:path";

import { microArchitecturePlatform, type MicroArchitectureRow } from "../../generator/schema/micro-architectures";
import { readActionGraph } from "../harness/actions-query";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless, type Declare } from "../harness/declare-skip";
import { disassembly } from "../harness/disassemble";
import { DrivenBazel } from "../harness/drive-bazel";
import { emulated, itWhere, lackOf, runProgram, type ProgramRunner } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();

/** An instruction that is in a function, and not without the micro-architecture. */
type Shown = readonly [name: string, instruction: RegExp];

/**
 * What compilers make of `micro_architectures.c`, and of a function of the runtimes. Of each architecture, the first stands for all
 * where platforms are left out.
 */
const shown: Readonly<Record<string, { readonly program: Shown; readonly runtime: Shown }>> = {
  amd64_v3: { program: ["scale", /%ymm/], runtime: ["fma", /\tvfmadd/] },
  amd64_v2: { program: ["count", /\tpopcnt/], runtime: ["__atomic_load", /\tpopcnt/] },
  amd64_v4: { program: ["choose", /\tvpternlog/], runtime: ["wcrtomb", /\tvpternlog/] },
  "arm64_v8.1a": { program: ["add", /\tldaddal\t/], runtime: ["__atomic_load", /\tcasp?a/] },
  "arm64_v8.3a": { program: ["load", /\tldapr\t/], runtime: ["__atomic_load", /\tldapr/] },
  "arm64_v9.0a": { program: ["scale", /\bz\d+\.s\b/], runtime: ["fmt_fp", /\bz\d+\.b\b/] },
  armv7_neon: { program: ["dot", /\bq[89]\b/], runtime: ["memset", /\tvdup\.32\t/] },
  armv7_neon_vfpv4: { program: ["scale", /\tvfma\.f32\t/], runtime: ["fma", /\tvfma\.f64\t/] },
  riscv64_rva22u64: { program: ["count", /\tcpop\t/], runtime: ["__atomic_load", /\tcpopw\t/] },
  riscv64_rva23u64: { program: ["scale", /\tvsetvli\t/], runtime: ["memset", /\tvsetvli\t/] },
};

/** Platforms that have micro-architectures, of musl, whose programs are complete in themselves. */
const chosen = thatFit(
  choosePlatforms(listPlatforms(sources)),
  ({ system, target }) => system.libc === "musl" && target.microArchitectures.length > 0,
);

/** A platform at one of its micro-architectures. */
interface Case {
  readonly platform: Platform;
  readonly row: MicroArchitectureRow;
  readonly name: string;
}

const every: readonly Case[] = chosen.platforms.flatMap((platform) =>
  platform.target.microArchitectures.map((row) => ({
    platform,
    row,
    name: microArchitecturePlatform(row, platform.target.row, platform.architecture, platform.system),
  })),
);

const built: readonly Case[] = chosen.platforms.flatMap((platform) => {
  const cases = Object.keys(shown).flatMap((name) =>
    every.filter((one) => one.platform === platform && one.row.name === name),
  );
  return chosen.leftOut.length === 0 ? cases : cases.slice(0, 1);
});

const cpus = new Map(chosen.platforms.map(({ architecture }) => [String(architecture.constraint), architecture.name]));

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
load(":at.bzl", "compiled_at")
cc_binary(
    name = "program",
    srcs = ["micro_architectures.c"],
    copts = ["-O2"],
    features = ["-cxx"],
    local_defines = select({
${[...cpus].map(([constraint, name]) => `        "${constraint}": ['FOUND=\\\\"${name}\\\\"'],\n`).join("")}    }),
)
cc_binary(name = "plain", srcs = ["plain.c"], features = ["-cxx"])
compiled_at(name = "everywhere", program = ":program", platforms = ${JSON.stringify(every.map(({ name }) => name))})
${every
  .slice(0, 1)
  .map(
    ({ platform, row }) => `
platform(
    name = "own",
    parents = ["@xllvm//platforms:${platform.name}_dynamic"],
    constraint_values = [
        "@xllvm//constraints/micro_architecture:${row.name}",
        "@xllvm//constraints/musl:${platform.otherVersions[0]?.version}",
    ],
)
`,
  )
  .join("")}
platform(
    name = "of_another_cpu",
    parents = ["@xllvm//platforms:linux_arm64_musl"],
    constraint_values = ["@xllvm//constraints/micro_architecture:amd64_v3"],
)
platform(
    name = "of_a_cpu_without",
    parents = ["@xllvm//platforms:linux_s390x_musl"],
    constraint_values = ["@xllvm//constraints/micro_architecture:amd64_v3"],
)
`,
  "plain.c": "int main(void) { return 0; }\n",
  "at.bzl": `
_at = transition(
    implementation = lambda _settings, attr: {name: {"//command_line_option:platforms": "@xllvm//platforms:" + name} for name in attr.platforms},
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)
def _compiled_at_impl(ctx):
    objects = [program[OutputGroupInfo].compilation_outputs for program in ctx.attr.program]
    return [DefaultInfo(files = depset(transitive = objects))]

compiled_at = rule(
    implementation = _compiled_at_impl,
    attrs = {"platforms": attr.string_list(), "program": attr.label(cfg = _at)},
)
`,
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "micro-architectures",
    workspace: writeConsumerWorkspace(sources.manifest, {
      name: "micro-architectures",
      files,
      copies: { "micro_architectures.c": join(repositoryRoot, "e2e/programs/micro_architectures.c") },
    }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

const at = (name: string): string => `--platforms=@xllvm//platforms:${name}`;

async function build(platform: string): Promise<string> {
  const { outputs } = await bazel.build([at(platform), "//:program"]);
  return outputs.get("//:program")?.[0] ?? "";
}

/** What models of CPUs need of an emulator. */
const needs: Readonly<Record<string, string>> = {
  Haswell: "7.2",
  "neoverse-v1": "8.1",
  "neoverse-n2": "9.0",
  "vfp-d32=off": "8.1",
  rva22u64: "9.0",
  rva23u64: "10.0",
};

/** The emulator with another model of CPU; missing where it is older than the model. */
function runnerAt({ architecture, ...platform }: Platform, cpu: string): ProgramRunner {
  // Programs for this machine's own CPU as well.
  const runner = emulated({ ...platform, architecture: { ...architecture, qemu_cpu: cpu } });
  if ("missing" in runner || runner.emulator === undefined) return runner;
  for (const [part, qemu] of Object.entries(needs)) {
    const lacking = cpu.split(",").includes(part)
      ? lackOf(runner.emulator, { qemu, lacking: `CPU ${cpu}` })
      : undefined;
    if (lacking !== undefined) return { missing: lacking };
  }
  return runner;
}

/** Declares a test that runs a program on a model of CPU, which a row may not have. */
function itOn(platform: Platform, cpu: string | undefined): Declare {
  return cpu === undefined ? itUnless("no CPU of the emulator has it") : itWhere(runnerAt(platform, cpu));
}

it("every one compiles, and select() on the CPU's own constraint matches", async () => {
  const { outputs } = await bazel.build(["//:everywhere"]);
  expect(outputs.get("//:everywhere")).toHaveLength(every.length);
});

describe.each(built)("$name", ({ platform, row, name }) => {
  const { program: ofProgram, runtime } = shown[row.name]!;
  let program = "";

  it("uses its instructions in a program and in its runtimes, and without one neither does", async () => {
    const plain = await build(platform.name);
    for (const [symbol, instruction] of [ofProgram, runtime])
      expect(disassembly(bazel, plain, symbol)).not.toMatch(instruction);
    program = await build(name);
    for (const [symbol, instruction] of [ofProgram, runtime])
      expect(disassembly(bazel, program, symbol)).toMatch(instruction);
  });

  itOn(platform, row.qemu_cpu)("runs on a CPU that has it", async () => {
    expect(await runProgram(runnerAt(platform, row.qemu_cpu ?? ""), program)).toMatchObject({
      stdout: `${platform.architecture.name}: 5 5559680 8 0 1 5 1\n`,
      status: 0,
    });
  });

  itOn(platform, row.qemu_cpu_without)("does not run on one that lacks it", async () => {
    expect(await runProgram(runnerAt(platform, row.qemu_cpu_without ?? ""), program)).toMatchObject({
      status: null,
      signal: "SIGILL",
    });
  });
});

it("goes with a version of the libc and a link mode on a platform of one's own", async () => {
  const [first] = every;
  if (first === undefined) throw new Error("no platform has a micro-architecture");
  const graph = await bazel.query("aquery", [
    "--platforms=//:own",
    "--output=jsonproto",
    "--include_param_files",
    'mnemonic("CppCompile|CppLink|CompileRuntime", deps(//:program))',
  ]);
  const actions = readActionGraph(graph).filter(({ arguments: words }) =>
    words.includes(`--target=${first.platform.target.triple}`),
  );
  const [flag = ""] = first.row.flags;
  expect(new Set(actions.map(({ mnemonic }) => mnemonic))).toEqual(
    new Set(["CppCompile", "CppLink", "CompileRuntime"]),
  );
  expect(actions.filter(({ arguments: words }) => !words.includes(flag)).map(({ label }) => label)).toEqual([]);
  const [version] = first.platform.otherVersions;
  expect(actions.some(({ label }) => label.includes(`targets/${version?.name}:`))).toBe(true);
});

it("is in the configuration file of a crossenv, whose folder it gives a name", async () => {
  const [first] = every;
  const text = await bazel.query("aquery", [
    at(first?.name ?? ""),
    "--output=text",
    "--include_file_write_contents",
    'mnemonic("FileWrite", @xllvm//:crossenv)',
  ]);
  // Bazel prints what is written in base 64.
  const written = [...text.matchAll(/FileWriteContents: \[(.*)\]/g)].map(([, coded = ""]) =>
    Buffer.from(coded, "base64").toString(),
  );
  expect(written.some((file) => file.split("\n").includes(first?.row.flags[0] ?? ""))).toBe(true);
  expect(text).toContain(`.${first?.row.name}/bin/clang.cfg`);
});

it.each([
  [
    "of_another_cpu",
    /linux_arm64_musl: no CPU of this platform is of the micro-architecture that is asked for\. Those of arm64 are arm64_v8\.1a, /,
  ],
  [
    "of_a_cpu_without",
    /linux_s390x_musl: no CPU of this platform is of .*\. For s390x there is none but the default\./,
  ],
])("fails on a platform %s, and says which there are", async (name, message) => {
  const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", `--platforms=//:${name}`, "//:plain"]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(message);
});
