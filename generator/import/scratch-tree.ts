import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

import pLimit from "p-limit";

import type { SourceTree } from "./source-tree";

/** Files of a tree in a temporary folder, and folders beside them to build in. */
export interface ScratchTree {
  /** Where the tree's files lie. */
  readonly root: string;
  /** An empty folder of its own. */
  createFolder(): string;
  /** Runs something as soon as one of the machine's processors is free. */
  readonly turn: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** An absolute path relative to the tree's root; undefined where it lies elsewhere. */
  readonly inTree: (path: string) => string | undefined;
}

/** All files are of one time, since make and automake's rules compare them; archives are often unpacked in another order. */
const timeOfFiles = new Date("2000-01-01T00:00:00Z");

/**
 * Writes the files of `tree` that `isWanted` names into a temporary folder and lets `use` work there. All folders are gone when
 * the result is.
 */
export async function withScratchTree<Result>(
  tree: SourceTree,
  isWanted: (path: string) => boolean,
  use: (scratch: ScratchTree) => Promise<Result>,
): Promise<Result> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "gen-bzl-")));
  try {
    const root = join(scratch, "tree");
    for (const path of tree.files.filter(isWanted)) {
      writeInto(join(root, path), tree.bytes(path));
      utimesSync(join(root, path), timeOfFiles, timeOfFiles);
    }
    let count = 0;
    return await use({
      root,
      createFolder() {
        const folder = join(scratch, `build-${count++}`);
        mkdirSync(folder);
        return folder;
      },
      turn: pLimit(availableParallelism()),
      inTree: (path) => (isAbsolute(path) ? relativeTo(root, path) : undefined),
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** `path` relative to `folder`; undefined where it does not lie below it. */
export function relativeTo(folder: string, path: string): string | undefined {
  const absolute = resolve(folder, path);
  return absolute.startsWith(`${folder}/`) ? relative(folder, absolute) : undefined;
}

/** Writes a file, and the folders that it lies in. */
export function writeInto(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
