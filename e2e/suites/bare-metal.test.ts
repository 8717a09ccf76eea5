import { readFileSync } from "node:fs";
import { join } from "node:path";

import { microArchitecturePlatform, type MicroArchitectureRow } from "../../generator/schema/micro-architectures";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { testRun } from "../harness/expect-program";
import { inspectElf } from "../harness/inspect-artefact";
import { semihosting } from "../harness/semihosting";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { programs, type Program } from "../programs/programs";

const sources = loadSources();
const chosen = thatFit(
  choosePlatforms(listPlatforms(sources)),
  (platform) => platform.system.libc !== undefined && !isHosted(platform),
);

/** Where a board of one's own may have its memory; the emulators' boards have some there as well. */
const board = { bootFlash: 0x00008000, flash: 0x00010000, ram: 0x20100000 };

/** Of each micro-architecture, the builtin that a program and its libraries do without there, and the machine of the emulator whose CPU has it. */
const shown: Readonly<Record<string, { readonly builtin: string; readonly machine: string }>> = {
  thumbv7em_fpv5: { builtin: "__aeabi_dmul", machine: "mps2-an500" },
};

/** Of a CPU that operating systems are for as well, micro-architectures.test.ts shows what the younger ones have. */
const isShownElsewhere = (row: MicroArchitectureRow): boolean =>
  listPlatforms(sources).some((platform) => isHosted(platform) && platform.architecture.name === row.architecture);

/** As everywhere, but that picolibc's printf has 17 digits of a number, and zeros after them. */
const c11: Program = programs
  .filter(({ name }) => name === "c11")
  .map((program) => ({
    ...program,
    stdout: (platform: Platform) =>
      program.stdout(platform).map((line) => line.replace("17212176183586095104.0", "17212176183586095000.0")),
  }))[0]!;

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")

package(default_visibility = ["//visibility:public"], features = ["-cxx"])

cc_library(name = "semihosting", linkopts = [${semihosting.map((option) => `"${option}"`).join(", ")}])

cc_binary(name = "program", srcs = ["program.c"], deps = [":semihosting"])
cc_binary(name = "c11", srcs = ["c_language.c"], copts = ["-std=c11"], deps = [":semihosting"])
cc_binary(name = "plain", srcs = ["plain.c"])
cc_binary(name = "vectors", srcs = ["vectors.c"], deps = [":semihosting"])
cc_binary(name = "double", srcs = ["double.c"], copts = ["-O2"], deps = [":semihosting"])
cc_binary(name = "own_start", srcs = ["own_start.c"])
cc_binary(name = "own_script", srcs = ["plain.c"], additional_linker_inputs = ["own.ld"], linkopts = ["-T$(location own.ld)"])
cc_binary(
    name = "own_memory",
    srcs = ["plain.c"],
    linkopts = [
        "-Wl,--defsym=__boot_flash=${board.bootFlash}",
        "-Wl,--defsym=__flash=${board.flash}",
        "-Wl,--defsym=__ram=${board.ram}",
    ],
)
cc_binary(name = "too_large", srcs = ["too_large.c"])
cc_binary(name = "prints_nowhere", srcs = ["prints_nowhere.c"])
cc_binary(name = "prints_all", srcs = ["prints.c"], deps = [":semihosting"])
cc_binary(
    name = "prints_integers",
    srcs = ["prints.c"],
    linkopts = ["-Wl,--defsym=vfprintf=__i_vfprintf"],
    deps = [":semihosting"],
)
`,
  "program.c": `
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int constructed;
static int copied_to_ram = 41;
static _Thread_local int of_the_thread = 5;
__attribute__((constructor)) static void construct(void) { constructed = copied_to_ram + 1; }
static volatile int interrupts;
#ifdef __arm__
void arm_svc_isr(void) { interrupts++; }
static void interrupt(void) { __asm__ volatile("svc 0" ::: "memory"); }
#else
static void interrupt(void) { interrupts++; }
#endif
static void say_goodbye(void) { puts("goodbye"); }

int main(int argc, char **argv) {
    atexit(say_goodbye);
    volatile double two = 2.0;
    volatile float one = 1.0f;
    volatile unsigned long long large = 12345678901234567890u;
    char *text = malloc(64);
    snprintf(text, 64, "%.6f %.5f", sqrt(two) * sin(0.5), (double)sinf(one));
    printf("maths: %s\\n", text);
    printf("division: %llu\\n", large / 987654321u);
    printf("constructed: %d, thread-local: %d\\n", constructed, of_the_thread);
    interrupt();
    printf("interrupts: %d\\n", interrupts);
    void *too_much = malloc(1u << 30);
    printf("too much: %s\\n", too_much ? "given" : strerror(errno));
    for (int i = 1; i < argc; i++) printf("argument: %s\\n", argv[i]);
    free(text);
    return 7;
}
`,
  "plain.c": "static volatile int result = 3;\nint main(void) { return result; }\n",
  // A chip's own interrupts follow the CPU's: the first is made pending, and the handler ends the wait for it.
  "vectors.c": `
extern char __stack[];
void _start(void);
static volatile int served, called;
static void serve(void) { served++; }
static void call(void) { called++; }
static void stay(void) { for (;;); }
__attribute__((section(".data.init.enter"), aligned(128), used)) void (*const __interrupt_vector[])(void) = {
    (void (*)(void))__stack, _start, stay, stay, stay, stay, stay, 0, 0, 0, 0, call, stay, 0, stay, stay, serve,
};
int main(void) {
    *(volatile unsigned *)0xe000e100 = 1;
    *(volatile unsigned *)0xe000e200 = 1;
    for (int i = 0; i < 1000 && !served; i++) __asm__ volatile("" ::: "memory");
    __asm__ volatile("svc 0" ::: "memory");
    return served * 10 + called;
}
`,
  "double.c": `
#include <math.h>
#include <stdio.h>
__attribute__((noinline)) double product(double a, double b) { return a * b; }
int main(void) {
    volatile double two = 2.0;
    printf("%.6f %.6f\\n", product(two, 1.5), sqrt(two));
    return 0;
}
`,
  "own_start.c": `
void own_start(void);
__attribute__((section(".init"), used)) void _start(void) { own_start(); }
void own_start(void) { for (;;); }
`,
  "own.ld": `
ENTRY(_start)
MEMORY { rom (rx) : ORIGIN = ${board.flash}, LENGTH = 64K  ram (rw) : ORIGIN = ${board.ram}, LENGTH = 64K }
SECTIONS {
  .text : { KEEP(*(.init .init.* .text.init.enter)) *(.text .text.* .rodata .rodata.*) } > rom
  .data : { *(.data .data.* .sdata .sdata.*) } > ram AT > rom
  .bss (NOLOAD) : { *(.bss .bss.* .sbss .sbss.* COMMON) } > ram
  .of_my_own : { BYTE(1) } > rom
  __stack = ORIGIN(ram) + LENGTH(ram);
  __data_start = ADDR(.data); __data_source = LOADADDR(.data); __data_size = SIZEOF(.data);
  __bss_start = ADDR(.bss); __bss_size = SIZEOF(.bss);
  __tls_base = 0; __arm32_tls_tcb_offset = 8; __global_pointer$ = ADDR(.data);
  __bothinit_array_start = 0; __bothinit_array_end = 0;
}
`,
  "too_large.c": "static volatile char memory[1 << 28];\nint main(void) { return memory[0]; }\n",
  "prints_nowhere.c": '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
  "prints.c": '#include <stdio.h>\nint main(int argc, char **argv) { printf("%d %s\\n", argc, argv[0]); return 0; }\n',
};

const good = [
  ...["program", "c11", "plain", "own_start", "own_script", "own_memory", "prints_all", "prints_integers"],
].map((name) => `//:${name}`);

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "bare-metal",
    files,
    copies: { "c_language.c": join(__dirname, "../programs/c_language.c") },
  });
  bazel = new DrivenBazel({ name: "bare-metal", workspace });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

for (const platform of chosen.platforms) describe(platform.name, () => testPlatform(platform));

function testPlatform(platform: Platform): void {
  const { architecture } = platform;
  const options = [`--platforms=@xllvm//platforms:${platform.name}`];
  let built: BuildResult;
  const fileOf = (name: string): string => built.outputs.get(`//:${name}`)![0]!;
  const mentions = (name: string, symbol: string): boolean => readFileSync(fileOf(name)).includes(`\0${symbol}\0`);
  beforeAll(async () => {
    built = await bazel.build([...options, ...good]);
  });

  it("has programs that nothing has to load", () => {
    for (const name of ["program", "plain"])
      expect(inspectElf(fileOf(name))).toMatchObject({
        bits: architecture.bits,
        endian: architecture.endian,
        machine: architecture.elf_machine,
        type: "executable",
        dynamic: false,
        interpreter: undefined,
        needed: [],
      });
  });

  itWhere(findRunner(platform))("runs a program: maths, memory, arguments, and the exit code", async () => {
    const run = await runProgram(findRunner(platform), fileOf("program"), { arguments: ["one", "two"] });
    expect(run).toEqual({
      stdout: [
        "maths: 0.678010 0.84147",
        "division: 12499999887",
        "constructed: 42, thread-local: 5",
        "interrupts: 1",
        "too much: Not enough space",
        "argument: one",
        "argument: two",
        "goodbye",
        "",
      ].join("\n"),
      stderr: "",
      status: 7,
      signal: null,
    });
  });

  testRun(platform, c11, () => fileOf("c11"));

  it("takes nothing of semihosting into programs that do not ask for it", () => {
    expect(mentions("program", "sys_semihost")).toBe(true);
    expect(mentions("plain", "sys_semihost")).toBe(false);
    expect(mentions("plain", "_start")).toBe(true);
  });

  it("starts with a program's own start code where it has one", () => {
    expect(mentions("own_start", "own_start")).toBe(true);
    expect(mentions("own_start", "__libc_init_array")).toBe(false);
  });

  if (architecture.elf_machine === "EM_ARM") {
    itWhere(findRunner(platform))("takes a program's own table of interrupts, with those of a chip", async () => {
      const { outputs } = await bazel.build([...options, "//:vectors"]);
      const run = await runProgram(findRunner(platform), outputs.get("//:vectors")![0]!);
      expect(run).toEqual({ stdout: "", stderr: "", status: 11, signal: null });
    });
  }

  for (const row of platform.target.microArchitectures.filter((row) => !isShownElsewhere(row)))
    describe(row.name, () => testMicroArchitecture(platform, row));

  it("takes a linker script that a label names, in place of its own", () => {
    expect(inspectElf(fileOf("own_script")).sectionNames).toContain(".of_my_own");
    expect(inspectElf(fileOf("own_script")).sectionNames).not.toContain(".stack");
    expect(inspectElf(fileOf("plain")).sectionNames).toContain(".stack");
  });

  it("puts a program where the board has its memory", () => {
    const first = (name: string): Record<string, number> => addressesOf(fileOf(name));
    // A script with memory for the vectors alone has them in a section of its own.
    const vectors = ".boot_flash" in first("plain") ? { ".boot_flash": board.bootFlash } : { ".init": board.flash };
    expect(first("own_memory")).toMatchObject({ ...vectors, ".data": board.ram });
    expect(first("plain")).not.toMatchObject({ ".data": board.ram });
  });

  it("has a smaller printf for programs that print no floating point", () => {
    const converter = "__dtoa_engine";
    expect(mentions("prints_all", converter)).toBe(true);
    expect(mentions("prints_integers", converter)).toBe(false);
  });

  it("says what does not fit into memory, and what a program prints to lacks", async () => {
    const tooLarge = await bazel.tryBuild([...options, "//:too_large"]);
    expect(tooLarge.stderr).toMatch(/section '\.bss' will not fit in region 'ram': overflowed by \d+ bytes/);
    const nowhere = await bazel.tryBuild([...options, "//:prints_nowhere"]);
    expect(nowhere.stderr).toMatch(/undefined symbol: stdout/);
  });
}

function testMicroArchitecture(platform: Platform, row: MicroArchitectureRow): void {
  const { builtin, machine } = shown[row.name]!;
  const { architecture, system } = platform;
  const at = (name: string): string => `--platforms=@xllvm//platforms:${name}`;
  const name = microArchitecturePlatform(row, platform.target.row, architecture, system);
  const columns = { ...architecture.columns, qemu_machine: machine };
  const runner = findRunner({ ...platform, architecture: { ...architecture, columns } });
  let file = "";

  it("computes with its instructions, where without it a function of the builtins does", async () => {
    const { outputs } = await bazel.build([at(platform.name), "//:double"]);
    expect(readFileSync(outputs.get("//:double")![0]!).includes(`\0${builtin}\0`)).toBe(true);
    const again = await bazel.build([at(name), "//:double"]);
    file = again.outputs.get("//:double")![0]!;
    expect(readFileSync(file).includes(`\0${builtin}\0`)).toBe(false);
  });

  itWhere(runner)("runs on a CPU that has it", async () => {
    expect(await runProgram(runner, file)).toMatchObject({ stdout: "3.000000 1.414214\n", status: 0 });
  });
}

/** Name of a section → its address, of a 32-bit or 64-bit ELF file of little endian. */
function addressesOf(file: string): Record<string, number> {
  const bytes = readFileSync(file);
  const is64 = bytes[4] === 2;
  const word = (place: number): number => (is64 ? Number(bytes.readBigUInt64LE(place)) : bytes.readUInt32LE(place));
  const headers = word(is64 ? 0x28 : 0x20);
  const [size, count, names] = [0, 2, 4].map((more) => bytes.readUInt16LE((is64 ? 0x3a : 0x2e) + more)) as [
    number,
    number,
    number,
  ];
  const offsetOf = (header: number): number => word(header + (is64 ? 24 : 16));
  const table = offsetOf(headers + names * size);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const header = headers + index * size;
      const start = table + bytes.readUInt32LE(header);
      return [bytes.toString("latin1", start, bytes.indexOf(0, start)), word(header + (is64 ? 16 : 12))];
    }),
  );
}
