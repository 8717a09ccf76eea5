import { findProgram } from "../e2e/harness/find-bazel";
import { outputOf } from "../e2e/harness/run-command";

/** How zig is called: the program with its first arguments. */
export interface Zig {
  readonly command: readonly string[];
  readonly version: string;
}

/** zig on PATH, else the one of the Python package `ziglang`, else undefined. */
export function findZig(): Zig | undefined {
  const onPath = findProgram("zig");
  const python = findProgram("python3");
  const candidates = [...(onPath === undefined ? [] : [[onPath]]), ...(python === undefined ? [] : [[python, "-m", "ziglang"]])];
  for (const command of candidates) {
    const version = versionOf(command);
    if (version !== undefined) return { command, version };
  }
  return undefined;
}

function versionOf([program, ...before]: readonly string[]): string | undefined {
  try {
    return outputOf(program as string, [...before, "version"]).trim();
  } catch {
    return undefined;
  }
}
