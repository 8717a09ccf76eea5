import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Prepared } from "../../crossenv/prepare";
import { renderCmake, renderMeson } from "../../crossenv/render-build-systems";
import { environmentOf } from "../../crossenv/render-env";
import type { TargetOutsideBazel } from "../../generator/schema/outside-bazel";
import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { findProgram } from "../harness/find-bazel";
import { outputOf, runCommandSync } from "../harness/run-command";
import { missingMeson, pathWith, provideMeson } from "./build-tools";

/** A project that no Bazel knows, as its users build it. */
export interface Project {
  readonly name: string;
  /** Folder of its files in `projects/`, or an absolute one. */
  readonly folder: string;
  /** Operating systems that it is for. */
  readonly systems: readonly string[];
  /** Why it cannot be built here for this target, or undefined. */
  readonly missing: (target: TargetOutsideBazel) => string | undefined;
  readonly commands: (prepared: Prepared) => readonly (readonly string[])[];
  /** Laid over the variables of `bazel-crossenv env`; undefined takes one away. */
  readonly environment?: (prepared: Prepared) => Readonly<Record<string, string | undefined>>;
  /** Path of the program that the commands make. */
  readonly program: (prepared: Prepared) => string;
  /** Why its programs cannot be run where others of the target can, or undefined. */
  readonly cannotRun?: (target: TargetOutsideBazel) => string | undefined;
  readonly stdout: (prepared: Prepared) => string;
  /** Whether it asks for a program at a fixed address, as Go does, where others leave that to the compiler. */
  readonly fixedAddress?: true;
}

const without =
  (...programs: readonly string[]) =>
  (): string | undefined => {
    const absent = programs.filter((program) => findProgram(program) === undefined);
    return absent.length === 0 ? undefined : `${absent.join(" and ")} not on PATH`;
  };

/** Milliseconds that one command of a project may take: Go compiles its own library, and configure scripts ask for a hundred things. */
const processTimeout = 600_000;

const everywhere = ["linux", "windows", "wasi"];

const words = (): string => 'toolchain\ncaught: no words in " ", with threads\n';
const configureCmake = [
  "cmake",
  "-S",
  ".",
  "-B",
  "build",
  "-DCMAKE_TOOLCHAIN_FILE=toolchain.cmake",
  "-DCMAKE_BUILD_TYPE=Release",
];
const pointerSize = ({ target }: Prepared): number => (/64|s390x/.test(target.architecture) ? 8 : 4);

export const projects: readonly Project[] = [
  {
    name: "a plain makefile",
    folder: "makefile",
    systems: everywhere,
    missing: without("make"),
    commands: ({ target }) => ["all", "strip"].map((goal) => ["make", `EXE=${target.executable_suffix}`, goal]),
    program: ({ target }) => `program${target.executable_suffix}`,
    stdout: () => "HELLO, 5 letters, root 2.236\n",
  },
  {
    name: "a configure script",
    folder: "configure",
    systems: ["linux"],
    missing: without("make"),
    commands: ({ target }) => [["./configure", `--host=${target.triple}`], ["make"]],
    program: () => "program",
    stdout: (prepared) =>
      `pointers of ${pointerSize(prepared)} bytes, measured ${pointerSize(prepared)}, events: ${prepared.target.os === "linux" ? "epoll" : "none"}\n`,
  },
  {
    name: "CMake with C++ and a static library",
    folder: "cmake",
    systems: everywhere,
    missing: without("cmake", "make"),
    commands: () => [configureCmake, ["cmake", "--build", "build"]],
    program: ({ target }) => `build/program${target.executable_suffix}`,
    stdout: words,
  },
  {
    name: "Meson",
    folder: "meson",
    systems: ["linux", "windows"],
    missing: missingMeson,
    commands: () => [
      ["meson", "setup", "build", "--cross-file", "cross.ini"],
      ["meson", "compile", "-C", "build"],
    ],
    program: ({ target }) => `build/program${target.executable_suffix}`,
    stdout: ({ target }) => `greetings to ${target.os} ${target.meson.cpu_family} ${target.endian}\n`,
  },
  {
    name: "cargo with a build script that compiles C",
    folder: "cargo",
    systems: ["linux", "windows"],
    missing: (target) => without("cargo")() ?? missingRust(target),
    commands: ({ target }) => [["cargo", "build", "--locked", "--target", rustTarget(target)]],
    program: ({ target }) => `target/${rustTarget(target)}/debug/greeter${target.executable_suffix}`,
    stdout: () => "hello crab from C\n4 letters, unwound: true\n",
  },
  {
    name: "a crate of Rust without its standard library, in a program of C",
    folder: "rust_no_std",
    systems: ["linux"],
    missing: (target) =>
      without("make", "rustc")() ??
      (rustCore(target) === undefined
        ? `no core library of Rust for ${target.architecture} on Linux is installed`
        : undefined),
    commands: ({ target }) => [["make", `RUST_TARGET=${rustCore(target)}`]],
    program: () => "program",
    stdout: () => "squares: 10000000025\n",
  },
  {
    name: "Go with cgo",
    folder: "go",
    systems: ["linux", "windows"],
    missing: (target) => without("go")() ?? (target.go === null ? "Go does not know the target" : undefined),
    commands: ({ target }) => [["go", "build", "-o", `greeter${target.executable_suffix}`, "."]],
    program: ({ target }) => `greeter${target.executable_suffix}`,
    fixedAddress: true,
    cannotRun: ({ os }) => (os === "windows" ? "Go asks for a library of Windows that older wines lack" : undefined),
    stdout: ({ target }) => `hello gopher from C\n${target.os} ${target.go?.goarch}\n`,
  },
];

/**
 * A project whose configure script autoconf made: gendef, which lists what a DLL exports. The script finds the compiler by
 * the triple alone, on PATH.
 *
 * @param folder Of gendef in mingw-w64's tree.
 */
export function autoconfProject(folder: string): Project {
  return {
    name: "an autoconf project",
    folder,
    systems: ["linux"],
    missing: without("make"),
    environment: (prepared) => ({
      ...Object.fromEntries(Object.keys(environmentOf(prepared, { prefix: [] })).map((name) => [name, undefined])),
      PATH: pathWith([join(prepared.tree, "bin")]),
    }),
    commands: ({ target }) => [
      ["./configure", `--host=${target.spellings[0]}`, "--prefix=/"],
      ["make"],
      ["make", "install-strip", "DESTDIR=installed"],
    ],
    program: () => "installed/bin/gendef",
    stdout: () => "",
  };
}

/**
 * A project whose libtool makes a DLL, with resources and an import library: winpthreads. It asks the linker itself whether it
 * can make DLLs.
 *
 * @param folder Of winpthreads in mingw-w64's tree.
 */
export function libtoolProject(folder: string): Project {
  return {
    name: "a DLL by libtool",
    folder,
    systems: ["windows"],
    missing: without("make"),
    commands: ({ target }) => [["./configure", `--host=${target.spellings[0]}`], ["make"]],
    program: () => ".libs/libwinpthread-1.dll",
    stdout: () => "",
  };
}

/** The project with a shared library, for targets that link dynamically. */
export const sharedProject: Project = {
  name: "CMake with C++ and a shared library",
  folder: "cmake",
  systems: ["linux", "windows"],
  missing: without("cmake", "make"),
  commands: () => [
    [...configureCmake, "-DSHARED_WORDS=ON"],
    ["cmake", "--build", "build"],
  ],
  program: ({ target }) => `build/program${target.executable_suffix}`,
  stdout: words,
};

/** Builds a project from a fresh copy and returns the path of its program. Throws with what the failing command printed. */
export function buildProject(project: Project, prepared: Prepared, name: string): string {
  const folder = join(scratchRoot, "crossenv", "projects", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(resolve(repositoryRoot, "e2e/crossenv/projects", project.folder), folder, {
    recursive: true,
    dereference: true,
  });
  writeFileSync(join(folder, "toolchain.cmake"), renderCmake(prepared));
  writeFileSync(join(folder, "cross.ini"), renderMeson(prepared));
  const meson = project.folder === "meson" ? provideMeson() : [];
  const environment: Record<string, string | undefined> = {
    ...process.env,
    ...environmentOf(prepared, { prefix: [] }),
    PATH: pathWith(meson),
    // Go compiles its own library for each target: once for all runs.
    GOCACHE: join(scratchRoot, "crossenv", "go-cache"),
    GOFLAGS: "-mod=mod",
    ...project.environment?.(prepared),
  };
  for (const [program = "", ...args] of project.commands(prepared)) {
    outputOf(program, args, { folder, environment, timeout: processTimeout });
  }
  return join(folder, project.program(prepared));
}

const rustTarget = ({ rust }: TargetOutsideBazel): string => rust[0] ?? "none";

function missingRust({ rust }: TargetOutsideBazel): string | undefined {
  const [usual] = rust;
  if (usual === undefined) return "Rust does not know the target";
  return hasRustLibraries(usual) ? undefined : `no standard library of Rust for ${usual} is installed`;
}

/** A target of Rust whose core library is installed and does for the target: which libc there is does not matter to core. */
function rustCore({ rust }: TargetOutsideBazel): string | undefined {
  return rust
    .flatMap((name) => [name, name.replace("musl", "gnu"), name.replace("gnu", "musl")])
    .find(hasRustLibraries);
}

function hasRustLibraries(target: string): boolean {
  const { stdout, status } = runCommandSync("rustc", ["--print", "target-libdir", "--target", target]);
  return status === 0 && existsSync(stdout.trim());
}
