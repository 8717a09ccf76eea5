import { existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

import { scratchRoot } from "../harness/consumer-workspace";
import { findProgram } from "../harness/find-bazel";
import { outputOf } from "../harness/run-command";

/** Programs that projects are built with, and that few machines have, as Python packages. */
const packages = { meson: "meson==1.12.1", ninja: "ninja==1.13.2" } as const;

/** Milliseconds that a download may take. */
const installing = 300_000;

/** Where Python put them; the name tells the versions. */
const environment = join(scratchRoot, `python-${Object.values(packages).join("-")}`);
const programs = join(environment, process.platform === "win32" ? "Scripts" : "bin");

const isOnPath = (): boolean => Object.keys(packages).every((name) => findProgram(name) !== undefined);

/** Why meson and ninja cannot be had here, or undefined. */
export function missingMeson(): string | undefined {
  return isOnPath() || findProgram("python3") !== undefined
    ? undefined
    : "neither meson and ninja nor python3 are on PATH";
}

/**
 * What stands before PATH so that meson and ninja are found: nothing where they are on it, else a virtual environment of
 * Python, which is made at the first call. Throws when that fails.
 */
export function provideMeson(): readonly string[] {
  if (isOnPath()) return [];
  if (!Object.keys(packages).every((name) => existsSync(join(programs, name)))) {
    rmSync(environment, { recursive: true, force: true });
    outputOf("python3", ["-m", "venv", environment], { timeout: installing });
    outputOf(
      join(programs, "python3"),
      ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...Object.values(packages)],
      { timeout: installing },
    );
  }
  return [programs];
}

/** PATH with these folders before all others. */
export function pathWith(folders: readonly string[]): string {
  return [...folders, process.env["PATH"] ?? ""].join(delimiter);
}
