import { importFileSchema, type ImportContent } from "../../schema/import-file";
import type { SystemRow } from "../../schema/rows";
import type { ImportRows } from "../importer";
import { sourceTreeOf } from "../source-tree";
import { importWasiLibc } from "./import-wasi-libc";

const root = String.raw`
project(libc LANGUAGES C ASM)
if(TARGET_TRIPLE MATCHES "-threads$")
  set(THREADS ON)
  add_compile_options(-mthread-model posix -pthread)
elseif(TARGET_TRIPLE MATCHES "-wasip1$")
  add_compile_options(-mthread-model single)
else()
  message(FATAL_ERROR "Unknown WASI target triple: \${TARGET_TRIPLE}")
endif()
set(SYSROOT_INC \${CMAKE_CURRENT_BINARY_DIR}/sysroot/include/\${TARGET_TRIPLE})
set(SYSROOT_LIB \${CMAKE_CURRENT_BINARY_DIR}/sysroot/lib/\${TARGET_TRIPLE})
add_compile_options(--target=\${TARGET_TRIPLE})
include_directories(SYSTEM \${SYSROOT_INC})
include_directories(bottom/src)
add_compile_options(-fno-trapping-math -Wall -Werror $<$<COMPILE_LANGUAGE:ASM>:-Wno-unused-command-line-argument>)
function(install_header from to)
  add_custom_command(OUTPUT \${SYSROOT_INC}/\${to} COMMAND \${CMAKE_COMMAND} -E copy \${CMAKE_CURRENT_SOURCE_DIR}/\${from} \${SYSROOT_INC}/\${to} DEPENDS \${from})
  clang_format_file(\${from})
endfunction()
function(objects name)
  add_library(\${name}-shared OBJECT EXCLUDE_FROM_ALL \${ARGN})
  add_library(\${name}-static OBJECT EXCLUDE_FROM_ALL \${ARGN})
endfunction()
function(install_library target file)
  set(dst \${SYSROOT_LIB}/\${file})
  add_custom_command(OUTPUT \${dst} COMMAND \${CMAKE_COMMAND} -E copy $<TARGET_FILE:\${target}> \${dst} DEPENDS \${target})
endfunction()
add_subdirectory(bottom)
add_subdirectory(top)
add_library(c SHARED $<TARGET_OBJECTS:bottom-shared>)
add_library(c-static STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:bottom-static> $<TARGET_OBJECTS:top-static> $<TARGET_OBJECTS:scan-static>)
install_library(c-static libc.a)
install_library(c libc.so)
add_custom_command(OUTPUT \${SYSROOT_LIB}/libm.a COMMAND \${CMAKE_COMMAND} -E make_directory \${SYSROOT_LIB} COMMAND \${CMAKE_AR} crs \${SYSROOT_LIB}/libm.a)
`.replaceAll("\\$", "$");

const bottom = String.raw`
configure_file(public/wasi/version.h.in \${SYSROOT_INC}/wasi/version.h)
file(GLOB_RECURSE headers RELATIVE \${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS public/*.h)
foreach(header \${headers})
  string(REPLACE "public/" "" dst \${header})
  install_header(\${header} \${dst})
endforeach()
objects(bottom a.c deep/b.c)
foreach(object bottom-shared bottom-static)
  target_include_directories(\${object} PRIVATE private)
  target_link_libraries(\${object} PUBLIC internals)
endforeach()
add_library(crt1-command OBJECT crt/crt1-command.c)
target_compile_options(crt1-command PRIVATE -fno-lto)
add_custom_command(OUTPUT \${SYSROOT_LIB}/crt1-command.o COMMAND \${CMAKE_COMMAND} -E copy $<TARGET_OBJECTS:crt1-command> \${SYSROOT_LIB}/crt1-command.o)
add_custom_command(OUTPUT \${SYSROOT_LIB}/crt1.o COMMAND \${CMAKE_COMMAND} -E copy \${SYSROOT_LIB}/crt1-command.o \${SYSROOT_LIB}/crt1.o)
`.replaceAll("\\$", "$");

const top = String.raw`
add_library(internals INTERFACE)
target_include_directories(internals INTERFACE internal)
target_compile_options(internals INTERFACE -Wno-parentheses)
add_custom_command(OUTPUT \${SYSROOT_INC}/bits/alltypes.h COMMAND sed -f mkalltypes.sed alltypes.h.in > \${SYSROOT_INC}/bits/alltypes.h)
set(sources text.c)
if(THREADS)
  list(APPEND sources thread.c start.s)
else()
  list(APPEND sources ../stub/thread.c)
endif()
objects(top \${sources})
objects(scan scan.c)
foreach(object top-static scan-static)
  target_link_libraries(\${object} PUBLIC internals)
endforeach()
target_compile_definitions(scan-static PRIVATE __no_long_double __option="add -lc-long")
add_library(setjmp-static STATIC EXCLUDE_FROM_ALL rt.c)
target_compile_options(setjmp-static PRIVATE -mllvm -wasm-enable-sjlj)
install_library(setjmp-static libsetjmp.a)
`.replaceAll("\\$", "$");

const files: Readonly<Record<string, string>> = {
  "CMakeLists.txt": root,
  "bottom/CMakeLists.txt": bottom,
  "bottom/a.c": '#include "a-body.c"\n',
  "bottom/a-body.c": "",
  "bottom/deep/b.c": "",
  "bottom/crt/crt1-command.c": "",
  "bottom/public/errno.h": "",
  "bottom/public/wasi/api.h": "",
  "stub/thread.c": "",
  "top/CMakeLists.txt": top,
  "top/rt.c": "",
  "top/scan.c": "",
  "top/start.s": "",
  "top/text.c": "",
  "top/thread.c": "",
};

const systemOf = (name: string, triple: string): SystemRow =>
  ({ name, os: "wasi", triple, stack: ["wasi-libc"] }) as unknown as SystemRow;
const one = systemOf("one", "{llvm}-unknown-wasip1");
const many = systemOf("many", "{llvm}-unknown-wasip1-threads");

const read = (
  more: Readonly<Record<string, string>> = {},
  systems: readonly SystemRow[] = [one, many],
): ImportContent =>
  importWasiLibc(sourceTreeOf({ ...files, ...more }), "30", {
    architectures: [],
    systems,
    targets: systems.map(({ name }) => ({ architecture: "wasm32", system: name })),
  } satisfies ImportRows);

test("is of the schema of import files", () =>
  expect(() => importFileSchema.parse({ ...read(), provenance: {} })).not.toThrow());

test("a set for every library of objects of an archive, for what is an archive by itself, and for every start file", () => {
  const { sets, facts } = read({}, [one]);
  const everywhere = ["-mthread-model", "single", "-fno-trapping-math"];
  expect(
    Object.entries(sets).map(([name, { base, include, variants }]) => ({
      name,
      base,
      include,
      flags: variants[0]!.flags,
    })),
  ).toEqual([
    {
      name: "bottom",
      base: ["bottom/a.c", "bottom/deep/b.c"],
      include: ["bottom/src", "bottom/private", "top/internal"],
      flags: everywhere,
    },
    { name: "crt1", base: ["bottom/crt/crt1-command.c"], include: ["bottom/src"], flags: [...everywhere, "-fno-lto"] },
    {
      name: "crt1-command",
      base: ["bottom/crt/crt1-command.c"],
      include: ["bottom/src"],
      flags: [...everywhere, "-fno-lto"],
    },
    {
      name: "scan",
      base: ["top/scan.c"],
      include: ["bottom/src", "top/internal"],
      flags: [...everywhere, "-D__no_long_double", '-D__option="add -lc-long"'],
    },
    {
      name: "setjmp",
      base: ["top/rt.c"],
      include: ["bottom/src"],
      flags: [...everywhere, "-mllvm", "-wasm-enable-sjlj"],
    },
    { name: "top", base: ["stub/thread.c", "top/text.c"], include: ["bottom/src", "top/internal"], flags: everywhere },
  ]);
  expect(sets["bottom"]!.textual).toEqual(["bottom/a-body.c"]);
  expect(facts).toEqual({
    start_files: ["crt1", "crt1-command"],
    empty_libraries: ["m"],
    headers: { "errno.h": "bottom/public/errno.h", "wasi/api.h": "bottom/public/wasi/api.h" },
  });
});

test("what the triple decides is a variant of its system", () => {
  expect(read().sets["top"]).toMatchObject({
    base: ["top/text.c"],
    variants: [
      {
        systems: ["many"],
        add: ["top/start.s", "top/thread.c"],
        flags: ["-mthread-model", "posix", "-pthread", "-fno-trapping-math"],
      },
      { systems: ["one"], add: ["stub/thread.c"], flags: ["-mthread-model", "single", "-fno-trapping-math"] },
    ],
  });
});

test.each([
  [
    "an archive that is made otherwise",
    { "CMakeLists.txt": root.replaceAll("TARGET_FILE", "TARGET_LINKER_FILE") },
    "top/CMakeLists.txt: makes libsetjmp.a in a way that the importer does not know",
  ],
  [
    "no sysroot",
    { "CMakeLists.txt": root.replace("set(SYSROOT_LIB", "set(LIB") },
    "CMakeLists.txt: sets no SYSROOT_INC or no SYSROOT_LIB",
  ],
  [
    "a source that is not there",
    { "top/CMakeLists.txt": top.replace("text.c", "texts.c") },
    "top/CMakeLists.txt: names texts.c, which the source tree does not have",
  ],
  [
    "a header that is made otherwise",
    { "top/CMakeLists.txt": top.replaceAll("bits/alltypes.h", "bits/types.h") },
    "top/CMakeLists.txt: makes the header bits/types.h in a way that the importer does not know",
  ],
  [
    "a header that is configured anew",
    { "bottom/CMakeLists.txt": bottom.replace("}/wasi/version.h", "}/wasi/config.h") },
    "bottom/CMakeLists.txt: makes the header wasi/config.h in a way that the importer does not know",
  ],
  [
    "an archive of no library",
    { "CMakeLists.txt": root.replace("TARGET_OBJECTS:scan-static", "TARGET_OBJECTS:scans-static") },
    "CMakeLists.txt: installs scans-static, but makes no such library",
  ],
])("refuses a tree with %s", (_, more, message) => expect(() => read(more)).toThrow(message));

test("refuses a triple that upstream does not know, in upstream's words", () => {
  expect(() => read({}, [systemOf("new", "{llvm}-unknown-wasip9")])).toThrow(
    "CMakeLists.txt:9: upstream refuses this configuration: Unknown WASI target triple: wasm32-unknown-wasip9",
  );
});

test("refuses systems whose installed files differ", () => {
  const differing = `${bottom}if(THREADS)\n  install_header(public/errno.h threads.h)\nendif()\n`;
  expect(() => read({ "bottom/CMakeLists.txt": differing })).toThrow(
    "CMakeLists.txt: installs other files for many than for one, which the importer does not know",
  );
});
