import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { getNativeBinary } from "@bazel/buildifier/buildifier.js";

/**
 * The files with all Starlark among them formatted by buildifier, in one process. Paths are relative to the module's
 * root. Throws when buildifier refuses a file, naming it: what is planned must be valid Starlark.
 */
export function formatStarlark(files: ReadonlyMap<string, string>): Map<string, string> {
  const formatted = new Map(files);
  const staged = new Map([...files.keys()].filter(isStarlark).map((path, index) => [path, stagedName(path, index)]));
  if (staged.size === 0) return formatted;
  const folder = mkdtempSync(join(tmpdir(), "gen-bzl-"));
  try {
    for (const [path, name] of staged) writeFileSync(join(folder, name), files.get(path) as string);
    // Below a MODULE.bazel, buildifier takes paths as relative to it, wherever the folder lies.
    if (!staged.has("MODULE.bazel")) writeFileSync(join(folder, "MODULE.bazel"), "");
    runBuildifier(folder, staged);
    for (const [path, name] of staged) formatted.set(path, readFileSync(join(folder, name), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return formatted;
}

function isStarlark(path: string): boolean {
  return path.endsWith(".bzl") || path.endsWith(".bazel");
}

/**
 * All lie in one folder, since making and deleting one for each file takes longer than buildifier does. Only the form of
 * the name tells buildifier what a file is: `BUILD.7.bazel` is a build file.
 */
function stagedName(path: string, index: number): string {
  if (path === "MODULE.bazel") return path;
  return path.endsWith(".bzl") ? `${index}.bzl` : `BUILD.${index}.bazel`;
}

/** Milliseconds that buildifier, which takes tens of them for all files, may take. */
const timeout = 120_000;

/** Windows limits a command line to 32,767 characters, so the names go in parts, which most often is one. `staged`: path → name. */
function runBuildifier(folder: string, staged: ReadonlyMap<string, string>): void {
  const binary: unknown = getNativeBinary();
  if (typeof binary !== "string") throw new Error("@bazel/buildifier has no binary for this machine");
  let part: string[] = [];
  let length = 0;
  const run = (): void => {
    const { status, stderr, error } = spawnSync(binary, ["-mode=fix", "-lint=off", ...part], {
      cwd: folder,
      encoding: "utf8",
      timeout,
    });
    if (error !== undefined) throw error;
    if (status !== 0)
      throw new Error(`buildifier refuses a planned file (exit code ${String(status)}):\n${namePaths(stderr, staged)}`);
    part = [];
    length = 0;
  };
  for (const name of staged.values()) {
    if (length + name.length > 30_000) run();
    part.push(name);
    length += name.length + 3;
  }
  run();
}

/** buildifier's messages (`NAME:LINE:COLUMN: …`) with the planned path in place of the staged name. */
function namePaths(messages: string, staged: ReadonlyMap<string, string>): string {
  const paths = new Map([...staged].map(([path, name]) => [name, path]));
  return messages.replace(/^[^:\n]+(?=:)/gm, (name) => paths.get(name) ?? name);
}
