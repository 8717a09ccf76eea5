import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { CrossenvError } from "./io";

/** The Rust that cargo uses. */
export interface RustToolchain {
  /** As `rustc --version` prints it. */
  readonly version: string;
  /** All targets that this rustc knows. */
  readonly targets: ReadonlySet<string>;
  /** What is installed of a target's standard library. */
  libraryOf(target: string): "complete" | "without start files" | "missing";
}

/** Milliseconds that rustc may take to say something about itself; rustup may first fetch the toolchain of a folder. */
const timeout = 600_000;

/**
 * Asks rustc about itself: the one that cargo calls, for the folder that cargo runs in.
 *
 * @param toolchain What stands before cargo's subcommand for rustup, such as `+nightly`.
 */
export function askRustc(environment: Readonly<Record<string, string | undefined>>, toolchain?: string): RustToolchain {
  const program = environment["RUSTC"] || "rustc";
  const ask = (...args: readonly string[]): string => {
    const words = [...(toolchain === undefined ? [] : [toolchain]), ...args];
    const { stdout, stderr, status, error } = spawnSync(program, words, {
      encoding: "utf8",
      env: environment,
      timeout,
    });
    if (status === 0) return stdout.trim();
    const reason = error === undefined ? stderr.trim() : error.message;
    throw new CrossenvError(
      `${program} ${words.join(" ")} failed: ${reason}\n    mend: install Rust (rustup, or your distribution's rustc and cargo), so that rustc is on PATH, or name one with RUSTC`,
    );
  };
  return {
    version: ask("--version"),
    targets: new Set(ask("--print", "target-list").split("\n")),
    libraryOf: (target) => {
      const folder = ask("--print", "target-libdir", "--target", target);
      if (!existsSync(folder)) return "missing";
      return existsSync(join(folder, "self-contained")) ? "complete" : "without start files";
    },
  };
}
