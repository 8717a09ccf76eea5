import { appendFileSync, cpSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../e2e/harness/consumer-workspace";
import { DrivenBazel } from "../e2e/harness/drive-bazel";
import { outputOf, runCommand } from "../e2e/harness/run-command";
import type { Platform } from "../e2e/harness/target-rows";
import type { Sources } from "../generator/resolve/resolved-target";
import type { Zig } from "./find-zig";
import type { Case, Step } from "./measure";
import { zigTarget } from "./zig-target";

const languages = [
  { name: "C", source: "hello.c", target: "//:hello_c", zigCommand: "cc" },
  { name: "C++", source: "hello.cc", target: "//:hello_cc", zigCommand: "c++" },
] as const;

type Language = (typeof languages)[number];

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
cc_binary(name = "hello_c", srcs = ["hello.c"], features = ["-cxx"])
cc_binary(name = "hello_cc", srcs = ["hello.cc"])
`,
  "hello.c": '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
  "hello.cc": '#include <iostream>\nint main() { std::cout << "hello" << std::endl; }\n',
};

const generator = join(repositoryRoot, "generator/bin/gen-bzl.js");

const nothing = (): Promise<void> => Promise.resolve();

/** What is timed with xllvm: a Bazel server on a consumer workspace. `shutDown` has to be called. */
export class Bench {
  private readonly workspace: string;
  private readonly bazel: DrivenBazel;
  private readonly zigFolder = join(scratchRoot, "zig");
  private edits = 0;
  private readonly ofOneRow = new Map<string, DrivenBazel>();

  constructor(private readonly sources: Sources, private readonly zig: Zig | undefined) {
    this.workspace = writeConsumerWorkspace(sources.manifest, { name: "bench", files });
    this.bazel = new DrivenBazel({ name: "bench", workspace: this.workspace, diskCache: false });
  }

  async shutDown(): Promise<void> {
    for (const bazel of [this.bazel, ...this.ofOneRow.values()]) await bazel.shutDown();
  }

  /** Bazel on the module of a manifest that has a platform's target row and no other. */
  private alone({ name, architecture, system }: Platform): DrivenBazel {
    const known = this.ofOneRow.get(name);
    if (known !== undefined) return known;
    const folder = join(scratchRoot, "bench-one-row", name);
    rmSync(folder, { recursive: true, force: true });
    for (const part of ["manifest", "imports"]) cpSync(join(repositoryRoot, part), join(folder, part), { recursive: true });
    writeFileSync(join(folder, "manifest/targets.yaml"), `- {architecture: ${architecture.name}, system: ${system.name}}\n`);
    const module = join(folder, "module");
    outputOf(process.execPath, [generator, "--manifest", join(folder, "manifest"), "--out", module]);
    const workspace = writeConsumerWorkspace(this.sources.manifest, { name: `bench-${name}`, files, xllvm: module });
    const bazel = new DrivenBazel({ name: `bench-${name}`, workspace, diskCache: false });
    this.ofOneRow.set(name, bazel);
    return bazel;
  }

  /**
   * Starts the server and fetches all that the platforms need, once and outside every time.
   *
   * @param withOneRow Whether the modules that have one platform alone are wanted as well.
   */
  async warmUp(platforms: readonly Platform[], withOneRow: boolean): Promise<void> {
    for (const platform of platforms) {
      for (const language of languages) await this.build(platform, language, ["--nobuild"]);
      if (withOneRow) await this.build(platform, languages[0], ["--nobuild"], this.alone(platform));
    }
  }

  casesOf(platform: Platform): Case[] {
    return languages.flatMap((language) => {
      const build = (options: readonly string[] = []) => (): Promise<void> => this.build(platform, language, options);
      const zig = (): Promise<void> => this.runZig(platform, language);
      const label = `${language.name}, ${platform.name}`;
      return [
        {
          name: `cold ${label}`,
          unit: "s",
          counted: "Server up and repositories fetched, no action cached: loading, analysis, all runtimes, compile, link. zig: empty caches.",
          steps: this.steps(platform, { prepare: () => this.clean(), run: build() }, { prepare: () => this.emptyZigCache(), run: zig }),
        },
        {
          name: `touch ${label}`,
          unit: "s",
          counted: "All is built and warm; a line is added to the source.",
          steps: this.steps(
            platform,
            { prepare: async () => { await build()(); this.edit(language); }, run: build() },
            { prepare: async () => { await zig(); this.edit(language); }, run: zig },
          ),
        },
        {
          name: `no-op ${label}`,
          unit: "s",
          counted: "All is built and warm; nothing has changed.",
          steps: this.steps(platform, { prepare: build(), run: build() }, { prepare: zig, run: zig }),
        },
        {
          name: `size ${label}`,
          unit: "KiB",
          counted: "The program, optimized and stripped: -c opt --linkopt=-s, zig: -O2 -s.",
          steps: this.steps(platform, { prepare: nothing, run: () => this.sizeOfProgram(platform, language) }, { prepare: nothing, run: () => this.sizeOfZigProgram(platform, language) }),
        },
        {
          name: `analysis ${label}`,
          unit: "s",
          counted: "Server up and repositories fetched: loading and analysis, no action. One row: of a module that has this platform alone.",
          steps: {
            xllvm: { prepare: () => this.clean(), run: build(["--nobuild"]) },
            "one row": { prepare: () => this.clean(this.alone(platform)), run: () => this.build(platform, language, ["--nobuild"], this.alone(platform)) },
          },
        },
      ];
    });
  }

  /** The generator on the whole manifest, into a folder of its own. */
  regenerateCase(): Case {
    const out = join(scratchRoot, "bench-module");
    const generate = (): Promise<void> => runQuietly([process.execPath, generator, "--manifest", join(repositoryRoot, "manifest"), "--out", out], {});
    return { name: "regenerate", unit: "s", counted: "gen-bzl on all rows, node's start and buildifier included.", steps: { xllvm: { prepare: nothing, run: generate } } };
  }

  private steps(platform: Platform, xllvm: Step, zig: Step): Case["steps"] {
    return this.zig === undefined || zigTarget(platform) === undefined ? { xllvm } : { xllvm, zig };
  }

  private async build(platform: Platform, { target }: Language, options: readonly string[] = [], bazel = this.bazel): Promise<void> {
    const result = await bazel.run("build", [...bazel.buildOptions(), `--platforms=@xllvm//platforms:${platform.name}`, ...options, target]);
    if (result.exitCode !== 0) throw new Error(`bazel build ${target} for ${platform.name} failed:\n${result.stderr}`);
  }

  /** Forgets outputs, the action cache and the analysis; the server and the fetched repositories stay. */
  private async clean(bazel = this.bazel): Promise<void> {
    const result = await bazel.run("clean", ["--noshow_progress"]);
    if (result.exitCode !== 0) throw new Error(`bazel clean failed:\n${result.stderr}`);
  }

  private edit({ source }: Language): void {
    appendFileSync(join(this.workspace, source), `// edit ${++this.edits}\n`);
  }

  private emptyZigCache(): Promise<void> {
    rmSync(this.zigFolder, { recursive: true, force: true });
    return nothing();
  }

  private async sizeOfProgram(platform: Platform, { target }: Language): Promise<number> {
    const { outputs } = await this.bazel.build([`--platforms=@xllvm//platforms:${platform.name}`, "-c", "opt", "--linkopt=-s", target]);
    return statSync(outputs.get(target)?.[0] ?? "").size;
  }

  private async sizeOfZigProgram(platform: Platform, language: Language): Promise<number> {
    await this.runZig(platform, language, ["-O2", "-s"]);
    return statSync(this.zigOutput(platform, language)).size;
  }

  private runZig(platform: Platform, language: Language, options: readonly string[] = []): Promise<void> {
    const target = zigTarget(platform);
    if (this.zig === undefined || target === undefined) throw new Error(`there is no zig for ${platform.name}`);
    mkdirSync(this.zigFolder, { recursive: true });
    const output = this.zigOutput(platform, language);
    return runQuietly([...this.zig.command, language.zigCommand, "-target", target, ...options, join(this.workspace, language.source), "-o", output], {
      ZIG_GLOBAL_CACHE_DIR: join(this.zigFolder, "global"),
      ZIG_LOCAL_CACHE_DIR: join(this.zigFolder, "local"),
    });
  }

  private zigOutput({ name }: Platform, { zigCommand }: Language): string {
    return join(this.zigFolder, `${name}-${zigCommand}`);
  }
}

/** Milliseconds that one call of a compiler may take, which makes its runtimes at the first one. */
const patience = 14 * 60_000;

/** Runs a program; rejects with what it said when it fails. */
async function runQuietly([program, ...args]: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  const { status, stderr } = await runCommand(program as string, args, { environment: { ...process.env, ...environment }, timeout: patience });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stderr}`);
}
