import { readFileSync } from "node:fs";

import { parseAllDocuments } from "yaml";

import { choosePlatforms, declareLeftOut, ofFormat, withAlways, withCxx } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { expectProgramFile, libSystem } from "../harness/expect-program";
import { inspectMacho } from "../harness/inspect-artefact";
import { readUniversalFile, type MachoFile } from "../harness/macho-file";
import { downloadNative } from "../harness/npm-package";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const all = listPlatforms(sources);
const chosen = ofFormat(choosePlatforms(all), "macho");
/** Programs of C are linked for one CPU whatever platforms are left out. */
const arm64 = all.find(({ name }) => name === "macos_arm64")!;
const tested = withAlways(chosen, arm64);

/** A shared library that somebody else has linked on a Mac: an extension of Node's, as npm has it. */
const real = {
  package: "@rollup/rollup-darwin-arm64@4.68.8",
  sha512: "YmBUNjgm5bsjOByO+H1TFbuGZe+ZnHcYtPXYj9+L1cwTu/BG8zjuUzO2PH9KwS85P0UH+WJDSb+mQ2hqjp5uBQ==",
};
/** As every platform has it, but that where some are left out, C++ is built for none: it takes minutes, and test:all has it. */
const hasCxx = chosen.leftOut.length === 0 ? withCxx(chosen, chosen.platforms) : [];

const appleName = ({ architecture }: Platform): string => String(architecture.columns["apple"]);

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library")
load("@xllvm//:defs.bzl", "macos_dsym", "macos_universal_binary")

package(features = ["-cxx"])

cc_library(name = "library", srcs = ["library.c"], hdrs = ["library.h"])
cc_library(name = "registered", srcs = ["registered.c"], alwayslink = True)
cc_binary(name = "program", srcs = ["program.c"], deps = [":library", ":registered"])
cc_shared_library(name = "shared", deps = [":library"])
cc_binary(name = "uses_shared", srcs = ["program.c"], deps = [":library"], dynamic_deps = [":shared"])
cc_binary(name = "in_dynamic_mode", srcs = ["program.c"], linkstatic = False, deps = [":library"])
cc_binary(name = "names_parts", srcs = ["program.c"], linkopts = ["-lc", "-lm", "-ldl", "-lpthread", "-latomic", "-lgcc"], deps = [":library"])
cc_binary(name = "younger", srcs = ["program.c"], copts = ["-mmacosx-version-min=13.1"], linkopts = ["-mmacosx-version-min=13.1"], deps = [":library"])
cc_binary(name = "weak", srcs = ["weak.c"], linkopts = ["-Wl,-U,_from_a_younger_system"])
cc_binary(name = "of_a_framework", srcs = ["program.c"], linkopts = ["-framework", "Foundation"], deps = [":library"])
cc_binary(name = "of_nothing", srcs = ["undefined.c"])
macos_dsym(name = "program_symbols", binary = ":program")
macos_dsym(name = "shared_symbols", binary = ":shared")
filegroup(name = "nothing", srcs = ["library.h"])
macos_dsym(name = "symbols_of_nothing", binary = ":nothing")
macos_universal_binary(name = "universal", binary = ":program")
macos_universal_binary(name = "universal_of_newer", binary = ":program", platforms = ["@xllvm//platforms:macos_amd64.min-12.0", "@xllvm//platforms:macos_arm64.min-13.0"])
macos_universal_binary(name = "universal_of_none", binary = ":library")
cc_library(name = "objective_c", srcs = ["root.c"], copts = ["-xobjective-c"], linkstatic = True)
`,
  "library.h": "int twice(int);\nint never(int);\n",
  "library.c": '#include "library.h"\nint twice(int x) { return 2 * x; }\nint never(int x) { return x; }\n',
  "registered.c":
    "#include <unistd.h>\nint registered;\n__attribute__((constructor)) static void add(void) { registered = getpagesize(); }\n",
  "program.c": `
#include "library.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/sysctl.h>
static void *work(void *text) { return (void *)puts; }
int main(int argc, char **argv) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    printf("%d %f\\n", twice(argc), sin(argc));
    return 0;
}
`,
  "weak.c": `
int from_a_younger_system(void) __attribute__((weak_import));
int main(void) { return from_a_younger_system ? from_a_younger_system() : 0; }
`,
  "undefined.c": "int nobody_has_it(void);\nint main(void) { return nobody_has_it(); }\n",
  "root.c": `
#include <objc/objc.h>
#include <objc/runtime.h>
__attribute__((objc_root_class)) @interface Root
+ (int)answer;
@end
@implementation Root
+ (int)answer { return 42; }
@end
`,
  "cxx/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library")

cc_library(name = "thrower", srcs = ["thrower.cc"])
cc_binary(name = "program", srcs = ["program.cc"], deps = [":thrower"])
cc_shared_library(name = "shared", deps = [":thrower"])
cc_binary(name = "uses_shared", srcs = ["program.cc"], deps = [":thrower"], dynamic_deps = [":shared"])
`,
  "cxx/thrower.cc":
    "#include <stdexcept>\n#include <string>\nvoid fail_with(const std::string& text) { throw std::runtime_error(text); }\n",
  "cxx/program.cc": `
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
void fail_with(const std::string&);
thread_local std::string of_thread = "one";
int main() {
  std::thread([] { of_thread = "another"; }).join();
  try {
    fail_with(of_thread);
  } catch (const std::runtime_error& caught) {
    std::cout << caught.what() << std::filesystem::current_path() << std::endl;
  }
}
`,
};

const linked = ["program", "shared", "uses_shared", "in_dynamic_mode", "names_parts", "younger", "weak"];
const targetsOf = (names: readonly string[]): string[] => names.map((name) => `//:${name}`);

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "macos",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "macos", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(tested);

for (const platform of tested.platforms) describe(platform.name, () => testPlatform(platform));

/** The file of a target that is called so. */
function fileOf(built: BuildResult, target: string, name: string): string {
  const file = built.outputs.get(target)?.find((path) => path.endsWith(`/${name}`));
  if (file === undefined) throw new Error(`the build of ${target} has no ${name}`);
  return file;
}

function testPlatform(platform: Platform): void {
  const options = [`--platforms=@xllvm//platforms:${platform.name}`];
  let built: BuildResult;
  let stubs: readonly string[] = [];
  const program = (name: string) => inspectMacho(fileOf(built, `//:${name}`, name));
  beforeAll(async () => {
    const sdk = `@xllvm//targets/${platform.target.name}:link_files.dynamic`;
    built = await bazel.build([...options, ...targetsOf(linked), sdk]);
    stubs = [...built.outputs.values()].flat().filter((path) => path.endsWith("/libSystem.tbd"));
  });

  it("has programs that the system's loader and libSystem suffice for", () => {
    for (const name of ["program", "names_parts", "younger"])
      expectProgramFile(platform, "dynamic", fileOf(built, `//:${name}`, name));
  });

  it("takes from libSystem what its list has for the CPU, and nothing else", () => {
    const provided = readTextStub(readFileSync(stubs[0]!, "utf8"), `${appleName(platform)}-macos`);
    const taken = program("program").undefinedSymbols;
    expect(taken.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["_printf", "_pthread_create", "_sin", "_getpagesize"]),
    );
    expect(taken.filter(({ name, library }) => library !== libSystem || !provided.has(name))).toEqual([]);
    // The positive control: it is a list of what there is.
    expect(provided.has("_nobody_has_it")).toBe(false);
    expect(provided.size).toBeGreaterThan(3000);
  });

  it("says the oldest system that programs run on, 11.0 or what is asked for, and which SDK they are of", () => {
    expect(program("program")).toMatchObject({
      minimumVersion: "11.0",
      sdkVersion: platform.target.version,
      commands: expect.arrayContaining(["BUILD_VERSION", "UUID", "FUNCTION_STARTS", "MAIN"]),
    });
    expect(program("younger")).toMatchObject({ minimumVersion: "13.1" });
  });

  it("links all of a library that has to be", () => {
    expect(program("program").exports).toContain("_registered");
    expect(program("uses_shared").exports).not.toContain("_registered");
  });

  it("has shared libraries that are found beside the program", () => {
    const shared = inspectMacho(fileOf(built, "//:shared", "libshared.dylib"));
    expect(shared).toMatchObject({
      architecture: appleName(platform),
      type: "dylib",
      installName: "@rpath/libshared.dylib",
      exports: expect.arrayContaining(["_twice", "_never"]),
    });
    const user = program("uses_shared");
    expect(user.needed.map(({ name }) => name)).toEqual(["@rpath/libshared.dylib", libSystem]);
    expect(user.undefinedSymbols).toContainEqual({ name: "_twice", library: "@rpath/libshared.dylib", weak: false });
    for (const { rpaths } of [user, program("in_dynamic_mode")]) {
      expect(rpaths).not.toEqual([]);
      expect(rpaths.filter((path) => !path.startsWith("@loader_path/"))).toEqual([]);
    }
  });

  it("leaves to the loader what may be absent", () => {
    expect(program("weak").undefinedSymbols).toContainEqual(
      expect.objectContaining({ name: "_from_a_younger_system", weak: true }),
    );
  });

  it("leaves out with -c opt what nothing uses, and says in debug information nothing of where it was built", async () => {
    expect(program("program").exports).toContain("_never");
    const small = await bazel.build([...options, "-c", "opt", "//:program"]);
    const exports = inspectMacho(fileOf(small, "//:program", "program")).exports;
    expect(exports).toContain("_main");
    expect(exports).not.toContain("_never");

    const debug = await bazel.build([...options, "-c", "dbg", "//:program", "//:program.stripped"]);
    const { debugMap } = inspectMacho(fileOf(debug, "//:program", "program"));
    expect(debugMap.map(({ object }) => object.replace(/^.*\//, ""))).toEqual(
      expect.arrayContaining(["program.o", "library.o"]),
    );
    expect(debugMap.filter(({ object, time }) => !object.startsWith("bazel-out/") || time !== 0)).toEqual([]);
    const stripped = fileOf(debug, "//:program.stripped", "program.stripped");
    expectProgramFile(platform, "dynamic", stripped);
    expect(inspectMacho(stripped).debugMap).toEqual([]);
  });

  it("has the debug information of a program, or of a shared library, in a bundle that says whose it is", async () => {
    const debug = await bazel.build([...options, "-c", "dbg", "//:program_symbols", "//:shared_symbols", "//:program"]);
    const dwarf = (bundle: string, name: string): string =>
      fileOf(debug, `//:${bundle}`, `${name}.dSYM/Contents/Resources/DWARF/${name}`);
    const collected = dwarf("program_symbols", "program");
    expect(inspectMacho(collected)).toMatchObject({
      architecture: appleName(platform),
      type: "dsym",
      uuid: inspectMacho(fileOf(debug, "//:program", "program")).uuid,
      sectionNames: expect.arrayContaining(["__DWARF,__debug_info", "__DWARF,__debug_line"]),
    });
    expect(inspectMacho(dwarf("shared_symbols", "libshared.dylib")).type).toBe("dsym");
    const lines = await bazel.run("run", [
      ...bazel.buildOptions(),
      "@xllvm//tools:llvm-dwarfdump",
      "--",
      "--name=twice",
      collected,
    ]);
    expect(lines.stdout).toMatch(/DW_AT_decl_file\s+\("\.\/library\.c"\)/);
  });

  it("makes such a bundle of what is linked for macOS alone", async () => {
    const nothing = await bazel.tryBuild([...options, "//:symbols_of_nothing"]);
    expect(nothing.stderr).toMatch(/symbols_of_nothing: \S+nothing is linked of nothing/);
    const elsewhere = await bazel.tryBuild(["--platforms=@xllvm//platforms:linux_arm64_musl", "//:program_symbols"]);
    expect(elsewhere.stderr).toContain("program_symbols: a dSYM bundle is of a program for macOS. Build it for");
  });

  it("compiles Objective-C against the headers of its runtime", async () => {
    await bazel.build([...options, "//:objective_c"]);
  });

  it("names a framework that the SDK lacks, and a function that nobody has", async () => {
    const framework = await bazel.tryBuild([...options, "//:of_a_framework"]);
    expect(framework.stderr).toContain("framework not found for -framework Foundation");
    const undefined_ = await bazel.tryBuild([...options, "//:of_nothing"]);
    expect(undefined_.stderr).toContain("undefined symbol: nobody_has_it");
  });

  if (hasCxx.includes(platform)) describe("C++", () => testCxx(platform, options));
}

describe(`beside ${real.package}, which Apple's linker has made`, () => {
  const extension = downloadNative(real, "macos");
  const itWhereThereIsOne = itUnless(extension === undefined ? "no network" : undefined);
  let own: BuildResult;
  beforeAll(async () => {
    const sdk = `@xllvm//targets/${arm64.target.name}:link_files.dynamic`;
    own = await bazel.build([`--platforms=@xllvm//platforms:${arm64.name}`, "//:shared", sdk]);
  });

  itWhereThereIsOne("libSystem's list has what it takes from there", () => {
    const stub = [...own.outputs.values()].flat().find((path) => path.endsWith("/libSystem.tbd"))!;
    const provided = readTextStub(readFileSync(stub, "utf8"), `${appleName(arm64)}-macos`);
    const taken = inspectMacho(extension!).undefinedSymbols.filter(({ library }) => library === libSystem);
    expect(taken.length).toBeGreaterThan(50);
    expect(taken.filter(({ name }) => !provided.has(name))).toEqual([]);
  });

  itWhereThereIsOne(
    "a shared library of ours says what that one says, by the same commands, and is signed as it is",
    () => {
      const [theirs, ours] = [extension!, fileOf(own, "//:shared", "libshared.dylib")].map(inspectMacho);
      expect(ours).toMatchObject({
        architecture: theirs!.architecture,
        type: theirs!.type,
        platform: theirs!.platform,
        minimumVersion: theirs!.minimumVersion,
        needed: expect.arrayContaining([{ name: libSystem, weak: false }]),
        writableCode: theirs!.writableCode,
      });
      const kinds = ({ commands }: MachoFile): string[] => [...new Set(commands)].sort();
      // What the linker is, which of its own version no other has to say.
      expect(kinds(ours!)).toEqual(kinds(theirs!).filter((kind) => kind !== "SOURCE_VERSION"));
      expect(theirs!.signature).toMatchObject({ adhoc: true, matches: true });
      expect(ours!.signature).toMatchObject({ adhoc: true, matches: true });
    },
  );
});

describe("a program for all CPUs", () => {
  it("has one part for each, as it is linked by itself, whatever the build is for", async () => {
    const { outputs } = await bazel.build(["//:universal", "//:universal_of_newer"]);
    const partsOf = (name: string) => readUniversalFile(readFileSync(outputs.get(`//:${name}`)![0]!));
    const parts = partsOf("universal");
    expect([...parts.keys()].sort()).toEqual(["arm64", "x86_64"]);
    for (const part of parts.values())
      expect(part).toMatchObject({ type: "executable", minimumVersion: "11.0", needed: [{ name: libSystem }] });
    expect(parts.get("arm64")!.signature).toMatchObject({ adhoc: true, matches: true });
    const newer = partsOf("universal_of_newer");
    expect([newer.get("x86_64")!.minimumVersion, newer.get("arm64")!.minimumVersion]).toEqual(["12.0", "13.0"]);
  });

  it("is made of programs alone", async () => {
    const { stderr } = await bazel.tryBuild(["--nobuild", "//:universal_of_none"]);
    expect(stderr).toMatch(/universal_of_none: \S+library is no program/);
  });
});

function testCxx(platform: Platform, options: readonly string[]): void {
  let built: BuildResult;
  beforeAll(async () => {
    built = await bazel.build([...options, "//cxx:program", "//cxx:shared", "//cxx:uses_shared"]);
  });

  it("has the C++ library in the program, and the unwinder from the system", () => {
    const file = fileOf(built, "//cxx:program", "program");
    expectProgramFile(platform, "dynamic", file);
    const { exports, undefinedSymbols } = inspectMacho(file);
    expect(exports).toContain("___cxa_throw");
    expect(undefinedSymbols).toContainEqual({ name: "__Unwind_RaiseException", library: libSystem, weak: false });
  });

  it("throws through a shared library with one copy of what tells exceptions apart", () => {
    const shared = inspectMacho(fileOf(built, "//cxx:shared", "libshared.dylib"));
    const user = inspectMacho(fileOf(built, "//cxx:uses_shared", "uses_shared"));
    const typeInfo = "__ZTISt13runtime_error";
    for (const name of [typeInfo, "___cxa_throw", "___gxx_personality_v0"]) {
      expect(shared.exports).toContain(name);
      expect(user.exports).not.toContain(name);
    }
    expect(user.undefinedSymbols).toContainEqual({ name: typeInfo, library: "@rpath/libshared.dylib", weak: false });
  });
}

/** One document of a text-based stub (TAPI's version 4), as far as it is read here. */
interface TextStub {
  readonly exports?: readonly TextStubSymbols[];
  /** Of other libraries. */
  readonly reexports?: readonly TextStubSymbols[];
}

interface TextStubSymbols {
  readonly targets: readonly string[];
  readonly symbols?: readonly string[];
}

/** The symbols that a text-based stub has for a target, those of the libraries that it re-exports included. */
function readTextStub(text: string, target: string): Set<string> {
  const documents = parseAllDocuments(text, { logLevel: "error" }).map((document) => document.toJS() as TextStub);
  return new Set(
    documents
      .flatMap(({ exports = [], reexports = [] }) => [...exports, ...reexports])
      .filter(({ targets }) => targets.includes(target))
      .flatMap(({ symbols = [] }) => symbols),
  );
}
