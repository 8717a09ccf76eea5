import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";

import { CrossenvError, type Io } from "./io";
import { moduleFolder } from "./read-targets";

/** Names another folder for the cache. */
export const cacheVariable = "XLLVM_CROSSENV_CACHE";

/**
 * Where crossenvs are kept: a folder per version of this package and kind of machine. The script `bazel-crossenv`, which
 * has to find a crossenv without Node, knows `names` as well.
 */
export interface Cache {
  /** Of all versions. */
  readonly root: string;
  /** Of this version, on this kind of machine. */
  readonly folder: string;
  /** One crossenv per platform. */
  readonly trees: string;
  /** Links to them: a name as it was typed → its crossenv. */
  readonly names: string;
  /** Output base of the Bazel that builds them. */
  readonly bazel: string;
  readonly lock: string;
  /** What Bazel printed last. */
  readonly log: string;
}

/** The cache's places; nothing is made yet. */
export function locateCache(io: Io): Cache {
  const { environment, home, host } = io;
  const root =
    environment[cacheVariable] || join(environment["XDG_CACHE_HOME"] || join(home, ".cache"), "bazel-crossenv");
  const folder = join(root, `${packageVersion()}-${host}`);
  const place = (name: string): string => join(folder, name);
  return {
    root,
    folder,
    trees: place("trees"),
    names: place("names"),
    bazel: place("bazel"),
    lock: place("lock"),
    log: place("bazel.log"),
  };
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(moduleFolder, "package.json"), "utf8")) as { version: string }).version;
}

/** The crossenv of a platform, or undefined where it is not there yet. A folder of that name is always complete. */
export function findTree(cache: Cache, platform: string): string | undefined {
  const tree = join(cache.trees, platform);
  return existsSync(tree) ? tree : undefined;
}

/** Makes the folders of the cache. Throws `CrossenvError` where it cannot be written. */
export function makeCache(cache: Cache): void {
  try {
    for (const folder of [cache.trees, cache.names]) mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw blameDisk(error, cache);
  }
}

/** Puts a complete folder in the place of a platform's crossenv, whatever is there. */
export function installTree(cache: Cache, platform: string, complete: string): string {
  const tree = join(cache.trees, platform);
  const old = `${complete}.old`;
  if (existsSync(tree)) renameSync(tree, old);
  renameSync(complete, tree);
  removeTree(old);
  return tree;
}

/** Lets a name as it was typed lead to a platform's crossenv, so that the next call needs no Node. */
export function linkName(cache: Cache, name: string, tree: string): void {
  const link = join(cache.names, name);
  const draft = `${link}.${process.pid}`;
  try {
    symlinkSync(relative(cache.names, tree), draft);
    renameSync(draft, link);
  } catch {
    // A cache that cannot be written, or no longer, still serves what is in it.
  }
}

/** An error of the disk as one that the user can mend; others as they are. */
export function blameDisk(error: unknown, cache: Cache): unknown {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new CrossenvError(
      `the disk of the cache ${cache.root} is full; nothing incomplete was kept there\n    mend: make room, or name another folder with ${cacheVariable}`,
    );
  if (code === "EROFS" || code === "EACCES" || code === "EPERM" || code === "ENOTDIR" || code === "EEXIST") {
    return new CrossenvError(
      `the cache ${cache.root} cannot be written: ${(error as Error).message}\n    mend: make it writable, or name another folder with ${cacheVariable}`,
    );
  }
  return error;
}

/** Removes a folder with read-only folders in it, as Bazel leaves behind; one that is not there is no error. */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    makeWritable(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function makeWritable(path: string): void {
  chmodSync(path, 0o755);
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) makeWritable(join(path, entry.name));
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
