import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { dirname, resolve } from "node:path";

import { findBazel, type Bazel } from "./find-bazel";
import { cacheVariable } from "./cache";
import { CrossenvError, exitCodes } from "./io";
import { moduleFolder } from "./read-targets";

export interface BazelCall {
  readonly outputBase: string;
  /** File that receives what Bazel prints. */
  readonly log: string;
  /** Versions that the module works with. */
  readonly range: string;
}

interface Ended {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Signals that end a build; Bazel is told, and gets the time to stop its actions. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How many of the last lines of a failed build are shown. */
const shownLines = 25;

/** Variables that hold a path. Callers mean it from their own folder, and Bazel runs in that of the module. */
const pathVariables = ["XLLVM_ARCHIVES", "XLLVM_LLVM_ROOT"] as const;

/** Builds the crossenv of a platform and returns the folder that it lies in, in Bazel's output tree. */
export async function buildCrossenv(platform: string, call: BazelCall): Promise<string> {
  const bazel = locateBazel(call.range);
  const options = [
    "--color=no",
    "--curses=no",
    "--lockfile_mode=off",
    "--experimental_convenience_symlinks=ignore",
    // Bazel 7 would otherwise fetch what its empty WORKSPACE file registers.
    "--noenable_workspace",
    `--platforms=//platforms:${platform}`,
  ];
  await runBazel(bazel, ["build", ...options, "--output_groups=folder", "//:crossenv"], call);
  const info = await runBazel(bazel, ["info", ...options, "bazel-bin"], call);
  return `${info.stdout.trim()}/crossenv`;
}

/** Ends the Bazel server of an output base. */
export async function stopBazel(call: BazelCall): Promise<void> {
  await runBazel(locateBazel(call.range), ["shutdown"], call);
}

function locateBazel(range: string): Bazel {
  try {
    return findBazel(range);
  } catch (error) {
    throw new CrossenvError((error as Error).message);
  }
}

async function runBazel(bazel: Bazel, args: readonly string[], call: BazelCall): Promise<Ended> {
  const [program, ...before] = bazel.command;
  // The server is of no use to anyone else, and should not outlive the build by much.
  // eslint-disable-next-line no-restricted-syntax -- how long a user's build takes is unknown; whoever waits for it can interrupt it.
  const child = spawn(
    program as string,
    [...before, `--output_base=${call.outputBase}`, "--max_idle_secs=30", ...args],
    {
      cwd: moduleFolder,
      env: { ...process.env, ...absolutePaths(process.env), ...bazel.environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of endings) process.on(signal, forward);
  try {
    const ended = await collect(child, call.log);
    if (ended.exitCode !== 0) throw failure(args[0] as string, ended, call);
    return ended;
  } finally {
    for (const signal of endings) process.off(signal, forward);
  }
}

function absolutePaths(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    pathVariables.flatMap((name) => (environment[name] ? [[name, resolve(environment[name])]] : [])),
  );
}

async function collect(child: ReturnType<typeof spawn>, log: string): Promise<Ended> {
  const file = createWriteStream(log);
  const output = { stdout: "", stderr: "" };
  // A log that cannot be written is no reason to fail.
  file.on("error", () => undefined);
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.on("data", (chunk: Buffer) => {
      output[stream] += chunk.toString();
      file.write(chunk);
    });
  }
  const [exitCode, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  file.end();
  return { ...output, exitCode: exitCode ?? -1, signal };
}

function failure(command: string, { exitCode, signal, stderr }: Ended, call: BazelCall): CrossenvError {
  // Bazel's own exit code for an interrupted build.
  if (signal !== null || exitCode === 8)
    return new CrossenvError("the build was interrupted; the next call begins anew", exitCodes.buildFailed);
  const lines = stderr
    .trimEnd()
    .split("\n")
    .slice(-shownLines)
    .map((line) => `    ${line}`);
  return new CrossenvError(
    `bazel ${command} failed with exit code ${exitCode}\n${lines.join("\n")}\n    mend: ${mendOf(stderr, call)}`,
    exitCodes.buildFailed,
  );
}

const network =
  /UnknownHostException|Unknown host|could not be fetched|Connection refused|Connect timed out|Network is unreachable|Error downloading/;
const fullDisk = /No space left on device|Disk quota exceeded/;

function mendOf(stderr: string, { outputBase, log }: BazelCall): string {
  if (fullDisk.test(stderr))
    return `make room on the disk of ${dirname(dirname(outputBase))}, or name another folder with ${cacheVariable}`;
  if (network.test(stderr))
    return "make the archives reachable, or redirect them with XLLVM_ARCHIVES (docs/crossenv.md)";
  return `see all that Bazel printed in ${log}`;
}
