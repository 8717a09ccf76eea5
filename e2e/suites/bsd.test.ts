import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { choosePlatforms, declareLeftOut, thatFit, withAlways, withCxx } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { inspectElf } from "../harness/inspect-artefact";
import { downloadNative } from "../harness/npm-package";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { readExports, readNeededSymbols, readNeededVersions, type NeededSymbol } from "../harness/versioned-symbols";

const sources = loadSources();
const isBsd = ({ system }: Platform): boolean => ["freebsd", "netbsd"].includes(system.os);
const all = listPlatforms(sources).filter(isBsd);
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), isBsd);
/** One program of C is linked whatever platforms are left out: it costs seconds. */
const first = all[0]!;
const hasCxx = withCxx(chosen, chosen.platforms).map(({ name }) => name);

/** A program that somebody else has linked on FreeBSD: an extension of Node's, as npm has it. */
const real = {
  package: "@rollup/rollup-freebsd-x64@4.68.8",
  sha512: "kegwGqP3rMenEMaKo8OzMBb5WvLW2h2jrQ3iKuYptTTF8C/yuxz+hinjBPrtYuIPLJDwxHc/hv2e4u5pmrqo9A==",
  platform: "freebsd_amd64",
};

const releaseOf = ({ target }: Platform): string => target.version ?? "";
const platformOf = ({ target }: Platform): string => `--platforms=@xllvm//platforms:${target.name}`;

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("@rules_cc//cc:cc_shared_library.bzl", "cc_shared_library")

package(default_visibility = ["//visibility:public"], features = ["-cxx"])

[cc_binary(
    name = "program_" + release,
    srcs = ["bsd.c"],
    copts = ["-std=gnu17", "-DRELEASE=" + release],
    linkopts = ["-lutil"],
) for release in ${JSON.stringify([...new Set(all.map(releaseOf))])}]

cc_binary(name = "plain", srcs = ["plain.c"])
cc_binary(name = "unknown", srcs = ["unknown.c"])
cc_binary(name = "fixed", srcs = ["plain.c"], linkopts = ["-Wl,-no-pie"])
cc_binary(name = "cxx", srcs = ["cxx.cc"], copts = ["-std=c++20"], features = ["cxx"])
cc_binary(name = "cxx_dynamic", srcs = ["cxx.cc"], copts = ["-std=c++20"], features = ["cxx"], linkstatic = False)
cc_library(name = "library_code", srcs = ["library.c"])
cc_shared_library(name = "library", deps = [":library_code"])
`,
  "plain.c": "int main(void) { return 0; }\n",
  "unknown.c":
    "int a_function_that_no_release_has(void);\nint main(void) { return a_function_that_no_release_has(); }\n",
  "library.c": '#include <stdio.h>\nvoid greet(void) { puts("hello"); }\n',
  "cxx.cc": `
#include <filesystem>
#include <future>
#include <iostream>
#include <locale>
#include <map>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
struct Noisy { ~Noisy() { std::cout << "end of a thread\\n"; } };
thread_local Noisy noisy;
int main(int argc, char **argv) {
  std::map<std::string, int> words;
  for (int i = 0; i < argc; i++) words[argv[i]]++;
  auto later = std::async(std::launch::async, [&] { (void)&noisy; return words.size(); });
  try {
    if (later.get() > 0) throw std::runtime_error(std::filesystem::current_path().string());
  } catch (const std::exception &error) {
    std::cerr << error.what() << std::regex_search(error.what(), std::regex("/tmp")) << std::locale("").name() << '\\n';
  }
}
`,
};

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "bsd",
    files,
    copies: { "bsd.c": join(__dirname, "../programs/bsd.c") },
  });
  bazel = new DrivenBazel({ name: "bsd", workspace });
});

afterAll(() => bazel.shutDown());

const tested = withAlways(chosen, first);
declareLeftOut(tested);

for (const platform of tested.platforms) describe(platform.name, () => testPlatform(platform));

/** The libraries' stubs, by soname: what each exports, as `name` and `name@VERSION`, whether it is the default one or not. */
type Stubs = ReadonlyMap<string, ReadonlySet<string>>;

function testPlatform(platform: Platform): void {
  const program = `//:program_${releaseOf(platform)}`;
  let built: BuildResult;
  let stubs: Stubs;
  const fileOf = (name: string): string => built.outputs.get(name)![0]!;
  beforeAll(async () => {
    const links = `@xllvm//targets/${platform.target.name}:link_files.dynamic`;
    built = await bazel.build([platformOf(platform), program, "//:plain", "//:fixed", "//:library", links]);
    const libc = [...built.outputs.values()].flat().find((file) => basename(file).startsWith("libc.so."));
    stubs = readStubs(dirname(libc!));
  });

  it("links a program as the system's own compiler does: position-independent, for its loader, with its libraries", () => {
    expectProgramFile(platform, "dynamic", fileOf(program));
    expectProgramFile(platform, "dynamic", fileOf("//:fixed"), { pie: false });
    const { needed } = inspectElf(fileOf(program));
    const major = (name: string): string => [...stubs.keys()].find((soname) => soname.startsWith(`lib${name}.so.`))!;
    const threads = major(platform.system.os === "freebsd" ? "thr" : "pthread");
    // The library of threads replaces functions of libc.
    expect(needed).toEqual([major("util"), threads, major("m"), major("c")]);
    expect(inspectElf(fileOf("//:plain")).needed).toEqual([major("c")]);
  });

  it("says in a note which system and release it is for", () => {
    const release = Number(releaseOf(platform));
    const bytes = readFileSync(fileOf(program));
    if (platform.system.os === "freebsd") {
      // The file's OS/ABI. clang names lld's emulation for RISC-V alone, and lld has none of FreeBSD's there; its kernel reads the note.
      expect(bytes[7]).toBe(platform.architecture.elf_machine === "EM_RISCV" ? 0 : 9);
      expect(Math.floor(noteOf(bytes, "FreeBSD\0", 1, platform) / 100000)).toBe(release);
    } else {
      expect(Math.floor(noteOf(bytes, "NetBSD\0\0", 1, platform) / 100000000)).toBe(release);
    }
  });

  it("needs nothing that the system's libraries have not", () => {
    for (const name of [program, "//:plain", "//:library"]) expectFound(fileOf(name), stubs);
  });

  it("exports what libc takes from programs", () => {
    const exported = readExports(readFileSync(fileOf("//:plain"))).map(({ name }) => name);
    expect(exported).toEqual(expect.arrayContaining(["__progname", "environ"]));
  });

  it("refuses a function that no release has", async () => {
    const unknown = await bazel.tryBuild([platformOf(platform), "//:unknown"]);
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain("undefined symbol: a_function_that_no_release_has");
  });

  it("names the releases that there are where another is asked for", async () => {
    const unknown = await bazel.tryBuild([
      "--nobuild",
      `--platforms=@xllvm//platforms:${platform.name}.99`,
      "//:plain",
    ]);
    expect(unknown.exitCode).not.toBe(0);
    expect(unknown.stderr).toMatch(new RegExp(`no such target .*${platform.name}\\.99.*did you mean`, "s"));
  });

  if (hasCxx.includes(platform.name)) {
    it("links C++ with threads, exceptions, streams and files, statically and with shared libraries", async () => {
      const { outputs } = await bazel.build([platformOf(platform), "//:cxx", "//:cxx_dynamic"]);
      const file = outputs.get("//:cxx")![0]!;
      expectProgramFile(platform, "dynamic", file);
      expectFound(file, stubs);
      expect(inspectElf(file).needed.filter((name) => !stubs.has(name))).toEqual([]);
      const dynamic = inspectElf(outputs.get("//:cxx_dynamic")![0]!).needed;
      expect(dynamic).toEqual(expect.arrayContaining(["libc++.so.1", "libunwind.so.1"]));
    });
  }

  if (platform.name === real.platform && hasCxx.includes(platform.name)) {
    const extension = downloadNative(real, "bsd");
    itUnless(extension === undefined ? "no network" : undefined)(
      `has what ${real.package} needs, which was linked on the system itself`,
      () => {
        const bytes = readFileSync(extension!);
        const versions = readNeededVersions(bytes);
        const { needed } = inspectElf(extension!);
        // GCC's unwinder is part of the system, and not of these lists: programs here have their own.
        const ours = needed.filter((name) => name !== "libgcc_s.so.1");
        expect(ours).toEqual(["libthr.so.3", "libc.so.7", "libm.so.5"]);
        expect(ours.filter((name) => !stubs.has(name))).toEqual([]);
        const symbols = readNeededSymbols(bytes).filter(
          ({ version }) => version !== undefined && ours.includes(version.library),
        );
        expect(symbols.length).toBeGreaterThan(50);
        expect(symbols.filter((symbol) => !isIn(symbol, stubs)).map(({ name }) => name)).toEqual([]);
        // A newer version than a program of that age needs stands beside the one that it needs.
        expect(Object.values(versions).flat()).toContain("FBSD_1.5");
      },
    );
  }
}

function readStubs(folder: string): Stubs {
  const sonames = readdirSync(folder).filter((name) => /\.so\.\d+$/.test(name));
  return new Map(
    sonames.map((soname) => [
      soname,
      new Set(readExports(readFileSync(join(folder, soname))).map(({ name }) => name.replace("@@", "@"))),
    ]),
  );
}

/** Whether the library that a symbol is said to be of has it in that version; one without a version is of any library, and has none there. */
function isIn({ name, version }: NeededSymbol, stubs: Stubs): boolean {
  if (version === undefined) return [...stubs.values()].some((names) => names.has(name));
  return stubs.get(version.library)?.has(`${name}@${version.name}`) === true;
}

/** Expects that the system's libraries have all that a file needs, but for what may be missing. */
function expectFound(file: string, stubs: Stubs): void {
  const needed = readNeededSymbols(readFileSync(file)).filter(({ weak }) => !weak);
  expect(needed.length).toBeGreaterThan(0);
  expect(needed.filter((symbol) => !isIn(symbol, stubs))).toEqual([]);
}

/** The number in a note of a system's. */
function noteOf(bytes: Buffer, owner: string, type: number, { architecture }: Platform): number {
  const number = (value: number): Buffer => {
    const word = Buffer.alloc(4);
    if (architecture.endian === "big") word.writeUInt32BE(value);
    else word.writeUInt32LE(value);
    return word;
  };
  const ownerSize = owner.startsWith("FreeBSD") ? 8 : 7;
  const head = Buffer.concat([number(ownerSize), number(4), number(type), Buffer.from(owner, "latin1")]);
  const at = bytes.indexOf(head);
  if (at === -1) throw new Error(`no note of ${owner}`);
  return architecture.endian === "big" ? bytes.readUInt32BE(at + head.length) : bytes.readUInt32LE(at + head.length);
}
