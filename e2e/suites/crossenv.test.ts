import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

import { toolPath } from "../../crossenv/tools";
import type { Prepared } from "../../crossenv/prepare";
import { readTargets } from "../../crossenv/read-targets";
import { builtCrossenv, listEntries, loaderOf, placeCrossenv } from "../crossenv/build-crossenv";
import { unpackTarZst } from "../crossenv/unpack-tar-zst";
import { buildProject, projects, sharedProject, type Project } from "../crossenv/projects";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { findRunner, runProgram, type ProgramRun } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { programs, programsBuildFile, type Program } from "../programs/programs";

const sources = loadSources();
const platforms = listPlatforms(sources).filter(({ name }) => ["linux_arm64_musl", "linux_amd64_musl"].includes(name));
const compared = programs.filter(({ name }) => ["c11", "cpp_exceptions", "cpp_streams"].includes(name));
const programsFolder = join(repositoryRoot, "e2e/programs");

let bazel: DrivenBazel;

beforeAll(() => {
  const copies = Object.fromEntries(compared.flatMap(({ sources, library }) => [...sources, ...(library?.sources ?? []), ...(library?.headers ?? [])]).map((file) => [file, join(programsFolder, file)]));
  bazel = new DrivenBazel({
    name: "crossenv",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "crossenv", files: { "BUILD.bazel": programsBuildFile(compared) }, copies }),
  });
});

afterAll(() => bazel.shutDown());

describe.each(platforms)("$name", (platform) => {
  let built: BuildResult;
  let prepared: Prepared;

  beforeAll(async () => {
    built = await bazel.build([`--platforms=@xllvm//platforms:${platform.name}`, "@xllvm//:crossenv", ...compared.map(({ name }) => `//:${name}`)]);
    prepared = placeCrossenv(builtCrossenv(built).folder, platform.name, platform.name);
  });

  it("is a folder that knows nothing of where it was made", () => {
    const entries = listEntries(prepared.tree);
    expect(entries.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "bin/clang",
        "bin/clang.cfg",
        "clang-wrapper",
        `bin/${prepared.target.triple}-clang++`,
        `bin/${prepared.target.spellings[0]}-gcc`,
        "usr/include/stdio.h",
        "usr/include/linux/version.h",
        "usr/include/c++/v1/vector",
        "usr/lib/crt1.o",
        "usr/lib/libc.a",
        "usr/lib/libc++.a",
        "lib/clang/22/include/stddef.h",
        `lib/clang/22/lib/${prepared.target.triple}/libclang_rt.builtins.a`,
      ]),
    );
    for (const { path, link } of entries) if (link !== undefined) expect([path, link]).toEqual([path, expect.not.stringMatching(/^\/|\.\./)]);
    const places = [repositoryRoot, bazel.outputBase, "bazel-out/"];
    const telling = entries.filter(({ path, link }) => {
      // The host's own tools are as they were found.
      if (link !== undefined || (path.startsWith("bin/") && !path.endsWith(".cfg"))) return false;
      const bytes = readFileSync(join(prepared.tree, path));
      return places.some((place) => bytes.includes(place));
    });
    expect(telling).toEqual([]);
  });

  it("is packed into an archive that holds the same", async () => {
    const folder = join(scratchRoot, "crossenv", "unpacked");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await unpackTarZst(builtCrossenv(built).archive, folder);
    const unpacked = join(folder, "crossenv");
    const entries = listEntries(prepared.tree);
    expect(listEntries(unpacked)).toEqual(entries);
    const different = entries.filter(({ path, link }) => link === undefined && !readFileSync(join(unpacked, path)).equals(readFileSync(join(prepared.tree, path))));
    expect(different).toEqual([]);
  });

  it.each(compared)("compiles and links $name to the bytes that Bazel makes", (program) => {
    const inside = readFileSync(built.outputs.get(`//:${program.name}`)?.[0] ?? "");
    const drivers: readonly (readonly string[])[] = [
      [toolPath(prepared, program.language === "c" ? "clang" : "clang++")],
      // Any other clang of the same version, which the configuration file aims at the target.
      [stockClang(program.language), `--config=${join(prepared.tree, "bin", program.language === "c" ? "clang.cfg" : "clang++.cfg")}`],
    ];
    for (const driver of drivers) {
      const outside = readFileSync(buildOutside(program, driver));
      expect([driver[0], inside.equals(outside)]).toEqual([driver[0], true]);
    }
  });

  describe.each(["where it was put first", "after it was moved"])("%s", (where) => {
    beforeAll(() => {
      if (where === "where it was put first") return;
      const tree = join(scratchRoot, "crossenv", "moved", platform.name);
      rmSync(tree, { recursive: true, force: true });
      mkdirSync(join(tree, ".."), { recursive: true });
      renameSync(prepared.tree, tree);
      prepared = { ...prepared, tree };
    });

    // What takes long is built once.
    const chosen = where === "after it was moved" ? projects.slice(0, 3) : projects;
    for (const project of chosen) testProject(project, platform, () => prepared);
  });
});

describe("a target that links dynamically", () => {
  const platform = platforms.find(({ system }) => system.link_modes.includes("dynamic"));
  let prepared: Prepared;

  beforeAll(async () => {
    const name = `${platform?.name}_dynamic`;
    const built = await bazel.build([`--platforms=@xllvm//platforms:${name}`, "@xllvm//:crossenv"]);
    prepared = placeCrossenv(builtCrossenv(built).folder, name, name);
  });

  it("builds CMake with C++ and a shared library", async () => {
    const program = buildProject(sharedProject, prepared, "shared");
    const library = join(program, "../libwords.so");
    expect(inspectElf(program).needed).toEqual(expect.arrayContaining(["libwords.so", "libc.so"]));
    expect(inspectElf(library)).toMatchObject({ type: "shared", needed: ["libc.so"] });
    const runner = findRunner(platform as Platform);
    if ("missing" in runner) throw new Error(runner.missing);
    expectRun(await runProgram(runner, loaderOf(prepared), { arguments: [program] }), sharedProject, prepared);
  });

  it("links a program statically when it is told to", () => {
    const program = join(scratchRoot, "crossenv", "static");
    execFileSync(toolPath(prepared, "clang"), ["-static", join(programsFolder, "c_language.c"), "-lm", "-o", program]);
    expect(inspectElf(program)).toMatchObject({ needed: [], undefinedSymbols: [] });
  });
});

function testProject(project: Project, platform: Platform, prepared: () => Prepared): void {
  const runner = findRunner(platform);
  const target = readTargets().targets.find(({ name }) => name === platform.name);
  const reason = target === undefined ? "targets.json lacks it" : project.missing(target) ?? ("missing" in runner ? runner.missing : undefined);
  const declare = reason === undefined ? it : it.skip;
  declare(`builds and runs ${project.name}${reason === undefined ? "" : ` (skipped: ${reason})`}`, async () => {
    const program = buildProject(project, prepared(), `${platform.name}-${project.folder}`);
    const { machine, bits, endian, needed } = inspectElf(program);
    const { architecture } = platform;
    expect({ machine, bits, endian, needed }).toEqual({ machine: architecture.elf_machine, bits: architecture.bits, endian: architecture.endian, needed: [] });
    expectRun(await runProgram(runner, program), project, prepared());
  });
}

function expectRun(run: ProgramRun, project: Project, prepared: Prepared): void {
  expect(run).toEqual({ stdout: project.stdout(prepared), stderr: "", status: 0, signal: null });
}

/** Compiles a program as Bazel does by default, its sources lying where Bazel sees them; returns the program. */
function buildOutside({ name, language, sources, library, copts }: Program, [driver = "", ...before]: readonly string[]): string {
  const folder = join(scratchRoot, "crossenv", "objects");
  mkdirSync(folder, { recursive: true });
  const objects = [...sources, ...(library?.sources ?? [])].map((source) => {
    const object = join(folder, `${basename(source)}.o`);
    execFileSync(driver, [...before, "-fPIC", ...copts, "-c", source, "-o", object], { cwd: programsFolder });
    return object;
  });
  const program = join(folder, name);
  execFileSync(driver, [...before, ...objects, ...(language === "c" ? ["-lm"] : []), "-o", program]);
  return program;
}

/** The compiler that Bazel uses, in its own repository. */
function stockClang(language: Program["language"]): string {
  const external = join(bazel.outputBase, "external");
  const [seed] = execFileSync("ls", [external], { encoding: "utf8" }).split("\n").filter((name) => /[~+]llvm-22[0-9.]*-linux-/.test(name) && !name.startsWith("@"));
  return join(external, seed ?? "", "bin", language === "c" ? "clang" : "clang++");
}
