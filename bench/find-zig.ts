import { execFileSync } from "node:child_process";

import { findProgram } from "../e2e/harness/find-bazel";

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
    return execFileSync(program as string, [...before, "version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}
