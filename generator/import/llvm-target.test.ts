import type { SystemRow } from "../schema/rows";
import { describeTarget } from "./llvm-target";

function describeSystem(os: string, abi: string, triple: string): Readonly<Record<string, string>> {
  return describeTarget({ name: "x", os, abi, triple } as SystemRow);
}

test.each([
  [
    "linux",
    "musl",
    "{llvm}-linux-musl",
    { CMAKE_SYSTEM_NAME: "Linux", UNIX: "1", LIBCXX_HAS_MUSL_LIBC: "ON" },
    ["WIN32", "APPLE", "COMPILER_RT_BAREMETAL_BUILD"],
  ],
  ["linux", "gnu", "{llvm}-linux-gnu", { CMAKE_SYSTEM_NAME: "Linux", UNIX: "1" }, ["LIBCXX_HAS_MUSL_LIBC"]],
  [
    "windows",
    "gnu",
    "{llvm}-w64-windows-gnu",
    { CMAKE_SYSTEM_NAME: "Windows", WIN32: "1", MINGW: "1", LIBCXX_HAS_WIN32_THREAD_API: "ON" },
    ["UNIX", "MSVC"],
  ],
  ["windows", "msvc", "{llvm}-pc-windows-msvc", { WIN32: "1", MSVC: "1" }, ["MINGW"]],
  [
    "macos",
    "darwin",
    "{llvm}-apple-macosx",
    { CMAKE_SYSTEM_NAME: "Darwin", UNIX: "1", APPLE: "1" },
    ["LIBCXX_ENABLE_THREADS"],
  ],
  [
    "wasi",
    "none",
    "wasm32-wasip1",
    { CMAKE_SYSTEM_NAME: "WASI", COMPILER_RT_BAREMETAL_BUILD: "ON", UNIX: "1" },
    ["LIBCXX_ENABLE_THREADS", "LIBCXX_ENABLE_LOCALIZATION"],
  ],
  [
    "none",
    "none",
    "{llvm}-none-elf",
    {
      CMAKE_SYSTEM_NAME: "Generic",
      COMPILER_RT_BAREMETAL_BUILD: "ON",
      LIBCXX_ENABLE_LOCALIZATION: "OFF",
      LIBCXX_ENABLE_THREADS: "OFF",
    },
    ["UNIX"],
  ],
])("%s with %s", (os, abi, triple, expected, absent) => {
  const variables = describeSystem(os, abi, triple);
  expect(variables).toMatchObject({ CMAKE_CXX_COMPILER_ID: "Clang", LIBCXX_USE_COMPILER_RT: "ON", ...expected });
  expect(absent.filter((name) => name in variables)).toEqual([]);
});

test("the architecture gives the pointers' size", () => {
  const system = { name: "x", os: "linux", abi: "gnu", triple: "" } as SystemRow;
  expect(describeTarget(system, { name: "a", bits: 32, columns: {} })["CMAKE_SIZEOF_VOID_P"]).toBe("4");
  expect(describeTarget(system)).not.toHaveProperty("CMAKE_SIZEOF_VOID_P");
});

test("an operating system that is not known is refused by name", () => {
  expect(() => describeSystem("plan9", "none", "")).toThrow(
    "systems: x: no importer knows how CMake sees the operating system plan9",
  );
});
