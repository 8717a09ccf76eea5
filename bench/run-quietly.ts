import { runCommand } from "../e2e/harness/run-command";

/** Milliseconds that one call of a compiler may take, which makes its runtimes at the first one. */
const processTimeout = 30 * 60_000;

/** Runs a program; rejects with what it said when it fails. */
export async function runQuietly(
  [program, ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { status, stderr } = await runCommand(program as string, args, {
    environment: { ...process.env, ...environment },
    timeout: processTimeout,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stderr}`);
}
