import { join } from "node:path";

import { readActionGraph, type QueriedAction } from "../harness/actions-query";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { readMachineIndex, writeIndex } from "../harness/pinned-archives";
import { packSyntheticSeed } from "../harness/synthetic-seed";
import { loadSources, seedOf } from "../harness/target-rows";

const { manifest } = loadSources();

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")

cc_binary(name = "program", srcs = ["program.c"], features = ["-cxx"])
cc_binary(name = "bound", srcs = ["program.c"], features = ["-cxx"], exec_compatible_with = ["@platforms//cpu:x86_64"])

platform(name = "without_seed", constraint_values = ["@platforms//os:linux", "@platforms//cpu:riscv64"])
platform(name = "arm64_pool", constraint_values = ["@platforms//os:linux", "@platforms//cpu:aarch64"], exec_properties = {"pool": "arm64"})
platform(name = "amd64_pool", constraint_values = ["@platforms//os:linux", "@platforms//cpu:x86_64"], exec_properties = {"pool": "amd64"})
`,
  "program.c": "int main(void) { return 0; }\n",
};

const seeds = Object.fromEntries(manifest.hosts.map((host) => [host.name, seedOf(manifest, host)]));

/** A pool, and the archive that its compiler is in. */
const place = (cpu: "amd64" | "arm64"): string => `//:${cpu}_pool: ${seeds[`linux_${cpu}`]}`;

let bazel: DrivenBazel;

beforeAll(async () => {
  const packed = await Promise.all(
    manifest.hosts
      .filter(({ os }) => os === "linux")
      .map(
        async (host) =>
          [seedOf(manifest, host), (await packSyntheticSeed(manifest, host, "execution-hosts")).entry] as const,
      ),
  );
  const index = writeIndex(join(scratchRoot, "execution-hosts", "index.json"), {
    ...readMachineIndex(),
    ...Object.fromEntries(packed),
  });
  bazel = new DrivenBazel({
    name: "execution-hosts",
    workspace: writeConsumerWorkspace(manifest, { name: "execution-hosts", files }),
    environment: { XLLVM_LLVM_ROOT: undefined, XLLVM_ARCHIVES: index },
  });
});

afterAll(() => bazel.shutDown());

/** Where the actions of a kind would run, each with the archive that its tool is in. */
function places(actions: readonly QueriedAction[], fits: (action: QueriedAction) => boolean): string[] {
  const toolOf = ({ arguments: [tool = ""] }: QueriedAction): string =>
    Object.values(seeds).find((archive) => tool.includes(`${archive}/bin/`)) ?? tool;
  return [
    ...new Set(
      actions.filter(fits).map((action) => `${action.executionPlatform.replace(/^@+/, "")}: ${toolOf(action)}`),
    ),
  ];
}

describe.each([
  { platforms: ["without_seed", "arm64_pool", "amd64_pool"], first: place("arm64") },
  { platforms: ["amd64_pool", "arm64_pool"], first: place("amd64") },
])("with the execution platforms $platforms", ({ platforms, first }) => {
  let actions: QueriedAction[];

  beforeAll(async () => {
    const graph = await bazel.query("aquery", [
      "--platforms=@xllvm//platforms:linux_arm64_musl",
      `--extra_execution_platforms=${platforms.map((name) => `//:${name}`).join(",")}`,
      "--output=jsonproto",
      "deps(//:program + //:bound)",
    ]);
    actions = readActionGraph(graph);
  });

  it("a program is compiled on the first that has a compiler, or on the one that it asks for", () => {
    expect(places(actions, ({ mnemonic, label }) => mnemonic === "CppCompile" && label.endsWith("//:program"))).toEqual(
      [first],
    );
    expect(places(actions, ({ mnemonic, label }) => mnemonic === "CppCompile" && label.endsWith("//:bound"))).toEqual([
      place("amd64"),
    ]);
  });

  it("runtimes are compiled once, on the first that has a compiler, whoever needs them", () => {
    expect(places(actions, ({ mnemonic }) => mnemonic === "CompileRuntime")).toEqual([first]);
    const archives = actions
      .filter(({ mnemonic }) => mnemonic === "ArchiveRuntime")
      .map(({ outputs }) => outputs.join());
    expect(archives.length).toBeGreaterThan(0);
    expect(new Set(archives).size).toBe(archives.length);
    expect(new Set(archives.map((path) => path.split("/")[1])).size).toBe(1);
  });
});
