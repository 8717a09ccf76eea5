import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/**
 * Replaces generated roots (top-level folders and files) below an out folder, all or none.
 *
 * The new tree is written beside the old one, into `.gen-bzl-<process>/new`. Then a journal is put in place by one
 * rename: from there on the run is decided. The old roots are moved to `.gen-bzl-<process>/old`, `MODULE.bazel` first;
 * the new ones take their place, `MODULE.bazel` last. A run that is killed before the journal leaves the old tree; one
 * that is killed after it leaves a tree without `MODULE.bazel`, which Bazel refuses to build, and which the next run
 * completes. When a rename fails (permissions, say) the roots are moved back.
 */
export function replaceRoots(files: ReadonlyMap<string, string>, roots: ReadonlySet<string>, out: string): void {
  const signals = deferSignals();
  try {
    const work = join(out, workName(process.pid));
    try {
      const moves = stage(files, roots, work);
      decide(moves, work, out);
    } finally {
      // With a journal still there, what lies in the folder is all there is of some roots.
      if (!existsSync(join(work, journalName))) rmSync(work, { recursive: true, force: true });
    }
  } finally {
    signals.resume();
  }
}

/** Writes the new roots into the work folder. */
function stage(files: ReadonlyMap<string, string>, roots: ReadonlySet<string>, work: string): Move[] {
  mkdirSync(join(work, "old"), { recursive: true });
  const planned = new Set<string>();
  for (const [path, text] of files) {
    const root = rootOf(path);
    if (!roots.has(root)) continue;
    planned.add(root);
    const staged = join(work, "new", path);
    mkdirSync(dirname(staged), { recursive: true });
    writeFileSync(staged, text);
  }
  return orderMoves([...roots].map((root) => ({ root, planned: planned.has(root) })));
}

/** Puts the journal in place, and does what it says; when that fails, undoes it. */
function decide(moves: readonly Move[], work: string, out: string): void {
  writeFileSync(join(work, "journal.new"), JSON.stringify(moves));
  renameSync(join(work, "journal.new"), join(work, journalName));
  try {
    carryOut(moves, work, out);
  } catch (error) {
    takeBack(moves, work, out);
    throw error;
  }
  rmSync(join(work, journalName));
}

/** Another process is writing to the same out folder. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

/**
 * Completes what an interrupted run had decided, and clears away what it had not. Returns whether roots were moved.
 * Throws `BusyError` when the other run is still alive.
 */
export function recoverRoots(out: string): boolean {
  let moved = false;
  for (const { name, alive } of listRuns(out)) {
    const work = join(out, name);
    if (alive)
      throw new BusyError(`another gen-bzl is writing to ${out} (${name}); run this one again when it has ended`);
    if (existsSync(join(work, journalName))) {
      carryOut(JSON.parse(readFileSync(join(work, journalName), "utf8")) as Move[], work, out);
      rmSync(join(work, journalName));
      moved = true;
    }
    rmSync(work, { recursive: true, force: true });
  }
  return moved;
}

/** Whether an interrupted run waits below `out` for its completion. */
export function awaitsRecovery(out: string): boolean {
  return listRuns(out).some(({ name, alive }) => !alive && existsSync(join(out, name, journalName)));
}

interface Move {
  readonly root: string;
  /** Whether the new tree has this root. */
  readonly planned: boolean;
}

const journalName = "journal.json";

function workName(pid: number): string {
  return `.gen-bzl-${pid}`;
}

function rootOf(path: string): string {
  return path.split("/", 1)[0] as string;
}

/** MODULE.bazel goes first and comes last, for Bazel refuses a folder without one. */
function orderMoves(moves: readonly Move[]): Move[] {
  const isModule = (move: Move): boolean => move.root === "MODULE.bazel";
  return [...moves.filter(isModule), ...moves.filter((move) => !isModule(move))];
}

/** Does those of the moves that are not done yet, so it may be repeated. */
function carryOut(moves: readonly Move[], work: string, out: string): void {
  for (const { root, planned } of moves) {
    const isReplaced = planned && !exists(join(work, "new", root));
    const isGone = exists(join(work, "old", root));
    if (!isReplaced && !isGone && exists(join(out, root))) renameSync(join(out, root), join(work, "old", root));
  }
  for (const { root } of [...moves].reverse()) {
    if (exists(join(work, "new", root))) renameSync(join(work, "new", root), join(out, root));
  }
}

/** Undoes those of the moves that are done, and with them the decision. */
function takeBack(moves: readonly Move[], work: string, out: string): void {
  for (const { root, planned } of moves) {
    if (planned && !exists(join(work, "new", root))) renameSync(join(out, root), join(work, "new", root));
  }
  for (const { root } of [...moves].reverse()) {
    if (exists(join(work, "old", root))) renameSync(join(work, "old", root), join(out, root));
  }
  rmSync(join(work, journalName));
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The work folders of runs below `out`, but for this process' own, which can only be an earlier one's of its number. */
function listRuns(out: string): { name: string; alive: boolean }[] {
  if (!existsSync(out)) return [];
  const runs: { name: string; alive: boolean }[] = [];
  for (const name of readdirSync(out).sort()) {
    const pid = /^\.gen-bzl-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined)
      runs.push({ name, alive: Number(pid) !== process.pid && isAlive(Number(pid), join(out, name)) });
  }
  return runs;
}

/** A run takes less than a second: an old folder's number belongs to another program by now. */
function isAlive(pid: number, work: string): boolean {
  const age = Date.now() - (lstatSync(work, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age > 10 * 60 * 1000) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Until `resume`, signals that would end the process wait: between two renames is no place to stop. */
function deferSignals(): { resume(): void } {
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const caught: NodeJS.Signals[] = [];
  const note = (signal: NodeJS.Signals): void => void caught.push(signal);
  for (const name of names) process.on(name, note);
  return {
    resume() {
      // What arrived meanwhile is delivered by the event loop, which has not run since.
      setImmediate(() => {
        for (const name of names) process.off(name, note);
        for (const signal of caught) process.kill(process.pid, signal);
      });
    },
  };
}
