import { cpSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { readActionGraph, type QueriedAction } from "../e2e/harness/actions-query";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../e2e/harness/consumer-workspace";
import { DrivenBazel } from "../e2e/harness/drive-bazel";
import { outputOf } from "../e2e/harness/run-command";
import type { Platform } from "../e2e/harness/target-rows";
import type { Sources } from "../generator/resolve/resolved-target";
import type { Zig } from "./find-zig";
import type { Case, Step, Steps } from "./measure";
import { files, programs, sourceText, type Program } from "./programs";
import { runQuietly } from "./run-quietly";
import { ZigBench } from "./zig-bench";
import { zigTarget, type ZigStyle } from "./zig-command";

const generator = join(repositoryRoot, "generator/bin/gen-bzl.js");

const nothing = (): Promise<void> => Promise.resolve();

/** What there is to compare with. */
export interface Others {
  readonly zig?: Zig | undefined;
  /** Folder of another checkout of this module. */
  readonly checkout?: string | undefined;
}

/** What is timed: Bazel servers on consumer workspaces, and zig on the same sources. `shutDown` has to be called. */
export class Bench {
  private readonly workspace: string;
  private readonly bazel: DrivenBazel;
  private readonly other: DrivenBazel | undefined;
  private readonly zig: ZigBench | undefined;
  private edits = 0;
  private comments = 0;
  private readonly ofOneRow = new Map<string, DrivenBazel>();

  constructor(
    private readonly sources: Sources,
    { zig, checkout }: Others,
  ) {
    this.workspace = writeConsumerWorkspace(sources.manifest, { name: "bench", files });
    this.bazel = new DrivenBazel({ name: "bench", workspace: this.workspace, diskCache: false, asUsersDo: true });
    this.other = checkout === undefined ? undefined : this.drive("bench-other", checkout);
    this.zig = zig && new ZigBench(zig, this.workspace);
  }

  async shutDown(): Promise<void> {
    for (const bazel of [this.bazel, this.other, ...this.ofOneRow.values()]) await bazel?.shutDown();
  }

  /** Starts the servers and fetches all that the cases need, once and outside every time. */
  async warmUp(platforms: readonly Platform[], cases: readonly Case[]): Promise<void> {
    const withOneRow = cases.some(({ steps }) => steps["one row"] !== undefined);
    const servers = [this.bazel, ...(this.other ? [this.other] : [])];
    for (const platform of platforms) {
      for (const program of programs)
        for (const bazel of servers) await this.build(platform, targetOf(program), ["--nobuild"], bazel);
      if (withOneRow) await this.build(platform, targetOf(programs[0] as Program), ["--nobuild"], this.alone(platform));
    }
  }

  casesOf(platform: Platform): Case[] {
    return programs.flatMap((program) => {
      const label = `${program.name}, ${platform.name}`;
      const clean = (bazel = this.bazel): Promise<void> => this.clean(bazel);
      const { other } = this;
      /** A step for each of our ways to build the program. */
      const ours = (stepOf: (target: string) => Step): Steps =>
        Object.fromEntries(Object.entries(program.targets).map(([subject, target]) => [subject, stepOf(target)]));
      /** A step for each way to call zig, where it builds for the platform. */
      const zigs = (stepOf: (zig: ZigBench, style: ZigStyle) => Step): Steps => {
        const { zig } = this;
        if (zig === undefined || zigTarget(platform) === undefined) return {};
        return { zig: stepOf(zig, "alike"), "zig as typed": stepOf(zig, "as typed") };
      };
      const otherCheckout = (options: readonly string[] = []): Steps =>
        other === undefined
          ? {}
          : {
              "other checkout": {
                prepare: () => clean(other),
                run: () => this.build(platform, targetOf(program), options, other),
              },
            };
      const afterEdit = (edit: () => void): Steps => ({
        ...ours((target) => ({
          prepare: async () => {
            await this.build(platform, target);
            edit();
          },
          run: () => this.build(platform, target),
        })),
        ...zigs((zig, style) => zig.warm(platform, program, style, edit)),
      });
      return [
        {
          name: `first ${label}`,
          unit: "s",
          counted:
            "No server, no output base; archives at hand: start, unpacking, loading, analysis, all runtimes, compile, link. zig: its folder is copied, empty caches.",
          steps: {
            ...ours((target) => ({ prepare: () => this.expunge(), run: () => this.build(platform, target) })),
            ...zigs((zig, style) => zig.first(platform, program, style)),
          },
        },
        {
          name: `cold ${label}`,
          unit: "s",
          counted:
            "Server up and repositories fetched, no action cached: loading, analysis, all runtimes, compile, link. zig: empty caches.",
          steps: {
            ...ours((target) => ({ prepare: clean, run: () => this.build(platform, target) })),
            "xllvm unsandboxed": {
              prepare: clean,
              run: () => this.build(platform, targetOf(program), ["--spawn_strategy=local"]),
            },
            ...otherCheckout(),
            ...zigs((zig, style) => zig.cold(platform, program, style)),
          },
        },
        {
          name: `staged ${label}`,
          unit: "files",
          counted:
            "Files that the processes of a cold build are given, added up: each is a link in a sandbox, and a digest that remote execution looks for.",
          steps: {
            ...ours((target) => ({ prepare: nothing, run: () => this.countStaged(platform, target) })),
            ...(other === undefined
              ? {}
              : {
                  "other checkout": {
                    prepare: nothing,
                    run: () => this.countStaged(platform, targetOf(program), other),
                  },
                }),
          },
        },
        {
          name: `touch ${label}`,
          unit: "s",
          counted: "All is built and warm; the program prints another text.",
          steps: afterEdit(() => this.edit(program, "text")),
        },
        {
          name: `comment ${label}`,
          unit: "s",
          counted:
            "All is built and warm; the source has one more comment. The object stays the same, so that Bazel does not link again; zig does.",
          steps: afterEdit(() => this.edit(program, "comment")),
        },
        {
          name: `no-op ${label}`,
          unit: "s",
          counted: "All is built and warm; nothing has changed.",
          steps: afterEdit(() => undefined),
        },
        {
          name: `size ${label}`,
          unit: "KiB",
          counted:
            "The program, optimized and stripped: -c opt --linkopt=-s. zig: -O2 -s with a section for each function, as -c opt has; as typed without.",
          steps: {
            ...ours((target) => ({ prepare: nothing, run: () => this.sizeOf(platform, target) })),
            ...zigs((zig, style) => zig.size(platform, program, style)),
          },
        },
        {
          name: `analysis ${label}`,
          unit: "s",
          counted:
            "Server up and repositories fetched: loading and analysis, no action. One row: of a module that has this platform alone.",
          steps: {
            ...ours((target) => ({ prepare: clean, run: () => this.build(platform, target, ["--nobuild"]) })),
            ...otherCheckout(["--nobuild"]),
            "one row": {
              prepare: () => clean(this.alone(platform)),
              run: () => this.build(platform, targetOf(program), ["--nobuild"], this.alone(platform)),
            },
          },
        },
      ];
    });
  }

  /** The generator on the whole manifest, into a folder of its own. */
  regenerateCase(): Case {
    const out = join(scratchRoot, "bench-module");
    const generate = (): Promise<void> =>
      runQuietly([process.execPath, generator, "--manifest", join(repositoryRoot, "manifest"), "--out", out]);
    return {
      name: "regenerate",
      unit: "s",
      counted: "gen-bzl on all rows, node's start and buildifier included.",
      steps: { xllvm: { prepare: nothing, run: generate } },
    };
  }

  private drive(name: string, xllvm: string): DrivenBazel {
    return new DrivenBazel({
      name,
      workspace: writeConsumerWorkspace(this.sources.manifest, { name, files, xllvm }),
      diskCache: false,
      asUsersDo: true,
    });
  }

  /** Bazel on the module of a manifest that has a platform's target row and no other. */
  private alone({ name, architecture, system }: Platform): DrivenBazel {
    const known = this.ofOneRow.get(name);
    if (known !== undefined) return known;
    const folder = join(scratchRoot, "bench-one-row", name);
    rmSync(folder, { recursive: true, force: true });
    for (const part of ["manifest", "imports"])
      cpSync(join(repositoryRoot, part), join(folder, part), {
        recursive: true,
        filter: (path) => basename(path) !== "targets.yaml",
      });
    writeFileSync(
      join(folder, "manifest/targets.yaml"),
      `- {architecture: ${architecture.name}, system: ${system.name}}\n`,
    );
    const module = join(folder, "module");
    outputOf(process.execPath, [generator, "--manifest", join(folder, "manifest"), "--out", module]);
    const bazel = this.drive(`bench-${name}`, module);
    this.ofOneRow.set(name, bazel);
    return bazel;
  }

  private async build(
    platform: Platform,
    target: string,
    options: readonly string[] = [],
    bazel = this.bazel,
  ): Promise<void> {
    const result = await bazel.run("build", [
      ...bazel.buildOptions(),
      `--platforms=@xllvm//platforms:${platform.name}`,
      ...options,
      target,
    ]);
    if (result.exitCode !== 0) throw new Error(`bazel build ${target} for ${platform.name} failed:\n${result.stderr}`);
  }

  /** Forgets outputs, the action cache and the analysis; the server and the fetched repositories stay. */
  private async clean(bazel: DrivenBazel, options: readonly string[] = []): Promise<void> {
    const result = await bazel.run("clean", ["--noshow_progress", ...options]);
    if (result.exitCode !== 0) throw new Error(`bazel clean failed:\n${result.stderr}`);
  }

  /** Ends the server and takes away all that it knew, fetched repositories as well. */
  private expunge(): Promise<void> {
    return this.clean(this.bazel, ["--expunge"]);
  }

  /** Gives the program a text, or its source a comment, that it has not had before, so that no cache knows it. */
  private edit(program: Program, what: "comment" | "text"): void {
    if (what === "text") this.edits++;
    else this.comments++;
    writeFileSync(join(this.workspace, program.source), sourceText(program, this.edits, this.comments));
  }

  /** How many files the processes of a build are given, each counted for every process that has it. */
  private async countStaged(platform: Platform, target: string, bazel = this.bazel): Promise<number> {
    const text = await bazel.query("aquery", [
      `--platforms=@xllvm//platforms:${platform.name}`,
      "--output=jsonproto",
      `deps(${target})`,
    ]);
    // What Bazel could make of the program as well, and a build that names the program alone does not.
    const isAsked = ({ mnemonic }: QueriedAction): boolean => mnemonic !== "CcStrip";
    const processes = readActionGraph(text).filter((action) => action.arguments[0] !== undefined && isAsked(action));
    return processes.reduce((sum, { inputs }) => sum + inputs().size, 0);
  }

  private async sizeOf(platform: Platform, target: string): Promise<number> {
    const { outputs } = await this.bazel.build([
      `--platforms=@xllvm//platforms:${platform.name}`,
      "-c",
      "opt",
      "--linkopt=-s",
      target,
    ]);
    return statSync(outputs.get(target)?.[0] ?? "").size;
  }
}

/** The target that a program has for someone who leaves everything at its default. */
function targetOf({ targets }: Program): string {
  if (targets.xllvm === undefined) throw new Error("a program has no target");
  return targets.xllvm;
}
