import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { unpackTarZst } from "../crossenv/unpack-tar-zst";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { readMachineIndex, sha256Of, writeIndex } from "../harness/pinned-archives";
import { findRemoteExecution, RemoteExecution } from "../harness/remote-execution";
import { runCommand } from "../harness/run-command";
import { listPlatforms, llvmMajor, loadSources, seedOf } from "../harness/target-rows";

/**
 * The whole compiler, built, packed and used: hours, by `npm run test:bootstrap` alone. `XLLVM_BOOTSTRAP` has options for a build that is
 * done sooner, such as `--@xllvm//bootstrap:backends=X86 --@xllvm//bootstrap:copts=-O0`; tests of later stages want to be asked for, by
 * `XLLVM_BOOTSTRAP_STAGES=3`.
 */
const options = (process.env["XLLVM_BOOTSTRAP"] ?? "").split(" ").filter((word) => word !== "");
const stages = Number(process.env["XLLVM_BOOTSTRAP_STAGES"] ?? "1");
const hours = 60 * 60 * 1000;

const sources = loadSources();
const { manifest } = sources;
const [compiler] = [...manifest.compilers.values()];
const host = manifest.hosts.find(({ compiler_platform: built }) => built !== undefined)!;
const platform = listPlatforms(sources).find(({ name }) => name === host.compiler_platform)!;
const platforms = `--platforms=@xllvm//platforms:${platform.name}`;

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
cc_binary(name = "c_program", srcs = ["program.c"], features = ["-cxx"])
cc_binary(name = "cxx_program", srcs = ["program.cc"])
`,
  "program.c": '#include <stdio.h>\nint main(void) { puts("made from source"); return 0; }\n',
  "program.cc": '#include <iostream>\nint main() { std::cout << "made from source" << std::endl; }\n',
};

const clients: DrivenBazel[] = [];

function connect(
  name: string,
  environment: Readonly<Record<string, string>> = {},
  { diskCache = true } = {},
): DrivenBazel {
  const workspace = writeConsumerWorkspace(manifest, { name, files });
  const client = new DrivenBazel({ name, workspace, environment, diskCache, timeout: 11 * hours });
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.shutDown();
});

/** Builds the archive of a stage, and returns where Bazel made it: it is there for as long as that Bazel is. */
async function buildArchive(bazel: DrivenBazel, stage: number): Promise<string> {
  const { outputs } = await bazel.build([
    platforms,
    ...options,
    `--@xllvm//bootstrap:stages=${stage}`,
    "@xllvm//bootstrap:seed_archive",
  ]);
  return [...outputs.values()].flat().find((path) => path.endsWith(".tar.zst"))!;
}

async function run(program: string): Promise<string> {
  const { stdout, status } = await runCommand(program, []);
  expect(status).toBe(0);
  return stdout;
}

async function buildAndRun(bazel: DrivenBazel, ...more: readonly string[]): Promise<string[]> {
  const args = [platforms, ...more];
  await bazel.build([...args, "//:c_program", "//:cxx_program"]);
  // Of a remote build Bazel's events name outputs by what the cache calls them.
  const files = await bazel.query("cquery", [...args, "--output=files", "//:c_program + //:cxx_program"]);
  const programs = files.trim().split("\n");
  return Promise.all(programs.map((path) => run(join(bazel.outputBase, "execroot/_main", path))));
}

const folder = join(scratchRoot, "bootstrap");
const archive = join(folder, "seed.tar.zst");

test("the archive: a static program, which is each of its tools but for those that are their own", async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(await buildArchive(connect("bootstrap-archive"), 1), archive);
  process.stdout.write(`seed: ${statSync(archive).size} bytes, sha256 ${sha256Of(archive)}\n`);
  await unpackTarZst(archive, folder);
  const clang = join(folder, "bin/clang");
  expect(inspectElf(clang)).toMatchObject({ interpreter: undefined, needed: [] });
  expect((await runCommand(clang, ["--version"])).stdout).toContain(`clang version ${compiler!.version}`);
  expect((await runCommand(join(folder, "bin/ld.lld"), ["--version"])).stdout).toContain(`LLD ${compiler!.version}`);
  for (const tool of ["llvm-ar", ...compiler!.tools])
    expect((await runCommand(join(folder, "bin", tool), ["--version"])).stdout).toContain(
      `LLVM version ${compiler!.version}`,
    );
  expect(statSync(join(folder, `lib/clang/${llvmMajor(manifest)}/include/stddef.h`)).size).toBeGreaterThan(0);
});

test("the archive serves as the seed that is downloaded", async () => {
  const index = writeIndex(join(folder, "index.json"), {
    ...readMachineIndex(),
    [seedOf(manifest, host)]: { file: archive, sha256: sha256Of(archive), strip_prefix: "" },
  });
  const bazel = connect("bootstrap-index", { XLLVM_ARCHIVES: index, XLLVM_LLVM_ROOT: "" });
  expect(await buildAndRun(bazel)).toEqual(["made from source\n", "made from source\n"]);
});

test("in one build: it is built, or taken from where it was, and builds everything else", async () => {
  const bazel = connect("bootstrap-one-build");
  expect(await buildAndRun(bazel, ...options, "--@xllvm//bootstrap:from_source")).toEqual([
    "made from source\n",
    "made from source\n",
  ]);
});

const service = findRemoteExecution();

itUnless("missing" in service ? service.missing : undefined)(
  "on a worker that has nothing, every action runs",
  async () => {
    const remote = await RemoteExecution.start((service as { script: string }).script, "bare");
    try {
      const index = join(folder, "index.json");
      const environment = { XLLVM_ARCHIVES: index, XLLVM_LLVM_ROOT: "" };
      // What is in the disk cache, no worker would run.
      const bazel = connect("bootstrap-bare", environment, { diskCache: false });
      expect(await buildAndRun(bazel, ...remote.options(), "--remote_download_outputs=all")).toEqual([
        "made from source\n",
        "made from source\n",
      ]);
    } finally {
      remote.stop();
    }
  },
);

itUnless(stages < 3 ? "XLLVM_BOOTSTRAP_STAGES is not 3" : undefined)(
  "the second stage and the third are the same, byte for byte",
  async () => {
    const second = sha256Of(await buildArchive(connect("bootstrap-second"), 2));
    expect(sha256Of(await buildArchive(connect("bootstrap-third"), 3))).toBe(second);
  },
);
