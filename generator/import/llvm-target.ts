import type { ArchitectureRow, SystemRow } from "../schema/rows";
import { ImportError } from "./source-tree";

/** What CMake, configured for a target with clang, knows of it before it reads upstream's files. */
export type CMakeVariables = Readonly<Record<string, string>>;

interface OsFacts {
  /** CMAKE_SYSTEM_NAME, as CMake spells it. */
  readonly systemName: string;
  readonly variables?: CMakeVariables;
  /** Without the means to load programs: builtins alone are wanted of compiler-rt. */
  readonly bare?: boolean;
}

/** `os` of the system row → what CMake calls it and sets for it (its Modules/Platform/<name>.cmake). */
const operatingSystems: Readonly<Record<string, OsFacts>> = {
  linux: { systemName: "Linux", variables: { UNIX: "1" } },
  freebsd: { systemName: "FreeBSD", variables: { UNIX: "1" } },
  netbsd: { systemName: "NetBSD", variables: { UNIX: "1" } },
  openbsd: { systemName: "OpenBSD", variables: { UNIX: "1" } },
  android: { systemName: "Android", variables: { UNIX: "1", ANDROID: "1" } },
  macos: { systemName: "Darwin", variables: { UNIX: "1", APPLE: "1" } },
  windows: { systemName: "Windows", variables: { WIN32: "1" } },
  // wasi-sdk says UNIX, and has libraries for threads on targets without threads as well.
  wasi: { systemName: "WASI", variables: { UNIX: "1" }, bare: true },
  none: { systemName: "Generic", bare: true },
};

/** Choices of upstream's options, where ours is another than the default. */
const optionsEverywhere: CMakeVariables = {
  LLVM_ENABLE_RUNTIMES: "libunwind;libcxxabi;libcxx;compiler-rt",
  LLVM_INCLUDE_TESTS: "OFF",
  LLVM_INCLUDE_DOCS: "OFF",
  LIBCXX_USE_COMPILER_RT: "ON",
  LIBCXXABI_USE_COMPILER_RT: "ON",
  LIBUNWIND_USE_COMPILER_RT: "ON",
};

const optionsForBareMetal: CMakeVariables = {
  LIBUNWIND_ENABLE_THREADS: "OFF",
  LIBCXXABI_ENABLE_THREADS: "OFF",
  LIBCXX_ENABLE_THREADS: "OFF",
  LIBUNWIND_IS_BAREMETAL: "ON",
  LIBCXXABI_BAREMETAL: "ON",
  LIBCXX_ENABLE_FILESYSTEM: "OFF",
  LIBCXX_ENABLE_LOCALIZATION: "OFF",
  LIBCXX_ENABLE_MONOTONIC_CLOCK: "OFF",
  LIBCXX_ENABLE_RANDOM_DEVICE: "OFF",
};

/**
 * The variables that describe a system, and the architecture on it where one is given, to upstream's CMake files.
 * Throws `ImportError` for an operating system that is not in the table above.
 */
export function describeTarget(system: SystemRow, architecture?: ArchitectureRow): CMakeVariables {
  const os = operatingSystems[system.os];
  if (!os)
    throw new ImportError(
      `systems: ${system.name}: no importer knows how CMake sees the operating system ${system.os}`,
    );
  return {
    CMAKE_C_COMPILER_ID: "Clang",
    CMAKE_CXX_COMPILER_ID: "Clang",
    CMAKE_BUILD_TYPE: "Release",
    CMAKE_SYSTEM_NAME: os.systemName,
    ...(architecture?.bits && { CMAKE_SIZEOF_VOID_P: String(architecture.bits / 8) }),
    ...os.variables,
    ...(system.os === "windows" && (isMsvc(system) ? { MSVC: "1" } : { MINGW: "1" })),
    ...optionsEverywhere,
    ...(system.abi === "musl" && { LIBCXX_HAS_MUSL_LIBC: "ON" }),
    ...(system.os === "windows" && { LIBCXX_HAS_WIN32_THREAD_API: "ON" }),
    ...(os.bare && { COMPILER_RT_BAREMETAL_BUILD: "ON" }),
    // Windows' code is position-independent as it is, and clang refuses -fPIC for it; WebAssembly is linked statically.
    ...((system.object_format === "coff" || system.object_format === "wasm") && {
      COMPILER_RT_BUILTINS_ENABLE_PIC: "OFF",
    }),
    ...(system.os === "none" && optionsForBareMetal),
  };
}

/** Whether the triple's environment is Microsoft's; Windows' other one is MinGW. */
function isMsvc(system: SystemRow): boolean {
  return /-msvc/.test(system.triple);
}
