import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

import { create } from "tar";

import { compareVersions } from "../../generator/schema/libc-versions";
import type { ResolvedTarget } from "../../generator/resolve/resolved-target";
import { choosePlatforms, declareLeftOut, oneWillDo, representatives, thatFit } from "../harness/choose-platforms";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { declareSkip, itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { inspectElf } from "../harness/inspect-artefact";
import { missingArchives, readMachineIndex, sha256Of, writeIndex } from "../harness/pinned-archives";
import { findRealGlibc, realLibrary } from "../harness/real-glibc";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { readExports, readNeededVersions, type VersionedSymbol } from "../harness/versioned-symbols";
import { kindsProgram } from "../programs/glibc-kinds";
import { throwerFiles } from "../programs/thrower";

const sources = loadSources();
const isGlibc = ({ system }: Platform): boolean => system.libc === "glibc";
const all = listPlatforms(sources).filter(isGlibc);
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), isGlibc);

const platformOf = ({ name }: Platform, version?: string): string =>
  `--platforms=@xllvm//platforms:${name}${version === undefined ? "" : `.${version}`}`;
const versionsOf = (platform: Platform): ResolvedTarget[] =>
  [platform.target, ...platform.otherVersions].sort((left, right) =>
    compareVersions(left.version ?? "", right.version ?? ""),
  );

/** Public headers that cannot stand beside the others: by architecture, until which release, and why. */
const unfit: readonly { readonly header: RegExp; readonly why: string }[] = [
  { header: /^(?:bits|finclude)\/|^gnu\/(?:stubs|lib-names)-/, why: "parts of others, which say so with #error" },
  { header: /^regexp\.h$/, why: "upstream's own text is an #error" },
  { header: /^sys\/(?:elf|vm86)\.h$/, why: "refuses 64-bit CPUs, or is deprecated with #warning" },
  { header: /^tgmath\.h$/, why: "clang has one of its own, which does not go with that of old releases" },
];

const [example = all[0]!] = chosen.platforms;
const isHere = (target: ResolvedTarget): boolean => missingArchives(target) === undefined;

/** A program of a platform that is linked with the libc of the newest release which can be built here. */
function withNewerLibc(name: string): string {
  const platform = all.find((candidate) => candidate.name === name)!;
  const libc = `@xllvm//targets/${versionsOf(platform).filter(isHere).at(-1)!.name}:stubs.libc`;
  return [
    `cc_binary(name = "with_newer_${name}", srcs = ["newer.c"], copts = ["-DDECLARE"], features = ["-cxx"], additional_linker_inputs = ["${libc}"], linkopts = ["$(location ${libc})"])`,
    `checked_binaries(name = "broken_by_newer_${name}", targets = [":with_newer_${name}"])`,
  ].join("\n");
}

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("@rules_cc//cc:cc_shared_library.bzl", "cc_shared_library")
load("@xllvm//:defs.bzl", "checked_binaries")

cc_binary(name = "kinds", srcs = ["kinds.c"], features = ["-cxx"], linkopts = ${JSON.stringify(kindsProgram.linkopts)})
cc_binary(name = "fixed_address", srcs = ["kinds.c"], copts = ["-fno-pie"], features = ["-cxx"], linkopts = ["-no-pie"])
cc_binary(name = "plain", srcs = ["plain.c"], features = ["-cxx"])

# strlcpy came with 2.38.
cc_binary(name = "newer_declared", srcs = ["newer.c"], features = ["-cxx"])
cc_binary(name = "newer_undeclared", srcs = ["newer.c"], copts = ["-DDECLARE"], features = ["-cxx"])

# An exception that a shared library throws; each side has an unwinder of its own, by the name that GCC's has.
cc_library(name = "thrower", srcs = ["thrower.cc"], hdrs = ["thrower.h"])
cc_shared_library(name = "thrower_shared", deps = [":thrower"], user_link_flags = ["-lgcc_s"])
cc_binary(name = "catcher", srcs = ["catcher.cc"], deps = [":thrower"], dynamic_deps = [":thrower_shared"], linkopts = ["-lgcc_s"])
cc_binary(name = "shared_runtime", srcs = ["catcher.cc"], deps = [":thrower"], linkstatic = False)

${all.map(({ name, architecture }) => `platform(name = "without_abi_${name}", constraint_values = ["@platforms//os:linux", "${architecture.constraint ?? ""}"])`).join("\n")}
platform(name = "static", parents = ["@xllvm//platforms:${example.name}"], constraint_values = ["@xllvm//constraints/link_mode:static"])

checked_binaries(name = "kept", targets = [":plain", ":catcher", ":thrower_shared"])
cc_binary(name = "with_runpath", srcs = ["plain.c"], features = ["-cxx"], linkopts = ["-Wl,-rpath,/opt/lib"])
checked_binaries(name = "broken_by_runpath", targets = [":with_runpath"])

# A library that the build makes, and that programs need by a name which none of its files has.
cc_library(name = "vendor_code", srcs = ["vendor.c"])
cc_shared_library(name = "vendor", deps = [":vendor_code"], user_link_flags = ["-Wl,-soname,libvendor.so.7"])
cc_binary(name = "with_vendor", srcs = ["needs_vendor.c"], features = ["-cxx"], additional_linker_inputs = [":vendor"], linkopts = ["$(location :vendor)"])
checked_binaries(name = "needs_vendor", targets = [":with_vendor"])

# Somebody hands the linker a libc that is not the platform's.
${all.map(({ name }) => withNewerLibc(name)).join("\n")}
`,
  "vendor.c": "int vendor(void) { return 7; }\n",
  "needs_vendor.c": "int vendor(void);\nint main(void) { return vendor(); }\n",
  "kinds.c": kindsProgram.text,
  "plain.c": '#include <stdio.h>\nint main(void) { puts("plain"); return 0; }\n',
  "newer.c": `
#include <string.h>
#ifdef DECLARE
size_t strlcpy(char *, const char *, size_t);
#endif
int main(int argc, char **argv) { char text[9]; return argc + (int)strlcpy(text, argv[0], sizeof text); }
`,
  ...throwerFiles,
  ...headerFiles(),
};

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, { name: "glibc", files });
  bazel = new DrivenBazel({ name: "glibc", workspace, fetchesAnew: true });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

/** One translation unit with every public header, per release and architecture. */
function headerFiles(): Record<string, string> {
  const units: Record<string, string> = {};
  const rules: string[] = ['load("@rules_cc//cc:defs.bzl", "cc_library")'];
  for (const platform of all) {
    for (const target of versionsOf(platform)) {
      const headers = sources.imports.get(`glibc-${target.version ?? ""}`)?.facts.release_headers;
      if (headers === undefined) continue;
      const { common, architectures } = headers;
      const own = architectures[platform.architecture.name]!;
      const names = [common, own].flatMap(({ copied, configured = {}, made = {}, written = {} }) => [
        ...Object.values(copied).flat(),
        ...Object.keys({ ...configured, ...made, ...written }),
      ]);
      const text = names
        .filter((name) => name.endsWith(".h") && !unfit.some(({ header }) => header.test(name)))
        .sort()
        .map((name) => `#include <${name}>\n`)
        .join("");
      for (const [language, suffix] of [
        ["c", "c"],
        ["cxx", "cc"],
      ] as const) {
        units[`headers/${target.name}.${suffix}`] = `#define _GNU_SOURCE 1\n${text}`;
        // As an archive alone: a shared library beside it would need the C++ runtime of each release.
        rules.push(
          `cc_library(name = "${target.name}_${language}", srcs = ["${target.name}.${suffix}"], linkstatic = True, copts = ["-Wno-everything", "-U_GNU_SOURCE"])`,
        );
      }
    }
  }
  return { ...units, "headers/BUILD.bazel": `${rules.join("\n")}\n` };
}

describe("stub libraries", () => {
  const compared = all.flatMap((platform) => {
    const real = findRealGlibc(platform);
    const target = versionsOf(platform).find(({ version }) => version === real?.version);
    return real === undefined || target === undefined ? [] : [{ platform, real, target }];
  });
  const built = new Map<string, string[]>();
  beforeAll(async () => {
    const targets = compared.map(({ target }) => `@xllvm//targets/${target.name}:stubs`);
    const { outputs } = await bazel.build(targets);
    for (const files of outputs.values())
      for (const file of files) {
        const name = /targets\/([^/]+)\//.exec(file)?.[1] ?? "";
        built.set(name, [...(built.get(name) ?? []), file]);
      }
  });

  for (const { platform, real, target } of compared) {
    it(`of ${target.name} export what the real libraries of ${real.version} do`, () => {
      const stubs = (built.get(target.name) ?? []).filter((file) => /\.so\.\d+$/.test(file));
      const pairs = stubs.flatMap((stub) => {
        const library = realLibrary(real, basename(stub));
        return library === undefined ? [] : [{ stub, library }];
      });
      // libcrypt is another project's where distributions have it at all.
      expect(
        stubs
          .map((stub) => basename(stub))
          .filter((name) => !pairs.some(({ library }) => basename(library) === name) && !name.startsWith("libcrypt")),
      ).toEqual([]);
      for (const { stub, library } of pairs.filter(({ stub }) => !basename(stub).startsWith("libcrypt"))) {
        expect({ library: basename(stub), symbols: readExports(readFileSync(stub)) }).toEqual({
          library: basename(stub),
          symbols: publicExports(library),
        });
        expect(inspectElf(stub)).toMatchObject({
          machine: platform.architecture.elf_machine,
          soname: basename(stub),
          needed: [],
        });
      }
    });
  }
  for (const { name, architecture } of all.filter(
    (platform) => !compared.some((entry) => entry.platform === platform),
  )) {
    declareSkip(
      `of ${name} export what real libraries do`,
      `no glibc for ${architecture.name} of a release in the manifest is installed`,
    );
  }
});

/** What a real library offers to programs: without what glibc's libraries keep to themselves, and without the linker's own symbols. */
function publicExports(library: string): VersionedSymbol[] {
  return readExports(readFileSync(library)).filter(
    ({ name }) => !name.endsWith("@GLIBC_PRIVATE") && !name.includes(".plt_call."),
  );
}

describe("headers", () => {
  for (const platform of chosen.platforms) {
    const isTested = (target: ResolvedTarget): boolean =>
      sources.imports.has(`glibc-${target.version ?? ""}`) && isHere(target);
    // Of a further CPU's most are the first one's.
    const isOneOfMany = ({ name }: ResolvedTarget): boolean =>
      chosen.leftOut.length > 0 && platform !== chosen.platforms[0] && name !== platform.target.name;
    for (const target of versionsOf(platform).filter(isTested))
      itUnless(isOneOfMany(target) ? oneWillDo : undefined)(
        `of ${target.name} compile together, as C and as C++`,
        async () => {
          const { name, version } = target;
          await bazel.build([platformOf(platform, version), `//headers:${name}_c`, `//headers:${name}_cxx`]);
        },
      );
    const others = versionsOf(platform)
      .filter((target) => !isTested(target))
      .map(({ version }) => version);
    if (others.length > 0)
      declareSkip(
        `of ${platform.name} at ${others.join(", ")}`,
        "not imported, so that others have made them, or not in the index of archives",
      );
  }
});

for (const platform of representatives(chosen.platforms)) describe(platform.name, () => testPlatform(platform));

/** A release that has not been imported: its headers are packed here from those of another one, as somebody who installed them would. */
describe("a release that has not been imported", () => {
  const target = versionsOf(example).find(({ version }) => !sources.imports.has(`glibc-${version ?? ""}`))!;
  const archive = target.runtimes.find(({ name }) => name === "glibc")!.archive.name;
  const runner = findRunner(example, target.version);
  const folder = join(scratchRoot, "glibc-headers");
  let program = "";

  it("is built with the headers of an archive that is redirected, whatever its folder is called", async () => {
    await bazel.build([platformOf(example), "//:plain"]);
    const installed = readdirSync(join(bazel.outputBase, "external")).find((name) =>
      name.endsWith(`glibc-${example.target.version ?? ""}`),
    )!;
    rmSync(folder, { recursive: true, force: true });
    for (const part of ["common", example.architecture.name]) {
      cpSync(
        join(bazel.outputBase, "external", installed, "generated/headers", part),
        join(folder, "a-name-of-its-own/include"),
        { recursive: true, dereference: true },
      );
    }
    const file = join(folder, "headers.tar.gz");
    await create({ gzip: true, file, cwd: folder }, ["a-name-of-its-own"]);
    const index = writeIndex(join(folder, "index.json"), {
      ...readMachineIndex(),
      [archive]: { file, sha256: sha256Of(file) },
    });
    const { outputs } = await bazel.build([
      platformOf(example, target.version),
      `--repo_env=XLLVM_ARCHIVES=${index}`,
      "//:kinds",
    ]);
    expect(bazel.fetchedRepositories()).toContain(archive);
    program = outputs.get("//:kinds")?.[0] ?? "";
    const releases = Object.values(readNeededVersions(readFileSync(program)))
      .flat()
      .map((name) => name.replace("GLIBC_", ""));
    expect(releases.filter((release) => compareVersions(release, target.version ?? "") > 0)).toEqual([]);
  });

  itWhere(runner)("runs a program that was built with them", async () => {
    expect((await runProgram(runner, program)).stdout).toContain("thread 42, ");
  });
});

function testPlatform(platform: Platform): void {
  const version = platform.target.version ?? "";
  const runner = findRunner(platform);
  const run = async (label: string, options: readonly string[] = []): Promise<{ file: string; stdout: string }> => {
    const { outputs } = await bazel.build([platformOf(platform), ...options, label]);
    const file = outputs.get(label)?.[0] ?? "";
    const { stdout, stderr, status } = await runProgram(runner, file, { environment: { HOME: "/" } });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return { file, stdout };
  };
  const runs = itWhere(runner);

  for (const [name, pie] of [
    ["kinds", true],
    ["fixed_address", false],
  ] as const) {
    runs(`//:${name} has threads, dlopen, maths and copied data`, async () => {
      const { file, stdout } = await run(`//:${name}`);
      expect(stdout).toBe(kindsProgram.stdout);
      expect(inspectElf(file)).toMatchObject({ pie, type: pie ? "shared" : "executable", dynamic: true });
    });
  }

  runs("an exception crosses a shared library, with -lgcc_s", async () => {
    expect((await run("//:catcher")).stdout).toBe("caught thrown 7\n");
  });

  runs("linkstatic = False takes libc++ and the unwinder as shared libraries", async () => {
    const { file, stdout } = await run("//:shared_runtime");
    expect(stdout).toBe("caught thrown 7\n");
    expect(inspectElf(file).needed).toEqual(expect.arrayContaining(["libc++.so.1", "libunwind.so.1"]));
  });

  it("needs nothing but libc where it uses nothing else, and no newer symbol", async () => {
    const { outputs } = await bazel.build([platformOf(platform), "//:plain"]);
    const file = outputs.get("//:plain")?.[0] ?? "";
    expect(inspectElf(file).needed).toEqual(["libc.so.6"]);
    const releases = (readNeededVersions(readFileSync(file))["libc.so.6"] ?? []).map((name) =>
      name.replace("GLIBC_", ""),
    );
    expect(releases.filter((release) => compareVersions(release, version) > 0)).toEqual([]);
  });

  const before = versionsOf(platform)
    .filter((target) => compareVersions(target.version ?? "", "2.38") < 0 && isHere(target))
    .at(-1);
  const since = versionsOf(platform).find(
    (target) => compareVersions(target.version ?? "", "2.38") >= 0 && isHere(target),
  );
  it("refuses a function of a later release, by its name: undeclared when compiled, undefined when linked", async () => {
    const compiled = await bazel.tryBuild([platformOf(platform, before?.version), "//:newer_declared"]);
    expect(compiled.exitCode).toBe(1);
    expect(compiled.stderr).toMatch(/error: call to undeclared (?:library )?function 'strlcpy'/);
    const linked = await bazel.tryBuild([platformOf(platform, before?.version), "//:newer_undeclared"]);
    expect(linked.exitCode).toBe(1);
    expect(linked.stderr).toMatch(/undefined symbol: strlcpy/);
    await bazel.build([platformOf(platform, since?.version), "//:newer_declared"]);
  });

  it("keeps the contract, and fails where a program does not: with the search path, with the symbol and who brought it", async () => {
    await bazel.build([platformOf(platform), "//:kept"]);
    const runpath = await bazel.tryBuild([platformOf(platform), "//:broken_by_runpath"]);
    expect(runpath.exitCode).toBe(1);
    expect(runpath.stderr).toContain("/opt/lib");
    // No platform of ours has another's libc: its targets are not visible.
    const newer = await bazel.tryBuild([
      platformOf(platform),
      "--check_visibility=false",
      `//:broken_by_newer_${platform.name}`,
    ]);
    expect(newer.exitCode).toBe(1);
    expect(newer.stderr).toMatch(/strlcpy/);
    expect(newer.stderr).toMatch(/GLIBC_2\.38/);
    expect(newer.stderr).toMatch(/newer\S*\.o/);
  });

  it("fails where a program needs a library that is neither of its link nor allowed", async () => {
    const broken = await bazel.tryBuild([platformOf(platform), "//:needs_vendor"]);
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toContain("needs libvendor.so.7, which is neither of its link nor allowed");
    await bazel.build([
      platformOf(platform),
      "--@xllvm//bzlmod/contract:allowed=libssl.so.3,libvendor.so.7",
      "//:needs_vendor",
    ]);
  });

  it("a static link, an unknown release and a link mode that does not exist are refused, with what there is", async () => {
    const unknown = await bazel.tryBuild(["--nobuild", `${platformOf(platform)}.2.99`, "//:plain"]);
    expect(unknown.exitCode).not.toBe(0);
    expect(unknown.stderr).toMatch(/no such target .*2\.99/);
    expect(unknown.stderr).toMatch(/did you mean/);
    const linkedStatically = await bazel.tryBuild(["--nobuild", "--platforms=//:static", "//:plain"]);
    expect(linkedStatically.exitCode).not.toBe(0);
    expect(linkedStatically.stderr).toContain(
      `targets/${example.target.name} links dynamic; no other mode of //constraints/link_mode exists for it. For static programs take ${example.name.replace("gnu", "musl")}.`,
    );
    const byFeature = await bazel.tryBuild([
      "--nobuild",
      platformOf(platform),
      "--features=fully_static_link",
      "//:plain",
    ]);
    expect(byFeature.exitCode).toBe(1);
    expect(byFeature.stderr).toContain(
      `fully_static_link: ${platform.name} has no static programs. Take ${platform.name.replace("gnu", "musl")}.`,
    );
    const byFlag = await bazel.tryBuild([platformOf(platform), "--linkopt=-static", "//:plain"]);
    expect(byFlag.exitCode).toBe(1);
    expect(byFlag.stderr).toContain(
      `unable to find a static C library: ${platform.name} has none, ${platform.name.replace("gnu", "musl")} has`,
    );
  });

  it("is the default of its CPU on Linux", async () => {
    const { outputs } = await bazel.build([`--platforms=//:without_abi_${platform.name}`, "//:plain"]);
    expectProgramFile(platform, "dynamic", outputs.get("//:plain")?.[0] ?? "");
  });
}
