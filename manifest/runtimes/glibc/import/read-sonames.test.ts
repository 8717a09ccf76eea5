import { sourceTreeOf } from "../../../../generator/import/source-tree";
import type { GlibcConfiguration } from "./configuration";
import { readSonames } from "./read-sonames";

const files = {
  "shlib-versions": "ld=ld.so.1\nlibdl=2\t# the same everywhere\n",
  "nptl/shlib-versions": "libpthread=0\n",
  "sysdeps/linux/shlib-versions": "libc=6\nlibm=6\n",
  "sysdeps/linux/riscv/shlib-versions":
    "%if XLEN == 64 && FLEN == 64\nDEFAULT GLIBC_2.27\nld=ld-d.so.1\n%elif XLEN == 64 && FLEN == 0\nDEFAULT GLIBC_2.27\nld=ld-s.so.1\n%else\n%error cannot determine ABI\n%endif\n",
  "sysdeps/linux/mips/shlib-versions": "libc=6 GLIBC_2.0 GLIBC_2.2\n%ifdef NAN2008\nld=ld-n8.so.1\n%endif\n",
};

const read = (folders: readonly string[], macros: GlibcConfiguration["macros"]) =>
  Object.fromEntries(
    [
      ...readSonames(sourceTreeOf(files), { macros } as GlibcConfiguration, folders, [
        { folder: "." },
        { folder: "nptl" },
      ] as never),
    ].map(([name, { soname, baseVersions }]) => [name, [soname, ...baseVersions]]),
  );

test("a machine's entries come before the general ones; DEFAULT holds where an entry names no version", () => {
  expect(read(["sysdeps/linux/riscv", "sysdeps/linux"], { XLEN: 64, FLEN: 64 })).toEqual({
    ld: ["ld-d.so.1", "GLIBC_2.27"],
    libc: ["libc.so.6", "GLIBC_2.27"],
    libm: ["libm.so.6", "GLIBC_2.27"],
    libpthread: ["libpthread.so.0", "GLIBC_2.27"],
    libdl: ["libdl.so.2", "GLIBC_2.27"],
  });
});

test("a macro that is not set counts as 0, and as not defined", () => {
  expect(read(["sysdeps/linux/riscv"], { XLEN: 64 })["ld"]).toEqual(["ld-s.so.1", "GLIBC_2.27"]);
  expect(read(["sysdeps/linux/mips"], {})).toMatchObject({
    libc: ["libc.so.6", "GLIBC_2.0", "GLIBC_2.2"],
    ld: ["ld.so.1"],
  });
});

test("an ABI that the tree knows nothing of is an error", () => {
  expect(() => read(["sysdeps/linux/riscv"], { XLEN: 128 })).toThrow(
    "sysdeps/linux/riscv/shlib-versions: %error cannot determine ABI applies",
  );
});
