import fs from "node:fs";
import { join } from "node:path";

import { readFiles, writeTemporary } from "../testing/sample-manifest";
import { runCommandSync, type EndedCommand } from "../../e2e/harness/run-command";
import { awaitsRecovery, BusyError, recoverRoots, replaceRoots } from "./replace-roots";

const oldTree = {
  "MODULE.bazel": "old module",
  "platforms/BUILD.bazel": "old platforms",
  "targets/a/BUILD.bazel": "old a",
  "targets/b/BUILD.bazel": "old b",
  "overlays/BUILD.bazel": "old overlays",
  "README.md": "by hand",
};
const newTree = {
  "MODULE.bazel": "new module",
  "platforms/BUILD.bazel": "new platforms",
  "targets/a/BUILD.bazel": "new a",
  "targets/c/BUILD.bazel": "new c",
  "toolchains/BUILD.bazel": "new toolchains",
  "README.md": "by hand",
};
const planned = new Map(Object.entries(newTree).filter(([path]) => path !== "README.md"));
const roots = new Set(["MODULE.bazel", "platforms", "targets", "overlays", "toolchains"]);

let out: ReturnType<typeof writeTemporary>;
beforeEach(() => (out = writeTemporary(oldTree)));
afterEach(async () => {
  jest.restoreAllMocks();
  out.remove();
  await letGoOfSignals();
});

/** The tree without the folders that a run works in. */
function treeOf(path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(readFiles(path)).filter(([file]) => !file.startsWith(".gen-bzl-")));
}

const writers = ["mkdirSync", "writeFileSync", "renameSync", "rmSync"] as const;

/** Lets the process write `calls` times more; then nothing of what it does reaches the disk, as if it had been killed. */
function killAfter(calls: number): { wasKilled(): boolean } {
  let done = 0;
  for (const name of writers) {
    const original = fs[name] as (...parameters: unknown[]) => unknown;
    jest.spyOn(fs, name).mockImplementation((...parameters: unknown[]) => {
      done += 1;
      if (done > calls) throw new Error("killed");
      return original(...parameters) as never;
    });
  }
  return { wasKilled: () => done > calls };
}

test("the new tree takes the old one's place, and nothing else is touched", () => {
  replaceRoots(planned, roots, out.path);
  expect(readFiles(out.path)).toEqual(newTree);
});

test("killed anywhere, a run leaves the old tree, the new one, or one that Bazel refuses and the next run completes", async () => {
  const seen = { old: 0, new: 0, refused: 0 };
  for (let calls = 0; ; calls += 1) {
    const { path, remove } = writeTemporary(oldTree);
    const kill = killAfter(calls);
    let error: unknown;
    try {
      replaceRoots(planned, roots, path);
    } catch (caught) {
      error = caught;
    }
    const wasKilled = kill.wasKilled();
    jest.restoreAllMocks();
    expect(error === undefined).toBe(!wasKilled);

    const left = treeOf(path);
    const state = same(left, oldTree) ? "old" : same(left, newTree) ? "new" : "refused";
    seen[state] += 1;
    if (state === "refused") expect(left["MODULE.bazel"]).toBeUndefined();
    const isDecided = awaitsRecovery(path);
    if (state === "refused") expect(isDecided).toBe(true);

    expect(recoverRoots(path)).toBe(isDecided);
    expect(readFiles(path)).toEqual(isDecided || state === "new" ? newTree : oldTree);
    expect(fs.readdirSync(path).filter((name) => name.startsWith(".gen-bzl-"))).toEqual([]);
    remove();
    await letGoOfSignals();
    if (!wasKilled) break;
  }
  expect(seen.old).toBeGreaterThan(5);
  expect(seen.refused).toBeGreaterThan(5);
  expect(seen.new).toBeGreaterThan(1);
});

test("a recovery that is killed in turn is completed by the next", async () => {
  for (let calls = 0; ; calls += 1) {
    const { path, remove } = writeTemporary(oldTree);
    // Four folders, five files, the journal; then killed after the third of the moves.
    killAfter(countUntilJournal() + 3);
    expect(() => replaceRoots(planned, roots, path)).toThrow("killed");
    jest.restoreAllMocks();
    const kill = killAfter(calls);
    try {
      recoverRoots(path);
    } catch {
      // Killed; the next one follows.
    }
    const wasKilled = kill.wasKilled();
    jest.restoreAllMocks();
    recoverRoots(path);
    expect(readFiles(path)).toEqual(newTree);
    remove();
    await letGoOfSignals();
    if (!wasKilled) break;
  }
});

/** How many writes a run makes up to the rename that puts the journal in place. */
function countUntilJournal(): number {
  const { path, remove } = writeTemporary(oldTree);
  let count = 0;
  let atJournal = 0;
  for (const name of writers) {
    const original = fs[name] as (...parameters: unknown[]) => unknown;
    jest.spyOn(fs, name).mockImplementation((...parameters: unknown[]) => {
      count += 1;
      if (name === "renameSync" && atJournal === 0) atJournal = count;
      return original(...parameters) as never;
    });
  }
  replaceRoots(planned, roots, path);
  jest.restoreAllMocks();
  remove();
  return atJournal;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("when move %d fails, the roots are moved back", (failing) => {
  let renames = 0;
  const original = fs.renameSync;
  jest.spyOn(fs, "renameSync").mockImplementation((from, to) => {
    renames += 1;
    // The first rename is that of the journal.
    if (renames === failing) throw new Error("EACCES: permission denied");
    original(from, to);
  });
  expect(() => replaceRoots(planned, roots, out.path)).toThrow("EACCES: permission denied");
  jest.restoreAllMocks();
  expect(readFiles(out.path)).toEqual(oldTree);
});

test("a full disk leaves the old tree", () => {
  const original = fs.writeFileSync;
  let written = 0;
  jest.spyOn(fs, "writeFileSync").mockImplementation((...parameters) => {
    written += 1;
    if (written === 3) throw new Error("ENOSPC: no space left on device");
    original(...parameters);
  });
  expect(() => replaceRoots(planned, roots, out.path)).toThrow("ENOSPC");
  jest.restoreAllMocks();
  expect(readFiles(out.path)).toEqual(oldTree);
});

test("another run that is still alive is not disturbed", () => {
  const work = join(out.path, `.gen-bzl-${process.ppid}`);
  fs.mkdirSync(work);
  expect(() => recoverRoots(out.path)).toThrow(BusyError);
  expect(fs.existsSync(work)).toBe(true);
});

test("a process number that is in use again is told from a run by the folder's age", () => {
  const work = join(out.path, `.gen-bzl-${process.ppid}`);
  fs.mkdirSync(work);
  const hourAgo = new Date(Date.now() - 60 * 60 * 1000);
  fs.utimesSync(work, hourAgo, hourAgo);
  expect(recoverRoots(out.path)).toBe(false);
  expect(fs.existsSync(work)).toBe(false);
});

/** Runs `replaceRoots` in a process of its own, which does `deed` before its rename number `rename`. */
function runApart(rename: number, deed: string): EndedCommand {
  const program = `
    require("tsx/cjs");
    const fs = require("node:fs");
    const original = fs.renameSync;
    let renames = 0;
    fs.renameSync = (from, to) => { renames += 1; if (renames === ${rename}) { ${deed} } original(from, to); };
    const { replaceRoots } = require(${JSON.stringify(join(__dirname, "replace-roots.ts"))});
    replaceRoots(new Map(${JSON.stringify([...planned])}), new Set(${JSON.stringify([...roots])}), ${JSON.stringify(out.path)});
    setTimeout(() => {}, 10000);
  `;
  return runCommandSync(process.execPath, ["-e", program], { folder: __dirname });
}

test("a process that is killed between two moves leaves what the next one completes", () => {
  const { signal } = runApart(4, 'process.kill(process.pid, "SIGKILL");');
  expect(signal).toBe("SIGKILL");
  expect(treeOf(out.path)).not.toEqual(oldTree);
  expect(treeOf(out.path)["MODULE.bazel"]).toBeUndefined();
  expect(recoverRoots(out.path)).toBe(true);
  expect(readFiles(out.path)).toEqual(newTree);
});

test("a process that is interrupted between two moves ends when all are done", () => {
  const { signal, stderr } = runApart(4, 'process.kill(process.pid, "SIGINT");');
  expect(stderr).toBe("");
  expect(signal).toBe("SIGINT");
  expect(readFiles(out.path)).toEqual(newTree);
});

/** A run lets go of the signals when the event loop turns. */
function letGoOfSignals(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function same(left: object, right: object): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(record: object): [string, unknown][] {
  return Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
}
