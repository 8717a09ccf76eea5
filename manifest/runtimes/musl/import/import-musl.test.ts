import { ImportError, sourceTreeOf } from "../../../../generator/import/source-tree";
import type { ImportRows } from "../../../../generator/import/importer";
import { importMusl } from "./import-musl";

/** The parts of musl's makefile that choose sources, as the importer meets them. */
const makefile = `
srcdir = .
MALLOC_DIR = mallocng
SRC_DIRS = $(addprefix $(srcdir)/,src/* src/malloc/$(MALLOC_DIR) crt ldso $(COMPAT_SRC_DIRS))
BASE_GLOBS = $(addsuffix /*.c,$(SRC_DIRS))
ARCH_GLOBS = $(addsuffix /$(ARCH)/*.[csS],$(SRC_DIRS))
BASE_SRCS = $(sort $(wildcard $(BASE_GLOBS)))
ARCH_SRCS = $(sort $(wildcard $(ARCH_GLOBS)))
BASE_OBJS = $(patsubst $(srcdir)/%,%.o,$(basename $(BASE_SRCS)))
ARCH_OBJS = $(patsubst $(srcdir)/%,%.o,$(basename $(ARCH_SRCS)))
REPLACED_OBJS = $(sort $(subst /$(ARCH)/,/,$(ARCH_OBJS)))
ALL_OBJS = $(addprefix obj/, $(filter-out $(REPLACED_OBJS), $(sort $(BASE_OBJS) $(ARCH_OBJS))))
LIBC_OBJS = $(filter obj/src/%,$(ALL_OBJS)) $(filter obj/compat/%,$(ALL_OBJS))
LDSO_OBJS = $(filter obj/ldso/%,$(ALL_OBJS:%.o=%.lo))
CRT_OBJS = $(filter obj/crt/%,$(ALL_OBJS))
EMPTY_LIB_NAMES = m rt pthread
-include $(srcdir)/arch/$(ARCH)/arch.mak
obj/%.o: $(srcdir)/%.s
	$(AS_CMD)
obj/%.o: $(srcdir)/%.S
	$(CC_CMD)
obj/%.o: $(srcdir)/%.c $(GENH)
	$(CC_CMD)
`;

const files = {
  VERSION: "1.2.6\n",
  Makefile: makefile,
  "arch/aarch64/bits/alltypes.h.in": "",
  "arch/arm/bits/alltypes.h.in": "",
  "arch/arm/arch.mak": "COMPAT_SRC_DIRS = compat/time32\n",
  "arch/generic/bits/fcntl.h": "",
  "src/string/memcpy.c": "",
  "src/string/memset.c": "",
  "src/string/aarch64/memcpy.S": "",
  "src/string/arm/memcpy.S": "",
  "src/math/fma.c": "",
  "src/math/aarch64/fma.c": '#include "../fma.c"',
  "src/malloc/free.c": "",
  "src/malloc/mallocng/malloc.c": '#include "meta.h"',
  "src/malloc/mallocng/meta.h": "",
  "src/malloc/oldmalloc/malloc.c": "",
  "compat/time32/stat.c": "",
  "crt/crt1.c": '#include "crt_arch.h"',
  "crt/crti.c": "",
  "crt/aarch64/crti.s": "",
  "ldso/dynlink.c": "",
};

const rows = {
  architectures: [
    { name: "arm64", columns: { musl: "aarch64" } },
    { name: "armv7", columns: { musl: "arm" } },
    { name: "wasm32", columns: {} },
    { name: "riscv32", columns: { musl: "riscv32" } },
  ],
  systems: [],
  targets: [],
} as unknown as ImportRows;

test("libc: the default malloc, an architecture's file in place of the portable one, its compatibility sources", () => {
  const { libc } = importMusl(sourceTreeOf(files), "1.2.6", rows).sets;
  expect(libc).toMatchObject({
    base: [
      "src/malloc/free.c",
      "src/malloc/mallocng/malloc.c",
      "src/math/fma.c",
      "src/string/memcpy.c",
      "src/string/memset.c",
    ],
    textual: ["src/math/fma.c"],
    variants: [
      {
        name: "arm64",
        architectures: ["arm64"],
        remove: ["src/math/fma.c", "src/string/memcpy.c"],
        add: ["src/math/aarch64/fma.c", "src/string/aarch64/memcpy.S"],
        repeated: [],
      },
      {
        name: "armv7",
        architectures: ["armv7"],
        remove: ["src/string/memcpy.c"],
        add: ["compat/time32/stat.c", "src/string/arm/memcpy.S"],
        repeated: [],
      },
    ],
  });
});

test("a set per start file, and the loader's sources; an architecture that this version lacks has no variant", () => {
  const { sets, facts } = importMusl(sourceTreeOf(files), "1.2.6", rows);
  expect(Object.keys(sets)).toEqual(["libc", "ldso", "crt1", "crti"]);
  expect(sets["crti"]!.variants).toMatchObject([
    { name: "arm64", remove: ["crt/crti.c"], add: ["crt/aarch64/crti.s"] },
    { name: "generic", architectures: ["armv7"], remove: [], add: [] },
  ]);
  expect(sets["ldso"]).toMatchObject({
    base: ["ldso/dynlink.c"],
    variants: [{ name: "generic", architectures: ["arm64", "armv7"] }],
  });
  expect(facts).toEqual({ lists: { empty_libraries: ["m", "pthread", "rt"] } });
});

test("where an architecture has a source in two languages, make's first rule takes it", () => {
  const both = {
    ...files,
    "src/string/aarch64/memset.S": "",
    "src/string/aarch64/memset.c": "",
    "src/string/aarch64/memset.s": "",
  };
  const arm64 = importMusl(sourceTreeOf(both), "1.2.6", rows).sets["libc"]!.variants[0]!;
  expect(arm64.add.filter((source) => source.includes("memset"))).toEqual(["src/string/aarch64/memset.s"]);
});

test("refuses another version, an unknown makefile, and rows without an architecture of musl's", () => {
  expect(() => importMusl(sourceTreeOf(files), "1.2.5", rows)).toThrow(
    new ImportError("VERSION: says 1.2.6, not 1.2.5"),
  );
  const { Makefile: _, ...others } = files;
  expect(() => importMusl(sourceTreeOf({ ...others, Makefile: "all:\n" }), "1.2.6", rows)).toThrow(
    "Makefile: has no pattern rules",
  );
  expect(() => importMusl(sourceTreeOf(files), "1.2.6", { ...rows, architectures: [] })).toThrow(
    "no architecture of the manifest has a musl column",
  );
});
