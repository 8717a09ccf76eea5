import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";

import { compareVersions } from "../../generator/schema/libc-versions";
import { machineOptions } from "../../crossenv/emulator";
import { repositoryRoot, scratchRoot } from "./consumer-workspace";
import { itUnless, type Declare } from "./declare-skip";
import { findProgram } from "./find-bazel";
import { inspectElf } from "./inspect-artefact";
import { findRealGlibc } from "./real-glibc";
import { outputOf, runCommand } from "./run-command";
import type { Platform } from "./target-rows";
import { findWine, prepareWine, runsPrograms, wineMachine } from "./wine";

/** How programs of a platform are run here, or why they cannot be. */
export type ProgramRunner =
  | {
      readonly prefix: readonly string[];
      readonly how: string;
      /** The qemu among them. */
      readonly emulator?: string;
      /** Called before each program. */
      readonly prepare?: () => void;
      /** What the runner itself needs of the environment. */
      readonly environment?: Readonly<Record<string, string>>;
      /** How the runner is told the program's arguments; default: as they are, after the program. */
      readonly spellArguments?: (values: readonly string[]) => readonly string[];
      /** Takes away what the system, not the program, adds to texts. */
      readonly normalize?: (text: string) => string;
    }
  | { readonly missing: string };

export interface ProgramRun {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null when a signal ended the program. */
  readonly status: number | null;
  readonly signal: string | null;
}

export interface RunOptions {
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly folder?: string;
}

/**
 * Natively where the platform is this machine's, else under an emulator: qemu's user mode, wine, or Node's WASI.
 *
 * @param version Of the libc that programs are linked against, where a real one has to be installed here.
 */
export function findRunner(platform: Platform, version = platform.target.version): ProgramRunner {
  if (platform.system.libc === "glibc") return runnerOfGlibc(platform, version ?? "0");
  if (isThisMachine(platform)) return { prefix: [], how: "natively" };
  if (platform.system.os === "windows") return runnerOfWindows(platform);
  if (platform.system.os === "wasi") {
    return {
      prefix: [process.execPath, "--no-warnings", join(repositoryRoot, "crossenv/run-wasi.mjs"), scratchRoot],
      how: "under node:wasi",
      prepare: () => void mkdirSync(scratchRoot, { recursive: true }),
    };
  }
  if (platform.system.os === "macos") return { missing: "no emulator runs programs of macOS" };
  if (platform.system.os === "none") return runnerOfMachine(platform);
  return runnerOfQemu(platform);
}

/** The qemu of a whole machine, where programs reach the terminal, their arguments and an exit code by semihosting. */
function runnerOfMachine({ architecture: { columns }, name: platform }: Platform): ProgramRunner {
  const { qemu_system: suffix, qemu_machine: machine } = columns;
  if (suffix === undefined || machine === undefined) return { missing: `no emulator is known for ${platform}` };
  const name = `qemu-system-${suffix}`;
  const emulator = findProgram(name);
  if (emulator === undefined) return { missing: `${name} is not on PATH` };
  return {
    prefix: [emulator, ...machineOptions({ qemu: suffix, name: machine })],
    how: `under ${name} -M ${machine}`,
    emulator,
    spellArguments: (values) => (values.length === 0 ? [] : ["-append", values.join(" ")]),
  };
}

/** What a program needs of qemu that older ones lack. */
export interface EmulatorNeed {
  /** The first version that has it. */
  readonly qemu: string;
  readonly lacking: string;
}

/** Why an emulator does not have what is needed of it, or undefined where it does. */
export function lackOf(emulator: string, { qemu, lacking }: EmulatorNeed): string | undefined {
  const version = /version ([\d.]+)/.exec(outputOf(emulator, ["--version"]))?.[1] ?? "0";
  return compareVersions(version, qemu) < 0 ? `${basename(emulator)} ${version} has no ${lacking}` : undefined;
}

/** Machines whose code, as clang writes it by default, older versions of qemu cannot run. */
const needsOfMachines: Readonly<Record<string, EmulatorNeed>> = {
  EM_LOONGARCH: { qemu: "8.1", lacking: "vectors (LSX), which are part of clang's baseline" },
};

/** How programs of a platform are run by qemu, even where this machine could run them. */
export const emulated = (platform: Platform): ProgramRunner => runnerOfQemu(platform);

function runnerOfQemu(
  { architecture: { qemu, qemu_cpu: cpu, elf_machine: machine }, system, name: platform }: Platform,
  options: readonly string[] = [],
): ProgramRunner {
  if (system.os !== "linux" || qemu === undefined) return { missing: `no emulator is known for ${platform}` };
  const name = `qemu-${qemu}-static`;
  const emulator = findProgram(name) ?? findProgram(`qemu-${qemu}`);
  if (emulator === undefined) return { missing: `${name} is not on PATH` };
  const need = needsOfMachines[machine ?? ""];
  const lacking = need && lackOf(emulator, need);
  if (lacking !== undefined) return { missing: lacking };
  const prefix = [emulator, ...(cpu === undefined ? [] : ["-cpu", cpu]), ...options];
  return { prefix, how: `under ${name}`, emulator };
}

/** A glibc that is not older than what programs are linked against, and the emulator where it is for another CPU. */
function runnerOfGlibc(platform: Platform, version: string): ProgramRunner {
  const real = findRealGlibc(platform);
  if (real === undefined) return { missing: `no glibc for ${platform.architecture.name} is installed` };
  if (compareVersions(real.version, version) < 0)
    return { missing: `the glibc for ${platform.architecture.name} that is installed is ${real.version}` };
  if (isThisMachine(platform)) return { prefix: [], how: `natively with glibc ${real.version}` };
  const runner = runnerOfQemu(platform, ["-L", real.root]);
  return "missing" in runner ? runner : { ...runner, how: `${runner.how} with glibc ${real.version}` };
}

/** wine, where it has what the platform's CPU needs. */
function runnerOfWindows({ architecture, name }: Platform): ProgramRunner {
  const wine = findWine();
  if (wine === undefined) return { missing: "wine is not on PATH" };
  const machine = wineMachine(architecture);
  if (machine === undefined || !runsPrograms(wine, machine))
    return { missing: `wine here runs no programs for ${name}` };
  return {
    prefix: [wine.program],
    how: "under wine",
    environment: wine.environment,
    prepare: () => prepareWine(wine),
    normalize: (text) => text.replaceAll("\r\n", "\n"),
  };
}

/** This machine is what the program that runs this very line was built for. */
function isThisMachine({ architecture, system }: Platform): boolean {
  if (process.platform === "darwin")
    return system.os === "macos" && architecture.go === (process.arch === "x64" ? "amd64" : process.arch);
  if (process.platform !== "linux" || system.os !== "linux") return false;
  const self = inspectElf(process.execPath);
  return (
    self.machine === architecture.elf_machine && self.bits === architecture.bits && self.endian === architecture.endian
  );
}

/** Declares tests that run programs, with the runner's name behind their titles; skips them where it is missing. */
export function itWhere(runner: ProgramRunner): Declare {
  if ("missing" in runner) return itUnless(runner.missing);
  return (title, test) => it(`${title} ${runner.how}`, test);
}

/** Runs a program with `runner`, in an environment that holds nothing but what `options` say and the runner needs. */
export async function runProgram(
  runner: ProgramRunner,
  program: string,
  options: RunOptions = {},
): Promise<ProgramRun> {
  if ("missing" in runner) throw new Error(runner.missing);
  runner.prepare?.();
  const [command, ...before] = [...runner.prefix, program];
  const { normalize = (text: string) => text, spellArguments = (values: readonly string[]) => values } = runner;
  const { stdout, stderr, ...ended } = await runCommand(
    command,
    [...before, ...spellArguments(options.arguments ?? [])],
    {
      environment: { ...runner.environment, ...options.environment },
      ...(options.folder === undefined ? {} : { folder: options.folder }),
      input: options.input ?? "",
    },
  );
  return { stdout: normalize(stdout), stderr: normalize(stderr), ...ended };
}
