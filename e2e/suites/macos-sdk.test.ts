import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { create } from "tar";

import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { libSystem } from "../harness/expect-program";
import { inspectMacho } from "../harness/inspect-artefact";
import { sha256Of } from "../harness/pinned-archives";
import { writeSyntheticSdk } from "../harness/synthetic-sdk";
import { listPlatforms, loadSources } from "../harness/target-rows";

const sources = loadSources();
/** An SDK is taken alike for each CPU. */
const platform = listPlatforms(sources).find(({ name }) => name === "macos_arm64")!;
const archive = platform.target.runtimes.find(({ role }) => role === "libc")!.archive;
const variable = archive.sdk!.variable;
const folder = join(scratchRoot, "macos-sdk");
const framework = (name: string): string => `/System/Library/Frameworks/${name}.framework/Versions/A/${name}`;

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "objc_library")

package(features = ["-cxx"])

cc_binary(name = "plain", srcs = ["plain.c"])
cc_binary(name = "of_frameworks", srcs = ["frameworks.c"], linkopts = ["-framework", "Toy", "-framework", "Umbrella"])
cc_library(name = "toy", srcs = ["toy.c"], hdrs = ["own.h"], linkopts = ["-framework Toy"])
cc_binary(name = "by_library", srcs = ["main.c"], deps = [":toy"])
cc_binary(name = "weakly", srcs = ["weakly.c"], linkopts = ["-weak_framework", "Toy", "-weak-lextra"])
cc_binary(name = "of_ruby", srcs = ["ruby.c"], linkopts = ["-framework", "Ruby"])
cc_binary(name = "without_framework", srcs = ["plain.c"], linkopts = ["-framework", "Nonesuch"])
objc_library(name = "objective_c", srcs = ["own.m"], hdrs = ["own.h"], sdk_frameworks = ["Toy"])
objc_library(name = "uncounted", non_arc_srcs = ["counted.m"])
objc_library(name = "objective_cpp", srcs = ["own.mm"])
cc_binary(name = "objective_c_program", srcs = ["main.c"], deps = [":objective_c"], linkopts = ["-lobjc"])
`,
  "plain.c": "int main(void) { return 0; }\n",
  "own.h": "int own(void);\n",
  "main.c": '#include "own.h"\nint main(void) { return own(); }\n',
  "toy.c": '#include "own.h"\n#include <Toy/Toy.h>\nint own(void) { return toy_answer(); }\n',
  "frameworks.c":
    "#include <Toy/Toy.h>\n#include <Umbrella/Umbrella.h>\nint toy_support(void);\nint main(void) { return toy_answer() + toy_support() + part(); }\n",
  "weakly.c":
    "#include <Toy/Toy.h>\nint extra(void) __attribute__((weak_import));\nint main(void) { return toy_answer() + (extra ? extra() : 0); }\n",
  "ruby.c": "#include <Ruby/ruby.h>\nint main(void) { return ruby(); }\n",
  "own.m": `
#import "own.h"
#import <Toy/Toy.h>
#if !__has_feature(objc_arc)
#error objects are counted where the sources do not do it
#endif
@interface OwnObject : ToyObject
@end
@implementation OwnObject
- (int)answer { return toy_answer() - 42; }
@end
int own(void) {
    @autoreleasepool {
        return [[[OwnObject alloc] init] answer];
    }
}
`,
  "counted.m": "#if __has_feature(objc_arc)\n#error these sources count by themselves\n#endif\nint counted;\n",
  "own.mm":
    "#import <Toy/Toy.h>\n#include <string>\nstd::string name(ToyObject *object) { return std::to_string([object answer]); }\n",
};

const servers: DrivenBazel[] = [];

function startBazel(name: string): DrivenBazel {
  const workspace = writeConsumerWorkspace(sources.manifest, { name, files });
  const bazel = new DrivenBazel({ name, workspace, environment: { [variable]: undefined } });
  servers.push(bazel);
  return bazel;
}

const options = [`--platforms=@xllvm//platforms:${platform.name}`];
const extension = 'xllvm = use_extension("@xllvm//bzlmod/archives:extension.bzl", "xllvm")\n';

let sdk: string;
let bazel: DrivenBazel;
beforeAll(async () => {
  bazel = startBazel("macos-sdk");
  rmSync(folder, { recursive: true, force: true });
  sdk = await writeSyntheticSdk(sources.manifest, archive.name, join(folder, "MacOSX14.2.sdk"), {
    CanonicalName: "macosx14.2",
    Version: "14.2",
    MaximumDeploymentTarget: "14.2.99",
  });
  symlinkSync("MacOSX14.2.sdk", join(folder, "MacOSX.sdk"));
});

afterAll(async () => {
  for (const server of servers) await server.shutDown();
});

function fileOf(built: BuildResult, name: string): string {
  const file = built.outputs.get(`//:${name}`)?.find((path) => path.endsWith(`/${name}`));
  if (file === undefined) throw new Error(`the build of //:${name} has no ${name}`);
  return file;
}

describe(`a folder that ${variable} names`, () => {
  const withSdk = (path: string, ...args: string[]): string[] => [
    `--repo_env=${variable}=${path}`,
    ...options,
    ...args,
  ];
  const inFolder = (name: string, settings?: object): string => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    if (settings !== undefined) writeFileSync(join(path, "SDKSettings.json"), JSON.stringify(settings));
    return path;
  };

  describe("that has frameworks", () => {
    let built: BuildResult;
    const program = (name: string) => inspectMacho(fileOf(built, name));
    beforeAll(async () => {
      const programs = ["plain", "of_frameworks", "by_library", "weakly", "of_ruby", "objective_c_program"];
      const targets = [...programs, "uncounted", "objective_cpp"].map((name) => `//:${name}`);
      built = await bazel.build(withSdk(join(folder, "MacOSX.sdk"), ...targets));
    });

    it("links against its version, for the oldest system that programs run on", () => {
      expect(program("plain")).toMatchObject({
        sdkVersion: "14.2",
        minimumVersion: "11.0",
        needed: [{ name: libSystem }],
      });
    });

    it("links frameworks, what they re-export, and those that are within others", () => {
      const { needed, undefinedSymbols } = program("of_frameworks");
      expect(needed.map(({ name }) => name)).toEqual([framework("Toy"), framework("Umbrella"), libSystem]);
      const from = (name: string) => undefinedSymbols.find((symbol) => symbol.name === name)?.library;
      expect(from("_toy_answer")).toBe(framework("Toy"));
      expect(from("_toy_support")).toBe(framework("Toy"));
      expect(from("_part")).toBe(framework("Umbrella"));
    });

    it("links what a library says that its users need", () => {
      expect(program("by_library").needed.map(({ name }) => name)).toEqual([framework("Toy"), libSystem]);
    });

    it("links a framework among whose headers are links that lead back to them", () => {
      expect(program("of_ruby").needed.map(({ name }) => name)).toEqual([framework("Ruby"), libSystem]);
    });

    it("links weakly, so that programs start where there is no such framework or library", () => {
      const { needed, undefinedSymbols } = program("weakly");
      expect(needed).toContainEqual({ name: framework("Toy"), weak: true });
      expect(needed).toContainEqual({ name: "/usr/lib/libextra.1.dylib", weak: true });
      expect(undefinedSymbols).toContainEqual({ name: "_extra", library: "/usr/lib/libextra.1.dylib", weak: true });
    });

    it("builds Objective-C, with counting and without, and Objective-C++", () => {
      const { needed, undefinedSymbols, sectionNames } = program("objective_c_program");
      expect(needed.map(({ name }) => name)).toEqual(
        expect.arrayContaining([framework("Toy"), "/usr/lib/libobjc.A.dylib", libSystem]),
      );
      expect(undefinedSymbols).toContainEqual({
        name: "_OBJC_CLASS_$_ToyObject",
        library: framework("Toy"),
        weak: false,
      });
      expect(sectionNames).toContain("__DATA,__objc_data");
    });
  });

  it("says which framework it has not", async () => {
    const missing = await bazel.tryBuild(withSdk(sdk, "//:without_framework"));
    expect(missing.stderr).toContain("framework not found for -framework Nonesuch");
  });

  it.each([
    [
      "is not there",
      () => join(folder, "nowhere"),
      "which is no SDK: there is no SDKSettings.json in it. Name the folder MacOSX.sdk itself.",
    ],
    ["is none", () => inFolder("empty"), "which is no SDK: there is no SDKSettings.json in it"],
    ["says no version", () => inFolder("unsaid", {}), "whose SDKSettings.json says no Version"],
    [
      "is one of another system",
      () => inFolder("phone", { CanonicalName: "iphoneos17.2", Version: "17.2" }),
      "which is the SDK iphoneos17.2, and not one of macosx",
    ],
    [
      "is too old",
      () => inFolder("old", { CanonicalName: "macosx10.15", Version: "10.15" }),
      "which is the SDK of 10.15: programs here are for 11.0 and later",
    ],
    [
      "has nothing in it",
      () => inFolder("bare", { Version: "14.2" }),
      "which has no usr/include: it is not a whole SDK",
    ],
    [
      "is to be installed, on a machine that has none",
      () => "installed",
      "no SDK is installed here: no xcrun is on PATH",
    ],
  ])("is refused where it %s", async (_, path, message) => {
    const { exitCode, stderr } = await bazel.tryBuild(withSdk(path(), "//:plain"));
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(message);
    expect(stderr).toContain(variable);
  });

  it("is that of Xcode, as xcrun says, where `installed` stands in its place", async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "xcrun"), `#!/bin/sh\ntest "$*" = "--sdk macosx --show-sdk-path" && echo '${sdk}'\n`);
    chmodSync(join(bin, "xcrun"), 0o755);
    const installed = [`--repo_env=PATH=${bin}:${process.env["PATH"]}`, ...withSdk("installed", "//:plain")];
    const built = await bazel.build(installed);
    expect(inspectMacho(fileOf(built, "plain")).sdkVersion).toBe("14.2");
  });

  it("does not count for other systems, whose builds have nothing of it", async () => {
    const repositories = async (name: string): Promise<string[]> =>
      await bazel.repositoriesOf([`--platforms=@xllvm//platforms:${name}`], "//:plain");
    expect(await repositories("wasm32_unknown_unknown")).not.toContain(archive.name);
    const wrong = `--repo_env=${variable}=${join(folder, "nowhere")}`;
    const { exitCode } = await bazel.tryBuild([
      wrong,
      "--platforms=@xllvm//platforms:wasm32_unknown_unknown",
      "--nobuild",
      "//:plain",
    ]);
    expect(exitCode).toBe(0);
    // The positive control.
    expect(await repositories(platform.name)).toContain(archive.name);
  });
});

describe("the oldest system that programs run on", () => {
  const minimum = async (...args: string[]): Promise<string | undefined> =>
    inspectMacho(fileOf(await bazel.build([...args, "//:plain"]), "plain")).minimumVersion;

  it("is what --macos_minimum_os says, a platform, or a constraint of one's own platform", async () => {
    expect(await minimum(...options)).toBe("11.0");
    expect(await minimum(...options, "--macos_minimum_os=13.3")).toBe("13.3");
    expect(await minimum("--platforms=@xllvm//platforms:macos_arm64.min-14.0")).toBe("14.0");
  });

  it.each([
    [
      "older than what runtimes are built for",
      ["--macos_minimum_os=10.15"],
      "--macos_minimum_os=10.15: macos_arm64 programs are for 11.0 and later",
    ],
    [
      "younger than the SDK",
      ["--macos_minimum_os=99.0"],
      "--macos_minimum_os=99.0: the SDK of macos_arm64 is that of 15.5",
    ],
    [
      "said twice",
      ["--platforms=@xllvm//platforms:macos_arm64.min-14.0", "--macos_minimum_os=13.0"],
      "--macos_minimum_os=13.0: the platform says 14.0",
    ],
  ])("is refused where it is %s", async (_, args, message) => {
    const { exitCode, stderr } = await bazel.tryBuild([...options, ...args, "--nobuild", "//:plain"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

describe("the tag", () => {
  let bazel: DrivenBazel;
  beforeAll(() => {
    bazel = startBazel("macos-sdk-tag");
  });
  const say = (attributes: string): void => {
    const module = `${extension}xllvm.macos_sdk(${attributes})`;
    writeConsumerWorkspace(sources.manifest, { name: "macos-sdk-tag", files, module });
  };

  it("names an archive, and the frameworks that builds use, with what these include and re-export", async () => {
    const packed = join(folder, "sdk.tar.gz");
    await create({ file: packed, cwd: folder, gzip: true, portable: true }, ["MacOSX14.2.sdk"]);
    say(
      `urls = ["file://${packed}"], sha256 = "${sha256Of(packed)}", strip_prefix = "MacOSX14.2.sdk", frameworks = ["Toy"]`,
    );
    const built = await bazel.build([...options, "//:by_library"]);
    expect(inspectMacho(fileOf(built, "by_library"))).toMatchObject({ sdkVersion: "14.2" });
    const { stderr } = await bazel.tryBuild([...options, "//:of_frameworks"]);
    expect(stderr).toContain("'Umbrella/Umbrella.h' file not found");
  });

  it.each([
    [
      "a framework that the SDK lacks",
      () => `path = "${sdk}", frameworks = ["Toys"]`,
      /xllvm\.macos_sdk: the SDK \S+ has no framework Toys; there is Toy\./,
    ],
    [
      "frameworks without an SDK",
      () => 'frameworks = ["Toy"]',
      /xllvm\.macos_sdk names frameworks, and macos-sdk-\S+ has none/,
    ],
    [
      "two places",
      () => `path = "${sdk}", urls = ["file:///sdk.tar.gz"]`,
      /xllvm\.macos_sdk: it is at `path` or at `urls`; take one of the two away/,
    ],
  ])("is refused where it says %s", async (_, attributes, message) => {
    say(attributes());
    const { exitCode, stderr } = await bazel.tryBuild([...options, "--nobuild", "//:plain"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});
