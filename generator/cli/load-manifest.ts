import { isAbsolute, relative, resolve } from "node:path";

import { formatProblem, type Problem } from "../read/problem";
import { builtinManifest, readManifest } from "../read/read-manifest";
import type { ImportFile } from "../schema/import-file";
import type { Manifest } from "../schema/rows";
import { validateManifest } from "../validate/validate-manifest";
import { BadInputError, type Io } from "./io";

/** A manifest that a command can use, and where it was read. */
export interface Loaded {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly imports: ReadonlyMap<string, ImportFile>;
  /** Those that the command tolerates. */
  readonly problems: readonly Problem[];
}

/** What may be wrong with a manifest that a command can still use. */
export type Tolerance = (problem: Problem) => boolean;

/**
 * Reads and validates the manifest in `path` (as typed; default: the built-in one). Throws `BadInputError` with every
 * problem, when there is one that is not tolerated.
 */
export function loadManifest(path: string | undefined, io: Io, tolerates: Tolerance = () => false): Loaded {
  const folder = path === undefined ? builtinManifest : resolve(io.cwd, path);
  const { problems, ...validated } = validateManifest(readManifest(folder));
  if (problems.every(tolerates)) return { folder, problems, ...validated };
  const lines = problems.map((problem) => {
    const place = { ...problem.place, file: displayPath(problem.place.file, io.cwd) };
    return formatProblem({ ...problem, place });
  });
  throw new BadInputError(
    `${lines.join("\n")}\n${problems.length} ${problems.length === 1 ? "problem" : "problems"}; nothing was written`,
  );
}

/** The path relative to the working directory where it lies below it. */
export function displayPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
