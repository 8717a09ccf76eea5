import { oneWillDo } from "../harness/choose-platforms";
import type { AllowedSkip } from "../harness/judge-skips";

/** The skips that are no failures. What is skipped for another reason fails the run; CONTRIBUTING.md says how one is declared. */
export const allowedSkips: readonly AllowedSkip[] = [
  {
    skipped: /not among XLLVM_E2E_PLATFORMS/,
    allowance: "asked",
    because: "whoever set the variable wants no other platform; npm run test:all has them all",
  },
  {
    suites: ["bare-metal-cxx", "bootstrap", "crossenv", "glibc", "imports", "programs"],
    skipped: new RegExp(oneWillDo),
    allowance: "asked",
    because: "each costs a minute and is like the others; npm run test:all has them all",
  },

  // Runners.
  {
    skipped: /(?:qemu-\S+|wine) is not on PATH/,
    allowance: "missing",
    because: "Debian has them as qemu-user-static, qemu-system-arm, qemu-system-misc and wine",
  },
  {
    skipped: /qemu-\S+ [\d.]+ has no .+/,
    allowance: "missing",
    because: "a younger qemu has it",
  },
  {
    skipped: /no glibc for \S+ is installed/,
    allowance: "missing",
    because: "Debian has one for each CPU of the manifest's platforms, libc6-arm64-cross and so on",
  },
  {
    skipped: /the glibc for \S+ that is installed is [\d.]+/,
    allowance: "machine",
    because:
      "a program that is linked with a newer release than the system's does not start there; distributions have one release",
  },
  {
    skipped: /wine here runs no programs for windows_(?:arm64|i686)_\w+/,
    allowance: "machine",
    because: "wine runs ARM's programs on ARM alone, and i686's with a second installation of 32 bits",
  },

  {
    skipped: /no emulator is known for (?:freebsd|netbsd)_\w+/,
    allowance: "machine",
    because: "a program of another Unix wants that system's kernel; what it was linked with is inspected instead",
  },
  {
    skipped: /no emulator runs programs of macOS/,
    allowance: "machine",
    because:
      "a Mac runs them; elsewhere they are built and inspected, and macos.test.ts compares them with programs of others",
  },

  {
    suites: ["bsd", "macos", "newer-modules"],
    skipped: /no network/,
    allowance: "machine",
    because:
      "the stated version of each module is checked by facts in the repository; newer ones are known to the network alone",
  },

  {
    suites: ["micro-architectures"],
    skipped: /no CPU of the emulator has it/,
    allowance: "machine",
    because: "qemu translates no AVX-512, which is what x86-64-v4 adds; that the program has it is seen in its code",
  },
  {
    suites: ["emulators"],
    skipped: /this machine is of that CPU/,
    allowance: "machine",
    because: "no emulator runs its programs",
  },

  {
    suites: ["sanitizers"],
    skipped: /its shadow memory wants .+ than the emulator has|LeakSanitizer stops .+, which the emulator lacks/,
    allowance: "machine",
    because: "what the runtime asks of the kernel, emulators of programs do not do; a machine of that CPU does",
  },
  {
    suites: ["tools"],
    skipped: /the seed here has no \S+/,
    allowance: "machine",
    because: "LLVM's pinned seeds have no clangd; clang itself reads each command as it is, on every machine",
  },

  // Archives that only an index has.
  {
    skipped: /the index of archives has no .+/,
    allowance: "machine",
    because: "a machine without a network has the archives that its index names; one with a network has all",
  },

  {
    suites: ["programs"],
    skipped: /it is not Linux/,
    allowance: "impossible",
    because: "the program is about Linux' own headers",
  },
  {
    suites: ["programs"],
    skipped: /it has one thread/,
    allowance: "impossible",
    because: "WASI preview 1 has no threads; wasm32_wasi_threads has them",
  },
  {
    suites: ["programs"],
    skipped: /wasi-libc has no thrd_create/,
    allowance: "impossible",
    because: "upstream leaves C11's threads out; POSIX' and C++'s are tested there",
  },
  {
    suites: ["programs"],
    skipped: /(?:mingw-w64|macOS) has no threads\.h/,
    allowance: "impossible",
    because: "nobody has written that header for it; C++'s threads are tested there",
  },
  {
    suites: ["programs"],
    skipped: /WebAssembly rounds in one way/,
    allowance: "impossible",
    because: "its numeric instructions know round-to-nearest alone",
  },

  {
    suites: ["glibc"],
    skipped: /no glibc for \S+ of a release in the manifest is installed/,
    allowance: "machine",
    because: "libraries are compared with real ones of the same release, and distributions have one release",
  },
  {
    suites: ["glibc"],
    skipped: /not imported, so that others have made them, or not in the index of archives/,
    allowance: "machine",
    because: "headers that others have made are tested where an index has their archive",
  },

  {
    suites: ["wasm"],
    skipped: /this Node knows no table of 64-bit addresses/,
    allowance: "machine",
    because: "Node 20 knows a memory of 64-bit addresses, and Node 24 the table that wasm-ld gives C++ there",
  },
  {
    suites: ["wasm"],
    skipped: /wasmtime is not on PATH/,
    allowance: "machine",
    because: "Node runs every program of WASI; wasmtime, which no distribution has, is a second host",
  },
  {
    suites: ["windows"],
    skipped: /wine is not on PATH|no DLLs were found beside wine/,
    allowance: "missing",
    because: "import libraries are compared with wine's DLLs",
  },

  {
    suites: ["imports", "cmake", "make"],
    skipped: /(?:\S+ and )*\S+ not on PATH/,
    allowance: "missing",
    because:
      "imports ask upstream's own builds by CMake and by GNU make; Debian has them as cmake, ninja-build, python3 and make",
  },
  {
    suites: ["imports"],
    skipped: /the (?:cmake|make|meson) on PATH is [\d.]+, and what is asked of it needs [\d.]+/,
    allowance: "missing",
    because: "Python's package index has a younger CMake than older distributions, and macOS has an old make",
  },

  // Build systems and languages outside Bazel.
  {
    suites: ["crossenv", "go"],
    skipped: /(?:\S+ and )*\S+ not on PATH|neither meson and ninja nor python3 are on PATH/,
    allowance: "missing",
    because: "the projects are built as their users build them, with tools that machines of developers have",
  },
  {
    suites: ["crossenv"],
    skipped: /no (?:standard|core) library of Rust for .+ is installed/,
    allowance: "machine",
    because: "rustup has each target's library by itself",
  },
  {
    suites: ["crossenv", "go"],
    skipped: /Go asks for a library of Windows that older wines lack/,
    allowance: "machine",
    because: "bcryptprimitives.dll, which wine has from 8.20 on",
  },
  {
    suites: ["crossenv"],
    skipped: /no musl platform that links dynamically is among the chosen ones/,
    allowance: "asked",
    because: "XLLVM_E2E_PLATFORMS names none",
  },

  {
    suites: ["cargo"],
    skipped: /cargo's libraries cost minutes where platforms are left out/,
    allowance: "asked",
    because: "OpenSSL, SQLite and Rust's standard library are compiled for each target; npm run test:all has them all",
  },
  {
    suites: ["cgo"],
    skipped: /Go's own libraries are compiled for each target, which costs minutes where platforms are left out/,
    allowance: "asked",
    because: "with cgo none of them is there beforehand; npm run test:all has them all",
  },
  {
    suites: ["examples-outside-bazel"],
    skipped: /examples outside Bazel build crossenvs of their own where platforms are left out/,
    allowance: "asked",
    because: "a crossenv is built for each target, with a Bazel of its own; npm run test:all has them all",
  },
  {
    suites: ["examples"],
    skipped: /rules_go is tested by the suite go where platforms are left out/,
    allowance: "asked",
    because: "Go's own library is compiled for each platform, which costs a minute; npm run test:all has them all",
  },
  {
    suites: ["examples"],
    skipped: /no registry here has rules_rust/,
    allowance: "machine",
    because: "rules_rust, and the Rust that it downloads, are in Bazel's central registry and in Rust's own alone",
  },
  {
    suites: ["cargo", "cgo", "examples", "examples-outside-bazel"],
    skipped: /(?:\S+ and )*\S+ not on PATH/,
    allowance: "missing",
    because: "what is built as its users build it needs their tools: cargo and rustc, go, python3",
  },
  {
    suites: ["cargo"],
    skipped: /no standard library of Rust for \S+ is installed, nor its source/,
    allowance: "machine",
    because: "rustup has each target's library by itself, and the source of all as its component rust-src",
  },
  {
    suites: ["cargo"],
    skipped: /Rust asks for a library of Windows that older wines lack/,
    allowance: "machine",
    because: "bcryptprimitives.dll, which wine has from 8.20 on",
  },

  {
    suites: ["remote-execution"],
    skipped: /XLLVM_REMOTE_EXECUTION is not set/,
    allowance: "machine",
    because:
      "a Remote Execution service is a server of somebody's; the variable names a script that starts one for the tests",
  },
];
