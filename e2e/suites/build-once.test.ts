import { outputsOf } from "../../generator/resolve/resolved-target";
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
load(":settings.bzl", "flag_of_bool", "flag_of_int", "flag_of_list", "flag_of_string", "with_flags")

flag_of_bool(name = "bool", build_setting_default = False)
flag_of_int(name = "int", build_setting_default = 1)
flag_of_list(name = "list", build_setting_default = ["usual"])
flag_of_string(name = "setting", build_setting_default = "usual")
label_flag(name = "label", build_setting_default = ":program.c")

exports_files(["program.c"])

cc_binary(name = "c_program", srcs = ["program.c"], features = ["-cxx"])
cc_binary(name = "cxx_program", srcs = ["program.cc"])
cc_binary(name = "elsewhere", srcs = ["program.c"], features = ["-cxx"], exec_compatible_with = [":kind_b"])

[with_flags(name = "flagged_" + value, program = ":c_program", value = value) for value in ["one", "two"]]

platform(name = "own_platform", parents = ["@xllvm//platforms:${platform.name}"])
platform(
    name = "younger",
    parents = ["@xllvm//platforms:${platform.name}"],
    constraint_values = ["@xllvm//constraints/micro_architecture:${platform.target.microArchitectures[0]?.name}"],
)

constraint_setting(name = "kind")
constraint_value(name = "kind_a", constraint_setting = ":kind")
constraint_value(name = "kind_b", constraint_setting = ":kind")
platform(name = "exec_a", parents = ["@platforms//host"], constraint_values = [":kind_a"], exec_properties = {"pool": "a"})
platform(name = "exec_b", parents = ["@platforms//host"], constraint_values = [":kind_b"], exec_properties = {"pool": "b"})
`,
  "settings.bzl": `
def _flag(kind):
    return rule(implementation = lambda ctx: [], build_setting = kind)

flag_of_bool = _flag(config.bool(flag = True))
flag_of_int = _flag(config.int(flag = True))
flag_of_list = _flag(config.string_list(flag = True))
flag_of_string = _flag(config.string(flag = True))

_flags = transition(
    implementation = lambda _settings, attr: {
        "//:bool": True,
        "//:int": len(attr.value),
        "//:label": "//:program.cc",
        "//:list": [attr.value],
        "//:setting": attr.value,
    },
    inputs = [],
    outputs = ["//:bool", "//:int", "//:label", "//:list", "//:setting"],
)

with_flags = rule(
    implementation = lambda ctx: [DefaultInfo(files = depset(transitive = [program[DefaultInfo].files for program in ctx.attr.program]))],
    attrs = {"program": attr.label(cfg = _flags), "value": attr.string()},
)
`,
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
  "c_repository/BUILD.bazel":
    'load("@rules_cc//cc:defs.bzl", "cc_binary")\ncc_binary(name = "program", srcs = ["program.c"])\n',
  "c_repository/program.c": "int main(void) { return 0; }\n",
  "program.c": '#include <stdio.h>\nint main(void) { return puts("C") < 0; }\n',
  "program.cc": '#include <iostream>\nint main() { std::cout << "C++" << std::endl; }\n',
};

const moreOfModule = `
xllvm = use_extension("@xllvm//bzlmod/archives:extension.bzl", "xllvm")
xllvm.ignored_flags(flags = ["//:bool", "//:int", "//:label", "//:list", "//:setting"])
bazel_dep(name = "c_repository", version = "")
local_path_override(module_name = "c_repository", path = "c_repository")
`;

const products = platform.target.runtimes.flatMap((runtime) => runtime.products);

/** What a link of C takes under another name: libgcc_s.a is all of libunwind.a. */
const takenByC = new Set(
  products.flatMap((product) => (product.kind === "archive" && product.link === "c" ? product.wholeArchives : [])),
);

/** The products that are made for links with C++ alone. */
const cxxArchives = products.filter(({ name, link }) => link === "c++" && !takenByC.has(name)).flatMap(outputsOf);

/** A product that every link reads, those of C as well. */
const ofC = `resource/lib/${platform.target.triple}/libclang_rt.builtins.a`;

/** Files that Bazel writes itself in each configuration of a program: the module maps of what it depends on. */
const written = ["CppModuleMap", "FileWrite"];

/** Actions for what is not the consumer's own: of the module under test and of its archives. */
function runtimeActions(actions: readonly ExecutedAction[]): string[] {
  return actions
    .filter(({ label, mnemonic }) => label.startsWith("@") && !written.includes(mnemonic))
    .map(({ mnemonic, label, output }) => `${mnemonic} ${label}: ${output}`);
}

/** Those of the products, paths in the target's tree, that were made. */
function made(actions: readonly ExecutedAction[], products: readonly string[]): string[] {
  return actions.flatMap(({ output }) => products.filter((product) => output.endsWith(`/${product}`))).sort();
}

describe(`the runtimes of ${platform.name}`, () => {
  let bazel: DrivenBazel;

  beforeAll(() => {
    bazel = new DrivenBazel({
      name: "build-once",
      workspace: writeConsumerWorkspace(sources.manifest, { name: "build-once", files, module: moreOfModule }),
    });
  });

  afterAll(() => bazel.shutDown());

  it("are those of C alone for C programs, wherever that is said", async () => {
    expect(cxxArchives).not.toEqual([]);
    const { actions } = await bazel.build([
      ...options,
      "//:c_program",
      "//in_package:program",
      "@c_repository//:program",
    ]);
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
    [["--features=is_no_feature_of_ours"]],
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
    [["--collect_code_coverage", "--features=-coverage"]],
  ])("are not built again for %j", async (flags) => {
    const { actions } = await bazel.build([...options, ...flags, "//:c_program", "//:cxx_program"]);
    expect(runtimeActions(actions)).toEqual([]);
  });

  it("are not built again where a transition sets Starlark flags that the module names", async () => {
    const { actions, outputs } = await bazel.build([...options, "//:flagged_one", "//:flagged_two"]);
    expect(new Set([...outputs.values()].flat()).size).toBe(2);
    expect(runtimeActions(actions)).toEqual([]);
  });

  /** The folders of outputs that archives of the runtimes are in. */
  async function folders(...args: string[]): Promise<string[]> {
    const graph = await bazel.query("aquery", ["--include_param_files", "--output=jsonproto", ...args]);
    const runtimes = readActionGraph(graph).filter(({ mnemonic }) => mnemonic === "ArchiveRuntime");
    return runtimes.flatMap(({ arguments: words }) =>
      words.flatMap((word) => /^bazel-out\/([^/]+)/.exec(word)?.[1] ?? []),
    );
  }

  const program = 'mnemonic("ArchiveRuntime", deps(//:c_program))';

  it("are in one folder of outputs for a micro-architecture, and in that of none without one, whatever the options", async () => {
    const more = ["-c", "opt", "--copt=-g", "--host_copt=-g"];
    const at = "--platforms=//:younger";
    const plain = [await folders(...options, program), await folders(...options, ...more, program)];
    const younger = [await folders(at, program), await folders(at, ...more, program)];
    for (const some of [...plain, ...younger]) expect(some).not.toEqual([]);
    expect([new Set(plain.flat()).size, new Set(younger.flat()).size]).toEqual([1, 1]);
    expect(new Set([...plain, ...younger].flat()).size).toBe(2);
  });

  it("are in one folder of outputs whatever the options, where --experimental_platform_in_output_dir gives it a name", async () => {
    const named = "--experimental_platform_in_output_dir";
    const found = [
      await folders(named, ...options, program),
      await folders(named, ...options, "-c", "opt", "--copt=-g", "--host_copt=-g", program),
      await folders(named, ...options, 'mnemonic("ArchiveRuntime", deps(//:flagged_one))'),
      await folders(named, "--platforms=//:own_platform", program),
    ];
    for (const some of found) expect(some).not.toEqual([]);
    expect(new Set(found.flat()).size).toBe(1);
  });
});

it("builds the runtimes once for two kinds of execution platforms", async () => {
  const bazel = new DrivenBazel({
    name: "execution-platforms",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "execution-platforms", files }),
  });
  try {
    const platforms = ["--extra_execution_platforms=//:exec_a,//:exec_b"];
    const { actions } = await bazel.build([...options, ...platforms, "//:c_program", "//:elsewhere"]);
    expect(made(actions, [ofC, "crt1.o"])).toEqual(["crt1.o", ofC]);
  } finally {
    await bazel.shutDown();
  }
});
