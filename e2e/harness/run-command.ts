import { spawn, spawnSync } from "node:child_process";

export interface CommandOptions {
  /** Where it runs; default: where the tests do. */
  readonly folder?: string;
  /** All that its environment holds; default: that of the tests. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Its standard input; default: an empty one. */
  readonly input?: string;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
  /** What ends it when its time is over, and is followed by SIGKILL; default: SIGKILL at once. */
  readonly ending?: NodeJS.Signals;
  /** Where what it prints goes: it is returned by default, shown where the tests' own output is, or thrown away. */
  readonly output?: "returned" | "shown" | "none";
}

/** How a process ended, whatever its exit code. */
export interface EndedCommand {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null when a signal ended the process. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that nobody gave another limit is ended after so many milliseconds. */
export const usualTimeout = 120_000;

const streamOf = { returned: "pipe", shown: "inherit", none: "ignore" } as const;

/** Milliseconds between a signal that asks a process to end and the one that ends it. */
const grace = 30_000;

/** Longer texts of one process than this many bytes end it. */
const longestOutput = 256 * 1024 * 1024;

/** Runs a process to its end. Rejects when it cannot be started, and when its time is over. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<EndedCommand> {
  const {
    folder,
    environment = process.env,
    input = "",
    timeout = usualTimeout,
    ending = "SIGKILL",
    output = "returned",
  } = options;
  const stream = streamOf[output];
  // eslint-disable-next-line no-restricted-syntax -- its timer is below, since Node's own would go on to wait for what the process has started.
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: ["pipe", stream, stream] });
  const texts: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream]?.on("data", (chunk: Buffer) => texts[stream].push(chunk));
  const textOf = (stream: "stdout" | "stderr"): string => Buffer.concat(texts[stream]).toString();
  // A process that does not read its input closes the pipe: that is for the caller to judge by what it prints.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    let over = false;
    const kill = (): void => {
      child.kill("SIGKILL");
      // What the process has started may outlive it and hold these open, so that "close" would never come.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timers = [
      setTimeout(() => {
        over = true;
        if (ending === "SIGKILL") return kill();
        child.kill(ending);
        timers.push(setTimeout(kill, grace));
      }, timeout),
    ];
    const settle = (act: () => void): void => {
      for (const timer of timers) clearTimeout(timer);
      act();
    };
    child.on("error", (error) => settle(() => reject(error)));
    child.on("close", (status, signal) =>
      settle(() => {
        const ended = { stdout: textOf("stdout"), stderr: textOf("stderr"), status, signal };
        if (over) reject(new Error(overtime(program, args, timeout, ended)));
        else resolve(ended);
      }),
    );
  });
}

/** As `runCommand`, while everything else waits: for what is called before tests are declared, and for the time of a call. */
export function runCommandSync(
  program: string,
  args: readonly string[],
  options: Omit<CommandOptions, "ending"> = {},
): EndedCommand {
  const { folder, environment = process.env, input = "", timeout = usualTimeout, output = "returned" } = options;
  const stream = streamOf[output];
  const { stdout, stderr, status, signal, error } = spawnSync(program, args, {
    cwd: folder,
    env: environment,
    input,
    timeout,
    killSignal: "SIGKILL",
    maxBuffer: longestOutput,
    encoding: "utf8",
    stdio: ["pipe", stream, stream],
  });
  const ended = { stdout: stdout ?? "", stderr: stderr ?? "", status, signal };
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT")
    throw new Error(overtime(program, args, timeout, ended));
  if (error !== undefined) throw error;
  return ended;
}

/** Runs a process that has to succeed, and returns its standard output. Throws with all that it printed when it fails. */
export function outputOf(
  program: string,
  args: readonly string[],
  options: Omit<CommandOptions, "ending"> = {},
): string {
  const ended = runCommandSync(program, args, options);
  if (ended.status !== 0)
    throw new Error(
      `${commandLine(program, args)} ended with ${ended.status ?? ended.signal}\n${ended.stdout}${ended.stderr}`,
    );
  return ended.stdout;
}

function overtime(program: string, args: readonly string[], timeout: number, { stdout, stderr }: EndedCommand): string {
  return `${commandLine(program, args)} did not end within ${timeout / 1000} s; until then it printed:\n${stdout}${stderr}`;
}

function commandLine(program: string, args: readonly string[]): string {
  return [program, ...args].join(" ");
}
