import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** How often a holder shows that it is alive, and how often others look, in milliseconds. */
const heartbeatInterval = 1000;
const pollInterval = 200;

/** A holder that has not shown itself for so long, in milliseconds, is dead. */
const staleAfter = 20_000;

interface Holder {
  readonly pid: number;
  readonly hostname: string;
}

/**
 * Runs `work` while no other process does so with the same lock, a folder that exists while somebody holds it. It is
 * there to save work: whoever waits finds it done. What a killed process leaves behind is taken over, at once on the same
 * machine, else after a while. Should two processes ever hold it, both still do what is right.
 */
export async function withLock<Result>(
  lock: string,
  work: () => Promise<Result>,
  onWait: () => void = () => undefined,
): Promise<Result> {
  let hasWaited = false;
  while (!take(lock)) {
    if (isAbandoned(lock)) {
      discard(lock);
      continue;
    }
    if (!hasWaited) onWait();
    hasWaited = true;
    await new Promise((resolve) => setTimeout(resolve, pollInterval));
  }
  const heart = setInterval(() => show(lock), heartbeatInterval);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  const holder: Holder = { pid: process.pid, hostname: hostname() };
  writeFileSync(holderFile(lock), JSON.stringify(holder));
  return true;
}

function isAbandoned(lock: string): boolean {
  const shown = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (shown === undefined) return false;
  if (Date.now() - shown > staleAfter) return true;
  const holder = readHolder(lock);
  return holder !== undefined && holder.hostname === hostname() && !isAlive(holder.pid);
}

function readHolder(lock: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(holderFile(lock), "utf8")) as Holder;
  } catch {
    // It is about to be written, or the lock has just been given back.
    return undefined;
  }
}

/** Of all who want to take the lock over, one can rename it. */
function discard(lock: string): void {
  const corpse = `${lock}.${process.pid}`;
  try {
    renameSync(lock, corpse);
  } catch {
    return;
  }
  rmSync(corpse, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function show(lock: string): void {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Somebody took it over, thinking that this process was dead: nothing that this process could do about it.
  }
}

function holderFile(lock: string): string {
  return join(lock, "holder.json");
}
