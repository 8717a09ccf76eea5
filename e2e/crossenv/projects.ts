import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Prepared } from "../../crossenv/prepare";
import { renderCmake, renderMeson } from "../../crossenv/render-build-systems";
import { environmentOf } from "../../crossenv/render-env";
import type { TargetOutsideBazel } from "../../generator/schema/outside-bazel";
import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { findProgram } from "../harness/find-bazel";

/** A project that no Bazel knows, as its users build it. */
export interface Project {
  readonly name: string;
  /** Folder of its files in `projects/`. */
  readonly folder: string;
  /** Why it cannot be built here for this target, or undefined. */
  readonly missing: (target: TargetOutsideBazel) => string | undefined;
  readonly commands: (prepared: Prepared) => readonly (readonly string[])[];
  /** Path of the program that the commands make. */
  readonly program: (prepared: Prepared) => string;
  readonly stdout: (prepared: Prepared) => string;
}

const without = (...programs: readonly string[]) => (): string | undefined => {
  const absent = programs.filter((program) => findProgram(program) === undefined);
  return absent.length === 0 ? undefined : `${absent.join(" and ")} not on PATH`;
};

const words = "toolchain\ncaught: no words in \" \"\n";
const configureCmake = ["cmake", "-S", ".", "-B", "build", "-DCMAKE_TOOLCHAIN_FILE=toolchain.cmake", "-DCMAKE_BUILD_TYPE=Release"];
const pointerSize = ({ target }: Prepared): number => (/64|s390x/.test(target.architecture) ? 8 : 4);

export const projects: readonly Project[] = [
  {
    name: "a plain makefile",
    folder: "makefile",
    missing: without("make"),
    commands: () => [["make"], ["make", "strip"]],
    program: () => "program",
    stdout: () => "HELLO, 5 letters, root 2.236\n",
  },
  {
    name: "a configure script",
    folder: "configure",
    missing: without("make"),
    commands: ({ target }) => [["./configure", `--host=${target.triple}`], ["make"]],
    program: () => "program",
    stdout: (prepared) => `pointers of ${pointerSize(prepared)} bytes, measured ${pointerSize(prepared)}, events: ${prepared.target.os === "linux" ? "epoll" : "none"}\n`,
  },
  {
    name: "CMake with C++ and a static library",
    folder: "cmake",
    missing: without("cmake", "make"),
    commands: () => [configureCmake, ["cmake", "--build", "build"]],
    program: ({ target }) => `build/program${target.executable_suffix}`,
    stdout: () => words,
  },
  {
    name: "Meson",
    folder: "meson",
    missing: without("meson", "ninja"),
    commands: () => [["meson", "setup", "build", "--cross-file", "cross.ini"], ["meson", "compile", "-C", "build"]],
    program: ({ target }) => `build/program${target.executable_suffix}`,
    stdout: ({ target }) => `greetings to ${target.os} ${target.meson.cpu_family} ${target.endian}\n`,
  },
  {
    name: "cargo with a build script that compiles C",
    folder: "cargo",
    missing: (target) => without("cargo")() ?? missingRust(target),
    commands: ({ target }) => [["cargo", "build", "--locked", "--target", String(target.rust)]],
    program: ({ target }) => `target/${target.rust}/debug/greeter${target.executable_suffix}`,
    stdout: () => "hello crab from C\n4 letters, unwound: true\n",
  },
  {
    name: "Go with cgo",
    folder: "go",
    missing: (target) => without("go")() ?? (target.go === null ? "Go does not know the target" : undefined),
    commands: () => [["go", "build", "-o", "greeter", "."]],
    program: () => "greeter",
    stdout: ({ target }) => `hello gopher from C\n${target.os} ${target.go?.goarch}\n`,
  },
];

/** The project with a shared library, for targets that link dynamically. */
export const sharedProject: Project = {
  name: "CMake with C++ and a shared library",
  folder: "cmake",
  missing: without("cmake", "make"),
  commands: () => [[...configureCmake, "-DSHARED_WORDS=ON"], ["cmake", "--build", "build"]],
  program: ({ target }) => `build/program${target.executable_suffix}`,
  stdout: () => words,
};

/** Builds a project from a fresh copy and returns the path of its program. Throws with what the failing command printed. */
export function buildProject(project: Project, prepared: Prepared, name: string): string {
  const folder = join(scratchRoot, "crossenv", "projects", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(repositoryRoot, "e2e/crossenv/projects", project.folder), folder, { recursive: true });
  writeFileSync(join(folder, "toolchain.cmake"), renderCmake(prepared));
  writeFileSync(join(folder, "cross.ini"), renderMeson(prepared));
  const environment = {
    ...process.env,
    ...environmentOf(prepared),
    // Go compiles its own library for each target: once for all runs.
    GOCACHE: join(scratchRoot, "crossenv", "go-cache"),
    GOFLAGS: "-mod=mod",
  };
  for (const [program = "", ...args] of project.commands(prepared)) {
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, env: environment, encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status ?? error?.message}\n${stdout}${stderr}`);
  }
  return join(folder, project.program(prepared));
}

function missingRust(target: TargetOutsideBazel): string | undefined {
  if (target.rust === null) return "Rust does not know the target";
  const { stdout, status } = spawnSync("rustc", ["--print", "target-libdir", "--target", target.rust], { encoding: "utf8" });
  return status === 0 && existsSync(stdout.trim()) ? undefined : `no standard library of Rust for ${target.rust} is installed`;
}
