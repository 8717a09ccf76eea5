import type { ArchitectureRow, SystemRow } from "../../schema/rows";
import { describeBuild } from "./describe-build";

const system = (row: Partial<SystemRow>): SystemRow =>
  ({
    name: "x",
    os: "linux",
    abi: "gnu",
    triple: "{llvm}-linux-gnu{eabi}",
    object_format: "elf",
    compile_flags: [],
    ...row,
  }) as SystemRow;
const architecture = (row: Partial<ArchitectureRow> = {}): ArchitectureRow => ({
  name: "a",
  llvm: "x86_64",
  columns: {},
  ...row,
});

test.each<[Partial<SystemRow>, string, object, string[]]>([
  [{}, "Linux", { LIBCXX_HAS_PTHREAD_API: "ON" }, ["LIBCXX_HAS_MUSL_LIBC", "UNIX", "COMPILER_RT_BUILTINS_ENABLE_PIC"]],
  [{ abi: "musl" }, "Linux", { LIBCXX_HAS_MUSL_LIBC: "ON" }, ["COMPILER_RT_BAREMETAL_BUILD"]],
  [
    { os: "windows", object_format: "coff" },
    "Windows",
    { LIBCXX_HAS_WIN32_THREAD_API: "ON", COMPILER_RT_BUILTINS_ENABLE_PIC: "OFF" },
    ["LIBCXX_HAS_PTHREAD_API"],
  ],
  [
    { os: "none", compile_flags: ["-fno-exceptions"] },
    "Generic",
    {
      COMPILER_RT_BAREMETAL_BUILD: "ON",
      UNIX: "ON",
      LIBCXX_ENABLE_LOCALIZATION: "OFF",
      LIBCXX_ENABLE_THREADS: "OFF",
      LIBCXX_ENABLE_EXCEPTIONS: "OFF",
      LIBCXXABI_ENABLE_EXCEPTIONS: "OFF",
    },
    ["COMPILER_RT_BUILTINS_ENABLE_PIC", "RUNTIMES_USE_LIBC"],
  ],
  [
    { os: "none", libc: "picolibc", compile_flags: ["-fexceptions"] },
    "Generic",
    { RUNTIMES_USE_LIBC: "picolibc", LIBCXX_ENABLE_THREADS: "OFF" },
    ["LIBCXX_ENABLE_LOCALIZATION", "LIBCXX_ENABLE_EXCEPTIONS", "LIBCXXABI_ENABLE_EXCEPTIONS"],
  ],
])("%j is configured as %s", (row, systemName, settings, absent) => {
  const project = describeBuild("runtimes", system(row), architecture(), { LLVM_ENABLE_RUNTIMES: "libunwind" });
  expect(project).toMatchObject({ folder: "runtimes", systemName, triple: "x86_64-linux-gnu" });
  expect(project.settings).toMatchObject({
    LLVM_ENABLE_RUNTIMES: "libunwind",
    LIBCXX_USE_COMPILER_RT: "ON",
    ...settings,
  });
  expect(absent.filter((name) => name in project.settings)).toEqual([]);
});

test("probes know the row's flags and no header of this machine", () => {
  const row = architecture({
    llvm: "arm",
    eabi: "eabi",
    columns: { compiler_rt: "armv6" },
    flags: ["-mfloat-abi=soft"],
  });
  expect(describeBuild("x", system({}), row)).toMatchObject({
    triple: "armv6-linux-gnueabi",
    processor: "armv6",
    flags: ["-mfloat-abi=soft", "-ffreestanding", "-nostdlibinc"],
  });
  expect(describeBuild("x", system({}), { ...row, endian: "big" }).flags[0]).toBe("-mbig-endian");
  expect(describeBuild("x", system({}), architecture({ endian: "big" })).flags).not.toContain("-mbig-endian");
});

test("a CPU without atomic instructions has no library of them", () => {
  const atomics = (name: string): string | undefined =>
    describeBuild("x", system({ os: "none" }), architecture({ llvm: "thumb", columns: { compiler_rt: name } }))
      .settings["COMPILER_RT_EXCLUDE_ATOMIC_BUILTIN"];
  expect([atomics("armv6m"), atomics("armv7m")]).toEqual(["ON", "OFF"]);
});

test("an operating system that is not known is refused by name", () => {
  expect(() => describeBuild("x", system({ os: "plan9" }), architecture())).toThrow(
    "systems: x: no importer knows how CMake sees the operating system plan9",
  );
});
