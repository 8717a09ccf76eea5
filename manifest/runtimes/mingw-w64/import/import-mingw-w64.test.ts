import { importFileSchema } from "../../../../generator/schema/import-file";
import { librariesFor, type Libraries } from "../../../../generator/schema/import-libraries";
import type { ImportRows } from "../../../../generator/import/importer";
import { sourceTreeOf, type SourceTree } from "../../../../generator/import/source-tree";
import { importMingwW64 } from "./import-mingw-w64";

const makefile = String.raw`AM_CFLAGS=-pipe -std=gnu99 -D_CRTBLD @ADD_C_ONLY_WARNING_FLAGS@
CPPFLAGS32=$(AM_CPPFLAGS) -m32
CPPFLAGS64=$(AM_CPPFLAGS) -m64
AM_DLLTOOLFLAGS=-k --as=$(AS) --output-lib $@
DTDEF32=$(DLLTOOL) -m i386 $(AM_DLLTOOLFLAGS) --input-def
DTDEF64=$(DLLTOOL) -m i386:x86-64 $(AM_DLLTOOLFLAGS) --input-def
extra_include=-I$(top_srcdir)/include
noinst_LIBRARIES =
BUILT_SOURCES = _dummy.c
dist_libsrc_DATA = libsrc/agent_i.c

if LIB32
crt32_DATA = lib32/crt1.o lib32/crt2.o
lib32/crt1.o: crt/crtexe.c
	$(AM_V_CC)$(COMPILE) $(CPPFLAGS32) $(extra_include) -c $< -o $@
lib32/crt2.o: lib32/crt1.o
	$(AM_V_GEN)cp $< $@
lib32_DATA = lib32/libws2_32.a lib32/libmsvcrt.a
lib32/libmsvcrt.a: lib32/@MSVCRT_LIB@
	$(AM_V_GEN)cp $< $@
lib32_DATA += lib32/libucrt.a
noinst_LIBRARIES += lib32/libextra.a
lib32_libextra_a_SOURCES = misc/common.c misc/x86.S
lib32_libextra_a_CPPFLAGS = $(CPPFLAGS32) -D__LIBMSVCRT__
endif

if LIB64
crt64_DATA = lib64/crt1.o lib64/binmode.o
lib64/%.o: crt/%.c
	$(AM_V_CC)$(COMPILE) $(CPPFLAGS64) -c $< -o $@
lib64/crt1.o: crt/crtexe.c
	$(AM_V_CC)$(COMPILE) $(CPPFLAGS64) $(extra_include) -c $< -o $@
lib64_LIBRARIES = lib64/libkernel32.a lib64/libm.a
lib64_libkernel32_a_SOURCES = misc/common.c include/internal.h lib-common/kernel32.def.in
lib64_libkernel32_a_CPPFLAGS = $(CPPFLAGS64)
lib64_libkernel32_a_AR = $(DTDEF64) lib64/kernel32.def && $(AR) $(ARFLAGS)
nodist_lib64_libm_a_SOURCES = _dummy.c
lib64_DATA = lib64/libws2_32.a lib64/libmsvcrt.a lib64/libucrt.a
lib64/libmsvcrt.a: lib64/@MSVCRT_LIB@
	$(AM_V_GEN)cp $< $@
noinst_LIBRARIES += lib64/libextra.a
lib64_libextra_a_SOURCES = misc/common.c
lib64_libextra_a_CPPFLAGS = $(CPPFLAGS64) -D__LIBMSVCRT__
endif

lib32/lib%.a: lib32/%.def
	$(AM_V_GEN)$(DTDEF32) $<
lib32/lib%.a: lib-common/%.def
	$(AM_V_GEN)$(DTDEF32) $<
lib64/lib%.a: lib64/%.def
	$(AM_V_GEN)$(DTDEF64) $<
lib64/lib%.a: lib-common/%.def
	$(AM_V_GEN)$(DTDEF64) $<
%/libucrt.a: lib-common/ucrt.mri %/libextra.a %/libapi-stdio.a
	$(AM_V_GEN)cd $(dir $@) && $(AR) -M < $(abspath $<)
lib32/%.def: lib-common/%.def.in
	$(AM_V_GEN)$(CPP) -x c $(CPPFLAGS32) $< -Wp,-w -P -I$(top_srcdir)/def-include > $@
lib64/%.def: lib-common/%.def.in
	$(AM_V_GEN)$(CPP) -x c $(CPPFLAGS64) $< -Wp,-w -P -I$(top_srcdir)/def-include | sed -E 's/^([^ ]+)@[0-9]+( |$$)/\1\2/' > $@
`;

const winpthreads = String.raw`AM_CFLAGS =
lib_LTLIBRARIES = libwinpthread.la
libwinpthread_la_SOURCES = src/cond.c src/cond.h src/version.rc
libwinpthread_la_CPPFLAGS = -I$(srcdir)/include -DIN_WINPTHREAD
install-exec-hook:
	alias=$$(printf %s | $(SED) 's|winpthread|pthread|')
`;

const files: Readonly<Record<string, string>> = {
  "mingw-w64-headers/crt/_mingw_mac.h":
    "#define __MINGW64_VERSION_MAJOR 14\n#define __MINGW64_VERSION_MINOR 0\n#define __MINGW64_VERSION_BUGFIX 0\n",
  "mingw-w64-crt/configure.ac": "  [with_default_msvcrt=ucrt])\n",
  "mingw-w64-crt/Makefile.am": makefile,
  "mingw-w64-crt/crt/crtexe.c": "",
  "mingw-w64-crt/crt/binmode.c": "",
  "mingw-w64-crt/misc/common.c": '#include "common-part.c"\n',
  "mingw-w64-crt/misc/common-part.c": "",
  "mingw-w64-crt/misc/x86.S": "",
  "mingw-w64-crt/lib-common/kernel32.def.in": "EXPORTS\nF_I386(Sleep@4)\n?name@@YAXH@123\n",
  "mingw-w64-crt/lib-common/ws2_32.def.in": "EXPORTS\naccept@12\nclosesocket@4 DATA\n",
  "mingw-w64-crt/lib-common/api-stdio.def": "",
  "mingw-w64-crt/lib-common/ucrt.mri": "CREATE libucrt.a\nADDLIB libapi-stdio.a\nADDLIB libextra.a\nSAVE\n",
  "mingw-w64-libraries/winpthreads/Makefile.am": winpthreads,
  "mingw-w64-libraries/winpthreads/src/cond.c": "",
};

const rows = {
  architectures: [
    { name: "amd64", columns: { mingw: "lib64" } },
    { name: "i686", columns: { mingw: "lib32" } },
    { name: "riscv64", columns: {} },
  ],
  systems: [],
  targets: [],
} as unknown as ImportRows;

const read = (tree: SourceTree = sourceTreeOf(files)) => importMingwW64(tree, "14.0.0", rows);
const libraries = (): Libraries => read().facts.import_libraries!;
const recipe = (name: string, architecture = "amd64") => librariesFor(libraries(), architecture).get(name);

test("is of the schema of import files", () =>
  expect(() => importFileSchema.parse({ ...read(), provenance: {} })).not.toThrow());

test("refuses a tree of another version", () => {
  expect(() => importMingwW64(sourceTreeOf(files), "13.0.0", rows)).toThrow(
    "mingw-w64-headers/crt/_mingw_mac.h: says 14.0.0, not 13.0.0",
  );
});

describe("sets", () => {
  it("have the sources of each architecture, upstream's flags, and what sources include", () => {
    expect(read().sets["extra"]).toEqual({
      base: ["mingw-w64-crt/misc/common.c"],
      textual: ["mingw-w64-crt/misc/common-part.c"],
      flags: ["-D__LIBMSVCRT__", "-std=gnu99", "-D_CRTBLD"],
      source_flags: {},
      variants: [
        { name: "generic", architectures: ["amd64"], remove: [], add: [], repeated: [], flags: [] },
        {
          name: "i686",
          architectures: ["i686"],
          remove: [],
          add: ["mingw-w64-crt/misc/x86.S"],
          repeated: [],
          flags: [],
        },
      ],
    });
  });

  it("are one for each start file, where a copy is compiled as what it is a copy of", () => {
    const { sets, facts } = read();
    expect(facts.lists!["start_files"]).toEqual(["binmode", "crt1", "crt2"]);
    expect(sets["crt2"]).toMatchObject({
      base: ["mingw-w64-crt/crt/crtexe.c"],
      include: ["mingw-w64-crt/include"],
      variants: [{ architectures: ["i686"] }],
    });
    expect(sets["crt1"]!.variants).toMatchObject([{ architectures: ["amd64", "i686"] }]);
    expect(sets["binmode"]).toMatchObject({
      base: ["mingw-w64-crt/crt/binmode.c"],
      variants: [{ architectures: ["amd64"] }],
    });
  });

  it("are there for winpthreads, with directories of its own", () => {
    expect(read().sets["winpthread"]).toMatchObject({
      base: ["mingw-w64-libraries/winpthreads/src/cond.c"],
      flags: ["-DIN_WINPTHREAD"],
      include: ["mingw-w64-libraries/winpthreads/include"],
    });
  });
});

describe("libraries", () => {
  it("are made from a definition and compiled members, in one archive", () => {
    expect(recipe("kernel32")).toEqual({
      installed: true,
      definition: { file: "mingw-w64-crt/lib-common/kernel32.def.in", preprocess: true },
      sources: "kernel32",
    });
    expect(recipe("kernel32", "i686")).toBeUndefined();
  });

  it("lose i386's decorations on other architectures, where a definition has any", () => {
    expect(recipe("ws2_32")).toEqual({
      installed: true,
      definition: { file: "mingw-w64-crt/lib-common/ws2_32.def.in", preprocess: true, undecorate: true },
    });
    expect(recipe("ws2_32", "i686")).toEqual({
      installed: true,
      definition: { file: "mingw-w64-crt/lib-common/ws2_32.def.in", preprocess: true },
    });
    expect(read().facts.lists!["undecorated"]).toEqual(["mingw-w64-crt/lib-common/ws2_32.def.in"]);
  });

  it("take in others, which need not be installed themselves", () => {
    expect(recipe("ucrt")).toEqual({ installed: true, merge: ["api-stdio", "extra"] });
    expect(recipe("api-stdio")).toEqual({
      installed: false,
      definition: { file: "mingw-w64-crt/lib-common/api-stdio.def" },
    });
    expect(libraries().plain).toEqual([
      { architectures: ["amd64", "i686"], installed: false, folder: "mingw-w64-crt/lib-common", names: ["api-stdio"] },
    ]);
  });

  it("are copies, and empty where make would write their only source", () => {
    expect(recipe("msvcrt", "i686")).toEqual({ installed: true, copy_of: "ucrt" });
    expect(recipe("pthread")).toEqual({ installed: true, copy_of: "winpthread" });
    expect(recipe("m")).toEqual({ installed: true });
  });

  it("come with dlltool's flags, the definitions' directories, and the list of those with members", () => {
    expect(libraries()).toMatchObject({
      dlltool_flags: { amd64: ["-m", "i386:x86-64", "-k"], i686: ["-m", "i386", "-k"] },
      definition_include: ["mingw-w64-crt/def-include"],
    });
    expect(read().facts.lists!["compiled_libraries"]).toEqual(["extra", "kernel32", "winpthread"]);
  });
});

test("installed sources are named with where they lie", () => {
  expect(read().facts.files!["headers"]).toEqual({ "agent_i.c": "mingw-w64-crt/libsrc/agent_i.c" });
});

test("a library without a rule is refused by name", () => {
  const broken = sourceTreeOf({
    ...files,
    "mingw-w64-crt/Makefile.am": makefile.replace("lib64/libws2_32.a", "lib64/libgone.a"),
  });
  expect(() => read(broken)).toThrow("mingw-w64-crt/Makefile.am: needs lib64/libgone.a, but has no rule for it");
});
