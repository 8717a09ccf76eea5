import { posix } from "node:path";

import type { SourceTree } from "../../generator/import/source-tree";

/** What a version of a Bazel module has that others can name: its targets, and what its Starlark files define. */
export interface ModuleFacts {
  readonly module: string;
  readonly version: string;
  /** Where the tree that was read can be looked at. */
  readonly source: string;
  /** Package → names of its targets. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  /** Label of a Starlark file without its module, as `cc:defs.bzl` → the names that can be loaded from it. */
  readonly symbols: Readonly<Record<string, readonly string[]>>;
}

/** Folders that no other module has business with. */
const ownAffairs = /(^|\/)(private|tests?|examples|integration|\.[^/]+)(\/|$)/;

/**
 * Reads a module's tree. Targets are those that a build file declares by name, one call after the other, as buildifier
 * writes them; what a macro or a comprehension declares is not seen, so that a label of it counts as missing.
 */
export function readModule(tree: SourceTree, what: Pick<ModuleFacts, "module" | "version" | "source">): ModuleFacts {
  const targets: Record<string, string[]> = {};
  const symbols: Record<string, string[]> = {};
  const files = tree.files.filter((path) => !ownAffairs.test(path));
  const packages = new Set(files.filter(isBuildFile).map((path) => posix.dirname(path)));
  for (const path of files) {
    if (isBuildFile(path))
      targets[withoutDot(posix.dirname(path))] = matches(tree.read(path), /^(?: {4}|\w+\()name = "([^"]+)"/gm);
    else if (path.endsWith(".bzl"))
      symbols[labelOf(path, packages)] = matches(tree.read(path), /^(?:def ([A-Za-z]\w*)\(|([A-Za-z]\w*) =)/gm);
  }
  return { ...what, targets, symbols };
}

const isBuildFile = (path: string): boolean => /^(BUILD|BUILD\.bazel)$/.test(posix.basename(path));
const withoutDot = (folder: string): string => (folder === "." ? "" : folder);

/** What the groups of a pattern that has one for each alternative match, each once. */
function matches(text: string, pattern: RegExp): string[] {
  return [
    ...new Set(
      [...text.matchAll(pattern)].map(([, ...groups]) => groups.find((group) => group !== undefined) as string),
    ),
  ].sort();
}

/** A file's label: its package is the nearest folder above it that has a build file. */
function labelOf(path: string, packages: ReadonlySet<string>): string {
  let folder = posix.dirname(path);
  while (folder !== "." && !packages.has(folder)) folder = posix.dirname(folder);
  return `${withoutDot(folder)}:${posix.relative(folder, path)}`;
}
