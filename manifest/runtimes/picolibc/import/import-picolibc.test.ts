import type { InstalledFile } from "../../../../generator/import/meson/configure-meson";
import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { importPicolibc, isAboutCode, readHeaders, readLinkerScripts, type ArchitectureBuild } from "./import-picolibc";

const build = (name: string, installed: Readonly<Record<string, InstalledFile>>): ArchitectureBuild => ({
  architecture: { name, columns: { picolibc_board: "board" } },
  libraries: new Map(),
  installed: new Map(Object.entries(installed)),
});

const stdio = { "{prefix}/include/stdio.h": { inTree: "libc/include/stdio.h" } };

test("flags of code are kept; warnings, debugging information and what Meson adds are not", () => {
  const flags = [
    ...["-Oz", "-std=c18", "-D_LIBC", "-U_FORTIFY_SOURCE", "-ftls-model=local-exec", "-fno-common"],
    ...["-Wall", "-w", "-g", "-MD", "-nostdlib", "-fdiagnostics-color=always", "-fcolor-diagnostics"],
    "-D_FILE_OFFSET_BITS=64",
  ];
  expect(flags.filter(isAboutCode)).toEqual(flags.slice(0, 6));
});

test("headers that all have alike are there once, others by architecture, and what configuring wrote as text", () => {
  const builds = ["arm", "riscv"].map((cpu) =>
    build(cpu, {
      ...stdio,
      "{prefix}/include/machine/math.h": { inTree: `libc/machine/${cpu}/machine/math.h` },
      "{prefix}/include/picolibc.h": { written: `#define CPU ${cpu}\n` },
      "{prefix}/lib/picolibc.ld": { written: "" },
    }),
  );
  expect(readHeaders(builds)).toEqual({
    common: { copied: { "libc/include": ["stdio.h"] } },
    architectures: Object.fromEntries(
      ["arm", "riscv"].map((cpu) => [
        cpu,
        { copied: { [`libc/machine/${cpu}`]: ["machine/math.h"] }, written: { "picolibc.h": `#define CPU ${cpu}\n` } },
      ]),
    ),
  });
});

test("headers elsewhere, or under other names, are of no form that is known", () => {
  expect(() => readHeaders([build("arm", { "{prefix}/headers/stdio.h": { inTree: "stdio.h" } })])).toThrow(
    "meson.build: installs no header in {prefix}/include/",
  );
  expect(() =>
    readHeaders([build("arm", { "{prefix}/include/stdio.h": { inTree: "libc/include/my-stdio.h" } })]),
  ).toThrow("libc/include/my-stdio.h: is installed under another name, stdio.h");
});

test("a linker script is there once for a board, and has to be one", () => {
  const script = (name: string, written: string): ArchitectureBuild =>
    build(name, { ...stdio, "{prefix}/lib/picolibc.ld": { written } });
  expect(readLinkerScripts([script("a", "MEMORY\n{}"), script("b", "MEMORY\n{}")])).toEqual({
    "board/picolibc.ld": ["MEMORY", "{}"],
  });
  expect(() => readLinkerScripts([script("a", "x"), script("b", "y")])).toThrow(
    "picolibc.ld.in: becomes another linker script for b than for others with board as their picolibc_board",
  );
});

test("a tree of another version is refused before anything is asked", async () => {
  const tree = sourceTreeOf({ "meson.build": "project('picolibc', 'c',\n\tversion: '1.8.9',\n)" });
  const rows = { architectures: [], systems: [], targets: [] };
  await expect(importPicolibc(tree, "1.8.10", rows, { programs: { path: "" }, llvm: 22 })).rejects.toThrow(
    "meson.build: says 1.8.9, not 1.8.10",
  );
});
