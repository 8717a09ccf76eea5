import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, declareLeftOut, representatives, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { seedToolOutput } from "../harness/disassemble";
import { DrivenBazel } from "../harness/drive-bazel";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const all = listPlatforms(sources);
const isFit = (platform: Platform): boolean => isHosted(platform) && platform.system.object_format === "elf";
const chosen = thatFit(choosePlatforms(all), isFit);
/** Of each system this machine's and another; where platforms are left out, the first that has shared libraries. */
const tried = representatives(chosen.platforms);
const isDynamic = ({ system }: Platform): boolean => system.link_modes[0] === "dynamic";
const platforms = chosen.leftOut.length === 0 ? tried : tried.filter(isDynamic).slice(0, 1);
const windows = all.find(({ system }) => system.object_format === "coff");

const engine = (number: number): string => `int engine(void) { return ${number}; }\n`;
/** In another order than the file of the ordered program says. */
const functions = ["first", "second", "third"];

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library")
load("@xllvm//:defs.bzl", "library_interface")

package(features = ["-cxx"])

cc_library(name = "engine_code", srcs = ["engine.c"], hdrs = ["engine.h"])
cc_shared_library(name = "engine", deps = [":engine_code"])
library_interface(name = "engine_interface", library = ":engine")
cc_binary(name = "by_interface", srcs = ["main.c"], dynamic_deps = [":engine_interface"], deps = [":engine_code"])
cc_binary(name = "by_library", srcs = ["main.c"], dynamic_deps = [":engine"], deps = [":engine_code"])

cc_binary(name = "apart", srcs = ["apart.c"])

cc_binary(
    name = "ordered",
    srcs = ["ordered.c"],
    additional_linker_inputs = ["order.txt"],
    linkopts = ["-Wl,--symbol-ordering-file=$(location order.txt)"],
)
cc_binary(name = "unordered", srcs = ["ordered.c"])
`,
  "engine.h": "int engine(void);\n",
  "engine.c": engine(1),
  "main.c": '#include "engine.h"\nint main(void) { return engine(); }\n',
  "apart.c":
    "struct all { int in_debug_information; };\nint main(void) { struct all all = {0}; return all.in_debug_information; }\n",
  "ordered.c": [
    ...functions.map((name, index) => `__attribute__((noinline)) int ${name}(int x) { return x * ${index + 3} + 1; }`),
    `int main(int count, char **arguments) { (void)arguments; return ${functions.map((name) => `${name}(count)`).join(" + ")} == 0; }`,
    "",
  ].join("\n"),
  "order.txt": [...functions].reverse().join("\n") + "\n",
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "linking",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "linking", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

const on = ({ name }: Platform): string => `--platforms=@xllvm//platforms:${name}`;

describe.each(platforms.filter(isDynamic))("library_interface on $name", (platform) => {
  const change = (number: number): void => writeFileSync(join(bazel.workspace, "engine.c"), engine(number));
  const build = () => bazel.build([on(platform), "//:by_interface", "//:by_library"]);
  const linked = (outputs: readonly { mnemonic: string; output: string }[]): string[] =>
    outputs.filter(({ mnemonic }) => mnemonic === "CppLink").map(({ output }) => output.split("/").at(-1) ?? "");
  const runner = findRunner(platform);

  it("links nothing anew when a library changes inside, which without it does", async () => {
    change(1);
    await build();
    change(2);
    expect(linked((await build()).actions).sort()).toEqual(["by_library", "libengine.so"]);
  });

  it("links anew when the library offers something else", async () => {
    change(3);
    await build();
    writeFileSync(join(bazel.workspace, "engine.c"), `${engine(3)}int another(void) { return 0; }\n`);
    expect(linked((await build()).actions)).toContain("by_interface");
  });

  itWhere(runner)("is run with the library", async () => {
    for (const number of [4, 5]) {
      change(number);
      const program = (await build()).outputs.get("//:by_interface")?.[0] ?? "";
      expect(await runProgram(runner, program)).toMatchObject({ status: number });
    }
  });
});

test("what ELF alone has is refused elsewhere", async () => {
  if (windows === undefined) throw new Error("the manifest has no platform of Windows");
  for (const asked of [
    ["--fission=yes", "//:apart"],
    ["--features=per_object_debug_info", "//:apart"],
  ]) {
    const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", on(windows), ...asked]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${windows.name} keeps debug information in its objects and programs. Platforms of ELF`);
  }
  const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", on(windows), "//:engine_interface"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("//:engine has an import library already");
});

describe.each(platforms)("$name", (platform) => {
  it("has debug information in one file apart, with --fission", async () => {
    const has = (file: string | undefined): boolean => readFileSync(file ?? "").includes("in_debug_information");
    const options = [on(platform), "--strip=never"];
    const apart = await bazel.build([...options, "--fission=yes", "//:apart", "//:apart.dwp"]);
    expect(apart.actions.map(({ mnemonic }) => mnemonic)).toContain("CcGenerateDwp");
    expect([apart.outputs.get("//:apart"), apart.outputs.get("//:apart.dwp")].map((files) => has(files?.[0]))).toEqual([
      false,
      true,
    ]);
    const inside = await bazel.build([...options, "-c", "dbg", "//:apart"]);
    expect(has(inside.outputs.get("//:apart")?.[0])).toBe(true);
  });

  it("has functions in the order of a file", async () => {
    const { outputs } = await bazel.build([on(platform), "-c", "opt", "--strip=never", "//:ordered", "//:unordered"]);
    const orderIn = (target: string): string[] => {
      const symbols = seedToolOutput(bazel, "llvm-nm", ["--numeric-sort", outputs.get(target)?.[0] ?? ""]);
      return [...symbols.matchAll(/ T (first|second|third)$/gm)].map(([, name = ""]) => name);
    };
    expect(orderIn("//:unordered")).toEqual(functions);
    expect(orderIn("//:ordered")).toEqual([...functions].reverse());
  });
});
