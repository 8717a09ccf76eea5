import type { CMakeProject } from "../cmake/configure-cmake";

/** A machine that the compiler is built for. */
export interface CompilerHost {
  /** Its name in hosts.yaml. */
  readonly name: string;
  /** The triple of the platform that it is built for. */
  readonly triple: string;
  /** LLVM's name of its CPU. */
  readonly processor: string;
  /** What configuring would find in its libc if it were shown one, by the names of entries in CMake's cache. */
  readonly has: readonly string[];
}

/** The programs of LLVM's one binary, by upstream's names, that no build here runs and no person is offered. */
const leftOut = [
  "CLANG_TOOL_CLANG_INSTALLAPI",
  "LLVM_TOOL_LLVM_CGDATA",
  "LLVM_TOOL_LLVM_DEBUGINFOD",
  "LLVM_TOOL_LLVM_DEBUGINFOD_FIND",
  "LLVM_TOOL_LLVM_GSYMUTIL",
  "LLVM_TOOL_LLVM_MT",
  "LLVM_TOOL_SANCOV",
];

const on = (names: readonly string[], value = "ON"): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, value]));

/** How upstream's build of the compiler is configured for a host, with `backends` as LLVM_TARGETS_TO_BUILD has them. */
export function describeCompiler({ triple, processor, has }: CompilerHost, backends: readonly string[]): CMakeProject {
  return {
    folder: "llvm",
    triple,
    systemName: "Linux",
    processor,
    flags: ["-ffreestanding", "-nostdlibinc"],
    settings: {
      LLVM_ENABLE_PROJECTS: "clang;lld",
      LLVM_TARGETS_TO_BUILD: backends.join(";"),
      // One program, which is clang, lld or a binary tool by the name that it is called by.
      LLVM_TOOL_LLVM_DRIVER_BUILD: "ON",
      // The triple of programs whose build says none; ours say theirs.
      LLVM_HOST_TRIPLE: triple,
      LLVM_DEFAULT_TARGET_TRIPLE: triple,
      ...on(
        leftOut.map((tool) => `${tool}_BUILD`),
        "OFF",
      ),
      CLANG_ENABLE_STATIC_ANALYZER: "OFF",
      CLANG_ENABLE_OBJC_REWRITER: "OFF",
      CLANG_PLUGIN_SUPPORT: "OFF",
      LLVM_ENABLE_PLUGINS: "OFF",
      LLVM_INCLUDE_TESTS: "OFF",
      LLVM_INCLUDE_BENCHMARKS: "OFF",
      LLVM_INCLUDE_EXAMPLES: "OFF",
      LLVM_INCLUDE_DOCS: "OFF",
      CLANG_INCLUDE_TESTS: "OFF",
      CLANG_INCLUDE_DOCS: "OFF",
      LLVM_ENABLE_BINDINGS: "OFF",
      // Libraries of other projects, which no archive here has.
      LLVM_ENABLE_ZLIB: "OFF",
      LLVM_ENABLE_ZSTD: "OFF",
      LLVM_ENABLE_LIBXML2: "OFF",
      LLVM_ENABLE_LIBEDIT: "OFF",
      LLVM_ENABLE_CURL: "OFF",
      LLVM_ENABLE_HTTPLIB: "OFF",
      LLVM_ENABLE_LIBPFM: "OFF",
      LLVM_ENABLE_FFI: "OFF",
      // Upstream asks the C++ library of the compiler's own platform for its version.
      LLVM_LIBSTDCXX_MIN: "ON",
      LLVM_LIBSTDCXX_SOFT_ERROR: "ON",
      ...on(["HAVE_CXX_ATOMICS_WITHOUT_LIB", "HAVE_CXX_ATOMICS64_WITHOUT_LIB"]),
      // Probes compile and do not link, so that every platform would seem to have what macOS has.
      HAVE_UNW_ADD_DYNAMIC_FDE: "OFF",
      // A libc for the target is not there yet, and this machine's says nothing of it.
      ...on(has),
    },
  };
}
