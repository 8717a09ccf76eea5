import { join } from "node:path";

import { choosePlatforms, declareLeftOut, oneOfEachKind, withCxx } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { declareSkip } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { hashOutputs, listOutputs } from "../harness/hash-outputs";
import { findRemoteExecution, RemoteExecution } from "../harness/remote-execution";
import { readExecutionLog, type Spawn } from "../harness/execution-log";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const chosen = choosePlatforms(listPlatforms(sources));
const kinds = oneOfEachKind(chosen);
// Nothing comes from a cache here, so that each costs minutes: one will do where some are left out.
const platforms = chosen.leftOut.length > 0 ? kinds.slice(0, 1) : kinds;

const cxxPlatforms = withCxx(chosen, platforms);

const targetsOf = (platform: Platform): string[] =>
  cxxPlatforms.includes(platform) ? ["//:c_program", "//:cxx_program"] : ["//:c_program"];

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
cc_binary(name = "c_program", srcs = ["program.c"], features = ["-cxx"])
cc_binary(name = "cxx_program", srcs = ["program.cc"])
`,
  "program.c": '#include <stdio.h>\nint main(void) { puts("remote"); return 0; }\n',
  "program.cc": '#include <iostream>\nint main() { std::cout << "remote" << std::endl; }\n',
};

const service = findRemoteExecution();

declareLeftOut(chosen);

if ("missing" in service) {
  for (const { name } of platforms) declareSkip(`builds remotely for ${name}`, service.missing);
} else {
  // A worker that has what the local LLVM is linked with, and else nothing: no shell, no tools.
  describe.each(platforms.map((platform) => ({ name: platform.name, platform })))(
    "remote execution for $name",
    ({ platform }) => testPlatform(service.script, platform),
  );
}

/** Else Bazel leaves in a cache, a local one as well, what nothing here asks for. */
const withOutputs = ["--remote_download_outputs=all"];

function testPlatform(script: string, platform: Platform): void {
  const options = [`--platforms=@xllvm//platforms:${platform.name}`, ...targetsOf(platform)];
  let remote: RemoteExecution | undefined;
  const clients: DrivenBazel[] = [];

  const connect = (name: string, diskCache: boolean): DrivenBazel => {
    const client = new DrivenBazel({
      name,
      workspace: writeConsumerWorkspace(sources.manifest, { name, files }),
      diskCache,
    });
    clients.push(client);
    return client;
  };

  const buildRemotely = async (client: DrivenBazel): Promise<Spawn[]> => {
    const log = join(client.outputBase, "spawns.json");
    await client.build([...(remote?.options() ?? []), ...withOutputs, `--execution_log_json_file=${log}`, ...options]);
    return readExecutionLog(log);
  };

  // What a compiler on a worker has read (.d), and the arguments that do not fit on a command line (.params), Bazel keeps in memory.
  const hashesOf = ({ outputBase }: DrivenBazel): Record<string, string> =>
    hashOutputs(listOutputs(outputBase).filter(({ path }) => !/\.(?:d|params)$/.test(path)));

  const runners = (spawns: readonly Spawn[]): string[] => [...new Set(spawns.map(({ runner }) => runner))];

  beforeAll(async () => {
    remote = await RemoteExecution.start(script, "libs");
  });

  afterAll(async () => {
    for (const client of clients) await client.shutDown();
    remote?.stop();
  });

  it("runs every action on the worker, and makes the bytes of a local build", async () => {
    const client = connect("remote-first", false);
    const spawns = await buildRemotely(client);
    expect(spawns.map(({ mnemonic }) => mnemonic)).toEqual(
      expect.arrayContaining(["ArchiveRuntime", "CompileRuntime", "CppCompile", "CppLink"]),
    );
    expect(runners(spawns)).toEqual(["remote"]);

    const local = connect("remote-local", true);
    await local.build([...withOutputs, ...options]);
    const made = hashesOf(client);
    expect(Object.keys(made).filter((path) => path.endsWith(".a")).length).toBeGreaterThan(5);
    expect(made).toEqual(hashesOf(local));
  });

  it("runs nothing for a second client, in another folder", async () => {
    const spawns = await buildRemotely(connect("remote-second-client", false));
    expect(spawns.length).toBeGreaterThan(10);
    expect(runners(spawns)).toEqual(["remote cache hit"]);
  });
}
