import { readdirSync } from "node:fs";
import { join } from "node:path";

import { readActionGraph, type QueriedAction } from "../harness/actions-query";
import { choosePlatforms, oneWillDo } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { runCommand } from "../harness/run-command";
import { listPlatforms, loadSources, seedOf } from "../harness/target-rows";

const sources = loadSources();
const { manifest } = sources;
const [compiler] = [...manifest.compilers.values()];
if (compiler === undefined) throw new Error("there is no import of a compiler");
const host = manifest.hosts.find(({ compiler_platform: built }) => built !== undefined)!;
const other = manifest.hosts.find(({ compiler_platform: built }) => built === undefined)!;
const program = listPlatforms(sources).find(({ name }) => name === host.compiler_platform)!;

const fromSource = "--@xllvm//bootstrap:from_source";
const platform = `--platforms=@xllvm//platforms:${program.name}`;
const files = {
  "BUILD.bazel":
    'load("@rules_cc//cc:defs.bzl", "cc_binary")\ncc_binary(name = "program", srcs = ["program.c"], features = ["-cxx"])\n',
  "program.c": "int main(void) { return 0; }\n",
};

/** A source of the compiler's, far from what its build runs. */
const compiled = compiler.libraries["clangBasic"]!.sources[0]!;
const prebuilt = seedOf(manifest, host);
/** The smallest program of its sources. */
const smallest = "@xllvm//bootstrap:llvm-min-tblgen";

let bazel: DrivenBazel;
beforeAll(() => {
  bazel = new DrivenBazel({
    name: "bootstrap",
    workspace: writeConsumerWorkspace(manifest, { name: "bootstrap", files }),
  });
});
afterAll(() => bazel.shutDown());

const asked = new Map<string, Promise<QueriedAction[]>>();

/** Without files, of which there are too many: command lines tell what the tests want to know. What was asked is not asked again. */
function actionsOf(target: string, ...options: string[]): Promise<QueriedAction[]> {
  const args = ["--output=jsonproto", "--include_artifacts=false", platform, ...options, `deps(${target})`];
  const key = args.join(" ");
  const answer = asked.get(key) ?? bazel.query("aquery", args).then(readActionGraph);
  asked.set(key, answer);
  return answer;
}

const compilationsOf = (actions: readonly QueriedAction[], source: string): QueriedAction[] =>
  actions.filter(
    ({ mnemonic, arguments: words }) => mnemonic === "CppCompile" && words.some((word) => word.endsWith(source)),
  );

const compilersOf = (actions: readonly QueriedAction[]): string[] => [
  ...new Set(actions.map(({ arguments: [tool = ""] }) => tool)),
];

test("who does not ask for it analyses and fetches nothing of it", async () => {
  const actions = await actionsOf("//:program");
  expect(compilersOf(compilationsOf(actions, "program.c"))).toEqual([expect.stringContaining(`${prebuilt}/bin/clang`)]);
  expect(actions.filter(({ label }) => label.includes("llvm-bootstrap"))).toEqual([]);
  expect(
    readdirSync(join(bazel.outputBase, "external")).filter((name) =>
      name.endsWith(`llvm-bootstrap-${compiler.version}`),
    ),
  ).toEqual([]);
});

test("a program is compiled and linked by the compiler that the prebuilt one has compiled", async () => {
  const actions = await actionsOf("//:program", fromSource);
  const built = `bootstrap/${host.name}.built/bin`;
  expect(compilersOf(compilationsOf(actions, "program.c"))).toEqual([expect.stringContaining(`${built}/clang`)]);
  const links = actions.filter(({ mnemonic, label }) => mnemonic === "CppLink" && label === "//:program");
  expect(links.flatMap(({ arguments: words }) => words.filter((word) => word.startsWith("--ld-path=")))).toEqual([
    expect.stringContaining(`${built}/ld.lld`),
  ]);
  expect(compilersOf(compilationsOf(actions, compiled))).toEqual([expect.stringContaining(`${prebuilt}/bin/clang`)]);
});

test("it is the one that is built by itself: each source has one object, in the same place", async () => {
  const objects = (actions: readonly QueriedAction[]): string[] =>
    compilationsOf(actions, compiled)
      .map(({ arguments: words }) => words[words.indexOf("-o") + 1]!)
      .sort();
  const alone = objects(await actionsOf("@xllvm//bootstrap:seed_archive"));
  expect(alone.length).toBeGreaterThan(0);
  expect(new Set(alone.map((path) => path.split("/_objs/")[0])).size).toBe(1);
  expect(objects(await actionsOf("//:program", fromSource))).toEqual(alone);
});

test("a second stage is compiled by the first", async () => {
  const actions = await actionsOf("//:program", fromSource, "--@xllvm//bootstrap:stages=2");
  const tools = compilersOf(compilationsOf(actions, compiled)).sort();
  expect(tools).toHaveLength(2);
  expect(tools).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`${prebuilt}/bin/clang`),
      expect.stringMatching(new RegExp(`^bazel-out/.*/bootstrap/${host.name}\\.built/bin/clang`)),
    ]),
  );
});

test("no action needs a shell, and every tool is of the seed or is built", async () => {
  const actions = (await actionsOf("@xllvm//bootstrap:seed_archive")).filter(
    ({ arguments: words }) => words.length > 0,
  );
  expect(actions.length).toBeGreaterThan(compiler.libraries["clangBasic"]!.sources.length);
  const foreign = compilersOf(actions).filter(
    (tool) => !tool.includes(`${prebuilt}/bin/`) && !/^bazel-out\/.*-tblgen$/.test(tool),
  );
  expect(foreign).toEqual([]);
});

test("without a backend there is none of its code, and none of its names", async () => {
  const actions = await actionsOf("@xllvm//bootstrap:seed_archive", "--@xllvm//bootstrap:backends=X86");
  expect(
    compilationsOf(await actionsOf("@xllvm//bootstrap:seed_archive"), "AArch64/AArch64AsmPrinter.cpp").length,
  ).toBeGreaterThan(0);
  expect(compilationsOf(actions, "X86/X86AsmPrinter.cpp").length).toBeGreaterThan(0);
  expect(compilationsOf(actions, "AArch64/AArch64AsmPrinter.cpp")).toEqual([]);
});

test("libraries of C++, and of C and assembly that are the host's own, are built", async () => {
  const hash = "LLVMSupportBlake3.blake3";
  const libraries = ["LLVMDemangle", `${hash}.c`, `${hash}_avx512_x86-64_unix.S`];
  const labels = (await actionsOf(smallest)).map(({ label }) => label);
  const { outputs } = await bazel.build([
    platform,
    ...libraries.map((name) => labels.find((label) => label.endsWith(`//:${name}`))!),
  ]);
  expect([...outputs.values()].flat().filter((path) => path.endsWith(".a"))).toHaveLength(libraries.length);
});

const { leftOut } = choosePlatforms(listPlatforms(sources));
// All of LLVM's support library is in it, which takes minutes.
const itFits = itUnless(leftOut.length > 0 ? oneWillDo : undefined);
itFits("the smallest program of its sources is built, and runs", async () => {
  const { outputs } = await bazel.build([platform, smallest]);
  const [tool] = [...outputs.values()].flat().filter((path) => path.endsWith("llvm-min-tblgen"));
  const { stdout, status } = await runCommand(tool!, ["--version"]);
  expect(status).toBe(0);
  expect(stdout).toContain(`LLVM version ${compiler.version}`);
});

describe("what cannot be", () => {
  const failOf = async (...args: string[]): Promise<string> => {
    const result = await bazel.tryBuild(["--nobuild", platform, ...args]);
    expect(result.exitCode).not.toBe(0);
    return result.stderr;
  };

  test("a backend that there is not", async () => {
    expect(await failOf("--@xllvm//bootstrap:backends=Z80", "@xllvm//bootstrap:seed")).toContain(
      `there is no Z80. There are: ${compiler.backends.join(", ")}.`,
    );
  });

  test("a fourth stage", async () => {
    expect(await failOf(fromSource, "--@xllvm//bootstrap:stages=4", "//:program")).toContain("4 is none of 1 to 3.");
  });

  test("a machine for which none is built", async () => {
    expect(await failOf(fromSource, `@xllvm//bootstrap:${other.name}.seed`)).toContain(
      `${other.name}: no compiler is built from source to run there`,
    );
  });

  test("a platform of another kind", async () => {
    const elsewhere = listPlatforms(sources).find(
      ({ architecture }) => !["amd64", "arm64"].includes(architecture.name),
    )!;
    expect(await failOf(`--platforms=@xllvm//platforms:${elsewhere.name}`, "@xllvm//bootstrap:seed")).toContain(
      "the compiler can be built from source to run on: linux_amd64, linux_arm64.",
    );
  });

  test("paths that are mapped", async () => {
    expect(await failOf(fromSource, "--experimental_output_paths=strip", "//:program")).toContain(
      "Leave out one of the two.",
    );
  });
});
