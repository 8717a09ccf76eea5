import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, type Chosen, ofFormat } from "../harness/choose-platforms";
import { repositoryRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { readExecutionLog } from "../harness/execution-log";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const all: Chosen = choosePlatforms(listPlatforms(sources), "");
const elf = ofFormat(all, "elf").platforms.filter(isHosted);
const isStatic = ({ system }: Platform): boolean => system.link_modes[0] === "static";
const find = (platforms: readonly Platform[], fits: (platform: Platform) => boolean): Platform => {
  const found = platforms.find(fits);
  if (found === undefined) throw new Error("the manifest has no such platform");
  return found;
};
/** What depends on the platform is tried on one that links statically, one that does not, and Windows'. */
const onlyStatic = find(elf, isStatic);
const onlyDynamic = find(elf, ({ system }) => system.os === "linux" && !system.link_modes.includes("static"));
const windows = find(ofFormat(all, "coff").platforms, () => true);

/** The features of the table below a title in docs/features.md, each with what its row begins with. */
function documented(title: string): { readonly wish: string; readonly feature: string }[] {
  const text = readFileSync(join(repositoryRoot, "docs/features.md"), "utf8");
  const [, section = ""] = text.split(`## ${title}\n`);
  const rows = section
    .split("\n## ")[0]!
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| wish"));
  return rows.flatMap((row) => {
    const [, wish = "", features = ""] = row.split("|").map((cell) => cell.trim());
    return [...features.matchAll(/`(\w+)`/g)].map(([, feature = ""]) => ({ wish, feature }));
  });
}

const refused = documented("What fails");

const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library", "cc_test")
load(":run_tool.bzl", "run_tool")

cc_binary(name = "program", srcs = ["program.cc"], deps = [":library"])
cc_test(name = "test", srcs = ["program.cc"], deps = [":library"])
cc_library(name = "library", srcs = ["library.cc"], hdrs = ["library.h"], deps = [":base"])
cc_library(name = "base", srcs = ["base.c"], hdrs = ["base.h"])
cc_shared_library(name = "shared", deps = [":base"])
cc_binary(name = "linkshared", srcs = ["base.c", "base.h"], linkshared = True)

${refused.map(({ feature }) => `cc_library(name = "asks_${feature}", srcs = ["base.c", "base.h"], features = ["${feature}"])`).join("\n")}
cc_binary(name = "takes_back", srcs = ["base.c", "base.h", "main.c"], features = ["cxx"${refused.map(({ feature }) => `, "-${feature}"`).join("")}])

cc_binary(name = "fully_static", srcs = ["main.c"], features = ["-cxx", "fully_static_link"])
cc_binary(name = "with_pdb", srcs = ["main.c"], features = ["-cxx", "generate_pdb_file"])
cc_binary(name = "static_msvcrt", srcs = ["main.c"], features = ["-cxx", "static_link_msvcrt"])
cc_binary(name = "with_map", srcs = ["main.c"], features = ["-cxx", "generate_linkmap"])

cc_library(name = "parsed", hdrs = ["base.h", "cxx_only.h"], features = ["parse_headers"])
cc_library(name = "parsed_as_c", hdrs = ["c_only.h"], features = ["parse_headers", "parse_headers_as_c"])
cc_library(name = "parsed_c_only", hdrs = ["c_only.h"], features = ["parse_headers"])
cc_library(name = "parsed_incomplete", hdrs = ["incomplete.h"], features = ["parse_headers"])

cc_library(name = "layered", srcs = ["layered.cc"], features = ["layering_check"], deps = [":base", ":library"])
cc_library(name = "layered_c", srcs = ["layered.c"], features = ["layering_check"], deps = [":base"])
cc_library(name = "unlayered", srcs = ["layered.cc"], features = ["layering_check"], deps = [":library"])
cc_library(name = "middle", hdrs = ["middle.h"], deps = [":base"])
cc_library(name = "unlayered_c", srcs = ["layered.c"], features = ["layering_check"], deps = [":middle"])

cc_library(name = "warned", srcs = ["warned.c"], copts = ["-Wunused-variable"])
cc_binary(name = "warned_link", srcs = ["main.c"], features = ["-cxx"], linkopts = ["-Wl,-z,no_such_keyword"])
cc_library(name = "warned_by_header", srcs = ["warned_by_header.c"], copts = ["-Wunused-variable"], deps = ["@other//:other"])

cc_binary(name = "tool", srcs = ["tool.c"], features = ["-cxx"])
run_tool(name = "made_by_tool", tool = ":tool")
`;

const files = {
  "BUILD.bazel": buildFile,
  "run_tool.bzl": `
def _impl(ctx):
    made = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.run(executable = ctx.executable.tool, arguments = [made.path], outputs = [made])
    return [DefaultInfo(files = depset([made]))]

run_tool = rule(_impl, attrs = {"tool": attr.label(executable = True, cfg = "exec")})
`,
  "in_package/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_library")
package(features = ["dfsan"])
cc_library(name = "asks", srcs = ["empty.c"])
cc_library(name = "takes_back", srcs = ["empty.c"], features = ["-dfsan"])
`,
  "in_package/empty.c": "",
  "of_others/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_library")
package(features = ["header_modules", "layering_check", "parse_headers", "use_header_modules"])
cc_library(name = "of_others", srcs = ["of_others.cc"], hdrs = ["of_others.h"])
`,
  "of_others/of_others.h": "#pragma once\n#include <vector>\nstd::vector<int> of_others();\n",
  "of_others/of_others.cc": '#include "of_others/of_others.h"\nstd::vector<int> of_others() { return {1}; }\n',
  "program.cc": '#include "library.h"\nint main() { return library().size() == 2 ? 0 : 1; }\n',
  "library.h": "#pragma once\n#include <string>\nstd::string library();\n",
  "library.cc": '#include "library.h"\n#include "base.h"\nstd::string library() { return std::to_string(base(41)); }\n',
  "base.h": '#pragma once\n#ifdef __cplusplus\nextern "C"\n#endif\nint base(int x);\n',
  "base.c": '#include "base.h"\nint base(int x) { return x + 1; }\n',
  "main.c": "int main(void) { return 0; }\n",
  "cxx_only.h": "#pragma once\n#include <map>\nnamespace words { inline std::map<int, int> counts() { return {}; } }\n",
  "c_only.h":
    "#pragma once\n#include <stdlib.h>\nstatic inline int *allocate(int class) { return malloc(class * sizeof(int)); }\n",
  "incomplete.h": "#pragma once\nstruct Whole { Part part; };\n",
  "middle.h": '#pragma once\n#include "base.h"\n',
  // A header of each kind: the C++ library's, the C library's, the compiler's own, the kernel's.
  "layered.cc":
    '#include "base.h"\n#include "library.h"\n#include <cstdlib>\n#include <unistd.h>\n#include <stdarg.h>\n#include <linux/types.h>\nint layered() { return base(static_cast<int>(library().size())); }\n',
  "layered.c": '#include "base.h"\n#include <stdlib.h>\n#include <stddef.h>\nint layered(void) { return base(1); }\n',
  "warned.c": "int warned(void) { int unused; return 1; }\n",
  "warned_by_header.c": "#include <other.h>\nint warned_by_header(void) { return other(); }\n",
  "other/MODULE.bazel": 'module(name = "other")\nbazel_dep(name = "rules_cc", version = "0.0.11")\n',
  "other/BUILD.bazel":
    'load("@rules_cc//cc:defs.bzl", "cc_library")\ncc_library(name = "other", hdrs = ["include/other.h"], strip_include_prefix = "include", visibility = ["//visibility:public"])\n',
  "other/include/other.h": "#pragma once\nstatic inline int other(void) { int unused; return 1; }\n",
  "tool.c":
    '#include <stdio.h>\nint main(int argc, char **argv) {\n  FILE *file = fopen(argv[1], "w");\n  return fputs("made", file) < 0 || fclose(file) != 0;\n}\n',
};

const other = '\nbazel_dep(name = "other", version = "")\nlocal_path_override(module_name = "other", path = "other")\n';

/** What no other machine has. */
const machinesPath = `${process.env["PATH"] ?? ""}:/opt/this-machine/bin`;

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "features",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "features", files, module: other }),
    environment: { PATH: machinesPath },
  });
});

afterAll(() => bazel.shutDown());

const on = ({ name }: Platform): string => `--platforms=@xllvm//platforms:${name}`;

/** What Bazel says when an analysis fails; throws when it does not fail. */
async function analysisError(args: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", ...args]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/Analysis of target .* failed|errors encountered while analyzing/);
  return stderr;
}

const analyse = (args: readonly string[]): Promise<unknown> => bazel.build(["--nobuild", ...args]);

describe("what no platform has", () => {
  it("fails when a target asks for it, by each of its names", async () => {
    expect(refused.length).toBeGreaterThan(10);
    const error = await analysisError([
      on(onlyStatic),
      "--keep_going",
      ...refused.map(({ feature }) => `//:asks_${feature}`),
    ]);
    for (const { wish, feature } of refused) {
      expect(error).toContain(
        `${feature}: ${onlyStatic.name} has no ${wish}, nor has any other platform of xllvm. \`-${feature}\``,
      );
    }
  });

  it("does not fail where a target takes it back, on the command line or by itself", async () => {
    await analyse([on(onlyStatic), "--features=dfsan", "--features=-dfsan", "//:program"]);
    await analyse([on(onlyStatic), "//:takes_back", "//in_package:takes_back"]);
    expect(await analysisError([on(onlyStatic), "//in_package:asks"])).toContain(
      `dfsan: ${onlyStatic.name} has no sanitizers of this kind`,
    );
  });

  it.each([
    ["--features=dfsan", "dfsan: PLATFORM has no sanitizers of this kind"],
    ["--apple_generate_dsym", "generate_dsym_file: PLATFORM has no dSYM bundles"],
    [
      "--experimental_output_paths=strip --features=layering_check",
      "--features=layering_check: Bazel does not map paths in module maps",
    ],
    ["--features=header_modules", "--features=header_modules: PLATFORM has no header modules"],
  ])("fails for %s, but not for tools", async (options, message) => {
    expect(await analysisError([on(onlyStatic), ...options.split(" "), "//:program"])).toContain(
      message.replace("PLATFORM", onlyStatic.name),
    );
    await analyse([on(onlyStatic), ...options.split(" "), "//:made_by_tool"]);
  });

  it("fails for tools that are asked to have it", async () => {
    expect(await analysisError(["--host_features=dfsan", "//:made_by_tool"])).toMatch(/dfsan: \w+ has no sanitizers/);
  });
});

describe("PATH", () => {
  /** The values of PATH that compilations, archives and links were given. */
  const pathsOf = async (args: readonly string[]): Promise<[string, string | undefined][]> => {
    const log = join(bazel.outputBase, "spawns.json");
    await bazel.build([on(onlyStatic), `--execution_log_json_file=${log}`, ...args, "//:base", "//:with_map"]);
    return readExecutionLog(log)
      .filter(({ targetLabel, mnemonic }) => targetLabel.startsWith("//:") && mnemonic.startsWith("Cpp"))
      .map(({ mnemonic, environmentVariables = [] }) => [
        mnemonic,
        environmentVariables.find(({ name }) => name === "PATH")?.value,
      ]);
  };
  const mnemonics = ["CppCompile", "CppArchive", "CppLink"];
  const one = "/bin:/usr/bin:/usr/local/bin";

  it("is the same whoever builds, so that machines share a cache, and the machine's only where that is turned off", async () => {
    expect(new Map(await pathsOf(["--features=-fixed_environment"]))).toEqual(
      new Map(mnemonics.map((mnemonic) => [mnemonic, machinesPath])),
    );
    expect(new Map(await pathsOf([]))).toEqual(new Map(mnemonics.map((mnemonic) => [mnemonic, one])));
  });
});

describe("what some platforms have", () => {
  it("fails on others, and says which have it", async () => {
    const twin = find(
      elf,
      ({ architecture, system }) =>
        architecture.name === onlyDynamic.architecture.name && system.link_modes.includes("static"),
    );
    expect(await analysisError([on(onlyDynamic), "//:fully_static"])).toContain(
      `fully_static_link: ${onlyDynamic.name} has no static programs. Take ${twin.name}.`,
    );
    expect(await analysisError([`${on(onlyStatic)}_dynamic`, "//:fully_static"])).toContain(
      `has no static programs. Take ${onlyStatic.name}.`,
    );
    expect(await analysisError([on(onlyStatic), "//:shared"])).toContain(
      `${onlyStatic.name} links statically and has no shared libraries. Take ${onlyStatic.name}_dynamic.`,
    );
    expect(await analysisError([on(onlyStatic), "//:with_pdb"])).toContain(
      `${onlyStatic.name} has no PDB files. Platforms of Windows have them.`,
    );
    expect(await analysisError([on(windows), "//:static_msvcrt"])).toContain(
      `${windows.name} has the C library of Windows, which is a DLL.`,
    );
  });

  it("works where they have it", async () => {
    await analyse([on(onlyStatic), "//:fully_static", "//:static_msvcrt"]);
    await analyse([on(onlyDynamic), "//:shared"]);
    await analyse([on(windows), "//:with_pdb", "//:fully_static"]);
  });

  it("says at the link of a program with linkshared that there are no shared libraries: Bazel tells toolchains no sooner", async () => {
    const { exitCode, stderr } = await bazel.tryBuild([on(onlyStatic), "//:linkshared"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`--no-shared-libraries-on-${onlyStatic.name}`);
  });
});

describe("checks", () => {
  const headers = "--process_headers_in_dependencies";

  it("parse_headers compiles headers by themselves, as C++ or as C", async () => {
    const { actions } = await bazel.build([on(onlyStatic), headers, "//:parsed", "//:parsed_as_c"]);
    const processed = actions.flatMap(({ output }) => /\w+\.h(?=\.(?:d|processed)$)/.exec(output) ?? []);
    expect(processed.sort()).toEqual(["base.h", "c_only.h", "cxx_only.h"]);
  });

  it.each(["parsed_incomplete", "parsed_c_only"])(
    "parse_headers fails for %s, which does not compile by itself",
    async (target) => {
      const { exitCode, stderr } = await bazel.tryBuild([on(onlyStatic), headers, `//:${target}`]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/Compiling \w+\.h failed[^]*error:/);
    },
  );

  it("layering_check lets a library include what it depends on, and the system", async () => {
    await bazel.build([on(onlyStatic), "//:layered", "//:layered_c", "//of_others"]);
    await bazel.build([on(onlyDynamic), "//:layered", "//:layered_c"]);
    await bazel.build([on(windows), "//:layered_c"]);
  });

  it.each(["unlayered", "unlayered_c"])(
    "layering_check fails for %s, which includes what only its dependencies depend on",
    async (target) => {
      const { exitCode, stderr } = await bazel.tryBuild([on(onlyStatic), `//:${target}`]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`module //:${target} does not depend on a module exporting 'base.h'`);
    },
  );

  it("treat_warnings_as_errors makes errors of the compiler's warnings and the linker's", async () => {
    const targets = ["//:warned", "//:warned_link"];
    await bazel.build([on(onlyStatic), ...targets]);
    for (const target of targets) {
      const { exitCode, stderr } = await bazel.tryBuild([
        on(onlyStatic),
        "--features=treat_warnings_as_errors",
        target,
      ]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/error: (?:unused variable|unknown -z value)/);
    }
  });

  it("external_include_paths keeps the warnings of other repositories' headers away", async () => {
    const strict = [on(onlyStatic), "--features=treat_warnings_as_errors", "//:warned_by_header"];
    expect((await bazel.tryBuild(strict)).stderr).toMatch(/other\.h:\d+:\d+: error: unused variable/);
    await bazel.build(["--features=external_include_paths", ...strict]);
  });

  it("generate_linkmap writes a map beside the program", async () => {
    for (const platform of [onlyStatic, windows]) {
      const { outputs } = await bazel.build([on(platform), "--output_groups=+linkmap", "//:with_map"]);
      const program = outputs.get("//:with_map")?.[0] ?? "";
      expect(existsSync(`${program}.map`) && readFileSync(`${program}.map`, "utf8")).toContain("main");
    }
  });
});
