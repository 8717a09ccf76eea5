import type { Platform } from "../harness/target-rows";

/** A setting that holds on one platform, as a consumer would write it. */
function configSetting({ name, architecture, system }: Platform): string {
  const cpu = architecture.constraint ?? `@xllvm//constraints/cpu:${architecture.name}`;
  return `config_setting(name = "on_${name}", constraint_values = ["@platforms//os:${system.os}", "${cpu}", "@xllvm//constraints/abi:${system.abi}"])`;
}

/** Libraries of C's standard, which are named however the libc divides itself. */
const libraries = { elf: ["m", "pthread", "dl", "rt"], coff: ["m", "pthread"], wasm: ["m"] } as const;

/** LLVM's runtimes, by their own names and by GCC's. */
const runtimes = {
  elf: ["stdc++", "c++", "c++abi", "unwind", "gcc_s", "gcc_eh", "gcc", "atomic"],
  coff: ["stdc++", "c++", "c++abi", "unwind", "gcc_s", "gcc_eh", "gcc", "atomic"],
  wasm: ["stdc++", "c++", "c++abi", "unwind", "atomic"],
} as const;

/** A `select()` of flags by platform. */
function selectFlags(
  platforms: readonly Platform[],
  names: Readonly<Partial<Record<Platform["system"]["object_format"], readonly string[]>>>,
): string {
  const lines = platforms.map(
    ({ name, system }) =>
      `    ":on_${name}": [${(names[system.object_format] ?? []).map((library) => `"-l${library}"`).join(", ")}],`,
  );
  return `select({\n${lines.join("\n")}\n    "//conditions:default": [],\n})`;
}

function buildFile(platforms: readonly Platform[]): string {
  return `
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
    linkopts = ["-Wl,--wrap=from_linkopts"] + ${selectFlags(platforms, libraries)},
    deps = [":library"],
)

# A test is linked in Bazel's dynamic mode unless it says otherwise, a program the other way round.
cc_test(name = "passing_test", size = "small", srcs = ["test.cc"], args = ["0"], data = ["data.txt"], deps = [":library", "//cxx"])
cc_test(name = "static_test", size = "small", srcs = ["test.cc"], args = ["0"], data = ["data.txt"], linkstatic = True, deps = [":library", "//cxx"])
cc_test(name = "failing_test", size = "small", srcs = ["test.cc"], args = ["9"], data = ["data.txt"], deps = [":library", "//cxx"])
cc_binary(name = "dynamic_program", srcs = ["test.cc"], linkstatic = False, deps = [":library", "//cxx"])

named_runtimes = ${selectFlags(platforms, runtimes)}
cc_binary(name = "names_runtimes", srcs = ["test.cc"], linkopts = named_runtimes, deps = [":library", "//cxx"])
cc_test(name = "names_runtimes_test", size = "small", srcs = ["test.cc"], args = ["0"], data = ["data.txt"], linkopts = named_runtimes, deps = [":library", "//cxx"])

cc_shared_library(name = "shared", deps = [":library", "//cxx"])
cc_binary(name = "uses_shared", srcs = ["test.cc"], dynamic_deps = [":shared"], deps = [":library", "//cxx"])

cc_binary(name = "tool", srcs = ["tool.cc"])
run_tool(name = "made_by_tool", tool = ":tool")
`;
}

/** A consumer's files: libraries, programs and tests, and all that a rule's attributes say of them. */
export function rulesWorkspace(platforms: readonly Platform[], more = ""): Record<string, string> {
  return {
    "BUILD.bazel": buildFile(platforms) + more,
    "library.h": '#ifdef __cplusplus\nextern "C"\n#endif\nconst char *describe(void);\n',
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
    // Who calls a function that the linker is told to wrap calls another one.
    "program.c": `
#include "library.h"
#include <stdio.h>
int from_linkopts(void);
int from_command_line(void);
int __wrap_from_linkopts(void) { return 7; }
int __wrap_from_command_line(void) { return 8; }
int main(void) {
    printf("%s links %d %d\\n", describe(), from_linkopts(), from_command_line());
    return 0;
}
`,
    "test.cc": `
#include "library.h"
#include "cxx/cxx.h"
#include <cstdlib>
#include <fstream>
#include <iostream>
int main(int, char** argv) {
  std::cout << describe() << std::endl;
  try {
    fail_with("thrown");
  } catch (const std::exception& caught) {
    std::cout << "caught " << caught.what() << std::endl;
  }
  if (const char* runfiles = std::getenv("TEST_SRCDIR")) {
    std::string line;
    std::getline(std::ifstream(std::string(runfiles) + "/_main/data.txt"), line);
    if (line != "some data") return 77;
  }
  return std::atoi(argv[1]);
}
`,
    "data.txt": "some data\n",
    // In another package: what lies beside a program comes from elsewhere.
    "cxx/BUILD.bazel":
      'load("@rules_cc//cc:defs.bzl", "cc_library")\ncc_library(name = "cxx", srcs = ["cxx.cc"], hdrs = ["cxx.h"], visibility = ["//visibility:public"])\n',
    "cxx/cxx.h": "#pragma once\n#include <string>\nvoid fail_with(const std::string& text);\n",
    "cxx/cxx.cc":
      '#include "cxx/cxx.h"\n#include <stdexcept>\nvoid fail_with(const std::string& text) { throw std::runtime_error(text + " by another library"); }\n',
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
}

/** Options that the sources expect. */
export const commandLine = [
  "--copt=-DFROM_COMMAND_LINE=five",
  "--conlyopt=-DFROM_CONLYOPT=six",
  "--linkopt=-Wl,--wrap=from_command_line",
];

/** What `describe()` says on a platform with those options. */
export const described = ({ name }: Platform): string =>
  `${name} exported 3 copts 4 command line five C only six root 1.732`;
