import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { coerce, minVersion, satisfies } from "semver";

/** How Bazel is called: the program with its first arguments, and what it needs in its environment. */
export interface Bazel {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where it comes from, for people. */
  readonly origin: string;
}

/** What `findBazel` looks at; replaced in tests. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Full path of a program on PATH, or undefined. */
  readonly findProgram: (name: string) => string | undefined;
  /** What `program --version` prints. */
  readonly readVersion: (program: string) => string;
  /** Script of the bazelisk package, or undefined where it is not installed. */
  readonly bazelisk: () => string | undefined;
}

/**
 * The Bazel to test with: `$BAZEL`, else a `bazel` on PATH of a version in `range`, else bazelisk from the npm package,
 * which downloads one. Throws when there is none: without Bazel nothing is proved.
 */
export function findBazel(range: string, machine: Machine = thisMachine): Bazel {
  const named = machine.environment["BAZEL"];
  if (named) {
    const version = versionOf(machine, named);
    if (version === undefined)
      throw new Error(`BAZEL names ${named}, which does not print the version of a Bazel; correct or unset it`);
    if (!satisfies(version, range))
      throw new Error(`BAZEL names ${named}, which is Bazel ${version}; ${range} is needed`);
    return { command: [named], environment: {}, origin: `$BAZEL, ${version}` };
  }
  const onPath = machine.findProgram("bazel");
  const version = onPath === undefined ? undefined : versionOf(machine, onPath);
  if (onPath !== undefined && version !== undefined && satisfies(version, range)) {
    return { command: [onPath], environment: {}, origin: `${onPath}, ${version}` };
  }
  const bazelisk = machine.bazelisk();
  if (bazelisk === undefined) throw new Error(`no Bazel ${range}: set BAZEL, or run npm ci, which installs bazelisk`);
  const wanted = machine.environment["USE_BAZEL_VERSION"] ?? String(minVersion(range));
  return {
    command: [process.execPath, bazelisk],
    environment: { USE_BAZEL_VERSION: wanted },
    origin: `bazelisk, ${wanted}`,
  };
}

function versionOf(machine: Machine, program: string): string | undefined {
  try {
    return coerce(machine.readVersion(program))?.version;
  } catch {
    return undefined;
  }
}

/** Full path of a program on PATH, or undefined. npm's own folders on PATH are left out: they hold bazelisk as `bazel`. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds that a program may take to tell its version; one that is bazelisk may download a Bazel for it. */
const timeout = 300_000;

const thisMachine: Machine = {
  environment: process.env,
  findProgram,
  readVersion: (program) =>
    execFileSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout }),
  bazelisk: () => {
    try {
      return require.resolve("@bazel/bazelisk/bazelisk.js");
    } catch {
      return undefined;
    }
  },
};
