import { cpSync, existsSync, readdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Prepared } from "../../crossenv/prepare";
import { readTargets } from "../../crossenv/read-targets";
import { scratchRoot } from "../harness/consumer-workspace";
import type { BuildResult } from "../harness/drive-bazel";

/** A file or link of a folder. */
export interface Entry {
  readonly path: string;
  /** What a symbolic link says. */
  readonly link?: string;
}

/** Every file and link below a folder, sorted by path. */
export function listEntries(folder: string, below = ""): Entry[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry): Entry[] => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return listEntries(folder, path);
    return [entry.isSymbolicLink() ? { path, link: readlinkSync(join(folder, path)) } : { path }];
  });
  return entries.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** The folder and the archive that a build of //:crossenv has made. */
export function builtCrossenv({ outputs }: BuildResult): { folder: string; archive: string } {
  const files = [...outputs].find(([label]) => label.endsWith("//:crossenv"))?.[1] ?? [];
  const archive = files.find((file) => file.endsWith("crossenv.tar.zst"));
  if (archive === undefined) throw new Error(`no archive among ${files.length} outputs of //:crossenv`);
  return { folder: realpathSync(join(dirname(archive), "crossenv")), archive };
}

/** Copies a crossenv to a place of its own, as users do who want to keep it; what is there is replaced. */
export function placeCrossenv(folder: string, platform: string, place: string): Prepared {
  const tree = join(scratchRoot, "crossenv", "trees", place);
  rmSync(tree, { recursive: true, force: true });
  cpSync(folder, tree, { recursive: true, verbatimSymlinks: true });
  const target = readTargets().targets.find(
    ({ name, link_modes }) => name === platform || link_modes.some((mode) => `${name}_${mode}` === platform),
  );
  if (target === undefined) throw new Error(`targets.json has no ${platform}`);
  return { target, platform, tree };
}

/** The loader of a dynamic program, which its own libc is in musl: what it is run with, where there is no system to run it on. */
export function loaderOf({ tree }: Prepared): string {
  const libc = join(tree, "usr/lib/libc.so");
  if (!existsSync(libc)) throw new Error(`no ${libc}`);
  return libc;
}
