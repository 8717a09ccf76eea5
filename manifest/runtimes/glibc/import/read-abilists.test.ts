import { sourceTreeOf } from "../../../../generator/import/source-tree";
import type { Subdirectory } from "./ask-subdirectories";
import { parseAbilist, readAbilists } from "./read-abilists";

const rootWith = (variables: Readonly<Record<string, string[]>>): Subdirectory => ({
  rules: new Map(),
  folder: ".",
  variables: { words: (name: string) => variables[name] ?? [] } as unknown as Subdirectory["variables"],
});

test("functions, data with their sizes, and thread-local data; names that only stand for a version are left out", () => {
  const text = "GLIBC_2.17 GLIBC_2.17 A\nGLIBC_2.17 abort F\nGLIBC_2.17 stderr D 0x8\nGCC_3.0 __x T 0x10\n";
  expect(parseAbilist(text, "libc.abilist")).toEqual([
    { node: "GLIBC_2.17", name: "abort", kind: "F" },
    { node: "GLIBC_2.17", name: "stderr", kind: "D", size: 8 },
    { node: "GCC_3.0", name: "__x", kind: "T", size: 16 },
  ]);
});

test("a line of another form is an error that shows it", () => {
  expect(() => parseAbilist("GLIBC_2.17 stderr D\n", "sysdeps/x/libc.abilist")).toThrow(
    'sysdeps/x/libc.abilist: "GLIBC_2.17 stderr D" is not a line of an abilist',
  );
});

test("of a library's lists the first folder's counts; an empty one means that the library is not there", () => {
  const tree = sourceTreeOf({
    "sysdeps/linux/arm/le/libc.abilist": "GLIBC_2.4 a F\n",
    "sysdeps/linux/arm/libc.abilist": "GLIBC_2.4 b F\n",
    "sysdeps/linux/arm/libm.abilist": "GLIBC_2.4 c F\n",
    "sysdeps/generic/libmvec.abilist": "",
    "sysdeps/linux/mips/libdl.abilist": "GLIBC_2.0 d F\n",
  });
  const libraries = readAbilists(tree, ["sysdeps/linux/arm/le", "sysdeps/linux/arm", "sysdeps/generic"], rootWith({}));
  expect([...libraries].map(([name, symbols]) => [name, symbols.map((symbol) => symbol.name)])).toEqual([
    ["libc", ["a"]],
    ["libm", ["c"]],
  ]);
});

test("a machine may have lists of another name", () => {
  const tree = sourceTreeOf({
    "sysdeps/ppc/libc.abilist": "GLIBC_2.3 big F\n",
    "sysdeps/ppc/libc-le.abilist": "GLIBC_2.17 little F\n",
  });
  expect(readAbilists(tree, ["sysdeps/ppc"], rootWith({ "abilist-pattern": ["%-le.abilist"] })).get("libc")).toEqual([
    { node: "GLIBC_2.17", name: "little", kind: "F" },
  ]);
});
