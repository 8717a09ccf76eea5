import type { ImportContent } from "../../../../generator/schema/import-file";
import type { ImportRows } from "../../../../generator/import/importer";
import type { ProgramRun } from "../../../../generator/import/run-program";
import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { importGlibc } from "./import-glibc";

/** What the makefiles say, as GNU make 4.3 prints it: folder → variables, which hold for all machines or begin with one of them. */
const said: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ".": {
    "all-subdirs": "csu math po",
    headers: "features.h gnu/lib-names.h",
    "abi-includes": "bits/wordsize.h",
    "aarch64 abi-variants": "lp64 lp64_be",
    "aarch64 abi-lp64-condition": "!defined __AARCH64EB__",
    "aarch64 abi-lp64_be-condition": "defined __AARCH64EB__",
  },
  csu: { routines: "libc-start elf-init", "static-only-routines": "elf-init nowhere" },
  math: { headers: "math.h bits/math.h stdlib.h", routines: "gtty", sysdep_headers: "bits/syscall.h" },
};
let makefiles: typeof said;
beforeEach(() => {
  makefiles = said;
});

/** The part of make's database about csu's files. */
const database = `# GNU Make 4.3
# Variables
objpfx := /o/csu/
# Files

# Not a target:
/o/csu/start.o:

/o/csu//crt1.o: /o/csu/Scrt1.o /o/csu/crt1.o
/o/csu/crt1.o: /o/csu/start.o /o/csu/init.o
#  recipe to execute (from 'Makefile', line 4):
	$(link-relocatable)
/o/csu/rcrt1.o: /o/csu/start.o | /o/csu/
/o/csu/Scrt1.o: /o/csu/start.os
/o/csu/gcrt1.o: /o/csu/Scrt1.o /o/csu/gmon-start.os
`;

// That make is asked rightly is tested by e2e/suites/make.test.ts, which needs make.
jest.mock("../../../../generator/import/make/make-tools", () => ({
  findMake: () => Promise.resolve({ make: "make" }),
}));
jest.mock("../../../../generator/import/run-program", () => ({
  runProgram: (run: ProgramRun) => Promise.resolve(answer(run)),
}));

function answer({ args, cwd = "" }: ProgramRun): string {
  const folder = /\/tree(?:\/(.*))?$/.exec(cwd)?.[1] ?? ".";
  const machine = /^config-machine=(.*)$/.exec(args.find((word) => word.startsWith("config-machine="))!)![1]!;
  const lines = Object.entries(makefiles[folder] ?? {}).flatMap(([name, value]) => {
    const [own, other] = name.split(" ") as [string, string | undefined];
    return other === undefined ? [`${name}=${value}`] : own === machine ? [`${other}=${value}`] : [];
  });
  const text = [`MAKEFILE_LIST= /b/gen-bzl.mk Makefile`, ...lines, ""].join("\n");
  return args.includes("--print-data-base") ? text + database : text;
}

/** The parts of a tree that the importer meets, for two machines. */
const files: Readonly<Record<string, string>> = {
  "version.h": '#define RELEASE "stable"\n#define VERSION "2.36"\n',
  configure:
    "pthread_in_libc=yes\nif test x; then :\n  enableval=$enable_crypt; build_crypt=$enableval\nelse\n  build_crypt=yes\nfi\n",
  "shlib-versions": "ld=ld.so.1\nlibc=6\nlibm=6\n",
  Makefile: "",
  "include/features.h": "",
  "include/libc-symbols.h": "",
  "include/dso_handle.h": "",
  "include/stdlib.h": "#ifndef _ISOMAC\n# include <internal.h>\n#endif\n#include <math/stdlib.h>\n",
  "include/internal.h": "",
  "csu/Makefile": "",
  "csu/init.c": "",
  "csu/gmon-start.c": "",
  "csu/elf-init.c": "#include <stdlib.h>\n#include <dso_handle.h>\n",
  "math/Makefile": "",
  "math/math.h": "",
  "math/stdlib.h": "",
  "math/gtty.c": "int gtty (void) { return -1; }\nstub_warning (gtty)\n",
  "bits/math.h": "",
  "sysdeps/unix/sysv/linux/configure": 'test -n "$arch_minimum_kernel" || arch_minimum_kernel=3.2.0\n',
  "sysdeps/unix/sysv/linux/syscall-names.list": "kernel 5.18\nread\n",
  "sysdeps/unix/sysv/linux/aarch64/libc.abilist": "GLIBC_2.17 abort F\nGLIBC_2.36 arc4random F\n",
  "sysdeps/unix/sysv/linux/aarch64/configure": "arch_minimum_kernel=3.7.0\n",
  "sysdeps/unix/sysv/linux/aarch64/shlib-versions": "DEFAULT GLIBC_2.17\nld=ld-linux-aarch64.so.1\n",
  "sysdeps/aarch64/bits/math.h": "",
  "sysdeps/aarch64/start.S": "#include <sysdep.h>\n",
  "sysdeps/aarch64/sysdep.h": "",
  "sysdeps/aarch64/crti.S": "",
  "sysdeps/aarch64/crtn.S": "",
  "sysdeps/unix/sysv/linux/s390/s390-64/libc.abilist": "GLIBC_2.2 abort F\n",
  "sysdeps/s390/s390-64/start.S": "",
  "sysdeps/s390/s390-64/crti.S": "",
  "sysdeps/s390/s390-64/crtn.S": "",
  "sysdeps/generic/x.h": "",
};

const rows = {
  architectures: [
    { name: "arm64", bits: 64, columns: { glibc: "aarch64" } },
    { name: "arm64_v9", base: "arm64", bits: 64, columns: { glibc: "aarch64" } },
    { name: "s390x", bits: 64, columns: { glibc: "s390x" } },
    { name: "riscv64", bits: 64, columns: { glibc: "riscv64" } },
    { name: "mips", bits: 32, columns: {} },
  ],
  systems: [],
  targets: [],
} as unknown as ImportRows;

const importTree = (changes: Readonly<Record<string, string>> = {}, earlier?: ImportContent) =>
  importGlibc(sourceTreeOf({ ...files, ...changes }), "2.36", rows, {
    earlier: (version) => (version === "symbols" ? earlier : undefined),
    programs: { path: "" },
  });

test("a start file has the objects of upstream's rule; what all machines share is said once", async () => {
  const { sets } = (await importTree())[0];
  const sourcesOf = (set: string, architecture: string) => [
    ...sets[set]!.base,
    ...sets[set]!.variants.find(({ architectures }) => architectures?.includes(architecture))!.add,
  ];
  expect(Object.keys(sets).sort()).toEqual(["Scrt1", "crt1", "crti", "crtn", "gcrt1", "libc_nonshared", "rcrt1"]);
  expect(sourcesOf("crt1", "arm64")).toEqual(["csu/init.c", "sysdeps/aarch64/start.S"]);
  expect(sourcesOf("gcrt1", "s390x")).toEqual(["csu/gmon-start.c", "sysdeps/s390/s390-64/start.S"]);
  expect(sourcesOf("libc_nonshared", "arm64")).toEqual(["csu/elf-init.c"]);
  expect(sets["Scrt1"]!.flags).toEqual(["-DPIC", "-DSHARED", "-fPIC"]);
  expect(sets["crt1"]!.variants.map(({ name, flags }) => [name, flags])).toEqual([
    ["arm64", ["-D__ABI_TAG_VERSION=3,7,0"]],
    ["s390x", ["-D__ABI_TAG_VERSION=3,2,0"]],
  ]);
});

test("sources find what they include, and no more, without the library's internals", async () => {
  expect((await importTree())[0].search).toEqual({
    headers: ["include/dso_handle.h", "include/libc-symbols.h", "include/stdlib.h", "math/stdlib.h"],
    architectures: {
      arm64: { include: ["include", "sysdeps/aarch64", "."], headers: ["sysdeps/aarch64/sysdep.h"], uses: [] },
      s390x: { include: ["include", "."], headers: [], uses: [] },
    },
  });
});

test("headers are those of all makefiles, each from the folder that the search comes to first", async () => {
  const { common, architectures } = (await importTree())[0].facts.release_headers!;
  expect(common).toEqual({
    copied: { include: ["features.h"], math: ["math.h", "stdlib.h"] },
    made: { "bits/syscall.h": { function: "syscalls", inputs: ["sysdeps/unix/sysv/linux/syscall-names.list"] } },
  });
  expect(architectures["arm64"]!.copied).toEqual({ "sysdeps/aarch64": ["bits/math.h"] });
  expect(architectures["s390x"]!.copied).toEqual({ ".": ["bits/math.h"] });
});

test("headers that upstream's build writes: names of libraries, functions that always fail, a choice where a CPU has several ABIs", async () => {
  const { architectures } = (await importTree())[0].facts.release_headers!;
  expect(Object.keys(architectures["arm64"]!.written!)).toEqual([
    "gnu/lib-names-lp64.h",
    "gnu/lib-names.h",
    "gnu/stubs-lp64.h",
    "gnu/stubs.h",
  ]);
  expect(architectures["arm64"]!.written!["gnu/stubs.h"]).toBe(
    "#include <bits/wordsize.h>\n#if !defined __AARCH64EB__\n# include <gnu/stubs-lp64.h>\n#endif\n#if defined __AARCH64EB__\n# include <gnu/stubs-lp64_be.h>\n#endif\n",
  );
  expect(architectures["arm64"]!.written!["gnu/lib-names-lp64.h"]).toContain(
    '#define LD_LINUX_AARCH64_SO "ld-linux-aarch64.so.1"\n#define LD_SO "ld-linux-aarch64.so.1"\n#define LIBC_SO "libc.so.6"\n',
  );
  expect(architectures["s390x"]!.written!["gnu/stubs.h"]).toContain("#define __stub_gtty\n");
});

test("the symbols of all releases are in one file, with those of earlier imports", async () => {
  const [, first] = await importTree();
  const [, second] = await importTree(
    { "sysdeps/unix/sysv/linux/s390/s390-64/libc.abilist": "GLIBC_2.2 abort F\nGLIBC_2.36 arc4random F\n" },
    first,
  );
  expect([first.version, first.sets]).toEqual(["symbols", {}]);
  expect(first.facts.symbols!.libraries["libc"]!.symbols).toEqual({
    abort: "F base",
    arc4random: "F 2.36 arm64",
  });
  expect(second.facts.symbols!.libraries["libc"]!.symbols).toEqual({
    abort: "F base",
    arc4random: "F 2.36",
  });
  expect((await importTree({}, first))[1]).toEqual(first);
});

test("what is not of the shape that the importer knows is an error that says what", async () => {
  const failing = async (changed: typeof said, changes: Readonly<Record<string, string>> = {}): Promise<string> => {
    makefiles = { ...said, ...changed };
    return importTree(changes).then(
      () => "no error",
      (error: Error) => error.message,
    );
  };
  expect(await failing({}, { "version.h": '#define VERSION "2.37"\n' })).toBe("version.h: says 2.37, not 2.36");
  expect(await failing({ math: { headers: "gone.h" } })).toBe(
    "makefiles install headers that the source tree has not: gone.h (math)",
  );
  expect(await failing({ ".": { ...said["."], "all-subdirs": "csu math elf" } })).toBe(
    "Makeconfig: names the subdirectories elf, which the source tree has not",
  );
  expect(await failing({ csu: { ...said["csu"], "static-only-routines": "elf-init libc-start" } })).toBe(
    "csu/Makefile: names libc-start for arm64, which has no source",
  );
});
