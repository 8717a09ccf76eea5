import type { ExecutedAction } from "../harness/build-events";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { listPlatforms, loadSources } from "../harness/target-rows";

const sources = loadSources();
const [platform] = listPlatforms(sources);
if (platform === undefined) throw new Error("the manifest has no targets");
const options = [`--platforms=@xllvm//platforms:${platform.name}`];

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
load(":setting.bzl", "setting")

setting(name = "setting", build_setting_default = "usual")

exports_files(["program.c"])

cc_binary(name = "c_program", srcs = ["program.c"], features = ["-cxx"])
cc_binary(name = "cxx_program", srcs = ["program.cc"])
cc_binary(name = "elsewhere", srcs = ["program.c"], features = ["-cxx"], exec_compatible_with = [":kind_b"])

constraint_setting(name = "kind")
constraint_value(name = "kind_a", constraint_setting = ":kind")
constraint_value(name = "kind_b", constraint_setting = ":kind")
platform(name = "exec_a", parents = ["@platforms//host"], constraint_values = [":kind_a"], exec_properties = {"pool": "a"})
platform(name = "exec_b", parents = ["@platforms//host"], constraint_values = [":kind_b"], exec_properties = {"pool": "b"})
`,
  "setting.bzl": "setting = rule(implementation = lambda ctx: [], build_setting = config.string(flag = True))\n",
  "in_package/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
package(features = ["-cxx"])
cc_binary(name = "program", srcs = ["//:program.c"])
`,
  "untold/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
cc_binary(name = "program", srcs = ["//:program.c"])
`,
  "c_repository/MODULE.bazel": 'module(name = "c_repository")\nbazel_dep(name = "rules_cc", version = "0.0.11")\n',
  "c_repository/REPO.bazel": 'repo(features = ["-cxx"])\n',
  "c_repository/BUILD.bazel": 'load("@rules_cc//cc:defs.bzl", "cc_binary")\ncc_binary(name = "program", srcs = ["program.c"])\n',
  "c_repository/program.c": "int main(void) { return 0; }\n",
  "program.c": "#include <stdio.h>\nint main(void) { return puts(\"C\") < 0; }\n",
  "program.cc": "#include <iostream>\nint main() { std::cout << \"C++\" << std::endl; }\n",
};

const cRepository = `
bazel_dep(name = "c_repository", version = "")
local_path_override(module_name = "c_repository", path = "c_repository")
`;

/** The products that only links with C++ read. */
const cxxArchives = platform.target.runtimes.flatMap(({ units }) => units.filter(({ link }) => link === "c++").flatMap(({ outputs }) => outputs));

/** A product that every link reads, those of C as well. */
const ofC = `resource/lib/${platform.target.triple}/libclang_rt.builtins.a`;

/** Actions for what is not the consumer's own: of the module under test and of its archives. */
function runtimeActions(actions: readonly ExecutedAction[]): string[] {
  return actions.filter(({ label }) => label.startsWith("@")).map(({ mnemonic, label, output }) => `${mnemonic} ${label}: ${output}`);
}

/** Those of the products, paths in the target's tree, that were made. */
function made(actions: readonly ExecutedAction[], products: readonly string[]): string[] {
  return actions.flatMap(({ output }) => products.filter((product) => output.endsWith(`/${product}`))).sort();
}

describe(`the runtimes of ${platform.name}`, () => {
  let bazel: DrivenBazel;

  beforeAll(() => {
    bazel = new DrivenBazel({ name: "build-once", workspace: writeConsumerWorkspace(sources.manifest, { name: "build-once", files, module: cRepository }) });
  });

  afterAll(() => bazel.shutDown());

  it("are those of C alone for C programs, wherever that is said", async () => {
    expect(cxxArchives).not.toEqual([]);
    const { actions } = await bazel.build([...options, "//:c_program", "//in_package:program", "@c_repository//:program"]);
    expect(made(actions, [ofC])).toEqual([ofC]);
    expect(made(actions, cxxArchives)).toEqual([]);
    const told = await bazel.build([...options, "--features=-cxx", "//untold:program"]);
    expect(made(told.actions, [...cxxArchives, ofC])).toEqual([]);
  });

  it("are added for C++, and those of C are not built again for it", async () => {
    const { actions } = await bazel.build([...options, "//:cxx_program"]);
    expect(made(actions, [...cxxArchives, ofC])).toEqual([...cxxArchives].sort());
  });

  it.each([
    [["--copt=-g"]],
    [["--copt=-O3", "--conlyopt=-DX", "--cxxopt=-DY"]],
    [["--linkopt=-Wl,-O1"]],
    [["-c", "opt"]],
    [["-c", "dbg"]],
    [["--strip=always"]],
    [["--stamp"]],
    [["--features=thin_lto_is_no_feature_of_ours"]],
    [["--define=who=me"]],
    [["--host_copt=-g", "--host_conlyopt=-DX", "--host_cxxopt=-DZ"]],
    [["--host_linkopt=-Wl,-O1"]],
    [["--host_features=none_of_ours"]],
    [["--host_compilation_mode=dbg"]],
    [["--action_env=WHO=me", "--host_action_env=WHO=me"]],
    [["--force_pic"]],
    [["--save_temps"]],
    [["--//:setting=other"]],
    [["--per_file_copt=.*@-DZ"]],
    [["--host_per_file_copt=.*@-DZ"]],
    [["--collect_code_coverage"]],
  ])("are not built again for %j", async (flags) => {
    const { actions } = await bazel.build([...options, ...flags, "//:c_program", "//:cxx_program"]);
    expect(runtimeActions(actions)).toEqual([]);
  });
});

it("builds the runtimes once for two kinds of execution platforms", async () => {
  const bazel = new DrivenBazel({ name: "execution-platforms", workspace: writeConsumerWorkspace(sources.manifest, { name: "execution-platforms", files }) });
  try {
    const platforms = ["--extra_execution_platforms=//:exec_a,//:exec_b"];
    const { actions } = await bazel.build([...options, ...platforms, "//:c_program", "//:elsewhere"]);
    expect(made(actions, [ofC, "crt1.o"])).toEqual(["crt1.o", ofC]);
  } finally {
    await bazel.shutDown();
  }
});

