import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { linkerPath, toolPath } from "../../crossenv/tools";
import type { Prepared } from "../../crossenv/prepare";
import { readTargets } from "../../crossenv/read-targets";
import { builtCrossenv, listEntries, loaderOf, placeCrossenv } from "../crossenv/build-crossenv";
import { buildOutside, byHand, linkDll, programsFolder } from "../crossenv/build-outside";
import { deedsOf, waysOfCopying } from "../crossenv/copies";
import { unpackTarZst } from "../crossenv/unpack-tar-zst";
import {
  autoconfProject,
  buildProject,
  libtoolProject,
  projects,
  sharedProject,
  type Project,
} from "../crossenv/projects";
import { choosePlatforms, declareLeftOut, oneWillDo, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { declareSkip, itUnless } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { coffMachine, expectProgramFile } from "../harness/expect-program";
import { readImportLibrary } from "../harness/import-library";
import { inspectCoff, inspectElf } from "../harness/inspect-artefact";
import { outputOf, runCommandSync } from "../harness/run-command";
import { findRunner, itWhere, runProgram, type ProgramRun } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { programs, programsBuildFile, type Program } from "../programs/programs";

const sources = loadSources();
const all = listPlatforms(sources);
const asked = choosePlatforms(all);
/** Of each kind one; where none is left out two of the first, the second of which is often this machine. */
const wanted = /^(?:linux_arm64_musl|linux_arm64_gnu|windows_amd64_gnu|wasm32_wasi(?:_threads)?)$/;
const isSecond = ({ name }: Platform): boolean => asked.leftOut.length === 0 && name === "linux_amd64_musl";
const chosen = thatFit(asked, (platform) => wanted.test(platform.name) || isSecond(platform));
const { platforms } = chosen;
const foreign = platforms.find((platform) => platform.system.libc === "musl" && runsUnderEmulator(platform));
const compared = programs.filter(({ name }) => ["c11", "cpp_exceptions", "cpp_streams"].includes(name));

const linuxHeaders = ["usr/include/stdio.h", "usr/include/linux/version.h", "usr/include/c++/v1/vector"];

/** What lies where in a folder, by the target's libc. `{triple}` is WASI's, as clang looks for it: without a vendor. */
const expectedFiles: Readonly<Record<string, readonly string[]>> = {
  musl: [...linuxHeaders, ...["crt1.o", "libc.a", "libc.so", "libc++.a"].map((name) => `usr/lib/${name}`)],
  glibc: [
    ...linuxHeaders,
    ...["Scrt1.o", "libc.so", "libc.so.6", "libc_nonshared.a", "libc++.a"].map((name) => `usr/lib/${name}`),
  ],
  "mingw-w64": [
    "include/stdio.h",
    "include/windows.h",
    "include/c++/v1/vector",
    "lib/crt2.o",
    "lib/libmingw32.a",
    "lib/libc++.a",
  ].map((path) => `x86_64-w64-mingw32/${path}`),
  "wasi-libc": [
    "include/{triple}/stdio.h",
    "include/{triple}/c++/v1/vector",
    ...["crt1-command.o", "libc.a", "libc++.a"].map((name) => `lib/{triple}/${name}`),
  ],
};

let bazel: DrivenBazel;

beforeAll(() => {
  const copies = Object.fromEntries(
    compared
      .flatMap(({ sources, library }) => [...sources, ...(library?.sources ?? []), ...(library?.headers ?? [])])
      .map((file) => [file, join(programsFolder, file)]),
  );
  bazel = new DrivenBazel({
    name: "crossenv",
    workspace: writeConsumerWorkspace(sources.manifest, {
      name: "crossenv",
      files: { "BUILD.bazel": programsBuildFile(compared) },
      copies,
    }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

describe.each(platforms)("$name", (platform) => {
  let built: BuildResult;
  let prepared: Prepared;

  beforeAll(async () => {
    built = await bazel.build([
      `--platforms=@xllvm//platforms:${platform.name}`,
      "@xllvm//:crossenv",
      ...compared.map(({ name }) => `//:${name}`),
    ]);
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
        ...(expectedFiles[String(platform.system.libc)] ?? ["a list of what is expected"]).map((path) =>
          path.replace("{triple}", prepared.target.triple.replace("-unknown-", "-")),
        ),
        "lib/clang/22/include/stddef.h",
        `lib/clang/22/lib/${prepared.target.triple}/libclang_rt.builtins.a`,
      ]),
    );
    for (const { path, link } of entries)
      if (link !== undefined) expect([path, link]).toEqual([path, expect.not.stringMatching(/^\/|\.\./)]);
    const places = [repositoryRoot, bazel.outputBase, "bazel-out/"];
    const telling = entries.filter(({ path, link }) => {
      // The host's own tools are as they were found.
      if (link !== undefined || (path.startsWith("bin/") && !path.endsWith(".cfg"))) return false;
      const bytes = readFileSync(join(prepared.tree, path));
      return places.some((place) => bytes.includes(place));
    });
    expect(telling).toEqual([]);
  });

  // Thousands of headers: where platforms are left out, one archive does.
  const isOneOfMany = asked.leftOut.length > 0 && foreign !== undefined && platform !== foreign;
  itUnless(isOneOfMany ? oneWillDo : undefined)("is packed into an archive that holds the same", async () => {
    const folder = join(scratchRoot, "crossenv", "unpacked");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await unpackTarZst(builtCrossenv(built).archive, folder);
    const unpacked = join(folder, "crossenv");
    const entries = listEntries(prepared.tree);
    expect(listEntries(unpacked)).toEqual(entries);
    const different = entries.filter(
      ({ path, link }) =>
        link === undefined && !readFileSync(join(unpacked, path)).equals(readFileSync(join(prepared.tree, path))),
    );
    expect(different).toEqual([]);
  });

  // Libraries named by hand stand before libc++ here and after it in Bazel, and a linker may lay out what it takes in that order.
  // The largest is compared for one platform alone: each of its compilations takes seconds.
  const comparable = compared.filter(
    ({ name, linkopts }) =>
      linkopts?.[platform.system.os] === undefined && (name !== "cpp_streams" || platform.name === foreign?.name),
  );
  it.each(comparable)("compiles and links $name to the bytes that Bazel makes", (program) => {
    const inside = readFileSync(built.outputs.get(`//:${program.name}`)?.[0] ?? "");
    const drivers: readonly (readonly string[])[] = [
      [toolPath(prepared, program.language === "c" ? "clang" : "clang++")],
      // Any other clang of the same version, which the configuration file aims at the target.
      [
        stockClang(program.language),
        `--config=${join(prepared.tree, "bin", program.language === "c" ? "clang.cfg" : "clang++.cfg")}`,
      ],
      // The same, told by hand what of the file matters to this program.
      ...(program.language === "c" && platform.system.libc === "musl" ? [[stockClang("c"), ...byHand(prepared)]] : []),
    ];
    for (const driver of drivers) {
      const outside = readFileSync(buildOutside(prepared, platform, program, driver));
      expect([driver[0], inside.equals(outside)]).toEqual([driver[0], true]);
    }
  });

  describe("every name in it", () => {
    const triples = (): string[] => [prepared.target.triple, ...prepared.target.spellings];
    let original: Map<string, string>;

    it("is the target's compiler or tool", () => {
      original = deedsOf(prepared.tree, triples());
      const programs = [...original].filter(([, deed]) => /^[0-9a-f]{64}$/.test(deed));
      expect(programs.length).toBeGreaterThan(10);
      for (const [path, deed] of programs)
        expect([path, deed]).toEqual([
          path,
          original.get(`bin/${prepared.target.triple}-clang${path.includes("++") ? "++" : ""}`),
        ]);
    });

    // Where its file is, clang finds out alike for all targets.
    if (platform.name === foreign?.name) {
      it("is so as well where clang does not look behind links", () =>
        expect(deedsOf(prepared.tree, triples(), ["-no-canonical-prefixes"])).toEqual(original));
    }

    const ways =
      platform.name === foreign?.name
        ? waysOfCopying
        : waysOfCopying.filter(({ name }) => name === "cp -rL" && platform.system.object_format !== "elf");
    for (const { name, copy } of ways) {
      it(`does the same where it was copied by ${name}`, () => {
        const tree = join(scratchRoot, "crossenv", "copied", `${platform.name} ${name}`);
        rmSync(tree, { recursive: true, force: true });
        mkdirSync(dirname(tree), { recursive: true });
        copy(prepared.tree, tree);
        expect(deedsOf(tree, triples())).toEqual(original);
      });
    }

    if (platform.system.object_format !== "coff") {
      it("links, as the linker by name", () => {
        const folder = join(scratchRoot, "crossenv", "linker");
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "one.c"), "int one(void) { return 1; }\n");
        outputOf(toolPath(prepared, "clang"), ["-c", "one.c"], { folder });
        expect(outputOf(linkerPath(prepared), ["-r", "one.o", "-o", "linked.o"], { folder })).toBe("");
      });
    }
  });

  it("compiles C++ by the C compiler's name, and warns of nothing", () => {
    const folder = join(scratchRoot, "crossenv", "by-name");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "object.cc"),
      '#include <stdexcept>\nint main() { return std::range_error("").what()[0]; }\n',
    );
    writeFileSync(join(folder, "object.c"), "int answer(void) { return 42; }\n");
    for (const source of ["object.cc", "object.c"]) {
      const compiled = runCommandSync(toolPath(prepared, "clang"), ["-Werror", "-c", source, "-o", `${source}.o`], {
        folder,
      });
      expect(compiled).toMatchObject({ status: 0, stderr: "" });
    }
  });

  if (platform.system.object_format === "elf") {
    const runner = findRunner(platform);
    let made = "";
    it("is all that make without a makefile needs, as clang-wrapper", () => {
      const folder = join(scratchRoot, "crossenv", "wrapper");
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "greeting.c"), '#include <stdio.h>\nint main(void) { return puts("made") < 0; }\n');
      outputOf("make", [`CC=${prepared.tree}/clang-wrapper`, "greeting"], { folder });
      made = join(folder, "greeting");
      expectProgramFile(platform, platform.system.link_modes[0] ?? "static", made);
    });

    itWhere(runner)("runs what make made", async () => {
      expect(await runProgram(runner, made)).toMatchObject({ stdout: "made\n", status: 0 });
    });
  }

  describe.each(["where it was put first", "after it was moved"])("%s", (where) => {
    beforeAll(() => {
      if (where === "where it was put first") return;
      const tree = join(scratchRoot, "crossenv", "moved", platform.name);
      rmSync(tree, { recursive: true, force: true });
      mkdirSync(join(tree, ".."), { recursive: true });
      renameSync(prepared.tree, tree);
      prepared = { ...prepared, tree };
    });

    // What takes long is built again on one platform alone.
    const quick = where === "after it was moved" && platform.name !== foreign?.name ? ["makefile"] : undefined;
    const chosen = projects.filter(
      ({ systems, folder }) => systems.includes(platform.system.os) && (quick?.includes(folder) ?? true),
    );
    for (const project of chosen) testProject(project, platform, () => prepared);
  });

  if (platform.system.link_modes[0] === "dynamic") {
    const runner = findRunner(platform);
    let program = "";
    it("builds CMake with C++ and a shared library", () => {
      program = buildProject(sharedProject, prepared, `${platform.name}-shared`);
      expect(existsSync(join(program, platform.system.os === "windows" ? "../libwords.dll" : "../libwords.so"))).toBe(
        true,
      );
    });

    itWhere(runner)("runs CMake with C++ and a shared library", async () =>
      expectRun(await runProgram(runner, program), sharedProject, prepared),
    );
  }

  if (platform.system.os === "windows") {
    it("builds winpthreads, whose libtool makes a DLL", async () => {
      const dll = buildProject(
        libtoolProject(await fetchFromMingw("mingw-w64-libraries", "winpthreads")),
        prepared,
        `${platform.name}-winpthreads`,
      );
      expect(inspectCoff(dll)).toMatchObject({
        dll: true,
        machine: coffMachine(platform),
        exports: { pthread_create: expect.anything() },
      });
      expect(
        readImportLibrary(readFileSync(join(dll, "../libwinpthread.dll.a"))).map(({ dll: name }) => name),
      ).toContain("libwinpthread-1.dll");
    });
  }

  // Once: the script asks for a hundred things, and the answers do not depend on the CPU.
  if (platform.name !== foreign?.name) return;
  it("builds and runs gendef, a project of autoconf's", async () => {
    const program = buildProject(
      autoconfProject(await fetchFromMingw("mingw-w64-tools", "gendef")),
      prepared,
      `${platform.name}-gendef`,
    );
    expectProgramFile(platform, platform.system.link_modes[0] ?? "static", program);
    const dll = linkDll(prepared);
    const runner = findRunner(platform);
    if ("missing" in runner) throw new Error(runner.missing);
    expect(await runProgram(runner, program, { arguments: ["-", dll] })).toMatchObject({
      stdout: expect.stringMatching(/LIBRARY "greeting\.dll"\nEXPORTS\ngreet\n/),
      status: 0,
    });
  });
});

const dynamic = platforms.find(({ system }) => system.libc === "musl" && system.link_modes.includes("dynamic"));

describe("a target that links dynamically when it is asked to", () => {
  if (dynamic === undefined)
    return declareSkip(
      "builds CMake with C++ and a shared library",
      "no musl platform that links dynamically is among the chosen ones",
    );
  let prepared: Prepared;

  beforeAll(async () => {
    const name = `${dynamic.name}_dynamic`;
    const built = await bazel.build([`--platforms=@xllvm//platforms:${name}`, "@xllvm//:crossenv"]);
    prepared = placeCrossenv(builtCrossenv(built).folder, name, name);
  });

  it("builds CMake with C++ and a shared library", async () => {
    const program = buildProject(sharedProject, prepared, "shared");
    const library = join(program, "../libwords.so");
    expect(inspectElf(program).needed).toEqual(expect.arrayContaining(["libwords.so", "libc.so"]));
    expect(inspectElf(library)).toMatchObject({ type: "shared", needed: ["libc.so"] });
    const runner = findRunner(dynamic);
    if ("missing" in runner) throw new Error(runner.missing);
    expectRun(await runProgram(runner, loaderOf(prepared), { arguments: [program] }), sharedProject, prepared);
  });

  it("links a program statically when it is told to", () => {
    const program = join(scratchRoot, "crossenv", "static");
    outputOf(toolPath(prepared, "clang"), ["-static", join(programsFolder, "c_language.c"), "-lm", "-o", program]);
    expect(inspectElf(program)).toMatchObject({ needed: [], undefinedSymbols: [] });
  });
});

function testProject(project: Project, platform: Platform, prepared: () => Prepared): void {
  const runner = findRunner(platform);
  const target = readTargets().targets.find(({ name }) => name === platform.name);
  if (target === undefined) throw new Error(`targets.json has no ${platform.name}`);
  const reason = project.missing(target);
  if (reason !== undefined) return declareSkip(`builds ${project.name}`, reason);
  let program = "";
  it(`builds ${project.name}`, () => {
    program = buildProject(project, prepared(), `${platform.name}-${project.folder}`);
    const mode = platform.system.link_modes[0] ?? "static";
    expectProgramFile(platform, mode, program, { pie: mode !== "static" && project.fixedAddress !== true });
  });
  const idle = project.cannotRun?.(target) ?? ("missing" in runner ? runner.missing : undefined);
  if ("missing" in runner || idle !== undefined) return declareSkip(`runs ${project.name}`, String(idle));
  it(`runs ${project.name} ${runner.how}`, async () =>
    expectRun(await runProgram(runner, program), project, prepared()));
}

function expectRun(run: ProgramRun, project: Project, prepared: Prepared): void {
  expect(run).toEqual({ stdout: project.stdout(prepared), stderr: "", status: 0, signal: null });
}

/** The compiler that Bazel uses, in its own repository. */
function stockClang(language: Program["language"]): string {
  return join(
    externalFolder(/[~+]llvm-22[0-9.]*-(?:linux|macos)-[a-z0-9]+$/),
    "bin",
    language === "c" ? "clang" : "clang++",
  );
}

/** The folder of a repository that Bazel has fetched. */
function externalFolder(name: RegExp): string {
  const external = join(bazel.outputBase, "external");
  const found = readdirSync(external).find((entry) => name.test(entry) && !entry.startsWith("@"));
  if (found === undefined) throw new Error(`Bazel has fetched no repository whose name matches ${name}`);
  return join(external, found);
}

function runsUnderEmulator(platform: Platform): boolean {
  const runner = findRunner(platform);
  return "prefix" in runner && runner.prefix.length > 0;
}

/** A folder of mingw-w64's archive, as upstream made it. */
async function fetchFromMingw(...path: readonly string[]): Promise<string> {
  const windows = all.find(({ name }) => name === "windows_amd64_gnu");
  const archive = windows?.target.runtimes.find(({ role }) => role === "libc")?.archive.name ?? "";
  await bazel.build([`--platforms=@xllvm//platforms:${windows?.name}`, "--nobuild", "@xllvm//:crossenv"]);
  return join(externalFolder(new RegExp(`[~+]${archive.replaceAll(".", "\\.")}$`)), ...path);
}
