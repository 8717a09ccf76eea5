import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { librariesFor } from "../../generator/schema/import-libraries";
import { readActionGraph } from "../harness/actions-query";
import { choosePlatforms, declareLeftOut, ofFormat } from "../harness/choose-platforms";
import { readCoffFile, type CoffFile } from "../harness/coff-file";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { declareSkip } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { coffMachine } from "../harness/expect-program";
import { readImportLibrary } from "../harness/import-library";
import { inspectCoff } from "../harness/inspect-artefact";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { findWine, wineLibraries, wineMachine } from "../harness/wine";

const sources = loadSources();
const chosenPlatforms = ofFormat(choosePlatforms(listPlatforms(sources)), "coff");
const { platforms } = chosenPlatforms;

const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library")
load("@xllvm//bzlmod/windows:libraries.bzl", "linked_libraries")
load("@xllvm//bzlmod/windows:resources.bzl", "windows_resources")

cc_binary(name = "wide_main", srcs = ["wide_main.c"], copts = ["-municode"], features = ["-cxx"], linkopts = ["-municode"])
cc_binary(name = "window", srcs = ["window.c"], features = ["-cxx"], linkopts = ["-mwindows"])
cc_binary(name = "wide_window", srcs = ["window.c"], copts = ["-municode", "-DWIDE"], features = ["-cxx"], linkopts = ["-mwindows", "-municode"])
cc_binary(name = "services", srcs = ["services.c"], features = ["-cxx"], linkopts = ["-lws2_32", "-lole32", "-luuid"])
cc_binary(name = "posix_threads", srcs = ["posix_threads.c"], features = ["-cxx"], linkopts = ["-pthread"])

windows_resources(name = "resources", srcs = ["resources.rc"], data = ["resources.h"], defines = ["NUMBER=7"])
cc_binary(name = "with_resources", srcs = ["with_resources.c"], features = ["-cxx"], linkopts = ["-lversion"], deps = [":resources"])

cc_library(name = "code", srcs = ["code.cc"])
cc_shared_library(name = "shared", win_def_file = "shared.def", deps = [":code"])
cc_binary(name = "plugin", srcs = ["code.cc"], linkshared = True, win_def_file = "shared.def")
cc_binary(name = "uses_shared", srcs = ["uses_shared.cc"], linkopts = ["-lstdc++", "-lgcc_s", "-lgcc_eh", "-lgcc", "-latomic"], dynamic_deps = [":shared"], deps = [":code"])

cc_binary(name = "named_library", srcs = ["input.c"], features = ["-cxx"], deps = ["@xllvm//windows:dinput8"])
cc_binary(name = "linked_library", srcs = ["input.c"], features = ["-cxx"], linkopts = ["-ldinput8"])
linked_libraries(name = "more_libraries", libraries = ["dinput8"])
cc_binary(name = "misspelt_library", srcs = ["window.c"], features = ["-cxx"], linkopts = ["-lfoo32"])
platform(
    name = "windows_arm64_gnu_msvcrt",
    constraint_values = ["@platforms//os:windows", "@platforms//cpu:aarch64", "@xllvm//constraints/abi:gnu_msvcrt"],
)

cc_binary(name = "misspelt_label", srcs = ["window.c"], features = ["-cxx"], deps = ["@xllvm//windows:ws2_23"])
`;

const input = `#define INITGUID
#include <dinput.h>
int main(void) {
    IDirectInput8W *input = NULL;
    return DirectInput8Create(GetModuleHandleW(NULL), 0x800, &IID_IDirectInput8W, (void **)&input, NULL) == DI_OK ? 11 : 1;
}
`;

const files = {
  "BUILD.bazel": buildFile,
  "wide_main.c":
    '#include <stdio.h>\n#include <wchar.h>\nint wmain(int argc, wchar_t **argv) {\n  for (int i = 1; i < argc; i++) {\n    for (wchar_t *c = argv[i]; *c; c++) printf("%04x ", *c);\n    puts("");\n  }\n  return argc;\n}\n',
  "window.c":
    "#include <windows.h>\n#ifdef WIDE\nint WINAPI wWinMain(HINSTANCE i, HINSTANCE p, LPWSTR c, int s) { return (int)lstrlenW(c); }\n#else\nint WINAPI WinMain(HINSTANCE i, HINSTANCE p, LPSTR c, int s) { return (int)lstrlenA(c); }\n#endif\n",
  "services.c": `#include <winsock2.h>
#include <ws2tcpip.h>
#include <objbase.h>
#include <shlobj.h>
#include <stdio.h>
int main(void) {
    WSADATA data;
    struct in_addr address;
    printf("sockets %d\\n", WSAStartup(MAKEWORD(2, 2), &data));
    printf("socket %d\\n", socket(AF_INET, SOCK_STREAM, 0) != INVALID_SOCKET);
    printf("address %d %lx\\n", inet_pton(AF_INET, "127.0.0.1", &address), ntohl(address.s_addr));
    IShellLinkW *link = NULL;
    printf("com %lx\\n", CoInitializeEx(NULL, COINIT_APARTMENTTHREADED));
    printf("shell link %lx\\n", CoCreateInstance(&CLSID_ShellLink, NULL, CLSCTX_INPROC_SERVER, &IID_IShellLinkW, (void **)&link));
    return 0;
}
`,
  "posix_threads.c":
    '#include <pthread.h>\n#include <stdio.h>\nstatic _Thread_local int own = 5;\nstatic void *work(void *number) { own += *(int *)number; return own == 9 ? number : NULL; }\nint main(void) {\n  pthread_t thread;\n  int number = 4;\n  void *result;\n  pthread_create(&thread, NULL, work, &number);\n  pthread_join(thread, &result);\n  printf("%d %d\\n", result == &number, own);\n  return 0;\n}\n',
  "resources.h": '#define MESSAGE "a text"\n',
  "resources.rc":
    '#include <windows.h>\n#include "resources.h"\n1 VERSIONINFO FILEVERSION 1,2,3,4 BEGIN BLOCK "StringFileInfo" BEGIN BLOCK "040904b0" BEGIN VALUE "ProductName", "test" END END END\nSTRINGTABLE BEGIN NUMBER MESSAGE END\n',
  "with_resources.c":
    '#include <windows.h>\n#include <stdio.h>\nint main(void) {\n  char text[64], path[MAX_PATH];\n  DWORD ignored;\n  LoadStringA(GetModuleHandleA(NULL), 7, text, sizeof text);\n  GetModuleFileNameA(NULL, path, sizeof path);\n  printf("%s, version %d\\n", text, GetFileVersionInfoSizeA(path, &ignored) > 0);\n  return 0;\n}\n',
  "code.cc":
    '#include <stdexcept>\nextern "C" __declspec(dllexport) int marked() { return 1; }\nextern "C" int named_in_def(int x) { return x * 2; }\n__declspec(dllexport) int counter = 5;\n__declspec(dllexport) void fail() { throw std::runtime_error("from the DLL"); }\n',
  "shared.def": "EXPORTS\nnamed_in_def\n",
  "uses_shared.cc":
    '#include <iostream>\n#include <stdexcept>\nextern "C" __declspec(dllimport) int marked();\nextern "C" int named_in_def(int);\nextern __declspec(dllimport) int counter;\n__declspec(dllimport) void fail();\nint main() {\n  std::cout << marked() << named_in_def(4) << counter << std::endl;\n  try {\n    fail();\n  } catch (const std::exception& caught) {\n    std::cout << caught.what() << std::endl;\n  }\n}\n',
  "input.c": input,
};

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, { name: "windows", files });
  bazel = new DrivenBazel({ name: "windows", workspace });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosenPlatforms);

function optionsFor({ name }: Platform): string[] {
  return [`--platforms=@xllvm//platforms:${name}`];
}

function outputOf({ outputs }: BuildResult, target: string, suffix = ".exe"): string {
  const file = outputs.get(target)?.find((output) => output.endsWith(suffix));
  if (file === undefined) throw new Error(`${target} has no output *${suffix}`);
  return file;
}

/** What is run, with its arguments, and what it prints and returns. */
const runs: readonly (readonly [target: string, args: readonly string[], stdout: string, status: number])[] = [
  ["wide_main", ["ü日"], "00fc 65e5 \n", 2],
  ["window", ["four"], "", 4],
  ["wide_window", ["日本"], "", 2],
  ["services", [], "sockets 0\nsocket 1\naddress 1 7f000001\ncom 0\nshell link 0\n", 0],
  ["posix_threads", [], "1 5\n", 0],
  ["with_resources", [], "a text, version 1\n", 0],
  ["uses_shared", [], "185\nfrom the DLL\n", 0],
  ["named_library", [], "", 11],
];

for (const platform of platforms) describe(platform.name, () => testPlatform(platform));

function testPlatform(platform: Platform): void {
  let result: BuildResult;
  beforeAll(async () => {
    result = await bazel.build([...optionsFor(platform), ...runs.map(([target]) => `//:${target}`)]);
  });

  const runner = findRunner(platform);
  if ("missing" in runner) {
    for (const [target] of runs) declareSkip(`runs ${target}`, runner.missing);
  } else {
    for (const [target, args, stdout, status] of runs) {
      it(`runs ${target} ${runner.how}`, async () => {
        const run = await runProgram(runner, outputOf(result, `//:${target}`), { arguments: args });
        expect(run).toEqual({ stdout, stderr: "", status, signal: null });
      });
    }
  }

  it("links programs for its machine, each with its subsystem", () => {
    const shown = runs.map(([target]) => [target, inspectCoff(outputOf(result, `//:${target}`))] as const);
    for (const [, coff] of shown)
      expect(coff).toMatchObject({
        machine: coffMachine(platform),
        bits: platform.architecture.bits,
        dll: false,
        writableCode: false,
      });
    expect(shown.filter(([, { subsystem }]) => subsystem === "windows").map(([target]) => target)).toEqual([
      "window",
      "wide_window",
    ]);
    expect(shown.filter(([, { subsystem }]) => subsystem === "other")).toEqual([]);
  });

  it("imports what a program names, and nothing else", () => {
    const importsOf = (target: string): string[] =>
      Object.keys(inspectCoff(outputOf(result, `//:${target}`)).imports).map((dll) => dll.toLowerCase());
    expect(importsOf("services")).toEqual(expect.arrayContaining(["ole32.dll", "ws2_32.dll"]));
    expect(importsOf("named_library")).toContain("dinput8.dll");
    expect(importsOf("wide_main").filter((dll) => ["ole32.dll", "ws2_32.dll", "dinput8.dll"].includes(dll))).toEqual(
      [],
    );
    expect(inspectCoff(outputOf(result, "//:with_resources")).sectionNames).toContain(".rsrc");
  });

  it("exports from a DLL what its definition and its sources say, and makes an import library", async () => {
    const built = await bazel.build([
      ...optionsFor(platform),
      "--output_groups=+interface_library",
      "//:shared",
      "//:plugin",
    ]);
    const file = outputOf(built, "//:shared", ".dll");
    const dll = inspectCoff(file);
    expect(dll).toMatchObject({ dll: true, machine: coffMachine(platform) });
    expect(Object.keys(dll.exports)).toEqual(expect.arrayContaining(["marked", "named_in_def", "counter"]));
    expect(inspectCoff(outputOf(built, "//:plugin", ".dll"))).toMatchObject({ dll: true, exports: dll.exports });
    const offered = readImportLibrary(readFileSync(file.replace(/dll$/, "if.lib")));
    expect(offered.map(({ dll: from }) => from)).toEqual(offered.map(() => "shared.dll"));
    expect(offered.map(({ name }) => name).sort()).toEqual(Object.keys(dll.exports).sort());
    expect(Object.keys(inspectCoff(outputOf(result, "//:uses_shared")).imports)).toContain("shared.dll");
  });
}

/** What does not depend on the CPU. */
for (const platform of platforms.slice(0, 1)) describe(`${platform.name}, as all`, () => testChoices(platform));

function testChoices(platform: Platform): void {
  it("finds by -l what the user adds by a label, and says which library it misses", async () => {
    const without = await bazel.tryBuild([...optionsFor(platform), "//:linked_library"]);
    expect(without.exitCode).not.toBe(0);
    expect(without.stderr).toContain("unable to find library -ldinput8");
    const added = [...optionsFor(platform), "--@xllvm//windows/linked:libraries=//:more_libraries"];
    const { outputs } = await bazel.build([...added, "//:linked_library"]);
    expect(outputs.get("//:linked_library")).toEqual([expect.stringMatching(/\.exe$/)]);
    expect(
      await bazel.query("cquery", [...added, "--output=files", "--output_groups=folder", "@xllvm//:crossenv"]),
    ).toMatch(/\/lib\/libdinput8\.a$/m);
  });

  it("names a library that does not exist, and what there is in its place", async () => {
    const linked = await bazel.tryBuild([...optionsFor(platform), "//:misspelt_library"]);
    expect(linked.stderr).toContain("unable to find library -lfoo32");
    const labelled = await bazel.tryBuild([...optionsFor(platform), "//:misspelt_label"]);
    expect(labelled.stderr).toMatch(/no such target '@@xllvm[~+]?\/\/windows:ws2_23'.*did you mean ws2_32\?/s);
  });

  it("says which platforms have a library that this one lacks", async () => {
    const lacking = listPlatforms(sources).filter(
      ({ system, architecture }) => system.os === "windows" && architecture.name !== platform.architecture.name,
    );
    const own = importLibraries(platform);
    const [other, library] =
      lacking.flatMap((candidate) =>
        importLibraries(candidate)
          .filter((name) => !own.includes(name))
          .map((name) => [candidate, name] as const),
      )[0] ?? [];
    const { exitCode, stderr } = await bazel.tryBuild([
      ...optionsFor(platform),
      "--nobuild",
      `@xllvm//windows:${library}`,
    ]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(
      new RegExp(`${library}: the target platform has no such library\\. It exists for [^.]*${other?.name}`),
    );
  });

  it("makes a PDB on request, and DWARF with -c dbg", async () => {
    const pdb = await bazel.build([
      ...optionsFor(platform),
      "--features=generate_pdb_file",
      "--output_groups=+pdb_file",
      "//:uses_shared",
    ]);
    const program = outputOf(pdb, "//:uses_shared");
    expect(inspectCoff(program).pdb).toBe("uses_shared.pdb");
    expect(inspectCoff(program).sectionNames).not.toContain(".debug_info");
    expect(readFileSync(program.replace(/exe$/, "pdb")).toString("latin1", 0, 24)).toBe("Microsoft C/C++ MSF 7.00");
    const dwarf = await bazel.build([...optionsFor(platform), "-c", "dbg", "//:uses_shared"]);
    expect(inspectCoff(outputOf(dwarf, "//:uses_shared")).sectionNames).toContain(".debug_info");
  });

  it("leaves resources out for other systems", async () => {
    const other = listPlatforms(sources).find(({ system }) => system.os !== "windows");
    const mnemonicsFor = async (name = ""): Promise<string[]> =>
      readActionGraph(
        await bazel.query("aquery", [`--platforms=@xllvm//platforms:${name}`, "--output=jsonproto", "//:resources"]),
      ).map(({ mnemonic }) => mnemonic);
    expect(await mnemonicsFor(platform.name)).toContain("CompileResources");
    expect(await mnemonicsFor(other?.name)).not.toContain("CompileResources");
  });
}

it.each([
  [
    "a platform's name",
    "@xllvm//platforms:windows_arm64_gnu_msvcrt",
    /no such target '@@xllvm[~+]?\/\/platforms:windows_arm64_gnu_msvcrt'/,
  ],
  [
    "constraints",
    "//:windows_arm64_gnu_msvcrt",
    /no C\+\+ toolchain for this platform: of its operating system and ABI there are windows_amd64_gnu_msvcrt, windows_i686_gnu_msvcrt\./,
  ],
])("has no MSVCRT for ARM, where Windows has none, and says so by %s", async (_, platform, message) => {
  const { exitCode, stderr } = await bazel.tryBuild([`--platforms=${platform}`, "//:window"]);
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(message);
});

describe("import libraries", () => {
  const wine = findWine();
  // A DLL's names do not depend on which C library programs use: one platform per CPU is enough.
  for (const platform of platforms.filter(({ system }) => system.default_for_os)) {
    const machine = wineMachine(platform.architecture);
    const own = wine && machine && wineLibraries(wine, machine);
    // Few installations have DLLs for more CPUs than one. But for i386's decorations, their names are the same for all.
    const folder = own ?? (wine && wineLibraries(wine, "x86_64"));
    const title = `of ${platform.name} offer what wine's DLLs export, under the same names and ordinals`;
    if (folder === undefined) {
      declareSkip(title, wine === undefined ? "wine is not on PATH" : "no DLLs were found beside wine");
      continue;
    }
    it(title, async () => {
      const dlls = librariesBelow(folder);
      const names = importLibraries(platform).filter((name) => dlls.has(name));
      expect(names.length).toBeGreaterThan(150);
      const { outputs } = await bazel.build(
        names.map((name) => `@xllvm//targets/${platform.target.name}:library.${name}`),
      );
      const built = new Map([...outputs.values()].flat().map((file) => [/\/lib([^/]+)\.a$/.exec(file)?.[1], file]));
      const found = names.map((name) =>
        compare(
          name,
          readFileSync(built.get(name) ?? ""),
          readCoffFile(readFileSync(dlls.get(name) ?? "")),
          own !== undefined,
        ),
      );
      expect(found.flatMap(({ problems }) => problems)).toEqual([]);
      expect(found.reduce((sum, { same }) => sum + same, 0)).toBeGreaterThan(10_000);
    });
  }
});

/** Names of the libraries that upstream installs for a platform's CPU and makes from a definition. */
function importLibraries({ target, architecture }: Platform): string[] {
  const products = target.runtimes.flatMap((runtime) => runtime.products);
  return products
    .flatMap((product) =>
      product.kind === "import_libraries" ? [...librariesFor(product.table, architecture.name)] : [],
    )
    .filter(([, { installed, definition }]) => installed && definition !== undefined)
    .map(([name]) => name);
}

/**
 * How many names a library offers that the DLL of its name exports, and which of them it imports in another way than the
 * DLL exports them. Names that wine lacks count neither way; nor, where the DLL is not for the same CPU, names that i386's
 * DLL exports with their decorations.
 */
function compare(
  library: string,
  archive: Buffer,
  { exports }: CoffFile,
  isSameMachine: boolean,
): { same: number; problems: string[] } {
  const offered = readImportLibrary(archive).filter(({ dll }) => dll.toLowerCase().replace(/\.dll$/, "") === library);
  const problems = offered.flatMap(({ symbol, name, ordinal }) => {
    // On i386 a symbol has an underscore before it, and stdcall's have the size of their arguments after it.
    const plain = symbol.replace(/^_/, "").replace(/@\d+$/, "");
    if (ordinal !== undefined)
      return exports[plain] === undefined || exports[plain] === ordinal
        ? []
        : [`${library}: ${symbol} is ordinal ${ordinal}, wine's is ${exports[plain]}`];
    if (exports[String(name)] !== undefined || (!isSameMachine && name === symbol && symbol !== plain)) return [];
    return exports[symbol] === undefined && exports[plain] === undefined
      ? []
      : [`${library}: ${symbol} imports ${name}`];
  });
  return { same: offered.filter(({ name }) => exports[String(name)] !== undefined).length, problems };
}

/** `user32` → its DLL. Drivers and programs are left out: their names end otherwise. */
function librariesBelow(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith(".dll"))
      .map((file) => [file.slice(0, -4).toLowerCase(), join(folder, file)]),
  );
}
