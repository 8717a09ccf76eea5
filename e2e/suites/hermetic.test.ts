import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { hostPathsIn, readActionGraph, type QueriedAction } from "../harness/actions-query";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { findTexts, hashOutputs, listOutputs } from "../harness/hash-outputs";
import { findRunner } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { programs, programsBuildFile } from "../programs/programs";

const sources = loadSources();
const chosen = programs.filter(({ name }) => ["c17", "cpp_exceptions"].includes(name));
const targets = chosen.map(({ name }) => `//programs:${name}`);

/** A platform that is not this machine, so that no host file could serve by accident; everything for it is built cold. */
const platform = foreignPlatform();
const options = [`--platforms=@xllvm//platforms:${platform.name}`];

function foreignPlatform(): Platform {
  const platforms = listPlatforms(sources);
  const foreign = platforms.find((candidate) => {
    const runner = findRunner(candidate);
    return "missing" in runner || runner.prefix.length > 0;
  });
  if (foreign === undefined) throw new Error("every platform of the manifest is this machine");
  return foreign;
}

function workspaceCalled(name: string): string {
  return writeConsumerWorkspace(sources.manifest, { name, files: { "programs/BUILD.bazel": programsBuildFile(chosen) }, copies: { programs: join(__dirname, "../programs") } });
}

/** Variables and folders that a compiler which looks around on the host would stumble over. */
function poisonedEnvironment(): Record<string, string> {
  const folder = join(scratchRoot, "poison");
  mkdirSync(folder, { recursive: true });
  for (const header of ["stdio.h", "stdlib.h", "string.h", "cstdio", "iostream", "vector"]) writeFileSync(join(folder, header), '#error "a header of the host was read"\n');
  for (const library of ["libc.a", "libm.a", "crt1.o", "libc++.a"]) writeFileSync(join(folder, library), "no library\n");
  return { CPATH: folder, C_INCLUDE_PATH: folder, CPLUS_INCLUDE_PATH: folder, LIBRARY_PATH: folder, COMPILER_PATH: folder };
}

describe(`a sandboxed build for ${platform.name} on a host that is hidden, and one elsewhere that is not`, () => {
  const servers: DrivenBazel[] = [];
  let sandboxed: DrivenBazel;
  let local: DrivenBazel;
  let actions: QueriedAction[];
  let executed: ReadonlySet<string>;
  let shells: string[];

  beforeAll(async () => {
    sandboxed = new DrivenBazel({ name: "hermetic-sandboxed", workspace: workspaceCalled("hermetic-sandboxed"), environment: poisonedEnvironment(), diskCache: false });
    servers.push(sandboxed);
    const hidden = ["/usr/include", "/usr/local/include", "/bin/sh", "/bin/bash", "/usr/bin/python3", "/usr/bin/perl"].filter(existsSync);
    const log = join(sandboxed.outputBase, "spawns.json");
    const build = await sandboxed.build([
      ...options,
      "--spawn_strategy=sandboxed",
      ...hidden.map((path) => `--sandbox_block_path=${path}`),
      `--execution_log_json_file=${log}`,
      ...targets,
    ]);
    // Bazel writes its own status files in an action that no target has.
    executed = new Set(build.actions.map(({ mnemonic }) => mnemonic).filter((mnemonic) => mnemonic !== "BazelWorkspaceStatusAction"));
    shells = [...readFileSync(log, "utf8").matchAll(/"commandArgs": \["([^"]*(?:sh|env|python3?|perl))"/g)].map((match) => match[1] as string);
    const graph = await sandboxed.query("aquery", [...options, "--include_param_files", "--output=jsonproto", `deps(${targets.join(" + ")})`]);
    actions = readActionGraph(graph);
    await sandboxed.shutDown();

    local = new DrivenBazel({ name: "local", workspace: workspaceCalled("another-place-of-the-workspace"), diskCache: false });
    servers.push(local);
    await local.build([...options, "--spawn_strategy=local", ...targets]);
  });

  afterAll(async () => {
    for (const server of servers) await server.shutDown();
  });

  it("has actions that compile runtimes as well as programs", () => {
    const labels = actions.map(({ label }) => label);
    expect(labels.filter((label) => label.startsWith("//programs")).length).toBeGreaterThan(0);
    expect(labels.filter((label) => label.includes(`targets/${platform.name}`)).length).toBeGreaterThan(0);
    expect([...executed].filter((mnemonic) => !actions.some((action) => action.mnemonic === mnemonic))).toEqual([]);
  });

  it("names no path of the host in any action", () => expect(hostPathsIn(actions)).toEqual([]));

  it("runs no shell and no interpreter", () => {
    expect(shells).toEqual([]);
    expect(actions.filter(({ arguments: args }) => /(^|\/)(sh|bash|env|python3?|perl)$/.test(args[0] ?? ""))).toEqual([]);
  });

  it("makes the same bytes in both", () => {
    const first = hashOutputs(listOutputs(sandboxed.outputBase));
    expect(Object.keys(first).length).toBeGreaterThan(10);
    expect(first).toEqual(hashOutputs(listOutputs(local.outputBase)));
  });

  it("leaves no absolute path in any output", () => {
    const seed = process.env["XLLVM_LLVM_ROOT"];
    const paths = [sandboxed.outputBase, repositoryRoot, `${homedir()}/`, "/usr/include", ...(seed === undefined ? [] : [seed])];
    expect(findTexts(listOutputs(sandboxed.outputBase), paths)).toEqual([]);
  });
});
