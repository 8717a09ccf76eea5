import { homedir, machine, type } from "node:os";

/** What bazel-crossenv sees of the process that runs it. */
export interface Io {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As `uname -s` and `uname -m` print them: `Linux-x86_64`. The files of a crossenv run on one kind of machine. */
  readonly host: string;
  readonly home: string;
  stdout(text: string): void;
  stderr(text: string): void;
}

/** The process itself. */
export function machineIo(): Io {
  return {
    cwd: process.cwd(),
    environment: process.env,
    host: `${type()}-${machine()}`,
    home: homedir(),
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  };
}

/** 1 is left to compilers: build systems take it for an error in the source. */
export const exitCodes = { fine: 0, badInput: 2, buildFailed: 3, internal: 70 } as const;

/** Something that the caller can mend; the message says what is wrong and how. */
export class CrossenvError extends Error {
  override readonly name = "CrossenvError";

  constructor(
    message: string,
    readonly exitCode: number = exitCodes.badInput,
  ) {
    super(message);
  }
}
