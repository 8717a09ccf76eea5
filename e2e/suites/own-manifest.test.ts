import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { readActionGraph } from "../harness/actions-query";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { outputOf } from "../harness/run-command";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources } from "../harness/target-rows";

const sources = loadSources();
/** One whose programs an emulator runs. */
const base = listPlatforms(sources).find(
  ({ architecture, system }) => architecture.name === "arm64" && system.os === "linux",
);
if (base === undefined) throw new Error("the manifest has no target for arm64, of which this test makes a variant");

const folder = join(scratchRoot, "own-manifest");

/** One that has what the flag asks for. */
const cpu = "cortex-a76";

/** A consumer's manifest: the built-in one, and one platform of a CPU variant with an extra flag. */
const rows = {
  "manifest/module.yaml": "extends: builtin\n",
  "manifest/architectures.yaml": `- name: arm64_lse\n  base: arm64\n  constraint: null\n  flags: [-march=armv8.1-a]\n  qemu_cpu: ${cpu}\n`,
  "manifest/targets.yaml": `- {architecture: arm64_lse, system: ${base.system.name}, flags: [-DOF_MY_OWN=42]}\n`,
};

const files = {
  "BUILD.bazel":
    'load("@rules_cc//cc:defs.bzl", "cc_binary")\ncc_binary(name = "program", srcs = ["program.c"], features = ["-cxx"])\n',
  "program.c": `
#include <stdio.h>
int main(void) {
#ifdef __ARM_FEATURE_ATOMICS
    printf("with LSE, %d\\n", OF_MY_OWN);
#else
    printf("without LSE, %d\\n", OF_MY_OWN);
#endif
    return 0;
}
`,
};

const platform = base.name.replace("arm64", "arm64_lse");
let bazel: DrivenBazel;
let program = "";

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(rows)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  generate("--manifest", join(folder, "manifest"), "--out", join(folder, "module"));
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "own-manifest",
    files,
    xllvm: join(folder, "module"),
  });
  bazel = new DrivenBazel({ name: "own-manifest", workspace });
});

afterAll(() => bazel.shutDown());

function generate(...args: string[]): string {
  return outputOf(process.execPath, [join(repositoryRoot, "generator/bin/gen-bzl.js"), ...args], {
    folder: repositoryRoot,
  });
}

describe("a module emitted from a manifest that extends the built-in one", () => {
  it("has no drift right after it was written", () => {
    expect(() =>
      generate("--check", "--manifest", join(folder, "manifest"), "--out", join(folder, "module")),
    ).not.toThrow();
  });

  it("has the platforms of both", () => {
    const listed = JSON.parse(generate("list", "--json", "--manifest", join(folder, "manifest"))) as { name: string }[];
    expect(listed.map(({ name }) => name).sort()).toEqual(
      [...listPlatforms(sources).map(({ name }) => name), platform].sort(),
    );
  });

  it("builds a program for the new platform, with its flags in runtimes and program alike", async () => {
    const options = [`--platforms=@xllvm//platforms:${platform}`];
    const { outputs } = await bazel.build([...options, "//:program"]);
    const actions = readActionGraph(
      await bazel.query("aquery", [...options, "--output=jsonproto", "--include_param_files", "deps(//:program)"]),
    );
    const compiling = actions.filter(
      ({ arguments: args }) =>
        args.some((argument) => argument.startsWith("--target=")) && args.some((argument) => /\.c$/.test(argument)),
    );
    expect(compiling.filter(({ label }) => label.startsWith("@")).length).toBeGreaterThan(0);
    expect(
      compiling.filter(({ arguments: args }) => !args.includes("-march=armv8.1-a")).map(({ label }) => label),
    ).toEqual([]);
    program = outputs.get("//:program")?.[0] ?? "";
    expectProgramFile(base, base.system.link_modes[0]!, program);
  });

  const runner = findRunner({ ...base, architecture: { ...base.architecture, qemu_cpu: cpu } });
  itWhere(runner)("makes a program that runs", async () => {
    expect(await runProgram(runner, program)).toMatchObject({ stdout: "with LSE, 42\n", status: 0 });
  });

  it("still builds for the platforms of the built-in one", async () => {
    const { exitCode, stderr } = await bazel.tryBuild([
      `--platforms=@xllvm//platforms:${base.name}`,
      "--copt=-DOF_MY_OWN=1",
      "//:program",
    ]);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  });
});
