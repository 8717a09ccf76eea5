import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { removeTree } from "../../crossenv/cache";

/** An output base that is somebody's until it is given back. */
export interface OutputBase {
  readonly path: string;
  /** What was unpacked there stays, for whoever takes it next. */
  readonly giveBack: () => void;
}

/**
 * Takes an output base of `pool` that nobody has, or makes one. It is empty but for repositories that were unpacked there before
 * and that `keeps` wants, by their apparent names: Bazel's own records beside them say whether they are still what they should be,
 * and it fetches anew what is not. To unpack the sources of a libc and of LLVM's runtimes for each suite costs ten seconds each time.
 */
export function takeOutputBase(pool: string, keeps: (repository: string) => boolean): OutputBase {
  mkdirSync(pool, { recursive: true });
  for (let number = 1; ; number++) {
    const path = join(pool, `shared-${number}`);
    const lock = `${path}.lock`;
    if (!takeLock(lock)) continue;
    clear(path, keeps);
    let isMine = true;
    const giveBack = (): void => {
      if (isMine) rmSync(lock, { force: true });
      isMine = false;
    };
    return { path, giveBack };
  }
}

/** An output base that is empty. */
export function emptyOutputBase(path: string): OutputBase {
  removeTree(path);
  mkdirSync(path, { recursive: true });
  return { path, giveBack: () => undefined };
}

/** What a repository's own module calls it: `xllvm~~xllvm~musl-1.2.6` in Bazel 7, `xllvm++xllvm+musl-1.2.6` later. */
export function apparentName(canonical: string): string {
  const parts = canonical.split(/[~+]/);
  return parts.at(-1) || (parts[0] as string);
}

/** The lock of a process that was killed is no lock. */
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (isAlive(Number(readFileSync(lock, "utf8")))) return false;
  rmSync(lock, { force: true });
  return takeLock(lock);
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function clear(path: string, keeps: (repository: string) => boolean): void {
  mkdirSync(path, { recursive: true });
  for (const entry of readdirSync(path)) if (entry !== "external") removeTree(join(path, entry));
  const external = join(path, "external");
  if (!existsSync(external)) return;
  for (const entry of readdirSync(external)) {
    const repository = entry.replace(/^@(.*)\.marker$/, "$1");
    if (!keeps(apparentName(repository))) removeTree(join(external, entry));
  }
}
