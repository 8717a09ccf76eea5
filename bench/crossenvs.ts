import { runCommandSync } from "../e2e/harness/run-command";
import { cpSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { locateCache } from "../crossenv/cache";
import { machineIo } from "../crossenv/io";
import { readTargets } from "../crossenv/read-targets";
import { builtCrossenv, listEntries } from "../e2e/crossenv/build-crossenv";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../e2e/harness/consumer-workspace";
import { DrivenBazel } from "../e2e/harness/drive-bazel";
import type { Platform } from "../e2e/harness/target-rows";
import type { Sources } from "../generator/resolve/resolved-target";
import { measureInTurns, type Step } from "./measure";
import { summarize, type Summary } from "./statistics";

/** What the crossenv of a platform weighs, in bytes. */
export interface ArchiveSize {
  readonly platform: string;
  readonly archive: number;
  /** Headers, libraries and start files of the target. */
  readonly target: number;
  /** The compiler's resource directory: its own headers, compiler-rt. */
  readonly resource: number;
  /** The programs in `bin/`. */
  readonly tools: number;
}

/** How long a compilation of a small C file takes, in milliseconds of wall time. */
export interface CallTimes {
  readonly platform: string;
  /** The compiler in the crossenv, called by its path. */
  readonly clang: Summary;
  /** The same through bazel-crossenv. */
  readonly command: Summary;
}

/** What is measured of crossenvs: their sizes, and what a call costs. `shutDown` has to be called. */
export class CrossenvBench {
  private readonly bazel: DrivenBazel;
  private readonly folder = join(scratchRoot, "bench-crossenv");

  constructor(sources: Sources) {
    this.bazel = new DrivenBazel({
      name: "bench-crossenv",
      workspace: writeConsumerWorkspace(sources.manifest, { name: "bench-crossenv", files: {} }),
    });
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  shutDown(): Promise<void> {
    return this.bazel.shutDown();
  }

  async weigh({ name }: Platform): Promise<ArchiveSize> {
    const { folder, archive } = await this.build(name);
    const files = listEntries(folder).filter(({ link }) => link === undefined);
    const weight = (fits: (path: string) => boolean): number =>
      files.filter(({ path }) => fits(path)).reduce((sum, { path }) => sum + statSync(join(folder, path)).size, 0);
    const isTool = (path: string): boolean => path.startsWith("bin/");
    const isResource = (path: string): boolean => path.startsWith("lib/clang/");
    return {
      platform: name,
      archive: statSync(archive).size,
      tools: weight(isTool),
      resource: weight(isResource),
      target: weight((path) => !isTool(path) && !isResource(path)),
    };
  }

  /** Times `repeat` calls of each, in turns; before them, one of each that is not counted. */
  async timeCalls({ name }: Platform, repeat: number, now: () => number): Promise<CallTimes> {
    const target = readTargets().targets.find((row) => row.name === name);
    if (target === undefined) throw new Error(`targets.json has no ${name}`);
    const cache = join(this.folder, "cache");
    const environment = { ...process.env, XLLVM_CROSSENV_CACHE: cache };
    const { trees, names } = locateCache({ ...machineIo(), environment });
    // As a first call leaves it, without a Bazel of its own.
    const tree = join(trees, name);
    mkdirSync(trees, { recursive: true });
    mkdirSync(names, { recursive: true });
    cpSync((await this.build(name)).folder, tree, { recursive: true, verbatimSymlinks: true });
    symlinkSync(join("..", "trees", name), join(names, target.triple));
    const source = join(this.folder, "call.c");
    writeFileSync(source, "int call(int x) { return x + 1; }\n");
    const step = (program: string, ...args: string[]): Step => ({
      prepare: () => Promise.resolve(),
      run: () => {
        const { status, stderr } = runCommandSync(program, [...args, "-c", source, "-o", join(this.folder, "call.o")], {
          environment,
        });
        return status === 0 ? Promise.resolve() : Promise.reject(new Error(`${program} failed:\n${stderr}`));
      },
    });
    const steps = {
      clang: step(join(tree, "bin", "clang")),
      command: step(join(repositoryRoot, "crossenv/bin/bazel-crossenv"), "--target", target.triple),
    };
    await measureInTurns(steps, 1, now, () => undefined);
    const samples = await measureInTurns(steps, repeat, now, () => undefined);
    const times = (step: keyof typeof steps): Summary => summarize(samples[step].map(({ time }) => time));
    return { platform: name, clang: times("clang"), command: times("command") };
  }

  private async build(platform: string): Promise<{ folder: string; archive: string }> {
    return builtCrossenv(await this.bazel.build([`--platforms=@xllvm//platforms:${platform}`, "@xllvm//:crossenv"]));
  }
}

/** Sizes as a table in Markdown, in megabytes of 10^6 bytes. */
export function formatSizes(sizes: readonly ArchiveSize[]): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const rows = sizes.map(
    ({ platform, archive, target, resource, tools }) =>
      `| ${[platform, ...[archive, target, resource, tools].map(megabytes)].join(" | ")} |\n`,
  );
  return `| MB | archive | unpacked: headers and libraries | resource directory | the host's tools |\n|---|---|---|---|---|\n${rows.join("")}`;
}

/** Times of calls as a table in Markdown, in milliseconds. */
export function formatCalls(calls: readonly CallTimes[]): string {
  const told = ({ median, min }: Summary): string => `${median.toFixed(1)} (${min.toFixed(1)})`;
  const rows = calls.map(
    ({ platform, clang, command }) =>
      `| ${platform} | ${told(clang)} | ${told(command)} | ${(command.median - clang.median).toFixed(1)} (${(command.min - clang.min).toFixed(1)}) | ${(command.median / clang.median).toFixed(2)} |\n`,
  );
  return `| ms, median (fastest) | clang | bazel-crossenv | difference | ratio of medians |\n|---|---|---|---|---|\n${rows.join("")}`;
}
