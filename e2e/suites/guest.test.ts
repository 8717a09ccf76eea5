import { rmSync } from "node:fs";
import { join } from "node:path";

import { readActionGraph } from "../harness/actions-query";
import { repositoryRoot, writeWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { listPlatforms, loadSources } from "../harness/target-rows";

const us = loadSources().manifest.module;
const foreign = listPlatforms(loadSources()).find(({ name }) => name === "linux_riscv64_musl");
if (foreign === undefined)
  throw new Error("the manifest has no linux_riscv64_musl, by which the guest's own platform is tested");

/** A compiler that is in no module of ours; nothing is built with it, so that it need not exist. */
const ownCompiler = "/own/compiler";

/** Every module is a folder of the workspace. Toolchains are searched breadth first: ours, at the same depth, comes before the root's. */
const overrides = ["middle", "compilers", "own_compiler"]
  .map((name) => `local_path_override(module_name = "${name}", path = "${name}")`)
  .join("\n");
const root = `
module(name = "root")
bazel_dep(name = "middle", version = "")
bazel_dep(name = "compilers", version = "")
${overrides}
local_path_override(module_name = "${us.name}", path = "${repositoryRoot}")
`;

const files = {
  "BUILD.bazel": "",
  "middle/MODULE.bazel": `
module(name = "middle")
bazel_dep(name = "${us.name}", version = "${us.version}")
bazel_dep(name = "rules_cc", version = "${us.dependencies?.["rules_cc"]}")
`,
  "middle/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_library")
cc_library(name = "library", srcs = ["library.c"])
platform(name = "device", parents = ["@${us.name}//platforms:${foreign.name}"])
`,
  "middle/library.c": "int library(void) { return 0; }\n",
  "compilers/MODULE.bazel": 'module(name = "compilers")\nbazel_dep(name = "own_compiler", version = "")\n',
  "compilers/BUILD.bazel": "",
  "own_compiler/MODULE.bazel": `
module(name = "own_compiler")
bazel_dep(name = "rules_cc", version = "${us.dependencies?.["rules_cc"]}")
register_toolchains("//:all")
`,
  "own_compiler/BUILD.bazel": `
load("@rules_cc//cc/toolchains:cc_toolchain.bzl", "cc_toolchain")
load(":config.bzl", "config")
config(name = "config")
filegroup(name = "nothing")
cc_toolchain(
    name = "cc",
    toolchain_config = ":config",
${["all", "ar", "as", "compiler", "dwp", "linker", "objcopy", "strip"].map((kind) => `    ${kind}_files = ":nothing",`).join("\n")}
)
toolchain(name = "toolchain", toolchain = ":cc", toolchain_type = "@bazel_tools//tools/cpp:toolchain_type")
`,
  "own_compiler/config.bzl": `
load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "action_config", "tool")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/toolchains:cc_toolchain_config_info.bzl", "CcToolchainConfigInfo")

def _impl(ctx):
    actions = [ACTION_NAMES.c_compile, ACTION_NAMES.cpp_link_static_library, ACTION_NAMES.strip]
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        action_configs = [action_config(action_name = action, tools = [tool(path = "${ownCompiler}")]) for action in actions],
        compiler = "own",
        target_cpu = "any",
        target_libc = "any",
        target_system_name = "any",
        toolchain_identifier = "own",
    )

config = rule(_impl, provides = [CcToolchainConfigInfo])
`,
};

const depends = `bazel_dep(name = "${us.name}", version = "${us.version}")\n`;
const tag = (text: string): string =>
  `xllvm = use_extension("@${us.name}//bzlmod/archives:extension.bzl", "xllvm")\nxllvm.default_toolchains(${text})\n`;

interface Case {
  readonly says: string;
  readonly module: string;
  /** Further files of the root module. */
  readonly files?: Readonly<Record<string, string>>;
}

const left: readonly Case[] = [
  { says: "does not depend on it", module: "" },
  {
    says: "names it in a comment, a text and an override",
    module: `# ${depends}bazel_dep(name = "platforms", version = "0.0.10", repo_name = "${us.name}")\nTEXT = """\n${depends}"""\n`,
  },
  { says: "depends on it and wants its platforms alone", module: `${depends}${tag("enabled = False")}` },
];

const taken: readonly Case[] = [
  { says: "depends on it", module: depends },
  { says: "depends on it for development", module: `bazel_dep(name = "${us.name}", dev_dependency = True)\n` },
  {
    says: "depends on it by another name, in another order, with other quotes",
    module: `TEXT = "a \\" quote"\nbazel_dep( # a comment with a ' quote\n  version='${us.version}', # and "one more\n  repo_name = "cross",\n  name\n  =\n  '${us.name}')\n`,
  },
  {
    says: "depends on it in an included file",
    module: 'include("//:first.MODULE.bazel")\n',
    files: {
      "first.MODULE.bazel": 'include("//folder:second.MODULE.bazel")\n',
      "folder/BUILD.bazel": "",
      "folder/second.MODULE.bazel": depends,
    },
  },
  {
    says: "depends on it by a computed name, and says that it wants them",
    module: `NAME = "${us.name}"\nbazel_dep(name = NAME)\n${tag("")}`,
  },
];

let bazel: DrivenBazel;
let written: readonly string[] = [];

beforeAll(() => {
  bazel = new DrivenBazel({ name: "guest", workspace: writeWorkspace("guest", { "MODULE.bazel": root, ...files }) });
});

afterAll(() => bazel.shutDown());

function become(wanted: Case): void {
  for (const path of written) rmSync(join(bazel.workspace, path));
  writeWorkspace("guest", { ...files, "MODULE.bazel": root + wanted.module, ...wanted.files }, { keep: true });
  written = Object.keys(wanted.files ?? {});
}

/** The compiler that the guest's library is compiled by. Nothing is built. Bazel 7 would search the machine's own compiler before any other module's. */
async function compilerOf(...options: string[]): Promise<string> {
  const actions = readActionGraph(
    await bazel.query("aquery", [
      "--repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1",
      ...options,
      "--output=jsonproto",
      'mnemonic("CppCompile", @middle//:library)',
    ]),
  );
  return actions.map(({ arguments: args }) => args[0]).join();
}

const ours = /\/bin\/clang$/;

describe("a root module that has a module that depends on this one", () => {
  it.each(left)("keeps its own compiler where it $says", async (wanted) => {
    become(wanted);
    expect(await compilerOf()).toBe(ownCompiler);
    expect(await compilerOf("--platforms=@middle//:device")).toMatch(ours);
  });

  it.each(taken)("has this one's where it $says", async (wanted) => {
    become(wanted);
    expect(await compilerOf()).toMatch(ours);
  });

  it("can say once whether it wants them", async () => {
    become({ says: "", module: `${depends}${tag("")}xllvm.default_toolchains(enabled = False)\n` });
    await expect(compilerOf()).rejects.toThrow("the root module has 2 `xllvm.default_toolchains` tags; keep one.");
  });
});
