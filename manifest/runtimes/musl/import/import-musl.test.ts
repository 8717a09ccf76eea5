import { posix } from "node:path";

import type { ImportRows } from "../../../../generator/import/importer";
import type { ProgramRun } from "../../../../generator/import/run-program";
import { ImportError, sourceTreeOf } from "../../../../generator/import/source-tree";
import { importFileSchema } from "../../../../generator/schema/import-file";
import { importMusl } from "./import-musl";

/** What make would do, by the CPU of the triple, as GNU make 4.3 prints it; {tree} is where the tree is, {cc} the compiler. */
let dryRuns: Readonly<Record<string, string>>;
let asked: ProgramRun[];
/** What clang takes for the dynamic loader. */
let interpreter: string;

// That make is asked rightly is tested by e2e/suites/make.test.ts, which needs make.
jest.mock("../../../../generator/import/make/make-tools", () => ({
  findConfigureTools: () => Promise.resolve({ make: "make", llvm: "/llvm" }),
}));
jest.mock("../../../../generator/import/run-program", () => ({
  runProgram: (run: ProgramRun) => Promise.resolve(answer(run)),
}));

const archOf = (triple: string): string => ({ aarch64: "aarch64", armv7: "arm", arm: "arm" })[triple.split("-")[0]!]!;

function answer(run: ProgramRun): string {
  const tree = posix.join(run.cwd!, "../tree");
  asked.push({ ...run, args: run.args.map((word) => word.replaceAll(tree, "{tree}")) });
  if (run.args.includes("-###")) return `clang version 22\n "ld.lld" "-dynamic-linker" "${interpreter}" "-o" "a.out"\n`;
  if (run.program === "sh") return "";
  const arch = archOf(run.what);
  if (run.args.includes("--silent"))
    return `MAKEFILE_LIST=${tree}/Makefile config.mak\nARCH=${arch}\nLDSO_PATHNAME=/lib/ld-musl-${arch}.so.1\n`;
  const flags = asked
    .find(({ program, what }) => program === "sh" && what === run.what)!
    .args.at(-1)!
    .slice(3);
  return dryRuns[run.what.split("-")[0]!]!.replaceAll("{cc}", `${flags} ${common}`).replaceAll("{tree}", tree);
}

const common = "-std=c99 -I{tree}/src/internal -Iobj/include -O2 -march=i486 -pipe -w -Werror=implicit-int -Wa,-x";
const compile = (object: string, source: string, flags = ""): string =>
  `{cc} ${flags} -c -o obj/${object} {tree}/${source}\n`;

const arm64 = `mkdir -p lib
sed -n -e s/__NR_/SYS_/p < {tree}/arch/aarch64/bits/syscall.h.in >> obj/include/bits/syscall.h
printf '#define VERSION "%s"\\n' "$(cd {tree}; sh tools/version.sh)" > obj/src/internal/version.h
${compile("crt/crt1.o", "crt/crt1.c", "-DCRT")}cp obj/crt/crt1.o lib/crt1.o
${compile("crt/aarch64/crti.o", "crt/aarch64/crti.s", "-DCRT")}cp obj/crt/aarch64/crti.o lib/crti.o
${compile("src/math/aarch64/fma.lo", "src/math/aarch64/fma.c", "-fPIC")}${compile("src/string/memset.lo", "src/string/memset.c", "-O3 -fPIC")}rm -f lib/libc.a
ar rc lib/libc.a obj/src/math/aarch64/fma.lo obj/src/string/memset.lo
ranlib lib/libc.a
${compile("ldso/dynlink.lo", "ldso/dynlink.c", "-fPIC")}{cc} -nostdlib -shared -Wl,--hash-style=both -Wl,--exclude-libs=ALL -Wl,--dynamic-list={tree}/dynamic.list -Wl,-e,_dlstart -o lib/libc.so obj/src/math/aarch64/fma.lo obj/src/string/memset.lo obj/ldso/dynlink.lo -lbuiltins
rm -f lib/librt.a
ar rc lib/librt.a
ar rc lib/libm.a
`;
const armv7 = arm64
  .replaceAll("crt/aarch64/crti.s", "crt/crti.c")
  .replaceAll("src/math/aarch64/fma", "src/math/fma")
  .replaceAll("aarch64", "arm")
  .replace("-Wl,--hash-style=both ", "");

const files = {
  VERSION: "1.2.6\n",
  configure: "",
  Makefile: "",
  "arch/aarch64/bits/alltypes.h.in": "",
  "arch/arm/bits/alltypes.h.in": "",
  "crt/aarch64/crti.s": "",
  "dynamic.list": "",
  "crt/crt1.c": '#include "start.c"',
  "crt/start.c": "",
  "crt/crti.c": "",
  "ldso/dynlink.c": "",
  "src/internal/one.inc": "",
  "src/math/aarch64/fma.c": '#include "../fma.c"',
  "src/math/fma.c": "",
  "src/string/memset.c": '#include "one.inc"',
};

const system = { name: "linux_musl", os: "linux", triple: "{llvm}-linux-musl{eabi}", stack: ["musl"] };
const rowsFor = (...architectures: string[]): ImportRows =>
  ({
    architectures: [
      { name: "arm64", llvm: "aarch64", columns: { musl: "aarch64" } },
      { name: "armv7", llvm: "armv7", eabi: "eabihf", columns: { musl: "arm" } },
      { name: "arm", llvm: "arm", eabi: "eabi", flags: ["-march=armv6"], columns: { musl: "arm" } },
      { name: "riscv32", llvm: "riscv32", columns: { musl: "riscv32" } },
    ],
    systems: [system],
    targets: architectures.map((architecture) => ({ architecture, system: system.name })),
  }) as unknown as ImportRows;

const read = (rows = rowsFor("arm64", "armv7", "riscv32"), more: Readonly<Record<string, string>> = {}) =>
  importMusl(sourceTreeOf({ ...files, ...more }), "1.2.6", rows, { programs: { path: "" }, llvm: 22 });

beforeEach(() => {
  asked = [];
  interpreter = "/lib/ld-musl-aarch64.so.1";
  dryRuns = { aarch64: arm64, armv7, arm: armv7.replaceAll("{cc}", "{cc} -DBROKEN_VFP_ASM") };
});

test("configure is run for each architecture that the tree knows, with a compiler that is for it", async () => {
  await read(rowsFor("arm", "riscv32"));
  const [configured] = asked.filter(({ program }) => program === "sh");
  expect(configured!.args[0]).toBe("{tree}/configure");
  expect(configured!.args).toContain("--target=arm-linux-musleabi");
  expect(configured!.args).toContain(
    "CC=/llvm/clang --target=arm-linux-musleabi -march=armv6 -fPIE --start-no-unused-arguments -fuse-ld=lld --end-no-unused-arguments",
  );
  expect(new Set(asked.map(({ what }) => what))).toEqual(new Set(["arm-linux-musleabi"]));
});

test("libc: members of the archive by architecture, what all are compiled with, and what single ones have beside it", async () => {
  const { libc } = (await read()).sets;
  expect(libc).toMatchObject({
    flags: ["-std=c99", "-O2", "-Wa,-x", "-fPIC"],
    source_flags: { "src/string/memset.c": ["-O3"] },
    textual: ["src/internal/one.inc", "src/math/fma.c"],
  });
  const sourcesFor = (name: string): string[] => {
    const { remove, add } = libc!.variants.find(({ architectures }) => architectures!.includes(name))!;
    return [...libc!.base.filter((source) => !remove.includes(source)), ...add].sort();
  };
  expect(sourcesFor("arm64")).toEqual(["src/math/aarch64/fma.c", "src/string/memset.c"]);
  expect(sourcesFor("armv7")).toEqual(["src/math/fma.c", "src/string/memset.c"]);
});

test("a set per start file, and the loader's sources; archives without members; a loader that clang calls otherwise", async () => {
  const content = await read();
  const { sets, facts } = content;
  expect(Object.keys(sets)).toEqual(["libc", "ldso", "crt1", "crti"]);
  expect(sets["crti"]).toMatchObject({ flags: ["-std=c99", "-O2", "-Wa,-x", "-DCRT"] });
  expect(sets["crti"]!.variants.map(({ architectures }) => architectures)).toEqual([["arm64"], ["armv7"]]);
  expect(sets["crt1"]).toMatchObject({ base: ["crt/crt1.c"], textual: ["crt/start.c"] });
  expect(sets["ldso"]).toMatchObject({ base: ["ldso/dynlink.c"], variants: [{ name: "generic" }] });
  expect(facts).toEqual({
    lists: { empty_libraries: ["m", "rt"] },
    links: {
      "libc.so": {
        flags: ["-Wl,-e,_dlstart"],
        scripts: { "dynamic.list": "-Wl,--dynamic-list=" },
        architectures: { arm64: ["-Wl,--hash-style=both"], armv7: [] },
      },
    },
    loaders: { armv7: "/lib/ld-musl-arm.so.1" },
  });
  expect(importFileSchema.safeParse({ ...content, provenance: {} }).error).toBeUndefined();
});

test("flags that a probe gives on one architecture alone are those of its variant", async () => {
  const { ldso } = (await read(rowsFor("armv7", "arm"))).sets;
  expect(ldso!.variants.map(({ architectures, flags }) => [architectures, flags])).toEqual([
    [["arm"], ["-DBROKEN_VFP_ASM"]],
    [["armv7"], []],
  ]);
});

test("refuses a link that reads other files on one architecture", async () => {
  dryRuns = { aarch64: arm64, armv7: armv7.replace("-Wl,--dynamic-list={tree}/dynamic.list ", "") };
  await expect(read()).rejects.toThrow(
    "Makefile: the link of libc.so reads different files for different architectures",
  );
});

test("refuses another version, and rows without an architecture of musl's", async () => {
  await expect(read(undefined, { VERSION: "1.2.5" })).rejects.toThrow(
    new ImportError("VERSION: says 1.2.5, not 1.2.6"),
  );
  await expect(read(rowsFor("riscv32"))).rejects.toThrow(
    "no target of the manifest has a musl column that names a folder of arch/",
  );
});

test("refuses a column that says another folder than configure", async () => {
  const rows = rowsFor("arm");
  const architectures = rows.architectures.map((row) => ({ ...row, columns: { musl: "aarch64" } }));
  await expect(read({ ...rows, architectures })).rejects.toThrow(
    "configure: takes arm-linux-musleabi for arm, and architecture arm has aarch64 as its musl column",
  );
});

test("refuses an archive of objects that make does not compile, and a build without one", async () => {
  dryRuns = { aarch64: arm64.replace("-c -o obj/src/string/memset.lo", "-E -o x") };
  await expect(read(rowsFor("arm64"))).rejects.toThrow(
    "Makefile: compiles obj/src/string/memset.lo for aarch64-linux-musl of no file of the tree",
  );
  dryRuns = { aarch64: "" };
  await expect(read(rowsFor("arm64"))).rejects.toThrow("Makefile: links no lib/libc.so for aarch64-linux-musl");
});
