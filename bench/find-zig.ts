import { dirname } from "node:path";

import { findProgram } from "../e2e/harness/find-bazel";
import { outputOf } from "../e2e/harness/run-command";

/** The zig that is measured. */
export interface Zig {
  /** The program itself: what stands on PATH may be a wrapper that costs more than a build does. */
  readonly program: string;
  /** What its archive unpacks to. */
  readonly folder: string;
  readonly version: string;
}

/** The zig at `path`, else the one on PATH, else the one of the Python package `ziglang`, else undefined. Throws where `path` is no zig. */
export function findZig(path?: string): Zig | undefined {
  if (path !== undefined) {
    const zig = askZig([path]);
    if (zig === undefined) throw new Error(`${path} is no zig: \`${path} env\` does not tell where it is`);
    return zig;
  }
  const onPath = findProgram("zig");
  const python = findProgram("python3");
  const candidates = [
    ...(onPath === undefined ? [] : [[onPath]]),
    ...(python === undefined ? [] : [[python, "-m", "ziglang"]]),
  ];
  for (const command of candidates) {
    const zig = askZig(command);
    if (zig !== undefined) return zig;
  }
  return undefined;
}

function askZig([program, ...before]: readonly string[]): Zig | undefined {
  try {
    return readZigEnvironment(outputOf(program as string, [...before, "env"]));
  } catch {
    return undefined;
  }
}

/** Reads what `zig env` prints, JSON up to 0.14 and ZON since; undefined where it does not tell where zig is. */
export function readZigEnvironment(printed: string): Zig | undefined {
  const valueOf = (key: string): string | undefined => {
    const literal = new RegExp(`[."]${key}"?\\s*[:=]\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(printed)?.[1];
    return literal === undefined ? undefined : String(JSON.parse(literal));
  };
  const [program, version] = [valueOf("zig_exe"), valueOf("version")];
  return program === undefined || version === undefined ? undefined : { program, folder: dirname(program), version };
}
