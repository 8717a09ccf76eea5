import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, declareLeftOut, ofFormat } from "../harness/choose-platforms";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { inspectWasm } from "../harness/inspect-artefact";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { withNarrowTable } from "../harness/wasm-file";

const sources = loadSources();
const chosenPlatforms = ofFormat(choosePlatforms(listPlatforms(sources)), "wasm");
const freestanding = chosenPlatforms.platforms.filter(({ system }) => system.os === "none");
const wasi = chosenPlatforms.platforms.filter(({ system }) => system.os === "wasi");

const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library")

cc_library(name = "helper", srcs = ["helper.c"], hdrs = ["helper.h"])
cc_binary(name = "functions_c", srcs = ["functions.c"], features = ["-cxx"], deps = [":helper"])
cc_binary(name = "functions_cc", srcs = ["functions.cc"], deps = [":helper"])
cc_shared_library(name = "shared", deps = [":helper"])

cc_binary(name = "reactor", srcs = ["reactor.cc"], linkopts = ["-mexec-model=reactor"])
cc_binary(name = "files", srcs = ["files.c"], features = ["-cxx"])
cc_binary(
    name = "emulated",
    srcs = ["emulated.c"],
    features = ["-cxx"],
    local_defines = ["_WASI_EMULATED_GETPID", "_WASI_EMULATED_MMAN", "_WASI_EMULATED_PROCESS_CLOCKS", "_WASI_EMULATED_SIGNAL"],
    linkopts = ["-lwasi-emulated-getpid", "-lwasi-emulated-mman", "-lwasi-emulated-process-clocks", "-lwasi-emulated-signal"],
)
cc_binary(name = "long_double", srcs = ["long_double.c"], features = ["-cxx"], linkopts = ["-lc-printscan-long-double"])
`;

const exported = "#define EXPORT(name) __attribute__((export_name(#name)))\n";

const files = {
  "BUILD.bazel": buildFile,
  "helper.h": '#pragma once\n#ifdef __cplusplus\nextern "C"\n#endif\nint helped(int number);\n',
  "helper.c": '#include "helper.h"\nint helped(int number) { return number + 1; }\n',
  "functions.c": `#include <limits.h>
#include <stdint.h>
#include "helper.h"
${exported}
__attribute__((import_module("host"), import_name("tell"))) void tell(int number);
static unsigned char sieve[1000];
EXPORT(add) int add(int a, int b) { return a + b; }
EXPORT(pointer_bits) int pointer_bits(void) { return sizeof(void *) * CHAR_BIT; }
EXPORT(twice) void twice(int number) { tell(number); tell(helped(number)); }
// 128 bits and long double are done by functions of compiler-rt.
EXPORT(scaled) uint64_t scaled(uint64_t a, uint64_t b, uint64_t c) { return (unsigned __int128)a * b / c; }
EXPORT(third) double third(double x) { return (double)((long double)x / 3.0L); }
EXPORT(primes) int primes(int below) {
    int count = 0;
    for (int i = 2; i < below; i++) {
        if (sieve[i]) continue;
        count++;
        for (int j = 2 * i; j < below; j += i) sieve[j] = 1;
    }
    return count;
}
int hidden(void) { return 1; }
`,
  "functions.cc": `#include <stdint.h>
#include "helper.h"
${exported}
extern "C" __attribute__((import_module("host"), import_name("tell"))) void tell(int number);
namespace {
struct Shape { virtual int area() const = 0; };
struct Square final : Shape { int side; explicit Square(int s) : side(s) {} int area() const override { return side * side; } };
struct Strip final : Shape { int length; explicit Strip(int l) : length(l) {} int area() const override { return length; } };
struct Counter { int calls; Counter() : calls(helped(40)) {} };
Counter counter;
template <typename T, typename F> T fold(const T* begin, const T* end, T start, F f) { for (; begin != end; ++begin) start = f(start, *begin); return start; }
}
extern "C" {
void __cxa_pure_virtual() { __builtin_trap(); }
EXPORT(area) int area(int kind, int size) { Square square(size); Strip strip(size); const Shape* const shapes[] = {&square, &strip}; return shapes[kind]->area(); }
EXPORT(count) int count() { return ++counter.calls; }
EXPORT(folded) int64_t folded(int64_t a, int64_t b) { const int64_t numbers[] = {a, b, 3}; return fold(numbers, numbers + 3, int64_t{1}, [](int64_t x, int64_t y) { return x * y; }); }
}
`,
  "reactor.cc": `#include <cstdio>
#include <stdexcept>
#include <string>
struct Ready { std::string text; Ready() : text("initialized") {} };
static Ready ready;
extern "C" __attribute__((export_name("run"))) int run() {
  std::puts(ready.text.c_str());
  try {
    throw std::runtime_error("thrown in a reactor");
  } catch (const std::exception& caught) {
    std::puts(caught.what());
  }
  std::fflush(stdout);
  return 9;
}
`,
  "files.c": `#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
int main(int argc, char **argv) {
    char path[4096], line[64] = "";
    snprintf(path, sizeof path, "%s/written", argv[1]);
    FILE *file = fopen(path, "w");
    if (!file) return perror(path), 1;
    fputs("a line\\n", file);
    fclose(file);
    file = fopen(path, "r");
    fgets(line, sizeof line, file);
    fclose(file);
    struct stat info;
    stat(path, &info);
    printf("%ld bytes: %s", (long)info.st_size, line);
    DIR *folder = opendir(argv[1]);
    for (struct dirent *entry; (entry = readdir(folder));) if (entry->d_name[0] != '.') printf("entry %s\\n", entry->d_name);
    closedir(folder);
    remove(path);
    printf("outside: %s\\n", fopen("/etc/hostname", "r") ? "opened" : "refused");
    printf("time: %d, %s\\n", getenv("ANSWER") ? atoi(getenv("ANSWER")) : -1, strerror(ENOENT));
    exit(21);
}
`,
  "emulated.c": `#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
static volatile sig_atomic_t caught;
static void on_signal(int number) { caught = number; }
int main(void) {
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(memory + 4096, "mapped");
    struct rusage usage;
    printf("signal %d\\n%s\\nprocess %d\\nclock %d\\nusage %d\\n", caught == SIGUSR1, memory + 4096, getpid() > 0, clock() >= 0, getrusage(RUSAGE_SELF, &usage));
    return munmap(memory, 8192);
}
`,
  "long_double.c":
    '#include <float.h>\n#include <stdio.h>\n#include <stdlib.h>\nint main(void) {\n  printf("%d digits: %.30Lf\\n", LDBL_MANT_DIG, strtold("0.1", NULL) * 3.0L);\n  return 0;\n}\n',
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "wasm",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "wasm", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosenPlatforms);

function optionsFor({ name }: Platform): string[] {
  return [`--platforms=@xllvm//platforms:${name}`];
}

function outputOf({ outputs }: BuildResult, target: string): string {
  const [file] = outputs.get(target) ?? [];
  if (file === undefined) throw new Error(`${target} has no output`);
  return file;
}

const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: { validate(module: Buffer): boolean } };

/** By a module of one table of 64-bit addresses, and nothing else. */
const nodeKnowsWideTables = api.validate(Buffer.from("\0asm\x01\0\0\0\x04\x04\x01\x70\x04\0", "latin1"));

const caller = { prefix: [process.execPath, join(__dirname, "../harness/call-wasm.mjs")], how: "under Node" };

for (const platform of freestanding) describe(platform.name, () => testFunctions(platform));

function testFunctions(platform: Platform): void {
  const wide = platform.architecture.bits === 64;
  const narrowed = wide && !nodeKnowsWideTables;
  let result: BuildResult;
  beforeAll(async () => {
    result = await bazel.build([...optionsFor(platform), "//:functions_c", "//:functions_cc"]);
  });

  /** Calls functions of the module that `target` makes; what Node printed. */
  async function call(target: string, calls: readonly string[]): Promise<string> {
    const bytes = readFileSync(outputOf(result, target));
    const loadable = narrowed ? withNarrowTable(bytes) : bytes;
    if (loadable === undefined) throw new Error(`${target} uses a table of 64-bit addresses`);
    mkdirSync(scratchRoot, { recursive: true });
    const folder = mkdtempSync(join(scratchRoot, "wasm-"));
    try {
      writeFileSync(join(folder, "module.wasm"), loadable);
      const { stdout, stderr, status } = await runProgram(caller, join(folder, "module.wasm"), { arguments: calls });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      return stdout;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it("makes modules of the functions that their sources export, which import what the sources name", () => {
    const c = inspectWasm(outputOf(result, "//:functions_c"));
    expect(c).toMatchObject({ imports: ["host.tell"], memory64: wide });
    expect([...c.exports].sort()).toEqual(["add", "memory", "pointer_bits", "primes", "scaled", "third", "twice"]);
    const cc = inspectWasm(outputOf(result, "//:functions_cc"));
    expect(cc).toMatchObject({ imports: [], memory64: wide, exceptions: false });
    expect([...cc.exports].sort()).toEqual(["area", "count", "folded", "memory"]);
  });

  it(`runs functions_c under Node${narrowed ? ", with an unused table of 32-bit addresses put in the place of one of 64 bits" : ""}`, async () => {
    const calls = [
      "add:2,3",
      "pointer_bits",
      "twice:6",
      "scaled:18446744073709551615n,10n,20n",
      "third:2",
      "primes:1000",
    ];
    expect(await call("//:functions_c", calls)).toBe(
      `add:2,3 = 5\npointer_bits = ${platform.architecture.bits}\ntold 6\ntold 7\ntwice:6 = undefined\nscaled:18446744073709551615n,10n,20n = 9223372036854775807\nthird:2 = 0.6666666666666666\nprimes:1000 = 168\n`,
    );
  });

  itUnless(narrowed ? "this Node knows no table of 64-bit addresses" : undefined)(
    "runs functions_cc under Node",
    async () => {
      expect(await call("//:functions_cc", ["area:0,7", "area:1,7", "count", "folded:5n,-2n"])).toBe(
        "area:0,7 = 49\narea:1,7 = 7\ncount = 42\nfolded:5n,-2n = -30\n",
      );
    },
  );
}

for (const platform of wasi) describe(platform.name, () => testWasi(platform));

function testWasi(platform: Platform): void {
  const runner = findRunner(platform);
  let result: BuildResult;
  beforeAll(async () => {
    result = await bazel.build([...optionsFor(platform), "//:reactor", "//:files", "//:emulated", "//:long_double"]);
  });

  it("runs a reactor, with exceptions, under node:wasi", async () => {
    const file = outputOf(result, "//:reactor");
    expect(inspectWasm(file).exports).toEqual(expect.arrayContaining(["_initialize", "run"]));
    expect(inspectWasm(file).exceptions).toBe(true);
    expect(await runProgram(runner, file)).toMatchObject({
      stdout: "initialized\nthrown in a reactor\n",
      stderr: "",
      status: 9,
    });
  });

  it("runs files under node:wasi, below the folder that it was given, with environment and exit code", async () => {
    const folder = mkdtempSync(join(scratchRoot, "wasi-"));
    try {
      const run = await runProgram(runner, outputOf(result, "//:files"), {
        arguments: [folder],
        environment: { ANSWER: "42" },
      });
      expect(run).toMatchObject({
        stdout: "7 bytes: a line\nentry written\noutside: refused\ntime: 42, No such file or directory\n",
        stderr: "",
        status: 21,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("runs emulated under node:wasi", async () => {
    expect(await runProgram(runner, outputOf(result, "//:emulated"))).toMatchObject({
      stdout: "signal 1\nmapped\nprocess 1\nclock 1\nusage 0\n",
      stderr: "",
      status: 0,
    });
  });

  it("runs long_double under node:wasi", async () => {
    expect((await runProgram(runner, outputOf(result, "//:long_double"))).stdout).toBe(
      "113 digits: 0.300000000000000000000000000000\n",
    );
  });

  it("takes exceptions' part out of what throws none", () =>
    expect(inspectWasm(outputOf(result, "//:files")).exceptions).toBe(false));
}

for (const platform of chosenPlatforms.platforms) {
  it(`says that ${platform.name} has no shared libraries`, async () => {
    const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", ...optionsFor(platform), "//:shared"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`cc_shared_library: ${platform.name} links statically and has no shared libraries.`);
  });
}
