import { sourceTreeOf } from "../../../../generator/import/source-tree";
import type { GlibcConfiguration } from "./configuration";
import { findSysdeps } from "./find-sysdeps";

const riscv = { machine: "riscv/rv64/rvd", configOs: "linux-gnu" } as GlibcConfiguration;

/** A tree in which each folder holds a file, so that it exists. */
const treeOf = (folders: readonly string[], files: Readonly<Record<string, string>> = {}) =>
  sourceTreeOf({ ...Object.fromEntries(folders.map((folder) => [`${folder}/x.c`, ""])), ...files });

test("the operating system's folders come before the machine's, more special ones before general ones", () => {
  const tree = treeOf([
    "sysdeps/generic",
    "sysdeps/riscv",
    "sysdeps/riscv/rv64",
    "sysdeps/unix/sysv/linux",
    "sysdeps/unix/sysv/linux/riscv/rv64",
    "sysdeps/unix",
  ]);
  expect(findSysdeps(tree, riscv)).toEqual([
    "sysdeps/unix/sysv/linux/riscv/rv64",
    "sysdeps/unix/sysv/linux/riscv",
    "sysdeps/unix/sysv/linux",
    "sysdeps/unix/sysv",
    "sysdeps/unix",
    "sysdeps/riscv/rv64",
    "sysdeps/riscv",
    "sysdeps/generic",
  ]);
});

test("what a folder implies comes next; a folder's parent, and what it implies after that, come last", () => {
  const tree = treeOf(
    ["sysdeps/generic", "sysdeps/riscv", "sysdeps/nptl", "sysdeps/ieee754/dbl-64", "sysdeps/unix/sysv/linux"],
    {
      "sysdeps/unix/sysv/linux/Implies": "nptl  # threads\nnothing/of/the/kind\n",
      "sysdeps/riscv/Implies-after": "ieee754/dbl-64\n",
    },
  );
  expect(findSysdeps(tree, riscv)).toEqual([
    "sysdeps/unix/sysv/linux",
    "sysdeps/nptl",
    "sysdeps/unix/sysv",
    "sysdeps/unix",
    "sysdeps/riscv",
    "sysdeps/ieee754/dbl-64",
    "sysdeps/ieee754",
    "sysdeps/generic",
  ]);
});

test("folders for a floating-point unit and for several CPUs are taken where they are", () => {
  const tree = treeOf(["sysdeps/riscv/fpu/multiarch", "sysdeps/riscv/nofpu", "sysdeps/generic"]);
  expect(findSysdeps(tree, riscv)).toEqual([
    "sysdeps/riscv/fpu/multiarch",
    "sysdeps/riscv/fpu",
    "sysdeps/riscv",
    "sysdeps/generic",
  ]);
});
