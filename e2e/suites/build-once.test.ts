import { readActionGraph } from "../harness/actions-query";
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
  "in_package/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
package(features = ["-cxx"])
cc_binary(name = "program", srcs = ["//:program.c"])
`,
  "in_package_of_both/BUILD.bazel": `
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
const forCxx = platform.target.runtimes.flatMap(({ units }) => units.filter(({ link }) => link === "c++"));
const cxxUnits = forCxx.map(({ name }) => name);
const cxxArchives = forCxx.flatMap(({ outputs }) => outputs.map(fileName));

/** Actions for what is not the consumer's own: of the module under test and of its archives. */
function runtimeActions(actions: readonly ExecutedAction[]): string[] {
  return actions.filter(({ label }) => label.startsWith("@")).map(({ mnemonic, label, output }) => `${mnemonic} ${label}: ${output}`);
}

function made(actions: readonly ExecutedAction[], names: readonly string[]): string[] {
  return actions.map(({ output }) => fileName(output)).filter((name) => names.includes(name)).sort();
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

describe(`the runtimes of ${platform.name}`, () => {
  let bazel: DrivenBazel;

  beforeAll(() => {
    bazel = new DrivenBazel({ name: "build-once", workspace: writeConsumerWorkspace(sources.manifest, { name: "build-once", files, module: cRepository }) });
  });

  afterAll(() => bazel.shutDown());

  it("are those of C for a C program, and no more than those are added for C++", async () => {
    expect(cxxArchives).not.toEqual([]);
    const c = await bazel.build([...options, "//:c_program"]);
    expect(made(c.actions, ["libc.a"])).toEqual(["libc.a"]);
    expect(made(c.actions, cxxArchives)).toEqual([]);
    const cxx = await bazel.build([...options, "//:cxx_program"]);
    expect(made(cxx.actions, [...cxxArchives, "libc.a"])).toEqual([...cxxArchives].sort());
  });

  it.each([
    ["the target turns it off", [], "//:c_program", false],
    ["its package turns it off", [], "//in_package:program", false],
    ["its repository turns it off", [], "@c_repository//:program", false],
    ["the command line turns it off", ["--features=-cxx"], "//in_package_of_both:program", false],
    ["nobody turns it off", [], "//in_package_of_both:program", true],
  ])("are analysed for C++ or not: %s", async (_, flags, target, expected) => {
    const graph = await bazel.query("aquery", [...options, ...flags, "--output=jsonproto", `deps(${target})`]);
    const labels = new Set(readActionGraph(graph).map(({ label }) => label.slice(label.indexOf(":") + 1)));
    expect(labels).toContain("libc");
    expect(cxxUnits.filter((name) => labels.has(name))).toEqual(expected ? cxxUnits : []);
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
    [["--host_copt=-g"]],
    [["--per_file_copt=.*@-DZ"]],
    [["--collect_code_coverage"]],
    [["--experimental_platform_in_output_dir"]],
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
    expect(made(actions, ["libc.a", "crt1.o"])).toEqual(["crt1.o", "libc.a"]);
  } finally {
    await bazel.shutDown();
  }
});

