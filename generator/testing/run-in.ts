import { run } from "../cli/run";

/** What a call of gen-bzl left behind. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs gen-bzl in the folder `cwd`, in this process. */
export async function runIn(
  cwd: string,
  argv: readonly string[],
  world: { readonly isTerminal?: boolean; readonly archivesIndex?: string } = {},
): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const exitCode = await run(argv, {
    cwd,
    isTerminal: false,
    programs: { path: "" },
    ...world,
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  });
  // As the process does before it ends: only then does a run let go of the signals that it has held back.
  await new Promise((resolve) => setImmediate(resolve));
  return { exitCode, stdout, stderr };
}
