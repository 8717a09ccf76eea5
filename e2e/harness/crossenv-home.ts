import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { removeTree } from "../../crossenv/cache";
import { repositoryRoot, scratchRoot } from "./consumer-workspace";
import { outputOf } from "./run-command";

/** bazel-crossenv, as users call it. */
export const crossenvCommand = join(repositoryRoot, "crossenv/bin/bazel-crossenv");

/** A place where a suite calls bazel-crossenv: with a cache and a home folder of its own, whose settings share what other suites have built. */
export class CrossenvHome {
  readonly scratch: string;
  readonly environment: Readonly<Record<string, string | undefined>>;

  /** @param more Variables besides, such as where a language's tools keep what they have fetched: not in this home. */
  constructor(name: string, more: Readonly<Record<string, string>>) {
    this.scratch = join(scratchRoot, name);
    const home = join(this.scratch, "home");
    this.environment = { ...process.env, XLLVM_CROSSENV_CACHE: join(this.scratch, "cache"), HOME: home, ...more };
  }

  prepare(): void {
    removeTree(this.scratch);
    const home = join(this.scratch, "home");
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, ".bazelrc"),
      `build --disk_cache=${join(scratchRoot, "disk-cache")}\ncommon --repository_cache=${join(scratchRoot, "repository-cache")}\n`,
    );
  }

  /** @param timeout Milliseconds that it may take: Bazel takes its time where all cores are busy. */
  remove(timeout: number): void {
    outputOf(crossenvCommand, ["clean", "--all"], { environment: this.environment, timeout });
    rmSync(this.scratch, { recursive: true, force: true });
  }
}
