import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { scratchRoot } from "./consumer-workspace";
import { findProgram } from "./find-bazel";
import { inspectElf } from "./inspect-artefact";
import type { Platform } from "./target-rows";
import { findWine, prepareWine, runsPrograms, wineMachine } from "./wine";

/** How programs of a platform are run here, or why they cannot be. */
export type ProgramRunner =
  | {
      readonly prefix: readonly string[];
      readonly how: string;
      /** Called before each program. */
      readonly prepare?: () => void;
      /** What the runner itself needs of the environment. */
      readonly environment?: Readonly<Record<string, string>>;
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

/** Programs that hang are ended after this many milliseconds. */
const patience = 120_000;

/** Natively where the platform is this machine's, else under an emulator: qemu's user mode, wine, or Node's WASI. */
export function findRunner(platform: Platform): ProgramRunner {
  if (isThisMachine(platform)) return { prefix: [], how: "natively" };
  if (platform.system.os === "windows") return runnerOfWindows(platform);
  if (platform.system.os === "wasi") {
    return {
      prefix: [process.execPath, "--no-warnings", join(__dirname, "run-wasi.mjs"), scratchRoot],
      how: "under node:wasi",
      prepare: () => void mkdirSync(scratchRoot, { recursive: true }),
    };
  }
  const { qemu } = platform.architecture;
  if (platform.system.os !== "linux" || qemu === undefined) return { missing: `no emulator is known for ${platform.name}` };
  const name = `qemu-${qemu}-static`;
  const emulator = findProgram(name) ?? findProgram(`qemu-${qemu}`);
  return emulator === undefined ? { missing: `${name} is not on PATH` } : { prefix: [emulator], how: `under ${name}` };
}

/** wine, where it has what the platform's CPU needs. */
function runnerOfWindows({ architecture, name }: Platform): ProgramRunner {
  const wine = findWine();
  if (wine === undefined) return { missing: "wine is not on PATH" };
  const machine = wineMachine(architecture);
  if (machine === undefined || !runsPrograms(wine, machine)) return { missing: `wine here runs no programs for ${name}` };
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
  if (process.platform !== "linux" || system.os !== "linux") return false;
  const self = inspectElf(process.execPath);
  return self.machine === architecture.elf_machine && self.bits === architecture.bits && self.endian === architecture.endian;
}

/** Runs a program with `runner`, in an environment that holds nothing but what `options` say and the runner needs. */
export function runProgram(runner: ProgramRunner, program: string, options: RunOptions = {}): Promise<ProgramRun> {
  if ("missing" in runner) throw new Error(runner.missing);
  runner.prepare?.();
  const [command, ...before] = [...runner.prefix, program];
  const child = spawn(command, [...before, ...(options.arguments ?? [])], {
    env: { ...runner.environment, ...options.environment },
    cwd: options.folder,
    timeout: patience,
    killSignal: "SIGKILL",
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (output.stderr += String(chunk)));
  // A program that does not read its input closes the pipe: that is no failure of the test.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const { normalize = (text: string) => text } = runner;
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ stdout: normalize(output.stdout), stderr: normalize(output.stderr), status, signal }));
  });
}
