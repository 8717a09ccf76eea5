import { importFileSchema, type ImportContent } from "../../schema/import-file";
import type { ImportRows } from "../importer";
import { sourceTreeOf } from "../source-tree";
import { importWasiLibc } from "./import-wasi-libc";

const makefile = String.raw`CC := clang
MALLOC_IMPL ?= dlmalloc
OBJDIR ?= $(CURDIR)/build
SRC = $(CURDIR)/bottom
BOTTOM_SOURCES = $(shell find $(SRC) -name \*.c)
TOP_SOURCES = $(filter-out %/gone.c, $(wildcard $(CURDIR)/top/*.c))
SCAN_SOURCES = $(CURDIR)/top/scan.c
MMAN_SOURCES = $(shell find $(CURDIR)/mman -name \*.c)
LIBC_BOTTOM_HALF_CRT_SOURCES = $(wildcard $(CURDIR)/crt/*.c)
objs = $(patsubst $(CURDIR)/%.c,$(OBJDIR)/%.o,$(1))
MALLOC_OBJS = $(call objs,$(CURDIR)/malloc/malloc.c)
BOTTOM_ALL_OBJS = $(call objs,$(BOTTOM_SOURCES))
TOP_ALL_OBJS = $(call objs,$(TOP_SOURCES))
SCAN_OBJS = $(call objs,$(SCAN_SOURCES))
SCAN_LONG_OBJS = $(patsubst %.o,%.long.o,$(SCAN_OBJS))
ifeq ($(MALLOC_IMPL),dlmalloc)
LIBC_OBJS += $(MALLOC_OBJS)
else ifeq ($(MALLOC_IMPL),none)
else
$(error unknown malloc implementation)
endif
LIBC_OBJS += $(BOTTOM_ALL_OBJS) $(TOP_ALL_OBJS)
MUSL_OMIT_HEADERS := "bits/alltypes.h.in" \
    "setjmp.h"

$(SYSROOT_LIB)/libc.a: $(LIBC_OBJS)

$(SYSROOT_LIB)/libc-long.a: $(SCAN_LONG_OBJS)

$(SYSROOT_LIB)/libwasi-emulated-mman.a: $(call objs,$(MMAN_SOURCES))

$(SCAN_OBJS): CFLAGS += -D__no_long="\"link -lc-long\""

startup_files $(BOTTOM_ALL_OBJS): CFLAGS += -I$(SRC)/private
$(TOP_ALL_OBJS) $(SCAN_LONG_OBJS): CFLAGS += \
    -I$(CURDIR)/top/internal \
    -Wno-dangling-else

include_dirs:
	cp -r "$(SRC)/public"/* "$(SYSROOT_INC)"
	cp -r "$(CURDIR)/musl/include"/* "$(SYSROOT_INC)"
	cp -r "$(CURDIR)/musl"/arch/bits/* "$(SYSROOT_INC)/bits"

finish:
	for name in m rt pthread; do \
	    $(AR) crs "$(SYSROOT_LIB)/lib$name.a"; \
	done
`;

const files: Readonly<Record<string, string>> = {
  Makefile: makefile,
  "bottom/a.c": "",
  "bottom/deep/b.c": "",
  "bottom/public/errno.h": "",
  "bottom/public/wasi.h": "",
  "crt/crt1.c": "",
  "malloc/malloc.c": '#include "malloc-body.c"\n',
  "malloc/malloc-body.c": "",
  "mman/mman.c": "",
  "musl/arch/bits/alltypes.h.in": "",
  "musl/arch/bits/fcntl.h": "",
  "musl/include/errno.h": "",
  "musl/include/setjmp.h": "",
  "top/gone.c": "",
  "top/scan.c": "",
  "top/text.c": "",
};

const rows: ImportRows = { architectures: [], systems: [], targets: [] };

const read = (more: Readonly<Record<string, string>> = {}): ImportContent =>
  importWasiLibc(sourceTreeOf({ ...files, ...more }), "20220510", rows);

test("is of the schema of import files", () =>
  expect(() => importFileSchema.parse({ ...read(), provenance: {} })).not.toThrow());

test("a set for every list of objects that has flags of its own, and for what else is in an archive", () => {
  const { sets, facts } = read();
  expect(Object.entries(sets).map(([name, { base, flags, include }]) => ({ name, base, flags, include }))).toEqual([
    { name: "bottom", base: ["bottom/a.c", "bottom/deep/b.c"], flags: undefined, include: ["bottom/private"] },
    { name: "c", base: ["malloc/malloc.c"], flags: undefined, include: undefined },
    { name: "crt1", base: ["crt/crt1.c"], flags: undefined, include: ["bottom/private"] },
    { name: "scan", base: ["top/scan.c"], flags: ['-D__no_long="link -lc-long"'], include: ["top/internal"] },
    { name: "scan_long", base: ["top/scan.c"], flags: undefined, include: ["top/internal"] },
    { name: "top", base: ["top/text.c"], flags: undefined, include: ["top/internal"] },
    { name: "wasi-emulated-mman", base: ["mman/mman.c"], flags: undefined, include: undefined },
  ]);
  expect(sets["c"]!.textual).toEqual(["malloc/malloc-body.c"]);
  expect(facts).toMatchObject({
    start_files: ["crt1"],
    empty_libraries: ["m", "pthread", "rt"],
  });
});

test("headers: what is copied later replaces what was there, and what is omitted is not there", () => {
  expect(read().facts["headers"]).toEqual({
    "bits/fcntl.h": "musl/arch/bits/fcntl.h",
    "errno.h": "musl/include/errno.h",
    "wasi.h": "bottom/public/wasi.h",
  });
});

test.each([
  [
    "no archives",
    { Makefile: makefile.replaceAll("$(SYSROOT_LIB)/lib", "$(ELSEWHERE)/lib") },
    "Makefile: has no rules `$(SYSROOT_LIB)/lib….a: …`",
  ],
  [
    "no empty archives",
    { Makefile: makefile.replace("for name in", "for other in") },
    "Makefile: has no loop that makes the empty archives",
  ],
  ["no headers", { Makefile: makefile.replaceAll("cp -r", "copy") }, "Makefile: has no `cp -r` that installs headers"],
  [
    "a folder of headers that is not there",
    { Makefile: makefile.replace("musl/include", "musl/included") },
    "Makefile: installs the headers of musl/included, but the tree has no such folder",
  ],
])("refuses a tree with %s", (_, more, message) => expect(() => read(more)).toThrow(message));
