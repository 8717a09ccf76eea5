import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Names the copied files of a folder, one per line; the files themselves are copied byte for byte, so carry no mark. */
export const copiesList = ".gen-bzl-copies";

/** Which files below an out folder are generated. */
export interface Territory {
  /** Top-level folders that are wholly generated, and generated top-level files. */
  readonly roots: readonly string[];
  /** What one of the first lines of a generated file holds. */
  readonly mark: string;
}

/** How one file differs from the plan. Without `planned` it is to be deleted, without `found` it is missing. */
export interface Drift {
  readonly path: string;
  readonly planned?: string;
  readonly found?: string;
  /** The file is not gen-bzl's, so it is neither overwritten nor deleted. */
  readonly foreign: boolean;
}

/**
 * Compares the planned files with those that lie in the territory below `out`; returns the differing ones, sorted by
 * path. A file that is neither planned nor gen-bzl's, or that is planned but not gen-bzl's, is foreign.
 */
export function compareTree(files: ReadonlyMap<string, string>, out: string, territory: Territory): Drift[] {
  const found = new Set(territory.roots.flatMap((root) => listFiles(out, root)));
  const drifts: Drift[] = [];
  for (const [path, planned] of files) {
    if (!territory.roots.some((root) => path === root || path.startsWith(`${root}/`))) {
      throw new Error(`${path} is planned, but lies in no generated folder: ${territory.roots.join(", ")}`);
    }
    if (!found.has(path)) drifts.push({ path, planned, foreign: false });
  }
  const copies = new Map(territory.roots.map((root) => [root, readCopies(out, root)]));
  for (const path of found) {
    const isFile = lstatSync(join(out, path)).isFile();
    const text = isFile ? readFileSync(join(out, path), "utf8") : "";
    const planned = files.get(path);
    if (isFile && planned === text) continue;
    const ours = isFile && (carriesMark(text, territory.mark) || copies.get(rootOf(path))?.has(path) === true);
    drifts.push({ path, found: text, foreign: !ours, ...(planned === undefined ? {} : { planned }) });
  }
  return drifts.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function carriesMark(text: string, mark: string): boolean {
  const end = text.split("\n", 3).join("\n").length;
  return text.slice(0, end).includes(mark);
}

function rootOf(path: string): string {
  return path.split("/", 1)[0] as string;
}

/** Everything below `path` that is not a folder, relative to `out`; links are not followed. */
function listFiles(out: string, path: string): string[] {
  const full = join(out, path);
  const found = lstatSync(full, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => listFiles(out, `${path}/${name}`));
}

function readCopies(out: string, root: string): ReadonlySet<string> {
  const list = join(out, root, copiesList);
  if (!existsSync(list)) return new Set();
  const names = readFileSync(list, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return new Set(names.map((name) => `${root}/${name}`));
}
