import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { seedToolOutput } from "../harness/disassemble";
import { DrivenBazel } from "../harness/drive-bazel";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const programs = join(repositoryRoot, "e2e/programs/profiles");

const all = listPlatforms(sources);
const has = (platform: Platform, name: string): boolean =>
  platform.target.features.some((feature) => feature.name === name);
const chosen = thatFit(choosePlatforms(all), (platform) => has(platform, "fdo_instrument"));
const platforms = chosen.leftOut.length === 0 ? chosen.platforms : chosen.platforms.slice(0, 1);

/** A profile of samples as its converter writes one: of lines, counted from their function's first. */
const samples = `often_run:60000000:200000
 1: 200000
 2: 20000000
 3: 20000000
 4: 20000000
 8: 200000
`;

/** An order of functions that no link has by itself. */
const order = ["rarely_run", "often_run", "main"];

const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "fdo_prefetch_hints", "fdo_profile")
load("@rules_cc//cc/toolchains:propeller_optimize.bzl", "propeller_optimize")

cc_binary(name = "work", srcs = ["work.c", "functions.c"], features = ["-cxx"])
cc_library(name = "asks", srcs = ["functions.c"], features = ["fdo_instrument"])
exports_files(["first.profraw", "samples.afdo"])
fdo_profile(name = "second", profile = "second.profraw")
fdo_prefetch_hints(name = "hints", profile = "samples.afdo")
propeller_optimize(name = "layout", cc_profile = "blocks.txt", ld_profile = "order.txt")
`;

let bazel: DrivenBazel;
/** What a Bazel without the program that unzips profiles needs besides. */
let zipper: readonly string[] = [];

beforeAll(async () => {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "profiles",
    files: {
      "programs/BUILD.bazel": buildFile,
      "programs/samples.afdo": samples,
      "programs/blocks.txt": "!often_run\n!!0 1 2\n",
      "programs/order.txt": `${order.join("\n")}\n`,
      "programs/first.profraw": "",
      "programs/second.profraw": "",
    },
    copies: Object.fromEntries(readdirSync(programs).map((file) => [`programs/${file}`, join(programs, file)])),
  });
  bazel = new DrivenBazel({ name: "profiles", workspace });
  zipper = await withZipper();
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

/** Debian's Bazel has a link to a zipper that is not there, and Bazel wants the file whether or not a profile is zipped. */
async function withZipper(): Promise<string[]> {
  await bazel.run("info", bazel.commonOptions().slice(0, 3));
  const tools = join(realpathSync(join(bazel.outputBase, "install")), "embedded_tools");
  const program = "tools/zip/zipper/zipper";
  if (!existsSync(join(tools, "tools/zip/zipper")) || existsSync(join(tools, program))) return [];
  const copy = join(scratchRoot, "workspaces/profiles-bazel-tools");
  rmSync(copy, { recursive: true, force: true });
  cpSync(tools, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(program) });
  writeFileSync(join(copy, program), "");
  return [`--override_repository=bazel_tools=${copy}`];
}

describe.each(platforms)("$name", (platform) => {
  const runner = findRunner(platform);
  const whenRun = itUnless("missing" in runner ? runner.missing : undefined);

  const build = async (args: readonly string[]): Promise<string> => {
    const on = `--platforms=@xllvm//platforms:${platform.name}`;
    // Objects of a link that comes from the cache would stay there.
    const options = [on, "-c", "opt", "--remote_download_outputs=all", ...zipper, ...args];
    const { outputs } = await bazel.build([...options, "//programs:work"]);
    return outputs.get("//programs:work")?.[0] ?? "";
  };

  /** The object of functions.c, in which the names of sections and functions stand. */
  const functions = (program: string): string => {
    const folder = join(program, "../_objs/work");
    const object = readdirSync(folder).find((name) => /^functions\..*o$/.test(name)) ?? "";
    return readFileSync(join(folder, object), "latin1");
  };

  /** Runs a program that writes a profile, and puts that into the workspace. */
  const collect = async (program: string, name: string): Promise<void> => {
    const folder = mkdtempSync(join(scratchRoot, "profiles-"));
    const environment = { LLVM_PROFILE_FILE: join(folder, "run.profraw") };
    expect(await runProgram(runner, program, { environment, folder })).toMatchObject({ status: 0, stderr: "" });
    cpSync(join(folder, "run.profraw"), join(bazel.workspace, "programs", name));
    rmSync(folder, { recursive: true });
  };

  const hot = ".text.hot.often_run";
  const cold = ".text.unlikely.rarely_run";

  whenRun("a profile of a run moves what was run often and what was not", async () => {
    expect(functions(await build([]))).not.toContain(hot);
    await collect(await build(["--fdo_instrument=profiles"]), "first.profraw");
    const text = functions(await build(["--fdo_optimize=//programs:first.profraw"]));
    expect(text).toContain(hot);
    expect(text).toContain(cold);
  });

  whenRun("a second one of an optimized program is merged with it", async () => {
    const first = "--fdo_optimize=//programs:first.profraw";
    await collect(await build([first, "--cs_fdo_instrument=profiles"]), "second.profraw");
    const program = await build([first, "--cs_fdo_profile=//programs:second"]);
    expect(functions(program)).toContain(hot);
    const merged = await bazel.query("aquery", [
      `--platforms=@xllvm//platforms:${platform.name}`,
      ...["-c", "opt", ...zipper, first, "--cs_fdo_profile=//programs:second"],
      'mnemonic("LLVMProfDataMergeAction", deps(//programs:work))',
    ]);
    expect(merged).toMatch(/llvm-profdata/);
  });

  it("a profile of samples moves what was seen often", async () => {
    expect(functions(await build(["--fdo_optimize=//programs:samples.afdo"]))).toContain(hot);
  });

  if (!has(platform, "propeller_optimize")) return;

  it("Propeller's files divide functions and order them", async () => {
    const program = await build(["--propeller_optimize=//programs:layout"]);
    expect(functions(program)).toContain("often_run.cold");
    const symbols = seedToolOutput(bazel, "llvm-nm", ["--numeric-sort", "--just-symbol-name", program]).split("\n");
    expect(symbols.filter((name) => order.includes(name))).toEqual(order);
  });
});

describe("what fails", () => {
  const [platform] = platforms;
  const on = `--platforms=@xllvm//platforms:${platform?.name}`;
  const refusal = async (args: readonly string[]): Promise<string> => {
    const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", ...zipper, "-c", "opt", ...args]);
    expect(exitCode).toBe(1);
    return stderr;
  };

  it("is instrumentation of a target alone, which is told how a whole build asks", async () => {
    expect(await refusal([on, "//programs:asks"])).toContain(
      "fdo_instrument: its runtime is there where a whole build asks for it. Say --fdo_instrument.",
    );
  });

  it("is a profile on platforms without the runtime, with a message that says where it is", async () => {
    const without = all.find((other) => !has(other, "fdo_instrument") && other.system.libc !== undefined);
    if (without === undefined) throw new Error("every platform has it");
    const there = `--platforms=@xllvm//platforms:${without.name}`;
    expect(await refusal([there, "--fdo_instrument=profiles", "//programs:work"])).toMatch(
      new RegExp(`fdo_instrument: ${without.name} has nothing of the kind\\. .*linux_amd64_gnu.* have it\\.`),
    );
  });

  it("is what nobody uses", async () => {
    expect(await refusal([on, "--fdo_prefetch_hints=//programs:hints", "//programs:work"])).toContain(
      `fdo_prefetch_hints: ${platform?.name} has no optimization by profiles of this kind`,
    );
  });
});
