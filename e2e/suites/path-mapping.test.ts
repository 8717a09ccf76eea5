import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { choosePlatforms, declareLeftOut, representatives } from "../harness/choose-platforms";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources } from "../harness/target-rows";

const sources = loadSources();
const chosen = choosePlatforms(listPlatforms(sources));
const platform = representatives(chosen.platforms).at(-1);
if (platform === undefined) throw new Error("the manifest has no targets");

const files = {
  "BUILD.bazel": 'load("@rules_cc//cc:defs.bzl", "cc_binary")\ncc_binary(name = "program", srcs = ["program.c"], features = ["-cxx"])\n',
  "program.c": '#include <stdio.h>\nint main(void) { puts("mapped"); return 0; }\n',
};

/** What the executed spawns tell: mnemonic and whether the result came from a cache, and one argument per line. */
interface Spawn {
  readonly mnemonic: string;
  readonly cacheHit: boolean;
  readonly commandArgs: readonly string[];
}

let bazel: DrivenBazel;
const cache = join(scratchRoot, "path-mapping-cache");

beforeAll(() => {
  rmSync(cache, { recursive: true, force: true });
  bazel = new DrivenBazel({ name: "path-mapping", workspace: writeConsumerWorkspace(sources.manifest, { name: "path-mapping", files }), diskCache: false });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

async function buildMapped(name: string, options: readonly string[]): Promise<{ result: BuildResult; spawns: Spawn[] }> {
  const log = join(bazel.outputBase, `${name}.json`);
  const result = await bazel.build([
    `--platforms=@xllvm//platforms:${platform?.name}`,
    "--experimental_output_paths=strip",
    // Path mapping needs a sandbox, in which each output has its mapped name.
    "--spawn_strategy=sandboxed",
    `--disk_cache=${cache}`,
    `--execution_log_json_file=${log}`,
    ...options,
    "//:program",
  ]);
  // The log is a sequence of JSON objects, one after another.
  const spawns = JSON.parse(`[${readFileSync(log, "utf8").replace(/^\}\{/gm, "},{").replace(/^\}\n\{/gm, "},{")}]`) as Spawn[];
  return { result, spawns };
}

describe(`--experimental_output_paths=strip for ${platform.name}`, () => {
  it("compiles runtimes under paths that no configuration is in, and the program runs", async () => {
    const { result, spawns } = await buildMapped("first", []);
    const runtimes = spawns.filter(({ mnemonic }) => mnemonic.endsWith("Runtime"));
    expect(runtimes.length).toBeGreaterThan(10);
    expect(runtimes.filter(({ commandArgs }) => commandArgs.some((argument) => /bazel-out\/(?!cfg\/)/.test(argument))).map(({ commandArgs }) => commandArgs.join(" "))).toEqual([]);
    const file = result.outputs.get("//:program")?.[0] ?? "";
    expectProgramFile(platform, platform.system.link_modes[0] ?? "static", file);
    const runner = findRunner(platform);
    if (!("missing" in runner)) expect((await runProgram(runner, file)).stdout).toBe("mapped\n");
  });

  it("shares the results of runtimes between configurations through a cache", async () => {
    const { result, spawns } = await buildMapped("second", ["--experimental_platform_in_output_dir", "--platform_suffix=elsewhere"]);
    const runtimes = spawns.filter(({ mnemonic }) => mnemonic.endsWith("Runtime"));
    expect(result.exitCode).toBe(0);
    expect(runtimes.filter(({ cacheHit }) => !cacheHit).map(({ mnemonic }) => mnemonic)).toEqual([]);
  });
});
