import type { ProgramPlaces } from "../import/find-programs";

/** What a command of gen-bzl sees of the process that runs it. */
export interface Io {
  readonly cwd: string;
  /** Whether a person is watching `stderr`. */
  readonly isTerminal: boolean;
  /** The index of archives that XLLVM_ARCHIVES names, as it was written; absent: none. */
  readonly archivesIndex?: string;
  /** Where an import looks for programs. */
  readonly programs: ProgramPlaces;
  stdout(text: string): void;
  stderr(text: string): void;
}

export const exitCodes = { fine: 0, drift: 1, badInput: 2, internal: 70 } as const;

/** The input is at fault, not the program; the message says what is wrong and what mends it. */
export class BadInputError extends Error {
  override readonly name = "BadInputError";
}
