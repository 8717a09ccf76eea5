import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { seedArchive } from "../../generator/schema/llvm-versions";
import { readBuildEvents, type BuildRecord } from "./build-events";
import { scratchRoot } from "./consumer-workspace";
import { findBazel } from "./find-bazel";
import { apparentName, emptyOutputBase, takeOutputBase, type OutputBase } from "./output-bases";
import { runCommand } from "./run-command";
import { loadSources } from "./target-rows";

export interface BazelOptions {
  /** Names the output base, where it is one of its own. */
  readonly name: string;
  /** Folder of the workspace to build. */
  readonly workspace: string;
  /** Laid over this process's environment; undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether actions may come from the disk cache that all suites share. Default: yes. */
  readonly diskCache?: boolean;
  /**
   * Whether nothing is unpacked yet, for tests of what is fetched and of how. Default: no; archives that another suite has
   * unpacked, and that are what they should be, stay.
   */
  readonly fetchesAnew?: boolean;
  /** A command that takes longer than this many milliseconds is interrupted. Default: a bit less than jest's own limit, so that it is heard of. */
  readonly timeout?: number;
  /** Whether the server runs as a user's does, for measurements. Default: no, see `quickStart`. */
  readonly asUsersDo?: boolean;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BuildResult extends CommandResult, BuildRecord {}

/** Of commands that nobody gave another limit. */
const processTimeout = 14 * 60_000;

/**
 * Java's first compiler alone: a server that lives for a minute or two does not get back what its second one costs, which is a
 * third of the server's processor time for three platforms, loaded, analysed and taken from the disk cache.
 */
const quickStart = ["--host_jvm_args=-XX:TieredStopAtLevel=1"];

/** One Bazel server, on an output base that nobody else has meanwhile. `shutDown` has to be called whatever happened. */
export class DrivenBazel {
  readonly outputBase: string;
  readonly workspace: string;
  private readonly environment: Record<string, string>;
  private readonly program: readonly string[];
  private readonly base: OutputBase;
  private commands = 0;

  /** Starts without any output, and without any repository but those that `fetchesAnew` is about. */
  constructor(private readonly options: BazelOptions) {
    this.workspace = options.workspace;
    const { manifest } = loadSources();
    const pool = join(scratchRoot, "bases");
    // A compiler seed is links to a local LLVM's files, or what a test has made up for one: neither is worth keeping.
    const seeds = new Set(manifest.llvm.flatMap((llvm) => manifest.hosts.map((host) => seedArchive(llvm, host))));
    const sources = new Set(manifest.archives.map(({ name }) => name).filter((name) => !seeds.has(name)));
    this.base = options.fetchesAnew
      ? emptyOutputBase(join(pool, options.name))
      : takeOutputBase(pool, (repository) => sources.has(repository));
    this.outputBase = this.base.path;
    const bazel = findBazel(String(manifest.module.bazel));
    this.program = bazel.command;
    const environment = { ...process.env, ...absolutePaths(), ...bazel.environment, ...options.environment };
    this.environment = Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /** Runs a Bazel command and returns how it ended; a failing one is for the caller to judge. */
  async run(command: string, args: readonly string[]): Promise<CommandResult> {
    // A developer's own settings must not change what a test sees; nothing outlives a test run that was killed.
    const startup = [`--output_base=${this.outputBase}`, "--nohome_rc", "--max_idle_secs=120"];
    if (this.options.asUsersDo !== true) startup.push(...quickStart);
    const [program, ...before] = this.program;
    const options = {
      folder: this.workspace,
      environment: this.environment,
      timeout: this.options.timeout ?? processTimeout,
      ending: "SIGINT",
    } as const;
    const { stdout, stderr, status } = await runCommand(
      program as string,
      [...before, ...startup, command, ...args],
      options,
    );
    return { stdout, stderr, exitCode: status ?? -1 };
  }

  /** Builds and returns what was executed, whether it succeeded or not. `args` are options and target patterns. */
  async tryBuild(args: readonly string[]): Promise<BuildResult> {
    const events = join(this.outputBase, `events-${this.commands++}.json`);
    const result = await this.run("build", [
      ...this.buildOptions(),
      `--build_event_json_file=${events}`,
      "--build_event_publish_all_actions",
      ...args,
    ]);
    let record: BuildRecord = { actions: [], outputs: new Map() };
    try {
      record = readBuildEvents(readFileSync(events, "utf8"));
    } catch (error) {
      if (result.exitCode === 0) throw error;
    }
    return { ...result, ...record };
  }

  /** As `tryBuild`, but throws with Bazel's own words when the build fails. */
  async build(args: readonly string[]): Promise<BuildResult> {
    const result = await this.tryBuild(args);
    if (result.exitCode !== 0)
      throw new Error(
        `bazel build ${args.join(" ")} failed with exit code ${result.exitCode}:\n${lastLines(result.stderr)}`,
      );
    return result;
  }

  /** Runs a query of what is analysed and returns what it prints; throws when it fails. `bazel query` knows no options of builds. */
  async query(command: "aquery" | "cquery", args: readonly string[]): Promise<string> {
    const result = await this.run(command, [...this.commonOptions(), ...args]);
    if (result.exitCode !== 0)
      throw new Error(
        `bazel ${command} ${args.join(" ")} failed with exit code ${result.exitCode}:\n${lastLines(result.stderr)}`,
      );
    return result.stdout;
  }

  /** Options of every command that loads a workspace. */
  commonOptions(): string[] {
    return [
      "--noshow_progress",
      "--color=no",
      "--curses=no",
      "--lockfile_mode=off",
      // Bazel 7 would otherwise fetch what its empty WORKSPACE file registers.
      "--noenable_workspace",
      `--repository_cache=${join(scratchRoot, "repository-cache")}`,
      "--experimental_convenience_symlinks=ignore",
    ];
  }

  buildOptions(): string[] {
    const cache = this.options.diskCache === false ? [] : [`--disk_cache=${join(scratchRoot, "disk-cache")}`];
    return [...this.commonOptions(), ...cache];
  }

  /** Names of the external repositories that were fetched, without what Bazel puts before and around them. */
  fetchedRepositories(): string[] {
    const names = readdirSync(join(this.outputBase, "external")).filter(
      (name) => !name.startsWith("@") && !name.startsWith("."),
    );
    return names.map(apparentName).sort();
  }

  /** Names of the external repositories that a target, and the toolchain that it is built with, have something from. */
  async repositoriesOf(options: readonly string[], target: string): Promise<string[]> {
    const labels = await this.query("cquery", [...options, "--output=label", `deps(${target})`]);
    return [...new Set([...labels.matchAll(/^@@([^/]+)\/\//gm)].map(([, name = ""]) => apparentName(name)))].sort();
  }

  async shutDown(): Promise<void> {
    await this.run("shutdown", []);
    this.base.giveBack();
  }
}

/** Variables with paths, which whoever runs the tests means from here, and Bazel from its workspace. */
function absolutePaths(): Record<string, string> {
  return Object.fromEntries(
    ["XLLVM_ARCHIVES", "XLLVM_LLVM_ROOT"].flatMap((name) =>
      process.env[name] ? [[name, resolve(process.env[name])]] : [],
    ),
  );
}

/** The end of a long text; the last lines of Bazel's output are those with the error. */
function lastLines(text: string): string {
  return text.split("\n").slice(-60).join("\n");
}
