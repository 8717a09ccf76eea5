import type { EmulatorNeed } from "../harness/run-program";
import type { Platform } from "../harness/target-rows";

/** One program that every platform builds and runs, and what it has to print there. */
export interface Program {
  readonly name: string;
  readonly language: "c" | "c++";
  /** Files of this folder. */
  readonly sources: readonly string[];
  readonly copts: readonly string[];
  /** What an operating system needs at the link: its name as `@platforms//os` has it → options. */
  readonly linkopts?: Readonly<Record<string, readonly string[]>>;
  /** A library of its own that the program depends on. */
  readonly library?: { readonly sources: readonly string[]; readonly headers: readonly string[] };
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Whether the program is given an empty folder, as its first argument. */
  readonly folder?: boolean;
  readonly status?: number;
  /** Why the platform can't have the program, or undefined where it can. */
  readonly absent?: (platform: Platform) => string | undefined;
  /** What the program needs of an emulator of the platform's CPU, or undefined where any will do. */
  readonly emulatorNeed?: (platform: Platform) => EmulatorNeed | undefined;
  readonly stdout: (platform: Platform) => readonly string[];
  readonly stderr?: readonly string[];
}

/** MIPS with 64-bit registers, whatever the size of its pointers. */
const isMips64 = ({ architecture }: Platform): boolean =>
  architecture.elf_machine === "EM_MIPS" && architecture.llvm?.startsWith("mips64") === true;

/**
 * Digits of long double's significand, from the psABIs: x86 has 80-bit numbers, RISC-V and other 64-bit architectures quadruple
 * precision, MIPS' n32 as well, other 32-bit ones plain double. Against the rule, musl has plain double on 64-bit PowerPC, and Windows on ARM;
 * glibc has pairs of doubles there, which have no fixed number of digits.
 */
function longDoubleDigits(platform: Platform): number {
  const { architecture, system } = platform;
  const machine = architecture.elf_machine;
  if (machine === "EM_X86_64" || machine === "EM_386") return 64;
  if (machine === "EM_RISCV" || isMips64(platform)) return 113;
  if (machine === "EM_PPC64") return system.libc === "glibc" ? 106 : 53;
  if (architecture.bits === 32 || system.os === "windows") return 53;
  return 113;
}

/** What c_maths finds when it counts digits: of a pair of doubles the low one may be as small as doubles go. */
const measuredDigits = (platform: Platform): number =>
  longDoubleDigits(platform) === 106 ? 1075 : longDoubleDigits(platform);

/** WASI has threads on platforms of their own. The sources leave out what tells of them. */
const hasThreads = ({ system }: Platform): boolean => system.os !== "wasi" || system.abi === "wasi_threads";

const needsThreads = (platform: Platform): string | undefined =>
  hasThreads(platform) ? undefined : "it has one thread";
const withoutC11Threads: Readonly<Record<string, string>> = {
  windows: "mingw-w64 has no threads.h",
  macos: "macOS has no threads.h",
  wasi: "wasi-libc has no thrd_create",
};
const needsC11Threads = ({ system }: Platform): string | undefined => withoutC11Threads[system.os];
const needsRounding = ({ system }: Platform): string | undefined =>
  system.os === "wasi" ? "WebAssembly rounds in one way" : undefined;

const needsLinux = ({ system }: Platform): string | undefined =>
  system.os === "linux" ? undefined : "it is not Linux";

/**
 * clang writes lqarx and stqcx. for atomics of 16 bytes. The loop around them never ended before "target/ppc: Fix lqarx to set
 * cpu_reserve", with one thread as with several.
 */
const needsQuadwordAtomics = ({ architecture }: Platform): EmulatorNeed | undefined =>
  architecture.elf_machine === "EM_PPC64" && architecture.endian === "little"
    ? { qemu: "8.1", lacking: "reservation of 16 bytes by lqarx" }
    : undefined;

const cLanguage = {
  language: "c",
  sources: ["c_language.c"],
  stdout: [
    "generic: int, double, char *",
    "aligned: 0, 5",
    "64-bit division: -1249999988 remainder -725308641",
    "conversion: 1000000000000000000, 17212176183586095104.0",
    "wide division: right",
    "complex: 2.50+1.25i, modulus 5.0000",
    "sorted: -7 0 19 42, sum 6",
    "wide text: 6 characters, equal",
    "long jumps: 3",
    "date: 2001-09-09 01:46:40",
    'parsed: 6.022141e+23, 127, rest "!"',
  ],
} as const;

const cppLanguage = {
  language: "c++",
  sources: ["cpp_language.cc"],
  stdout: [
    "coroutine 0 1 1 2 3 5 8 13",
    "ranges 25 9 81 1 49, most 9",
    "compare 11",
    "variant 1",
    "bits 8 10 1065353216",
    "span 9 pi 3.14159",
    "memory resource 2",
    "random 13930160852258120406, device 1",
    "location int main()",
  ],
} as const;

export const programs: readonly Program[] = [
  {
    name: "c_start",
    language: "c",
    sources: ["c_start.c"],
    copts: ["-std=c17"],
    arguments: ["one", "two words"],
    environment: { GREETING: "hello" },
    status: 7,
    stdout: ({ architecture }) => [
      "constructor 101",
      "constructor 102",
      "constructor without priority",
      "argument 1: one",
      "argument 2: two words",
      "environment: hello",
      `pointer: ${architecture.bits} bits`,
      `byte order: ${architecture.endian}`,
      "exit handler registered second",
      "exit handler registered first",
      "destructor without priority",
      "destructor 102",
      "destructor 101",
    ],
  },
  { ...cLanguage, name: "c11", copts: ["-std=c11"], stdout: () => ["standard: 201112", ...cLanguage.stdout] },
  { ...cLanguage, name: "c17", copts: ["-std=c17", "-O2"], stdout: () => ["standard: 201710", ...cLanguage.stdout] },
  {
    name: "c_kernel",
    language: "c",
    sources: ["c_kernel.c"],
    copts: ["-std=gnu11"],
    absent: needsLinux,
    stdout: () => ["constants: 128 4096 0x86dd 16", "layout: 16 20 8", "calls: right", "version: known"],
  },
  {
    name: "c_maths",
    language: "c",
    sources: ["c_maths.c"],
    copts: ["-std=c17", "-frounding-math"],
    absent: needsRounding,
    stdout: (platform) => [
      `long double: library ${longDoubleDigits(platform)}, compiler ${longDoubleDigits(platform)}, measured ${measuredDigits(platform)} digits`,
      `text: ${longDoubleDigits(platform) === 106 ? "lossy" : "exact"}, exact, exact`,
      "long double maths: 1.414213562373 0.841470984808 15.588457268120 2.718281828459",
      "long double parts: -3.0 2 1.000",
      "double maths: 0.8414709848 0.9999999995 52.3427777846 5.0000000000",
      "float maths: 0.84147 3.00000 2.50000",
      "classes: 1 1 1",
      "hexadecimal: 0x1.999999999999ap-4 0x1p-23",
    ],
  },
  {
    name: "c_threads",
    language: "c",
    sources: ["c_threads.c"],
    copts: ["-std=c11"],
    absent: needsC11Threads,
    // FreeBSD has C11's threads in a library of their own.
    linkopts: { freebsd: ["-lstdthreads"] },
    emulatorNeed: needsQuadwordAtomics,
    stdout: () => [
      "thread-local: 100 here, 8406 in the threads",
      "atomics: 64 8000 8000 1f4000001f40",
      "16 bytes: 8000 -8000",
      "once: 1, slots destroyed: 4",
      "POSIX thread: 123",
    ],
  },
  { ...cppLanguage, name: "cpp20", copts: ["-std=c++20"], stdout: () => ["standard 202002", ...cppLanguage.stdout] },
  {
    ...cppLanguage,
    name: "cpp23",
    copts: ["-std=c++23"],
    stdout: () => ["standard 202302", ...cppLanguage.stdout, "expected 4 odd", "deducing this 2", "zip 1a", "zip 2b"],
  },
  {
    name: "cpp_exceptions",
    language: "c++",
    sources: ["cpp_exceptions.cc"],
    library: { sources: ["cpp_exceptions_library.cc"], headers: ["cpp_exceptions.h"] },
    copts: ["-std=c++20"],
    status: 3,
    stdout: (platform) => [
      "unwound innermost, in flight 1",
      "unwound outer, in flight 1",
      "unwound outer, in flight 1",
      "caught TrackedError tracked 17",
      "around it",
      " tracked",
      "rethrown a string",
      ...(hasThreads(platform) ? ["from a thread 3"] : []),
      "initialization failed with 5",
      "woof meow Dog Cat 10",
      "bad cast",
      "out of range",
      "bad alloc",
      "terminated",
    ],
  },
  {
    name: "cpp_filesystem",
    language: "c++",
    sources: ["cpp_filesystem.cc"],
    copts: ["-std=c++20"],
    folder: true,
    // Windows ends lines with two characters.
    stdout: ({ system }) => [
      "1",
      `2 lines, last: second line, ${system.os === "windows" ? 25 : 23} bytes`,
      "a/ a/b/ a/b/empty a/text ",
      "10 .txt moved",
      "1",
      "absent",
      "moved.txt",
      "9 removed",
    ],
  },
  {
    name: "cpp_init_order",
    language: "c++",
    sources: ["cpp_init_order.cc"],
    library: { sources: ["cpp_init_order_other.cc"], headers: ["cpp_init_order.h"] },
    copts: ["-std=c++20"],
    stdout: (platform) => [
      "+ priority 150",
      "+ priority 175, other unit",
      "+ priority 200",
      "+ first of this unit",
      "+ second of this unit",
      "+ inline object",
      "main: 42 11",
      "+ on first use",
      ...(hasThreads(platform) ? ["+ of a thread", "thread sees of a thread", "- of a thread"] : []),
      "+ local of main",
      "streams are ready",
      "- local of main",
      "exit handler",
      "- on first use",
      "- inline object",
      "- second of this unit",
      "- first of this unit",
      "- priority 200",
      "- priority 175, other unit",
      "- priority 150",
    ],
  },
  {
    name: "cpp_streams",
    language: "c++",
    sources: ["cpp_streams.cc"],
    copts: ["-std=c++20"],
    // wasi-libc's usual printf knows no long double.
    linkopts: { wasi: ["-lc-printscan-long-double"] },
    input: "1 2 3\n40\n",
    stdout: () => [
      "read 4, sum 46",
      "0xbeef ******42 3.142 true",
      "1.23e+04 0.5",
      "brown=1 fox=1 quick=1 the=3 ",
      " right|left  | mid  |0xff|2.7183|true",
      "0.0625 0.1",
      "20.11.2026",
      "C X",
      "29 10957",
      "true",
    ],
    stderr: ["to the standard error"],
  },
  {
    name: "cpp_threads",
    language: "c++",
    sources: ["cpp_threads.cc"],
    copts: ["-std=c++20"],
    absent: needsThreads,
    emulatorNeed: needsQuadwordAtomics,
    stdout: () => [
      "total 8000, named 4, here unnamed, once 1",
      "thread-local objects: 5 constructed, 4 destroyed",
      "16 bytes: 8000 16000",
      "woken by a condition",
      "woken by an atomic with 9",
      "future 42",
    ],
  },
];

/** A BUILD file with one cc_binary per program, next to which the files of this folder lie. */
export function programsBuildFile(chosen: readonly Program[] = programs): string {
  const list = (items: readonly string[]): string => `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
  const rules = chosen.flatMap(({ name, language, sources, copts, library, linkopts = {} }) => {
    const features = language === "c" ? `, features = ["-cxx"]` : "";
    const own =
      library === undefined
        ? []
        : [
            `cc_library(name = "${name}_library", srcs = ${list(library.sources)}, hdrs = ${list(library.headers)}, copts = ${list(copts)})`,
          ];
    const deps = library === undefined ? "" : `, deps = [":${name}_library"]`;
    const choices = Object.entries(linkopts).map(([os, options]) => `"@platforms//os:${os}": ${list(options)}, `);
    const links = choices.length === 0 ? "" : `, linkopts = select({${choices.join("")}"//conditions:default": []})`;
    return [
      ...own,
      `cc_binary(name = "${name}", srcs = ${list(sources)}, copts = ${list(copts)}${features}${deps}${links})`,
    ];
  });
  return [
    'load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")',
    'package(default_visibility = ["//visibility:public"])',
    ...rules,
    "",
  ].join("\n");
}
