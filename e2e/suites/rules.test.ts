import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, ofFormat, representatives } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { expectProgramFile, libcSoname } from "../harness/expect-program";
import { inspectElf } from "../harness/inspect-artefact";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { archivesOf, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const platforms = representatives(ofFormat(choosePlatforms(listPlatforms(sources)), "elf").platforms);

/** A setting that holds on one platform, as a consumer would write it. */
function configSetting({ name, architecture, system }: Platform): string {
  const cpu = architecture.constraint ?? `@xllvm//constraints/cpu:${architecture.name}`;
  return `config_setting(name = "on_${name}", constraint_values = ["@platforms//os:${system.os}", "${cpu}", "@xllvm//constraints/abi:${system.abi}"])`;
}

/** A platform whose libc has an older version, and that can link otherwise than by default. */
const versatile = platforms.findLast(({ otherVersions, system }) => otherVersions.length > 0 && system.link_modes.length > 1);
const older = versatile?.otherVersions[0];
const otherMode = versatile?.system.link_modes[1] ?? "static";

const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library", "cc_test")
load(":run_tool.bzl", "run_tool")

${platforms.map(configSetting).join("\n")}

cc_library(
    name = "library",
    srcs = ["library.c"],
    hdrs = ["library.h"],
    defines = ["EXPORTED=3"],
    local_defines = select({
${platforms.map(({ name }) => `        ":on_${name}": ["PLATFORM=${name}"],`).join("\n")}
        "//conditions:default": ["PLATFORM=another"],
    }),
    copts = ["-DFROM_COPTS=4"],
    features = ["-cxx"],
)

cc_binary(
    name = "program",
    srcs = ["program.c"],
    features = ["-cxx"],
    linkopts = ["-lm", "-lpthread", "-ldl", "-lrt", "-Wl,--defsym=from_linkopts=0x1234"],
    deps = [":library"],
)

cc_test(name = "passing_test", size = "small", srcs = ["test.cc"], args = ["0"], deps = [":library"])

# LLVM's runtimes, by their own names and by GCC's: where they are linked from archives, and where by Bazel's other way.
named_runtimes = ["-lstdc++", "-lc++", "-lc++abi", "-lunwind", "-lgcc_s", "-lgcc_eh", "-lgcc", "-latomic"]
cc_binary(name = "names_runtimes", srcs = ["test.cc"], linkopts = named_runtimes, deps = [":library"])
cc_test(name = "names_runtimes_test", size = "small", srcs = ["test.cc"], args = ["0"], linkopts = named_runtimes, deps = [":library"])
cc_test(name = "failing_test", size = "small", srcs = ["test.cc"], args = ["9"], deps = [":library"])

cc_shared_library(name = "shared", deps = [":library"])

platform(
    name = "own_platform",
    constraint_values = ["@xllvm//constraints/${versatile?.system.libc}:${older?.version}", "@xllvm//constraints/link_mode:${otherMode}"],
    parents = ["@xllvm//platforms:${versatile?.name}"],
)

cc_binary(name = "tool", srcs = ["tool.cc"])
run_tool(name = "made_by_tool", tool = ":tool")
`;

const files = {
  "BUILD.bazel": buildFile,
  "library.h": "#ifdef __cplusplus\nextern \"C\"\n#endif\nconst char *describe(void);\n",
  "library.c": `
#include "library.h"
#include <math.h>
#include <stdio.h>
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
const char *describe(void) {
    static char text[200];
    snprintf(text, sizeof text, "%s exported %d copts %d command line %s C only %s root %.3f", TEXT(PLATFORM), EXPORTED, FROM_COPTS,
             TEXT(FROM_COMMAND_LINE), TEXT(FROM_CONLYOPT), sqrt(EXPORTED));
    return text;
}
`,
  "program.c": `
#include "library.h"
#include <stdint.h>
#include <stdio.h>
extern char from_linkopts[], from_command_line[];
int main(void) {
    printf("%s links %x %x\\n", describe(), (unsigned)(uintptr_t)from_linkopts, (unsigned)(uintptr_t)from_command_line);
    return 0;
}
`,
  "test.cc": `
#include "library.h"
#include <cstdlib>
#include <iostream>
int main(int, char** argv) {
  std::cout << describe() << std::endl;
  return std::atoi(argv[1]);
}
`,
  "tool.cc": `
#include <fstream>
#include <string>
int main(int, char** argv) {
  std::ofstream(argv[1]) << "made by a tool with " << 8 * sizeof(void*) << "-bit pointers\\n";
}
`,
  "run_tool.bzl": `
def _impl(ctx):
    made = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.run(executable = ctx.executable.tool, arguments = [made.path], outputs = [made], mnemonic = "RunTool")
    return [DefaultInfo(files = depset([made, ctx.executable.tool]))]

run_tool = rule(_impl, attrs = {"tool": attr.label(executable = True, cfg = "exec")})
`,
};

const commandLine = ["--copt=-DFROM_COMMAND_LINE=five", "--conlyopt=-DFROM_CONLYOPT=six", "--linkopt=-Wl,--defsym=from_command_line=0x5678"];

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({ name: "rules", workspace: writeConsumerWorkspace(sources.manifest, { name: "rules", files }) });
});

afterAll(() => bazel.shutDown());

describe.each(platforms)("$name", (platform) => {
  const options = [`--platforms=@xllvm//platforms:${platform.name}`, ...commandLine];
  const runner = findRunner(platform);
  const runIt = itWhere(runner);
  const [defaultMode] = platform.system.link_modes;

  runIt("runs a program with a library, select, copts and linkopts", async () => {
    const { outputs } = await bazel.build([...options, "//:program"]);
    const run = await runProgram(runner, outputs.get("//:program")?.[0] ?? "");
    expect(run.stdout).toBe(`${platform.name} exported 3 copts 4 command line five C only six root 1.732 links 1234 5678\n`);
  });

  runIt("runs cc_test through bazel test", async () => {
    const runUnder = "prefix" in runner && runner.prefix.length > 0 ? [`--run_under=${runner.prefix.join(" ")}`] : [];
    // From Bazel 9 on, a test wants an execution platform with all constraints of its target platform.
    const test = [...bazel.buildOptions(), ...options, ...runUnder, `--extra_execution_platforms=@bazel_tools//tools:host_platform,@xllvm//platforms:${platform.name}`, "--nocache_test_results", "--test_output=errors"];
    const passing = await bazel.run("test", [...test, "//:passing_test", "//:names_runtimes_test"]);
    expect(passing).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/PASSED.*PASSED/s) });
    const failing = await bazel.run("test", [...test, "//:failing_test"]);
    expect(failing).toMatchObject({ exitCode: 3, stdout: expect.stringContaining(`${platform.name} exported 3`) });
  });

  it("finds LLVM's runtimes by their own names and by GCC's, however Bazel links them", async () => {
    const { outputs } = await bazel.build([...options, "//:names_runtimes", "//:names_runtimes_test"]);
    const neededBy = (target: string): readonly string[] => inspectElf(outputs.get(target)?.[0] ?? "").needed;
    expect(neededBy("//:names_runtimes").filter((name) => name.startsWith("libc++"))).toEqual([]);
    expect(neededBy("//:names_runtimes_test").filter((name) => name.startsWith("libc++"))).toEqual(defaultMode === "dynamic" ? ["libc++.so.1"] : []);
  });

  if (defaultMode !== "dynamic") {
    it("says that it has no shared libraries", async () => {
      const { exitCode, stderr } = await bazel.tryBuild([...options, "//:shared"]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(new RegExp(`no-shared-libraries-on-${platform.name}`));
    });
  }

  if (platform.system.link_modes.includes("dynamic")) {
    it("has shared libraries where it links dynamically", async () => {
      const dynamic = defaultMode === "dynamic" ? platform.name : `${platform.name}_dynamic`;
      const { outputs } = await bazel.build([`--platforms=@xllvm//platforms:${dynamic}`, ...commandLine, "//:shared"]);
      const elf = inspectElf(outputs.get("//:shared")?.[0] ?? "");
      expect(elf).toMatchObject({ machine: platform.architecture.elf_machine, type: "shared", interpreter: undefined, soname: "libshared.so" });
      expect(elf.needed).toContain(libcSoname(platform));
    });
  }

  it("runs tools on this machine, built by our toolchain", async () => {
    const { outputs } = await bazel.build([...options, "//:made_by_tool"]);
    const tool = outputs.get("//:made_by_tool")?.find((file) => !file.endsWith(".txt")) ?? "";
    expectHostProgram(tool);
  });
});

it("takes the libc's version and the link mode from the constraints of a platform of one's own", async () => {
  if (versatile === undefined || older === undefined) throw new Error("no platform has both");
  const { outputs } = await bazel.build([...commandLine, "--platforms=//:own_platform", "//:program"]);
  expectProgramFile(versatile, otherMode, outputs.get("//:program")?.[0] ?? "");
  // Nothing else here asks for that version.
  expect(bazel.fetchedRepositories()).toEqual(expect.arrayContaining(archivesOf(older)));
});

it("puts debugging information into the program even when it is asked to split it off", async () => {
  const { outputs } = await bazel.build([...commandLine, "-c", "dbg", "--fission=yes", "//:program"]);
  expect(inspectElf(outputs.get("//:program")?.[0] ?? "").sectionNames).toContain(".debug_info");
});

it("builds for this machine when no platform is named", async () => {
  const { outputs } = await bazel.build([...commandLine, "//:tool", "//:program"]);
  for (const target of ["//:tool", "//:program"]) expectHostProgram(outputs.get(target)?.[0] ?? "");
});

it("builds for this machine whatever the order of dependencies, where the machine's own compiler is not looked for", async () => {
  const file = join(bazel.workspace, "MODULE.bazel");
  const text = readFileSync(file, "utf8");
  const [dependency = ""] = /^bazel_dep\(name = "rules_cc".*\n/m.exec(text) ?? [];
  writeFileSync(file, text.replace(dependency, "").replace(/^bazel_dep/m, `${dependency}bazel_dep`));
  expect(readFileSync(file, "utf8")).toMatch(/^module.*\nbazel_dep\(name = "rules_cc"/);
  try {
    const { outputs } = await bazel.build([...commandLine, "--repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1", "//:program"]);
    expectHostProgram(outputs.get("//:program")?.[0] ?? "");
  } finally {
    writeFileSync(file, text);
  }
});

/** A program for this machine that the machine's own compiler did not link: that one would name a dynamic loader. */
function expectHostProgram(file: string): void {
  const host = platforms.find((platform) => {
    const runner = findRunner(platform);
    return "prefix" in runner && runner.prefix.length === 0 && platform.system.default_for_os;
  });
  if (host === undefined) throw new Error(`no platform of the manifest is this machine, ${inspectElf(process.execPath).machine}`);
  expectProgramFile(host, host.system.link_modes[0] ?? "static", file);
}
