import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

import { scratchRoot } from "../harness/consumer-workspace";
import { findProgram } from "../harness/find-bazel";

/** Programs that projects are built with, and that few machines have, as Python packages. */
const packages = { meson: "meson==1.12.1", ninja: "ninja==1.13.2" } as const;

/** Where Python put them; the name tells the versions. */
const environment = join(scratchRoot, `python-${Object.values(packages).join("-")}`);
const programs = join(environment, process.platform === "win32" ? "Scripts" : "bin");

let found: readonly string[] | string | undefined;

/**
 * What stands before PATH so that meson and ninja are found: nothing where they are on it, else a virtual environment of
 * Python, which is made at the first call. A string says why neither can be had.
 */
export function findMeson(): readonly string[] | string {
  return (found ??= Object.keys(packages).every((name) => findProgram(name) !== undefined) ? [] : installMeson());
}

function installMeson(): readonly string[] | string {
  if (Object.keys(packages).every((name) => existsSync(join(programs, name)))) return [programs];
  rmSync(environment, { recursive: true, force: true });
  const python = findProgram("python3");
  if (python === undefined) return "neither meson and ninja nor python3 are on PATH";
  try {
    const run = (program: string, ...args: string[]): unknown => execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    run(python, "-m", "venv", environment);
    run(join(programs, "python3"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...Object.values(packages));
    return [programs];
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    return `meson could not be installed: ${(stderr?.toString() ?? String(error)).trim().split("\n").at(-1)}`;
  }
}

/** PATH with these folders before all others. */
export function pathWith(folders: readonly string[]): string {
  return [...folders, process.env["PATH"] ?? ""].join(delimiter);
}
