import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { getNativeBinary } from "@bazel/buildifier/buildifier.js";

/**
 * The files with all Starlark among them formatted by buildifier, in one process. Paths are relative to the module's
 * root. Throws when buildifier refuses a file, naming it: what is planned must be valid Starlark.
 */
export function formatStarlark(files: ReadonlyMap<string, string>): Map<string, string> {
  const formatted = new Map(files);
  const staged = new Map([...files.keys()].filter(isStarlark).map((path) => [path, stagedName(path)]));
  if (staged.size === 0) return formatted;
  const folder = mkdtempSync(join(tmpdir(), "gen-bzl-"));
  try {
    for (const [path, name] of staged) writeFile(join(folder, name), files.get(path) as string);
    // Below a MODULE.bazel, buildifier takes paths as relative to it, wherever the folder lies.
    if (!staged.has("MODULE.bazel")) writeFile(join(folder, "MODULE.bazel"), "");
    runBuildifier(folder, [...staged.values()]);
    for (const [path, name] of staged) formatted.set(path, readFileSync(join(folder, name), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return formatted;
}

function isStarlark(path: string): boolean {
  return path.endsWith(".bzl") || path.endsWith(".bazel");
}

/** buildifier tells build files by their whole name, so `overlays/x.BUILD.bazel` is staged as `overlays/x.BUILD.bazel/BUILD.bazel`. */
function stagedName(path: string): string {
  return path.endsWith(".BUILD.bazel") ? `${path}/BUILD.bazel` : path;
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Windows limits a command line to 32,767 characters, so the names go in parts, which most often is one. */
function runBuildifier(folder: string, names: readonly string[]): void {
  const binary: unknown = getNativeBinary();
  if (typeof binary !== "string") throw new Error("@bazel/buildifier has no binary for this machine");
  let part: string[] = [];
  let length = 0;
  const run = (): void => {
    const { status, stderr, error } = spawnSync(binary, ["-mode=fix", "-lint=off", ...part], { cwd: folder, encoding: "utf8" });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`buildifier refuses a planned file (exit code ${String(status)}):\n${stderr}`);
    part = [];
    length = 0;
  };
  for (const name of names) {
    if (length + name.length > 30_000) run();
    part.push(name);
    length += name.length + 3;
  }
  run();
}
