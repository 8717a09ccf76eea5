import { fillColumns, targetColumns } from "../../schema/columns";
import type { ArchitectureRow, SystemRow } from "../../schema/rows";
import type { CMakeProject } from "../cmake/configure-cmake";
import { ImportError } from "../source-tree";

type Settings = Readonly<Record<string, string>>;

/** `os` of the system row → CMAKE_SYSTEM_NAME, as CMake's Modules/Platform spells it. */
const systemNames: Readonly<Record<string, string>> = {
  linux: "Linux",
  freebsd: "FreeBSD",
  netbsd: "NetBSD",
  openbsd: "OpenBSD",
  android: "Android",
  macos: "Darwin",
  windows: "Windows",
  wasi: "WASI",
  none: "Generic",
};

/** Choices of upstream's options, where ours is another than the default. */
const settingsEverywhere: Settings = {
  // An LLVM that is installed here has no say.
  CMAKE_DISABLE_FIND_PACKAGE_LLVM: "ON",
  LLVM_INCLUDE_TESTS: "OFF",
  LLVM_INCLUDE_DOCS: "OFF",
  LIBCXX_INCLUDE_DOCS: "OFF",
  LIBCXX_INCLUDE_BENCHMARKS: "OFF",
  LIBUNWIND_INCLUDE_DOCS: "OFF",
  LIBCXX_USE_COMPILER_RT: "ON",
  LIBCXXABI_USE_COMPILER_RT: "ON",
  LIBUNWIND_USE_COMPILER_RT: "ON",
  // The shared ones are put together from the archives, which are compiled to serve both.
  LIBCXX_ENABLE_SHARED: "OFF",
  LIBCXXABI_ENABLE_SHARED: "OFF",
  LIBUNWIND_ENABLE_SHARED: "OFF",
  COMPILER_RT_DEFAULT_TARGET_ONLY: "ON",
  // Upstream's default is for who develops the libraries.
  LIBUNWIND_ENABLE_ASSERTIONS: "OFF",
  LIBCXXABI_ENABLE_ASSERTIONS: "OFF",
  // Probes compile and do not link, so that every libc would seem to have it; without, libc++abi looks for it at run time.
  LIBCXXABI_HAS_CXA_THREAD_ATEXIT_IMPL: "OFF",
  // Upstream leaves the 16-byte atomics to a shared libatomic, which no target here has.
  COMPILER_RT_EXCLUDE_ATOMIC_BUILTIN: "OFF",
};

const settingsOf: Readonly<Record<string, Settings>> = {
  linux: { LIBCXX_HAS_PTHREAD_API: "ON" },
  windows: {
    LIBCXX_HAS_WIN32_THREAD_API: "ON",
    // As upstream's cache MinGW.cmake has it: with Microsoft's printf, a long double of 80 bits would be taken for one of 64.
    LIBCXX_EXTRA_SITE_DEFINES: "__USE_MINGW_ANSI_STDIO=1",
  },
  macos: {
    LIBCXX_HAS_PTHREAD_API: "ON",
    // Upstream asks Xcode for an SDK and its version; none is looked into, since probes see no headers but the compiler's.
    DARWIN_macosx_CACHED_SYSROOT: "/dev/null",
    DARWIN_macosx_OVERRIDE_SDK_VERSION: "11.0",
    // It builds for all of Apple's systems that it finds, and a variant for its kernels' modules.
    COMPILER_RT_ENABLE_IOS: "OFF",
    COMPILER_RT_ENABLE_TVOS: "OFF",
    COMPILER_RT_ENABLE_WATCHOS: "OFF",
    COMPILER_RT_ENABLE_XROS: "OFF",
    DARWIN_osx_SKIP_CC_KEXT: "ON",
  },
  // As wasi-sdk, with one thread as well: there are locks, and std::thread says that it cannot start one.
  wasi: { LIBCXX_HAS_PTHREAD_API: "ON", LIBCXX_HAS_MUSL_LIBC: "ON", LIBUNWIND_HIDE_SYMBOLS: "ON" },
  none: {
    LIBUNWIND_ENABLE_THREADS: "OFF",
    LIBCXXABI_ENABLE_THREADS: "OFF",
    LIBCXX_ENABLE_THREADS: "OFF",
    LIBUNWIND_IS_BAREMETAL: "ON",
    LIBCXXABI_BAREMETAL: "ON",
    // The end of a program writes to no stream that it may not have, and demangles no name.
    LIBCXXABI_SILENT_TERMINATE: "ON",
    LIBCXX_ENABLE_FILESYSTEM: "OFF",
    LIBCXX_ENABLE_MONOTONIC_CLOCK: "OFF",
    LIBCXX_ENABLE_RANDOM_DEVICE: "OFF",
  },
};

/** Where code is compiled without exceptions: tables, an unwinder, what demangles names and locales are more than programs there have room for. */
const withoutExceptions: Settings = {
  LIBCXXABI_ENABLE_EXCEPTIONS: "OFF",
  LIBCXX_ENABLE_EXCEPTIONS: "OFF",
  LIBCXX_ENABLE_LOCALIZATION: "OFF",
};

/**
 * How LLVM's runtimes are configured for a target.
 *
 * @param folder Folder of the project's CMakeLists.txt, relative to the tree's root.
 */
export function describeBuild(
  folder: string,
  system: SystemRow,
  architecture: ArchitectureRow,
  settings: Settings = {},
): CMakeProject {
  const systemName = systemNames[system.os];
  if (systemName === undefined)
    throw new ImportError(
      `systems: ${system.name}: no importer knows how CMake sees the operating system ${system.os}`,
    );
  const { columns: own, endian, flags = [] } = architecture;
  const name = own["compiler_rt"];
  const columns = targetColumns(name === undefined ? architecture : { ...architecture, llvm: name }, system);
  const isBare = system.os === "wasi" || system.os === "none";
  const triple = fillColumns(system.triple, columns);
  return {
    folder,
    triple,
    systemName,
    processor: String(columns["llvm"]),
    flags: [
      // The triple is of another name, which does not say it.
      ...(name !== undefined && endian === "big" ? ["-mbig-endian"] : []),
      ...flags,
      // Probes see the compiler's own headers and no others: a libc for the target is not there yet, and this machine's says nothing of it.
      "-ffreestanding",
      "-nostdlibinc",
    ],
    settings: {
      ...settingsEverywhere,
      ...settingsOf[system.os],
      ...(system.compile_flags.includes("-fno-exceptions") && withoutExceptions),
      ...(system.abi === "musl" && { LIBCXX_HAS_MUSL_LIBC: "ON" }),
      ...(system.libc === "picolibc" && { RUNTIMES_USE_LIBC: "picolibc" }),
      // Its parallel algorithms would ask for threads.
      ...(system.os === "wasi" && !system.triple.endsWith("-threads") && { LIBCXX_PSTL_BACKEND: "serial" }),
      // CMake has no platform module of these names; upstream wants to know of one kind or the other (HandleLLVMOptions.cmake: "Unable to determine platform").
      ...(isBare && { COMPILER_RT_BAREMETAL_BUILD: "ON", UNIX: "ON" }),
      // Windows' code is position-independent as it is, and clang refuses -fPIC for it; WebAssembly is linked statically.
      ...((system.object_format === "coff" || system.object_format === "wasm") && {
        COMPILER_RT_BUILTINS_ENABLE_PIC: "OFF",
      }),
      // It asks Xcode's tools for which CPUs an SDK is.
      ...(system.object_format === "macho" && { DARWIN_osx_BUILTIN_ARCHS: triple.slice(0, triple.indexOf("-")) }),
      // ARMv6-M has nothing to make a lock of: "Implementation assumes lock-free pointer-size cmpxchg", atomic.c says.
      ...(columns["llvm"] === "armv6m" && { COMPILER_RT_EXCLUDE_ATOMIC_BUILTIN: "ON" }),
      ...settings,
    },
  };
}
