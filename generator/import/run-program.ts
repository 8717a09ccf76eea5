import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { ImportError } from "./source-tree";

/** A run of a program. */
export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  /** What it is run for, in messages: a target's triple. */
  readonly what: string;
  /** The folder that it runs in. */
  readonly cwd?: string;
  /** What it says last where it fails as it should. */
  readonly endsWith?: string;
}

const execute = promisify(execFile);

/** A configuration takes seconds; one that hangs is ended after this many milliseconds. */
const timeout = 300_000;

/** How much of what a program said last is told when it fails. */
const lastLines = 40;

/**
 * What a program that upstream's build is asked by prints. Rejects with `ImportError`, with the end of what it said, when it fails.
 * Of the environment it has PATH and the folder for temporary files: flags, compilers and the programs' own variables would reach what is asked.
 */
export async function runProgram({ program, args, what, cwd, endsWith }: ProgramRun): Promise<string> {
  const env = { PATH: process.env["PATH"], TMPDIR: process.env["TMPDIR"], LC_ALL: "C" };
  try {
    return (await execute(program, args, { timeout, maxBuffer: 1 << 28, env, ...(cwd !== undefined && { cwd }) }))
      .stdout;
  } catch (error) {
    const {
      stdout = "",
      stderr = "",
      killed = false,
    } = error as { stdout?: string; stderr?: string; killed?: boolean };
    if (endsWith !== undefined && stderr.trimEnd().endsWith(endsWith)) return stdout;
    const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-lastLines).join("\n");
    const ended = killed ? ` has not ended after ${timeout / 1000} s` : " failed";
    throw new ImportError(
      `${program}${ended} for ${what}, and ended with:\n${said === "" ? String(error) : said}\nit was run as: ${[program, ...args].join(" ")}`,
    );
  }
}
