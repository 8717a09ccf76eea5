import { cpSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { blameDisk, findTree, installTree, linkName, locateCache, makeCache, removeTree, type Cache } from "./cache";
import { CrossenvError, type Io } from "./io";
import { withLock } from "./lock";
import { readTargets } from "./read-targets";
import { resolveTarget, type Resolved } from "./resolve-target";
import { buildCrossenv } from "./run-bazel";

/** A crossenv that is ready for use. */
export interface Prepared extends Resolved {
  /** Its folder, absolute. */
  readonly tree: string;
}

/**
 * The crossenv of a target, built if it is not in the cache. However many processes ask for it at once, it is built once.
 *
 * @param name The target in any spelling.
 * @param anew Whether it is built, and replaced, even if it is there.
 */
export async function prepare(name: string, io: Io, anew = false): Promise<Prepared> {
  const { targets, module } = readTargets();
  const resolved = resolveTarget(name, targets);
  if ("nearest" in resolved) throw unknownTarget(name, resolved.nearest);
  const cache = locateCache(io);
  const found = anew ? undefined : findTree(cache, resolved.platform);
  const tree = found ?? (await build(resolved.platform, module.bazel, cache, io, anew));
  linkName(cache, name, tree);
  return { ...resolved, tree };
}

export function unknownTarget(name: string, nearest: readonly string[]): CrossenvError {
  const what = name === "" ? "no target is named" : `there is no target ${name}`;
  return new CrossenvError(
    `${what}\n    mend: write --target and one of ${nearest.join(", ")}; bazel-crossenv targets lists them all`,
  );
}

async function build(platform: string, range: string, cache: Cache, io: Io, anew: boolean): Promise<string> {
  makeCache(cache);
  const tell = (text: string): void => io.stderr(`bazel-crossenv: ${text}\n`);
  try {
    return await withLock(
      cache.lock,
      async () => {
        const found = anew ? undefined : findTree(cache, platform);
        if (found !== undefined) return found;
        tell(`building the crossenv of ${platform}, once; this takes minutes`);
        removeDrafts(cache);
        const built = await buildCrossenv(platform, { outputBase: cache.bazel, log: cache.log, range });
        return copyIn(built, platform, cache);
      },
      () => tell(`waiting for another process that builds a crossenv`),
    );
  } catch (error) {
    throw blameDisk(error, cache);
  }
}

/** Copies a folder next to its place, and then renames it: nobody ever sees half of it. */
function copyIn(built: string, platform: string, cache: Cache): string {
  const draft = draftOf(cache, platform);
  try {
    cpSync(realpathSync(built), draft, { recursive: true, verbatimSymlinks: true });
    return installTree(cache, platform, draft);
  } catch (error) {
    removeTree(draft);
    throw error;
  }
}

const draftMark = ".draft-";

function draftOf(cache: Cache, platform: string): string {
  return join(cache.trees, `${draftMark}${process.pid}-${platform}`);
}

/** What processes that were killed left behind. The lock is held. */
function removeDrafts(cache: Cache): void {
  for (const name of readdirSync(dirname(draftOf(cache, ""))))
    if (basename(name).startsWith(draftMark)) removeTree(join(cache.trees, name));
}
