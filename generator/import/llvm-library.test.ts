import type { ImportContent, SourceSetImport } from "../schema/import-file";
import type { SystemRow } from "../schema/rows";
import { importLibcxx } from "./libcxx";
import { importLibcxxabi } from "./libcxxabi";
import { importLibunwind } from "./libunwind";
import { sourceTreeOf } from "./source-tree";

const tree = sourceTreeOf({
  "cmake/Modules/LLVMVersion.cmake":
    "set(LLVM_VERSION_MAJOR 22)\nset(LLVM_VERSION_MINOR 1)\nset(LLVM_VERSION_PATCH 8)\n",
  "libcxx/CMakeLists.txt": `
    list(INSERT CMAKE_MODULE_PATH 0 "\${CMAKE_CURRENT_SOURCE_DIR}/cmake")
    option(LIBCXX_ENABLE_THREADS "" ON)
    option(LIBCXX_ENABLE_FILESYSTEM "" ON)
    option(LIBCXX_HAS_PTHREAD_API "" OFF)
    if("\${CMAKE_SYSTEM_NAME}" MATCHES "Linux")
      set(zones ON)
    endif()
    option(LIBCXX_ENABLE_TIME_ZONE_DATABASE "" \${zones})
    include(config)
    add_subdirectory(src)
    add_subdirectory(test)`,
  "libcxx/cmake/config.cmake":
    'check_cxx_compiler_flag(-nostdlib++ HAS_NOSTDLIBXX)\nif(NOT HAS_NOSTDLIBXX)\nmessage(FATAL_ERROR "no")\nendif()',
  "libcxx/src/CMakeLists.txt": `
    set(LIBCXX_SOURCES any.cpp include/ryu.h support/exception.ipp)
    if (LIBCXX_ENABLE_THREADS)
      list(APPEND LIBCXX_SOURCES thread.cpp)
    endif()
    if(WIN32)
      list(APPEND LIBCXX_SOURCES win32/locale.cpp)
      if (NOT LIBCXX_HAS_PTHREAD_API)
        list(APPEND LIBCXX_SOURCES win32/thread.cpp)
      endif()
    endif()
    if (NOT LIBCXX_USE_COMPILER_RT)
      list(APPEND LIBCXX_SOURCES int128_builtins.cpp)
    endif()
    add_library(cxx_shared SHARED \${LIBCXX_SOURCES} shared_only.cpp)
    add_library(cxx_static STATIC \${LIBCXX_SOURCES} \${LIBCXX_HEADERS})
    set(LIBCXX_EXPERIMENTAL_SOURCES experimental/keep.cpp)
    if (LIBCXX_ENABLE_TIME_ZONE_DATABASE)
      list(APPEND LIBCXX_EXPERIMENTAL_SOURCES experimental/tzdb.cpp)
    endif()
    add_library(cxx_experimental STATIC \${LIBCXX_EXPERIMENTAL_SOURCES})`,
  "libcxx/src/any.cpp": '#include "support/exception.ipp"\n#include "include/ryu.h"',
  ...Object.fromEntries(
    [
      "include/ryu.h",
      "support/exception.ipp",
      "thread.cpp",
      "win32/locale.cpp",
      "win32/thread.cpp",
      "experimental/keep.cpp",
      "experimental/tzdb.cpp",
    ].map((name) => [`libcxx/src/${name}`, ""]),
  ),
  "libcxxabi/CMakeLists.txt": 'option(LIBCXXABI_ENABLE_THREADS "" ON)\nadd_subdirectory(src)',
  "libcxxabi/src/CMakeLists.txt": `
    set(LIBCXXABI_SOURCES cxa_guard.cpp)
    if (LIBCXXABI_ENABLE_THREADS AND (UNIX OR FUCHSIA) AND NOT (APPLE OR CYGWIN))
      list(APPEND LIBCXXABI_SOURCES cxa_thread_atexit.cpp)
    endif()
    add_library(cxxabi_static_objects OBJECT EXCLUDE_FROM_ALL \${LIBCXXABI_SOURCES})`,
  "libcxxabi/src/cxa_guard.cpp": "",
  "libcxxabi/src/cxa_thread_atexit.cpp": "",
  "libunwind/CMakeLists.txt": "add_subdirectory(src)",
  "libunwind/src/CMakeLists.txt":
    'set_source_files_properties(Level1.c PROPERTIES COMPILE_FLAGS "-std=c99 -fexceptions")\nadd_library(unwind_static_objects OBJECT Unwind.cpp Level1.c Save.S missing.c)',
  "libunwind/src/Unwind.cpp": "",
  "libunwind/src/Level1.c": "",
  "libunwind/src/Save.S": "",
});

const stack = ["compiler-rt", "libunwind", "libc++abi", "libc++"];
const systems = [
  { name: "linux_musl", os: "linux", abi: "musl", object_format: "elf", triple: "{llvm}-linux-musl", stack },
  { name: "windows_gnu", os: "windows", abi: "gnu", object_format: "coff", triple: "{llvm}-w64-windows-gnu", stack },
  { name: "wasi", os: "wasi", abi: "none", object_format: "wasm", triple: "wasm32-wasip1", stack },
  { name: "macos", os: "macos", abi: "darwin", object_format: "macho", triple: "{llvm}-apple-macosx", stack },
] as SystemRow[];

const targets = systems.map((system) => ({ architecture: "any", system: system.name }));

function sourcesOn(system: string, set: SourceSetImport): string[] {
  const variants = set.variants.filter((variant) => variant.systems?.includes(system));
  expect(variants).toHaveLength(1);
  const { remove, add } = variants[0]!;
  return [...set.base.filter((source) => !remove.includes(source)), ...add]
    .map((source) => source.replace(/^.*\/src\//, ""))
    .sort();
}

describe("libc++", () => {
  const { sets }: ImportContent = importLibcxx(tree, "22.1.8", { architectures: [], systems, targets });

  test.each([
    ["linux_musl", ["any.cpp", "thread.cpp"]],
    ["macos", ["any.cpp", "thread.cpp"]],
    ["windows_gnu", ["any.cpp", "thread.cpp", "win32/locale.cpp", "win32/thread.cpp"]],
    ["wasi", ["any.cpp", "thread.cpp"]],
  ])("on %s: the static library's sources, without headers and without what compiler-rt has", (system, expected) => {
    expect(sourcesOn(system, sets["cxx"]!)).toEqual(expected);
  });

  test("the experimental library has the time zone database where upstream enables it", () => {
    expect(sourcesOn("linux_musl", sets["cxx_experimental"]!)).toEqual([
      "experimental/keep.cpp",
      "experimental/tzdb.cpp",
    ]);
    expect(sourcesOn("macos", sets["cxx_experimental"]!)).toEqual(["experimental/keep.cpp"]);
  });

  test("included sources are named", () => {
    expect(sets["cxx"]!.textual).toEqual(["libcxx/src/support/exception.ipp"]);
  });

  test("a system that no target is on is not read", () => {
    const onLinux = importLibcxx(tree, "22.1.8", { architectures: [], systems, targets: targets.slice(0, 1) });
    expect(onLinux.sets["cxx"]!.variants).toMatchObject([
      { name: "generic", systems: ["linux_musl"], remove: [], add: [] },
    ]);
  });
});

test("libc++abi: destructors of threads need threads and a Unix that is not Apple's", () => {
  const { cxxabi } = importLibcxxabi(tree, "22.1.8", { architectures: [], systems, targets }).sets;
  for (const system of ["linux_musl", "wasi"])
    expect(sourcesOn(system, cxxabi!)).toEqual(["cxa_guard.cpp", "cxa_thread_atexit.cpp"]);
  for (const system of ["windows_gnu", "macos"]) expect(sourcesOn(system, cxxabi!)).toEqual(["cxa_guard.cpp"]);
});

describe("libunwind", () => {
  test("a source that the tree lacks is an error", () => {
    expect(() => importLibunwind(tree, "22.1.8", { architectures: [], systems, targets })).toThrow(
      "libunwind/src: add_library names missing.c, which the source tree does not have",
    );
  });

  test("sources in all their languages", () => {
    const text = tree.read("libunwind/src/CMakeLists.txt").replace("missing.c", "");
    const whole = {
      ...tree,
      read: (path: string) => (path === "libunwind/src/CMakeLists.txt" ? text : tree.read(path)),
    };
    const { unwind } = importLibunwind(whole, "22.1.8", { architectures: [], systems, targets }).sets;
    expect(sourcesOn("wasi", unwind!)).toEqual(["Level1.c", "Save.S", "Unwind.cpp"]);
    expect(unwind!.variants).toHaveLength(1);
  });
});

describe("what a library takes in besides files", () => {
  const read = (text: string): SourceSetImport =>
    importLibcxxabi(
      { ...tree, read: (path: string) => (path === "libcxxabi/src/CMakeLists.txt" ? text : tree.read(path)) },
      "22.1.8",
      { architectures: [], systems, targets },
    ).sets["cxxabi"]!;

  test("the objects of another library are its sources", () => {
    expect(
      sourcesOn(
        "linux_musl",
        read(
          "add_library(parts OBJECT cxa_guard.cpp)\nadd_library(cxxabi_static_objects OBJECT $<TARGET_OBJECTS:parts>)",
        ),
      ),
    ).toEqual(["cxa_guard.cpp"]);
  });

  test.each([
    ["$<TARGET_OBJECTS:parts>", "libcxxabi/src: add_library takes in the objects of parts, which no add_library makes"],
    [
      "cxa_guard.cpp $<IF:x,a.cpp,b.cpp>",
      "libcxxabi/src: add_library(cxxabi_static_objects …) names $<IF:x,a.cpp,b.cpp>, of which the importer does not know whether it is compiled",
    ],
    [
      "cxa_guard.cpp kernel.cu",
      "libcxxabi/src: add_library(cxxabi_static_objects …) names kernel.cu, of which the importer does not know whether it is compiled",
    ],
  ])("%s is refused", (sources, message) => {
    expect(() => read(`add_library(cxxabi_static_objects OBJECT ${sources})`)).toThrow(message);
  });
});

test("upstream without the expected library is an error", () => {
  const other = { ...tree, read: (path: string) => (path === "libcxxabi/src/CMakeLists.txt" ? "" : tree.read(path)) };
  expect(() => importLibcxxabi(other, "22.1.8", { architectures: [], systems, targets })).toThrow(
    "libcxxabi/src/CMakeLists.txt: makes no library cxxabi_static_objects",
  );
});
