import { existsSync } from "node:fs";
import { join } from "node:path";

import type { TargetOutsideBazel } from "../generator/schema/outside-bazel";
import { findProgram } from "./find-bazel";
import type { Io } from "./io";
import { moduleFolder } from "./read-targets";

/** How programs of a target are run on this machine: the words that stand before a program, or what is missing for it, with the mend. */
export type Emulator = { readonly prefix: readonly string[] } | { readonly missing: string };

/** What `findEmulator` looks at; replaced in tests. */
export interface Machine {
  /** As `uname -s` and `uname -m` print them: `Linux-x86_64`. */
  readonly host: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Full path of a program on PATH, or undefined. */
  readonly findProgram: (name: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

/** The machine that bazel-crossenv runs on. */
export function thisMachine({ host, environment }: Io): Machine {
  return { host, environment, findProgram, exists: existsSync };
}

/** Where qemu looks for a program's loader and libraries, if it is set. */
const qemuRoot = "QEMU_LD_PREFIX";

/** uname's names of machines that LLVM calls otherwise. */
const machineNames: Readonly<Record<string, string>> = {
  arm64: "aarch64",
  armv7l: "armv7",
  ppc64le: "powerpc64le",
  ppc64: "powerpc64",
};

/**
 * How programs of `target` are run: by nothing where the machine is one of its kind, else by qemu's user mode, wine, a host of WASI, or
 * a machine of qemu's where there is no operating system.
 */
export function findEmulator(target: TargetOutsideBazel, machine: Machine): Emulator {
  switch (target.os) {
    case "linux":
      return isNative(target, machine) ? { prefix: [] } : findQemu(target, machine);
    case "windows":
      return findOne(["wine", "wine64"], "wine", machine);
    case "wasi":
      return findWasiHost(machine);
    case "none":
      return findMachine(target, machine);
    default:
      return { missing: `no emulator is known for ${target.name}` };
  }
}

function isNative({ architecture }: TargetOutsideBazel, { host }: Machine): boolean {
  const [system, name = ""] = host.split("-");
  return system === "Linux" && (machineNames[name] ?? name) === architecture;
}

function findQemu({ name, qemu, libc, gnu }: TargetOutsideBazel, machine: Machine): Emulator {
  if (qemu === null) return { missing: `no emulator is known for ${name}` };
  const found = findOne([`qemu-${qemu}-static`, `qemu-${qemu}`], "qemu-user-static", machine);
  if ("missing" in found || libc !== "glibc" || machine.environment[qemuRoot]) return found;
  // Where Debian, Fedora and others put the libraries of another CPU.
  const root = `/usr/${gnu}`;
  if (["lib", "lib64"].some((folder) => machine.exists(join(root, folder, "libc.so.6"))))
    return { prefix: [...found.prefix, "-L", root] };
  return {
    missing: `there is no glibc of ${name} in ${root}; Debian has one in a package libc6-*-cross, and ${qemuRoot} names another folder`,
  };
}

/**
 * Options of a qemu of whole machines, before the program: it reaches this terminal, and gives its exit code, by semihosting.
 *
 * @param qemu Suffix of the emulator.
 */
export function machineOptions({ qemu, name }: { readonly qemu: string; readonly name: string }): string[] {
  return [
    ...["-M", name],
    // A machine of ARM's has one CPU; that of RISC-V's starts in firmware where it is not told otherwise.
    ...(qemu === "arm" ? [] : ["-bios", "none"]),
    ...["-display", "none", "-serial", "none", "-monitor", "none"],
    // Without it, what programs write goes to standard error.
    ...["-chardev", "stdio,id=terminal,signal=off"],
    ...["-semihosting-config", "enable=on,target=native,chardev=terminal"],
    "-kernel",
  ];
}

function findMachine({ name, machine: virtual }: TargetOutsideBazel, machine: Machine): Emulator {
  if (virtual === null) return { missing: `no emulator is known for ${name}` };
  const package_ = virtual.qemu === "arm" ? "qemu-system-arm" : "qemu-system-misc";
  const found = findOne([`qemu-system-${virtual.qemu}`], package_, machine);
  return "missing" in found ? found : { prefix: [...found.prefix, ...machineOptions(virtual)] };
}

/** wasmtime, else Node, which runs this very program. */
function findWasiHost({ findProgram }: Machine): Emulator {
  const wasmtime = findProgram("wasmtime");
  if (wasmtime !== undefined) return { prefix: [wasmtime, "run", "--dir=/", "--dir=."] };
  return { prefix: [process.execPath, "--no-warnings", join(moduleFolder, "crossenv/run-wasi.mjs"), "/"] };
}

function findOne(names: readonly string[], debian: string, { findProgram }: Machine): Emulator {
  const found = names.map(findProgram).find((path) => path !== undefined);
  return found === undefined
    ? { missing: `${names[0]} is not on PATH; Debian has it as ${debian}` }
    : { prefix: [found] };
}
