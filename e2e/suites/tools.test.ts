import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { choosePlatforms, oneOfEachKind } from "../harness/choose-platforms";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { type CommandResult, DrivenBazel } from "../harness/drive-bazel";
import { runCommand } from "../harness/run-command";
import { listPlatforms, llvmMajor, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const { manifest } = sources;
const chosen = choosePlatforms(listPlatforms(sources));
/** Where platforms are left out, two: what is written is the same for all, but for the target's own flags. */
const platforms = oneOfEachKind(chosen).slice(0, chosen.leftOut.length === 0 ? undefined : 2);
const [first] = platforms;
if (first === undefined) throw new Error("no platform that is not this machine is among the chosen ones");

/** A header that the platform's C library alone has, and what is true there alone. */
const ofSystem: Readonly<Record<string, { header: string; macro: string }>> = {
  freebsd: { header: "sys/capsicum.h", macro: "__FreeBSD__" },
  linux: { header: "sys/epoll.h", macro: "__linux__" },
  macos: { header: "mach/mach.h", macro: "__APPLE__" },
  netbsd: { header: "sys/featuretest.h", macro: "__NetBSD__" },
  wasi: { header: "wasi/api.h", macro: "__wasi__" },
  windows: { header: "windows.h", macro: "_WIN32" },
};
const compilersMacro: Readonly<Record<string, string>> = { amd64: "__x86_64__", arm64: "__aarch64__" };

const sourceFor = ({ system, architecture }: Platform): string => {
  const known = ofSystem[system.os];
  if (known === undefined) throw new Error(`no header is known that ${system.os} alone has`);
  const { header, macro } = known;
  // Of the two C libraries of Linux, one says in its headers what it is.
  const libc = system.os === "linux" ? [`${system.abi === "gnu" ? "!" : ""}defined(__GLIBC__)`] : [];
  const cpu = compilersMacro[architecture.name] ?? macro;
  return [
    `#include <${header}>`,
    `#if ${[`!defined(${macro})`, `!defined(${cpu})`, ...libc].join(" || ")}`,
    "#error of another platform",
    "#endif",
    "",
  ].join("\n");
};

const untidy = '#include "tidy/tidy.h"\n#include "app/library.h"\nint *tidy() { return 0; }\n';

const files = {
  "app/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
package(default_visibility = ["//rule:__pkg__", "//tidy:__pkg__"])
genrule(name = "header", outs = ["generated.h"], cmd = "echo '#define GENERATED 1' > $@")
genrule(name = "source", outs = ["generated.cc"], cmd = "echo 'int generated() { return 1; }' > $@")
cc_library(name = "library", srcs = ["library.cc", ":source"], hdrs = ["library.h", ":header"], features = ["layering_check"])
cc_binary(name = "app", srcs = ["main.cc"], copts = ["'-DTEXT=\\"a b\\"'"], deps = [":library", "@other"])
cc_binary(name = "of_tool", srcs = ["tool.c"], features = ["-cxx"])
genrule(name = "made", outs = ["made.h"], cmd = "touch $@", tools = [":of_tool"])
filegroup(name = "all", srcs = [":app", ":made"${platforms.map(({ name }) => `, ":${name}"`).join("")}])
${platforms.map(({ name }) => `cc_library(name = "${name}", srcs = ["${name}.c"])`).join("\n")}
`,
  "app/library.h": "#pragma once\n#include <string>\nstd::string library();\n",
  "app/library.cc":
    '#include "app/library.h"\n#include "app/generated.h"\nstd::string library() { return std::to_string(GENERATED); }\n',
  "app/main.cc":
    '#include "app/library.h"\n#include <other.h>\nint main() { return library().size() + sizeof TEXT + other(); }\n',
  "app/tool.c": "int main(void) { return 0; }\n",
  ...Object.fromEntries(platforms.map((platform) => [`app/${platform.name}.c`, sourceFor(platform)])),
  "tidy/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_library")
load("@xllvm//:defs.bzl", "clang_tidy_fixes")
exports_files(["checks.yaml", "errors.yaml"])
cc_library(name = "tidy", srcs = ["tidy.cc"], hdrs = ["tidy.h"], deps = ["//app:library"])
clang_tidy_fixes(name = "fixes", targets = [":tidy"])
`,
  "tidy/checks.yaml": "Checks: '-*,modernize-use-nullptr'\n",
  "tidy/errors.yaml": "Checks: '-*,modernize-use-nullptr'\nWarningsAsErrors: '*'\n",
  "tidy/tidy.h": "#pragma once\nint *tidy();\n",
  "tidy/tidy.cc": untidy,
  "rule/BUILD.bazel": `
load("@xllvm//:defs.bzl", "compile_commands")
compile_commands(name = "commands", targets = ["//app:library"])
compile_commands(name = "empty", targets = [":data"])
filegroup(name = "data", srcs = ["BUILD.bazel"])
`,
  "other/MODULE.bazel": 'module(name = "other")\nbazel_dep(name = "rules_cc", version = "0.0.11")\n',
  "other/BUILD.bazel":
    'load("@rules_cc//cc:defs.bzl", "cc_library")\ncc_library(name = "other", srcs = ["other.cc"], hdrs = ["include/other.h"], strip_include_prefix = "include", visibility = ["//visibility:public"])\n',
  "other/include/other.h": "#pragma once\nint other();\n",
  "other/other.cc": '#include "other.h"\nint other() { return 0; }\n',
};

interface Command {
  readonly directory: string;
  readonly file: string;
  readonly arguments: readonly string[];
}

let bazel: DrivenBazel;

beforeAll(() => {
  const other =
    '\nbazel_dep(name = "other", version = "")\nlocal_path_override(module_name = "other", path = "other")\n';
  const workspace = writeConsumerWorkspace(manifest, { name: "tools", files, module: other });
  bazel = new DrivenBazel({ name: "tools", workspace });
});

afterAll(() => bazel.shutDown());

const run = (target: string, options: readonly string[], args: readonly string[] = []): Promise<CommandResult> =>
  bazel.run("run", [...bazel.buildOptions(), ...options, target, "--", ...args]);

/** Runs a program that reads sources, in the folder that it is told. */
const read = (program: string, args: readonly string[], folder: string) =>
  runCommand(program, args, { folder, timeout: 120_000 });

function commandsOf(file = "compile_commands.json"): Command[] {
  return JSON.parse(readFileSync(join(bazel.workspace, file), "utf8")) as Command[];
}

const localLlvm = process.env.XLLVM_LLVM_ROOT;
const whyNo = (tool: string): string | undefined =>
  localLlvm !== undefined && readdirSync(join(localLlvm, "bin")).includes(tool)
    ? undefined
    : `the seed here has no ${tool}`;

describe.each(platforms)("compile_commands of $name", (platform) => {
  let commands: Command[];

  beforeAll(async () => {
    const { stderr, exitCode } = await run("@xllvm//:compile_commands", [
      `--platforms=@xllvm//platforms:${platform.name}`,
      "--@xllvm//:commands_of=//app:all",
    ]);
    if (exitCode !== 0) throw new Error(stderr);
    commands = commandsOf();
  });

  it("has what is compiled for the target, also by other repositories, and nothing of the build's tools", () => {
    const names = commands.map(({ file }) => file.split("/").at(-1));
    const ofPlatforms = platforms.map(({ name }) => `${name}.c`);
    expect(names.sort()).toEqual(["generated.cc", "library.cc", "main.cc", "other.cc", ...ofPlatforms].sort());
  });

  it("is what clang takes as it is, in the workspace, with the headers of the platform", async () => {
    const wrong = platforms.filter(({ name }) => name !== platform.name).map(({ name }) => `app/${name}.c`);
    for (const {
      directory,
      file,
      arguments: [compiler = "", ...args],
    } of commands) {
      const reading = ["-fsyntax-only", "-Werror", ...args.filter((argument) => argument !== "-c")];
      const { status, stderr } = await read(compiler, reading, directory);
      expect({ file, directory, ok: status === 0, stderr: wrong.includes(file) ? "" : stderr }).toEqual({
        file,
        directory: bazel.workspace,
        ok: !wrong.includes(file),
        stderr: "",
      });
    }
  });

  itUnless(whyNo("clangd"))("is what clangd takes unedited", async () => {
    for (const name of ["library.cc", "main.cc", `${platform.name}.c`]) {
      const clangd = join(localLlvm ?? "", "bin", "clangd");
      const { status, stderr } = await read(clangd, [`--check=app/${name}`], bazel.workspace);
      expect({ name, status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining(" 0 errors") });
    }
  });
});

test("compile_commands as a rule writes the file that it is told", async () => {
  const options = [`--platforms=@xllvm//platforms:${first.name}`];
  expect(await run("//rule:commands", options, ["other.json"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/other\.json: 2 commands\n$/),
  });
  expect(commandsOf("other.json")).toHaveLength(2);
  const absent = await run("//rule:commands", options, ["absent/other.json"]);
  expect(absent).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("other.json.part: cannot be written") });
});

test("compile_commands says where targets are named when there is nothing to compile", async () => {
  const mends = {
    "@xllvm//:compile_commands": "compile_commands:nothing. Name targets of yours: --@xllvm//:commands_of=LABEL",
    "//rule:empty": "@@//rule:data. Name targets of yours: `targets` of the rule",
  };
  for (const [target, mend] of Object.entries(mends)) {
    const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", target]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/nothing is compiled for C or C\+\+ by /);
    expect(stderr).toContain(mend);
  }
});

describe("clang_tidy", () => {
  const checked = (config: string): string[] => [
    `--platforms=@xllvm//platforms:${first.name}`,
    `--@xllvm//:clang_tidy_config=//tidy:${config}`,
  ];
  const check = (config: string) =>
    bazel.tryBuild([
      ...checked(config),
      "--aspects=@xllvm//:defs.bzl%clang_tidy",
      "--output_groups=clang_tidy",
      "//tidy",
    ]);

  itUnless(whyNo("clang-tidy"))("says what it finds, and fails where its configuration has errors", async () => {
    for (const [config, kind, exitCode] of [
      ["checks.yaml", "warning", 0],
      ["errors.yaml", "error", 1],
    ] as const) {
      const { stdout, stderr, ...ended } = await check(config);
      expect(ended).toMatchObject({ exitCode });
      // Bazel prints on each of its streams what an action has printed on its own.
      expect(stdout + stderr).toContain(`tidy.cc:3:22: ${kind}: use nullptr`);
    }
  });

  itUnless(whyNo("clang-tidy"))("puts fixes into the workspace", async () => {
    const fix = () => run("//tidy:fixes", checked("errors.yaml"));
    const file = join(bazel.workspace, "tidy/tidy.cc");
    expect(await fix()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("fixes for 1 compilations\n") });
    expect(readFileSync(file, "utf8")).toBe(untidy.replace("return 0", "return nullptr"));
    expect(await fix()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("fixes for 0 compilations\n") });
  });
});

test("tools of the seed are run by their names", async () => {
  const { stdout, exitCode } = await run("@xllvm//tools:llvm-nm", [], ["--version"]);
  expect({ stdout, exitCode }).toEqual({ exitCode: 0, stdout: expect.stringContaining("llvm-nm") });
});

test("a tool that the seed lacks is a message, and an LLVM that has it mends that", async () => {
  // What a local LLVM must have, and no more.
  const root = join(scratchRoot, "tools-lacking");
  rmSync(root, { recursive: true, force: true });
  const external = join(bazel.outputBase, "external");
  const seed = readdirSync(external).find((name) => /llvm-[\d.]+-linux-/.test(name) && !name.startsWith("@")) ?? "";
  const local = dirname(dirname(realpathSync(join(external, seed, "bin", "clang"))));
  const major = String(llvmMajor(manifest));
  const links = [...manifest.module.seed_tools.map((tool) => join("bin", tool)), join("lib/clang", major, "include")];
  for (const path of links) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(join(local, path), join(root, path));
  }
  const { exitCode, stderr } = await bazel.tryBuild([
    "--nobuild",
    `--repo_env=XLLVM_LLVM_ROOT=${root}`,
    "@xllvm//tools:clang-format",
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/the compiler seed has no clang-format\. It has: .*llvm-nm.*XLLVM_LLVM_ROOT/s);
});
