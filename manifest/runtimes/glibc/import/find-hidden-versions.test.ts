import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { findAliases } from "./find-aliases";
import { findHiddenVersions } from "./find-hidden-versions";
import { scanSymbolVersions } from "./scan-symbol-versions";

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly libc?: Readonly<Record<string, string[]>>;
  readonly libm?: Readonly<Record<string, string[]>>;
  readonly base?: string;
  readonly sysdeps?: readonly string[];
}

function hiddenIn({ files, libc = {}, libm = {}, base = "2.0", sysdeps = ["sysdeps/generic"] }: Case): string[] {
  const tree = sourceTreeOf(files);
  const library = (name: string) => [name, { soname: `${name}.so`, baseVersions: [`GLIBC_${base}`] }] as const;
  return findHiddenVersions(scanSymbolVersions(tree), {
    tree,
    sysdeps,
    bits: 64,
    folders: ["misc", "math"],
    sharedLibraries: new Map([library("libc"), library("libm"), library("libpthread")]),
    versions: new Map([
      ["libc", new Map(Object.entries(libc))],
      ["libm", new Map(Object.entries(libm))],
    ]),
  }).map(
    ({ library: name, symbol, version, since }) =>
      `${name} ${symbol}@${version}${since === undefined ? "" : ` since ${since}`}`,
  );
}

const compatibility =
  "#if SHLIB_COMPAT (libc, GLIBC_2_0, GLIBC_2_32)\ncompat_symbol (libc, __old, old, GLIBC_2_0);\n#endif\n";

test("a compatibility symbol is hidden since the end of its range", () => {
  expect(hiddenIn({ files: { "misc/old.c": compatibility }, libc: { old: ["2.0"] } })).toEqual([
    "libc old@2.0 since 2.32",
  ]);
});

test("on a machine whose oldest version is newer, that version stands for the older ones", () => {
  expect(hiddenIn({ files: { "misc/old.c": compatibility }, libc: { old: ["2.17"] }, base: "2.17" })).toEqual([
    "libc old@2.17 since 2.32",
  ]);
});

test("there is none where the range is before the machine's oldest version", () => {
  expect(hiddenIn({ files: { "misc/old.c": compatibility }, libc: { old: ["2.35"] }, base: "2.35" })).toEqual([]);
});

test("a default version is not hidden, whatever another source says", () => {
  const files = {
    "misc/a.c": "compat_symbol (libc, x, f, GLIBC_2_0);\n",
    "misc/b.c": "versioned_symbol (libc, y, f, GLIBC_2_0);\n",
  };
  expect(hiddenIn({ files, libc: { f: ["2.0", "2.3"] } })).toEqual([]);
});

test("a symbol that has moved to libc is libc's, though the source names the library that it came from", () => {
  const files = {
    "misc/t.c":
      "#if OTHER_SHLIB_COMPAT (libpthread, GLIBC_2_0, GLIBC_2_34)\ncompat_symbol (libpthread, t, t, GLIBC_2_0);\n#endif\n",
  };
  expect(hiddenIn({ files, libc: { t: ["2.0", "2.34"] } })).toEqual(["libc t@2.0 since 2.34"]);
});

test("macros of headers are followed, those of the folder that comes first", () => {
  const files = {
    "sysdeps/generic/alias.h":
      "#ifndef _ALIAS_H\n#define _ALIAS_H\n#define finish(name) compat_symbol (libm, name, name ## _old, FIRST_VERSION_libm_ ## name ## _old)\n#endif\n",
    "sysdeps/other/alias.h": "#define finish(name) compat_symbol (libm, name, name ## _wrong, GLIBC_2_1)\n",
    "math/pow.c": "#include <alias.h>\nfinish (pow)\n",
  };
  expect(hiddenIn({ files, libm: { pow_old: ["2.1"], pow_wrong: ["2.1"] } })).toEqual(["libm pow_old@2.1"]);
});

test("a source that another of its name shadows counts only if that one includes it without taking the macro away", () => {
  const plain = { "math/w.c": "compat_symbol (libm, w, w, GLIBC_2_0);\n", "sysdeps/x86/w.c": "#include <math/w.c>\n" };
  const redefined = {
    ...plain,
    "sysdeps/x86/w.c": "#undef compat_symbol\n#define compat_symbol(a, b, c, d)\n#include <math/w.c>\n",
  };
  const other = { ...plain, "sysdeps/x86/w.c": "double w (double x) { return x; }\n" };
  const hidden = [plain, redefined, other].map((files) =>
    hiddenIn({ files, libm: { w: ["2.0"] }, sysdeps: ["sysdeps/x86"] }),
  );
  expect(hidden).toEqual([["libm w@2.0"], [], []]);
});

test("what is under a condition that cannot be decided is there when all under it is", () => {
  const block =
    "#if MYSTERY\nversioned_symbol (libc, b, b, GLIBC_2_42);\ncompat_symbol (libc, a, b, GLIBC_2_0);\n#endif\n";
  expect(hiddenIn({ files: { "misc/b.c": block }, libc: { b: ["2.0"] } })).toEqual([]);
  expect(hiddenIn({ files: { "misc/b.c": block }, libc: { b: ["2.0", "2.42"] } })).toEqual(["libc b@2.0"]);
});

test("what is under a further condition inside of such a block is not there where the block is not", () => {
  const block =
    "#if MYSTERY\nstrong_alias (a, b)\n#else\nversioned_symbol (libc, a, b, GLIBC_2_3_3);\n#if SHLIB_COMPAT (libc, GLIBC_2_0, GLIBC_2_3_3)\ncompat_symbol (libc, c, b, GLIBC_2_0);\n#endif\n#endif\n";
  expect(hiddenIn({ files: { "misc/b.c": block }, libc: { b: ["2.0"] } })).toEqual([]);
  expect(hiddenIn({ files: { "misc/b.c": block }, libc: { b: ["2.0", "2.3.3"] } })).toEqual(["libc b@2.0 since 2.3.3"]);
});

test("lists of system calls say it as well", () => {
  const files = {
    "sysdeps/generic/syscalls.list":
      "bdflush EXTRA bdflush i:ii __compat_bdflush bdflush@GLIBC_2.0:GLIBC_2.23\nvm86 - vm86 i:ip __vm86 vm86@@GLIBC_2.3.4\n",
  };
  expect(hiddenIn({ files, libc: { bdflush: ["2.0"], vm86: ["2.3.4"] } })).toEqual(["libc bdflush@2.0 since 2.23"]);
});

test("names of one address are found through names that are not exported", () => {
  const tree = sourceTreeOf({
    "posix/environ.c": "weak_alias (__environ, environ)\nstrong_alias (__environ, hidden)\n",
    "misc/a.c": "weak_alias (hidden, _environ)\nweak_alias (f, g)\n",
    "sysdeps/m68k/m.c": "weak_alias (__environ, unrelated)\n",
  });
  expect(
    findAliases(scanSymbolVersions(tree), new Set(), new Set(["__environ", "_environ", "environ", "unrelated", "g"])),
  ).toEqual([["__environ", "_environ", "environ"]]);
});
