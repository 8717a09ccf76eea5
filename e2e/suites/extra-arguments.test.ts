import { readActionGraph, type QueriedAction } from "../harness/actions-query";
import { choosePlatforms } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { isHosted, listPlatforms, loadSources } from "../harness/target-rows";

const sources = loadSources();
const { platforms } = choosePlatforms(listPlatforms(sources));
const platform = platforms.find(isHosted);
const other = platforms.find(
  (candidate) => isHosted(candidate) && candidate.architecture.name !== platform?.architecture.name,
);
if (platform?.architecture.constraint === undefined || other === undefined)
  throw new Error("this needs two platforms with a libc, of two CPUs that Bazel has names for");

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
load("@xllvm//:defs.bzl", "extra_arguments")

extra_arguments(
    name = "arguments",
    conlyopts = ["-DOF_C"],
    copts = ["-DOF_ALL"] + select({
        "${platform.architecture.constraint}": ["-DOF_ONE_PLATFORM"],
        "//conditions:default": [],
    }),
    cxxopts = ["-DOF_CXX"],
    linkopts = ["-Wl,-DOF_LINKS"],
)
extra_arguments(name = "with_an_empty_one", copts = ["-DA", ""])
filegroup(name = "of_another_kind")

cc_binary(name = "program", srcs = ["one.c", "two.cc"], copts = ["-DOF_TARGET"], features = ["-cxx"], linkopts = ["-Wl,-DOF_TARGET"])
cc_binary(name = "tool", srcs = ["one.c"], features = ["-cxx"])
genrule(name = "with_tool", outs = ["made.txt"], cmd = "$(location :tool) > $@", tools = [":tool"])
genrule(
    name = "by_hand",
    srcs = ["@xllvm//:make_variables"],
    outs = ["by_hand.txt"],
    cmd = "echo $(CC_FLAGS) > $@",
    toolchains = ["@xllvm//:make_variables"],
)
`,
  "one.c": "int main(void) { return 0; }\n",
  "two.cc": "int two() { return 2; }\n",
};

const flag = "--@xllvm//:extra_arguments=//:arguments";
const at = (name: string): string => `--platforms=@xllvm//platforms:${name}`;

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "extra-arguments",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "extra-arguments", files }),
  });
});

afterAll(() => bazel.shutDown());

async function actionsOf(expression: string, ...options: readonly string[]): Promise<QueriedAction[]> {
  const graph = await bazel.query("aquery", [...options, "--include_param_files", "--output=jsonproto", expression]);
  return readActionGraph(graph);
}

/** The arguments of this test, and -O2, in the order in which an action has them. */
const ours = (words: readonly string[]): string[] => [
  // A link has them in the file of parameters as well.
  ...new Set(words.filter((word) => /^(?:-Wl,)?-DOF_|^-O2$/.test(word))),
];

/** Each list of these once: position-independent objects and others are compiled alike. */
function argumentsOf(actions: readonly QueriedAction[], isMeant: (words: readonly string[]) => boolean): string[][] {
  const found = actions.map(({ arguments: words }) => words).filter(isMeant);
  return [...new Map(found.map((words) => [ours(words).join(" "), ours(words)])).values()];
}

it("come after the toolchain's own, and before those of the command line and of targets", async () => {
  const options = [flag, at(platform.name), "-c", "opt", "--copt=-DOF_COMMAND_LINE", "--linkopt=-Wl,-DOF_COMMAND_LINE"];
  const actions = await actionsOf('mnemonic("CppCompile|CppLink", //:program)', ...options);
  const last = ["-DOF_COMMAND_LINE", "-DOF_TARGET"];
  const compiled = ["-O2", "-DOF_ALL", "-DOF_ONE_PLATFORM"];
  expect(argumentsOf(actions, (words) => words.includes("one.c"))).toEqual([[...compiled, "-DOF_C", ...last]]);
  expect(argumentsOf(actions, (words) => words.includes("two.cc"))).toEqual([[...compiled, "-DOF_CXX", ...last]]);
  const links = actions.filter(({ mnemonic }) => mnemonic === "CppLink");
  expect(argumentsOf(links, () => true)).toEqual([["-Wl,-DOF_LINKS", "-Wl,-DOF_TARGET", "-Wl,-DOF_COMMAND_LINE"]]);
});

it("are those of the platform, and none where the flag is not given", async () => {
  const onlyC = 'mnemonic("CppCompile", //:tool)';
  const words = async (...options: string[]): Promise<string[][]> =>
    argumentsOf(await actionsOf(onlyC, ...options), () => true);
  expect(await words(flag, at(other.name))).toEqual([["-DOF_ALL", "-DOF_C"]]);
  expect(await words(at(other.name))).toEqual([[]]);
});

it("are not for tools that run in the build, nor for runtimes, which stay where they are", async () => {
  const tool = 'mnemonic("CppCompile", deps(//:with_tool))';
  const ofTool = (await actionsOf(tool, flag, at(platform.name))).filter(({ label }) => label === "//:tool");
  // Its compiler is this module's, so that it would get them.
  expect(argumentsOf(ofTool, (words) => words.some((word) => word.startsWith("--target=")))).toEqual([["-O2"]]);
  const runtimes = async (...options: string[]): Promise<string[]> => {
    const actions = await actionsOf('mnemonic("CompileRuntime", deps(//:program))', at(platform.name), ...options);
    expect(actions.length).toBeGreaterThan(0);
    return actions.map(({ arguments: words }) => words.join(" ")).sort();
  };
  expect(await runtimes(flag)).toEqual(await runtimes());
});

it("are in $(CC_FLAGS), as far as they are for C and C++ alike", async () => {
  const [action] = await actionsOf('mnemonic("Genrule", //:by_hand)', flag, at(platform.name));
  const text = action?.arguments.join(" ") ?? "";
  expect(text.match(/(?:-Wl,)?-DOF_\w+/g)).toEqual(["-DOF_ALL", "-DOF_ONE_PLATFORM", "-Wl,-DOF_LINKS"]);
});

it.each([
  [
    "with_an_empty_one",
    /:with_an_empty_one: copts has an empty argument, which clang would take for a file; leave it out\./,
  ],
  ["of_another_kind", /of_another_kind' does not have mandatory providers: 'ExtraArgumentsInfo'/],
])("fails for a target %s", async (name, message) => {
  const { exitCode, stderr } = await bazel.tryBuild([
    "--nobuild",
    at(platform.name),
    `--@xllvm//:extra_arguments=//:${name}`,
    "//:program",
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(message);
});
