import { join } from "node:path";

import { groupBy } from "../../generator/schema/group-by";
import type { HostRow } from "../../generator/schema/rows";
import { readActionGraph, type QueriedAction } from "../harness/actions-query";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { readMachineIndex, writeIndex } from "../harness/pinned-archives";
import { packSyntheticSeed, type SyntheticSeed } from "../harness/synthetic-seed";
import { listPlatforms, loadSources, seedOf } from "../harness/target-rows";

const { manifest } = loadSources();

/** A target of each object format, and of ELF one of each libc, each with what is analysed for it. Which host compiles for it changes nothing else. */
const all = [":c_program", ":cpp_program", "@xllvm//:crossenv"];
const analysed: Readonly<Record<string, readonly string[]>> = {
  linux_arm64_musl: all,
  linux_amd64_gnu: all,
  windows_amd64_gnu: all,
  wasm32_wasi: all,
  // What C++ and a crossenv are made of is no other kind of action than above, and most of what an analysis costs.
  macos_arm64: [":c_program"],
  freebsd_amd64: [":c_program"],
  netbsd_arm64: [":c_program"],
  thumbv7em_none_eabihf: [":c_program"],
};
const platforms = Object.keys(analysed);

const constraintOf = ({ architecture }: HostRow): string =>
  manifest.architectures.find(({ name }) => name === architecture)?.constraint ?? "";

const files = {
  "BUILD.bazel": [
    'load("@rules_cc//cc:defs.bzl", "cc_binary")',
    'load("@xllvm//:defs.bzl", "checked_binaries", "windows_resources")',
    'load(":built_for.bzl", "built_for")',
    'cc_binary(name = "c_program", srcs = ["c_program.c"], features = ["-cxx"], deps = [":resources"])',
    'cc_binary(name = "cpp_program", srcs = ["cpp_program.cc"])',
    'windows_resources(name = "resources", srcs = ["program.rc"])',
    'checked_binaries(name = "checked", targets = [":c_program", ":cpp_program"])',
    ...Object.entries(analysed).map(
      ([name, targets]) =>
        `built_for(name = "${name}", platform = "@xllvm//platforms:${name}", targets = ${JSON.stringify(targets)})`,
    ),
    'built_for(name = "contract", platform = "@xllvm//platforms:linux_amd64_gnu", targets = [":checked"])',
    ...manifest.hosts.map(
      (host) =>
        `platform(name = "${host.name}_host", constraint_values = ["@platforms//os:${host.os}", "${constraintOf(host)}"])`,
    ),
    "",
  ].join("\n"),
  "built_for.bzl": `
_for = transition(
    implementation = lambda _settings, attr: {"//command_line_option:platforms": [str(attr.platform)]},
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)
built_for = rule(
    implementation = lambda ctx: [
        DefaultInfo(files = depset(transitive = [target[DefaultInfo].files for target in ctx.attr.targets])),
    ],
    attrs = {
        "platform": attr.label(),
        "targets": attr.label_list(cfg = _for),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
`,
  "c_program.c": "int main(void) { return 0; }\n",
  "cpp_program.cc": "int main() { throw 0; }\n",
  "program.rc": "",
};

/** What Bazel does in its own process: nothing is started for it. */
const inBazel = [
  "CppModuleMap",
  "FileWrite",
  "Middleman",
  "ParameterFile",
  "SolibSymlink",
  "SourceSymlinkManifest",
  "RepoMappingManifest",
  "Symlink",
  "SymlinkTree",
  "TemplateExpand",
  "TranslateBuildInfo",
  "UnresolvedSymlink",
];

/** Longer paths of programs and their arguments are refused where Windows' own limit of 260 holds for the execution root as well. */
const longestPath = 200;

const everyName = listPlatforms(loadSources()).map(({ name }) => name);
/** Platform → the longest name of one for the same operating system. */
const longest = new Map(
  platforms.map((name) => [
    name,
    everyName
      .filter((other) => other.split("_")[0] === name.split("_")[0])
      .reduce((one, other) => (other.length > one.length ? other : one)),
  ]),
);

/** A path as it is for that platform, and where Bazel runs on the machine whose name in paths is the longest (AutoCpuConverter.java). */
function longestLike(path: string): string {
  const name = platforms.find((platform) => path.includes(platform));
  const own = path.replace(/^bazel-out\/(?:k8|aarch64)-/, "bazel-out/arm64_windows-");
  return name === undefined ? own : own.replaceAll(name, longest.get(name) ?? name);
}

const seeds = new Map<string, SyntheticSeed>();
let bazel: DrivenBazel;

beforeAll(async () => {
  for (const host of manifest.hosts)
    seeds.set(seedOf(manifest, host), await packSyntheticSeed(manifest, host, "hosts"));
  const entries = Object.fromEntries([...seeds].map(([archive, { entry }]) => [archive, entry]));
  const index = writeIndex(join(scratchRoot, "hosts", "index.json"), { ...readMachineIndex(), ...entries });
  bazel = new DrivenBazel({
    name: "hosts",
    workspace: writeConsumerWorkspace(manifest, { name: "hosts", files }),
    environment: { XLLVM_LLVM_ROOT: undefined, XLLVM_ARCHIVES: index },
  });
});

afterAll(() => bazel.shutDown());

/** Each text once, with the mnemonics of the actions that it is about. */
function byText(found: readonly { readonly text: string; readonly action: QueriedAction }[]): string[] {
  return groupBy(found, ({ text }) => text).map(
    (group) => `${[...new Set(group.map(({ action }) => action.mnemonic))].join(", ")}: ${group[0]?.text}`,
  );
}

const toolOf = (action: QueriedAction): { text: string; action: QueriedAction } => ({
  text: action.arguments[0] ?? "",
  action,
});

describe.each(manifest.hosts.map((host) => [host.name, host] as const))("on %s", (name, host) => {
  const seed = seedOf(manifest, host);
  let actions: QueriedAction[];
  let spawned: QueriedAction[];

  beforeAll(async () => {
    // The contract's checker is a program for the host, and for macOS there is no toolchain of ours.
    const targets = [...platforms, ...(host.os === "macos" ? [] : ["contract"])].map((target) => `//:${target}`);
    const options = [
      `--host_platform=//:${name}_host`,
      `--platforms=@xllvm//platforms:${platforms[0]}`,
      "--include_param_files",
      "--output=jsonproto",
    ];
    const graph = await bazel.query("aquery", [...options, `deps(${targets.join(" + ")})`]);
    actions = readActionGraph(graph);
    spawned = actions.filter(({ mnemonic }) => !inBazel.includes(mnemonic));
  });

  /** Paths in seeds that an action names, and in whose. */
  const seedPaths = ({ arguments: args }: QueriedAction): { archive: string; path: string; text: string }[] =>
    args.flatMap((argument) =>
      [...argument.matchAll(/external\/[\w.+~-]*?(llvm-\d[\w.]*-\w+-\w+)\/([\w./+-]+)/g)].map(
        ([text, archive = "", path = ""]) => ({ archive, path, text }),
      ),
    );

  it("every action runs a tool of the host's seed, or a program that was built for the host", () => {
    for (const platform of platforms)
      expect(spawned.filter(({ label }) => label.includes(`targets/${platform}`)).length).toBeGreaterThan(20);
    const tool = new RegExp(
      String.raw`^external/[^/]*${seed.replaceAll(".", "\\.")}/bin/[^/]+${host.executable_suffix.replace(".", "\\.")}$`,
    );
    const built = new RegExp(String.raw`^bazel-out/[^/]*exec[^/]*/.*${host.executable_suffix.replace(".", "\\.")}$`);
    const others = spawned.filter(({ arguments: args }) => !tool.test(args[0] ?? "") && !built.test(args[0] ?? ""));
    expect(byText(others.map(toolOf))).toEqual([]);
    expect(byText(spawned.filter((action) => !action.inputs().has(action.arguments[0] ?? "")).map(toolOf))).toEqual([]);
  });

  it("every argument that names something of a seed names something that this seed has, and that is an input", () => {
    const files = seeds.get(seed)?.files ?? new Set();
    const inSeed = (path: string): boolean => files.has(path) || [...files].some((file) => file.startsWith(`${path}/`));
    const paths = spawned.flatMap((action) => seedPaths(action).map((path) => ({ ...path, action })));
    expect(byText(paths.filter(({ archive, path }) => archive !== seed || !inSeed(path)))).toEqual([]);
    expect(byText(paths.filter(({ path, text, action }) => files.has(path) && !action.inputs().has(text)))).toEqual([]);
  });

  it(`no output's path is longer than ${longestPath}`, () => {
    const paths = actions.flatMap(({ outputs }) => outputs).map(longestLike);
    expect(paths.filter((path) => path.length > longestPath)).toEqual([]);
  });

  if (host.os === "windows") {
    it("no output is a link of which Bazel does not know what it leads to; a folder's can be a junction", () => {
      const links = actions
        .filter(({ mnemonic }) => mnemonic === "UnresolvedSymlink")
        .flatMap(({ outputs }) => outputs);
      expect(links.filter((path) => !path.endsWith("/crossenv"))).toEqual([]);
    });
  }
});
