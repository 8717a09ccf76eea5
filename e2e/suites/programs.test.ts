import { dirname, join } from "node:path";

import { choosePlatforms, declareLeftOut, oneWillDo, representatives, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { declareSkip } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { expectProgramFile, testRun } from "../harness/expect-program";
import { inspectArtefact, sectionNamesOf } from "../harness/inspect-artefact";
import { missingArchives } from "../harness/pinned-archives";
import { archivesOf, isHosted, libcArchives, listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { programs, programsBuildFile, type Program } from "../programs/programs";

const sources = loadSources();
// A target without a libc has no programs, and bare-metal.test.ts has those without an operating system.
const chosenPlatforms = thatFit(choosePlatforms(listPlatforms(sources)), isHosted);
const { platforms } = chosenPlatforms;
const closely = representatives(platforms);
const possible = (platform: Platform): readonly Program[] =>
  programs.filter(({ absent }) => absent?.(platform) === undefined);
const named = (platform: Platform, ...names: string[]): readonly Program[] =>
  possible(platform).filter(({ name }) => names.includes(name));

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "programs",
    files: { "programs/BUILD.bazel": programsBuildFile() },
    copies: { programs: join(__dirname, "../programs") },
  });
  bazel = new DrivenBazel({ name: "programs", workspace });
});

afterAll(() => bazel.shutDown());

/** Declares a build of `chosen` before the tests around it, and returns where each program is then. */
function builtPrograms(
  platform: string,
  chosen: readonly Program[],
  options: readonly string[],
): (program: Program) => string {
  let result: BuildResult | undefined;
  beforeAll(async () => {
    const targets = chosen.map(({ name }) => `//programs:${name}`);
    result = await bazel.build([`--platforms=${platform}`, ...options, ...targets]);
  });
  return ({ name }) => {
    const file = result?.outputs.get(`//programs:${name}`)?.[0];
    if (file === undefined) throw new Error(`the build of //programs:${name} has no output`);
    return file;
  };
}

declareLeftOut(chosenPlatforms);

/** The libc that a dynamic program of the platform was linked with, as its loader; it finds libraries beside itself. */
function builtLoader(platform: Platform): () => readonly string[] {
  const package_ = `@xllvm//targets/${platform.target.name}`;
  let folder = "";
  beforeAll(async () => {
    const { outputs } = await bazel.build([
      `--platforms=@xllvm//platforms:${platform.name}_dynamic`,
      `${package_}:link_files.dynamic`,
      `${package_}:cxx_shared_link_files`,
    ]);
    const libc = [...outputs.values()].flat().find((file) => file.endsWith("/lib/libc.so"));
    folder = dirname(libc ?? "");
  });
  return () => [join(folder, "libc.so"), "--library-path", folder];
}

const isFirstOfSystem = (platform: Platform): boolean =>
  platform === platforms.find(({ system }) => system === platform.system);

for (const platform of platforms) describe(platform.name, () => testPlatform(platform));

function testPlatform(platform: Platform): void {
  const isClose = closely.includes(platform);
  const [defaultMode, ...otherModes] = platform.system.link_modes;
  if (defaultMode === undefined) throw new Error(`${platform.name} has no link mode`);

  // Of two CPUs of one system the second shows that C is compiled and linked for it; its C++ runtime takes a minute.
  const isOnlyC = chosenPlatforms.leftOut.length > 0 && !isFirstOfSystem(platform);

  describe("-c fastbuild", () => {
    const chosen = possible(platform).filter(({ name }) => !isOnlyC || !name.startsWith("cpp"));
    const fileOf = builtPrograms(`@xllvm//platforms:${platform.name}`, chosen, []);
    it.each(chosen)("$name is complete in itself", (program) =>
      expectProgramFile(platform, defaultMode, fileOf(program)),
    );
    for (const program of chosen) testRun(platform, program, () => fileOf(program));
    for (const { name, absent } of programs) {
      const reason = absent?.(platform) ?? (isOnlyC && name.startsWith("cpp") ? oneWillDo : undefined);
      if (reason !== undefined) declareSkip(name, reason);
    }
  });

  const testMode = (mode: (typeof otherModes)[number]): void => {
    const chosen = named(
      platform,
      "c_start",
      "cpp_exceptions",
      ...(isClose ? ["c_threads", "cpp_init_order", "cpp_threads"] : []),
    );
    const fileOf = builtPrograms(`@xllvm//platforms:${platform.name}_${mode}`, chosen, []);
    it.each(chosen)("$name is linked so", (program) => expectProgramFile(platform, mode, fileOf(program)));
    const loader = mode === "dynamic" ? builtLoader(platform) : (): readonly string[] => [];
    for (const program of chosen) testRun(platform, program, () => fileOf(program), loader);
  };
  for (const mode of otherModes) describe(`link mode ${mode}`, () => testMode(mode));

  // The rest does not depend on the CPU: a few platforms show it.
  if (!isClose) return;

  testVersions(platform, defaultMode);
  const isFirstOfFormat =
    platform === platforms.find(({ system }) => system.object_format === platform.system.object_format);
  if (chosenPlatforms.leftOut.length > 0 && !isFirstOfFormat) return;

  describe("-c opt", () => {
    const chosen = named(platform, "c17", "cpp_exceptions", "cpp_streams");
    const fileOf = builtPrograms(`@xllvm//platforms:${platform.name}`, chosen, ["-c", "opt"]);
    for (const program of chosen) {
      it(`${program.name} has no debugging information`, () => expect(debugSections(fileOf(program))).toEqual([]));
      testRun(platform, program, () => fileOf(program));
    }
  });

  describe("-c dbg", () => {
    const chosen = named(platform, "c_start", "c17", "cpp_exceptions");
    const fileOf = builtPrograms(`@xllvm//platforms:${platform.name}`, chosen, ["-c", "dbg"]);
    for (const program of chosen) {
      it(`${program.name} has debugging information`, () =>
        expect(debugSections(fileOf(program))).toContain(".debug_info"));
      testRun(platform, program, () => fileOf(program));
    }
  });
}

/** Declares tests of the further versions of a platform's libc. */
function testVersions(platform: Platform, defaultMode: Platform["system"]["link_modes"][number]): void {
  const testVersion = (target: (typeof platform.otherVersions)[number]): void => {
    const missing = missingArchives(target);
    if (missing !== undefined) return declareSkip("is built and run", missing);
    // The C++ runtimes do not differ from those of the default version but by the headers below them: one of one platform is enough.
    const isFirst =
      platform === platforms[0] &&
      target === platform.otherVersions.find((other) => missingArchives(other) === undefined);
    const chosen = named(platform, "c_start", "c17", "c_maths", "c_threads", ...(isFirst ? ["cpp_streams"] : []));
    const fileOf = builtPrograms(`@xllvm//platforms:${target.name}`, chosen, []);
    it("is made of that version, and of no other", async () => {
      const used = await bazel.repositoriesOf([`--platforms=@xllvm//platforms:${target.name}`], "//programs:c_start");
      const others = [platform.target, ...platform.otherVersions]
        .flatMap(archivesOf)
        .filter((archive) => !archivesOf(target).includes(archive));
      expect(others).not.toEqual([]);
      // The archive of the C++ library is needed by no program of C.
      expect(used).toEqual(expect.arrayContaining(libcArchives(target)));
      expect(used.filter((name) => others.includes(name))).toEqual([]);
    });
    it.each(chosen)("$name is complete in itself", (program) =>
      expectProgramFile(platform, defaultMode, fileOf(program), { version: target.version }),
    );
    for (const program of chosen) testRun(platform, program, () => fileOf(program), undefined, target.version);
  };
  // Each builds what C's links take anew. A version is alike on all platforms of a system: where some are left out, one has them all.
  if (chosenPlatforms.leftOut.length > 0 && !isFirstOfSystem(platform)) return;
  const versions = platform.otherVersions.filter((target) => missingArchives(target) === undefined);
  // glibc-releases.test.ts has every release; where platforms are left out, the oldest and the newest here stand for those between them.
  const isBetween = (target: (typeof versions)[number]): boolean =>
    chosenPlatforms.leftOut.length > 0 && versions.slice(1, -1).includes(target);
  for (const target of platform.otherVersions)
    describe(target.name, () => (isBetween(target) ? declareSkip("is built and run", oneWillDo) : testVersion(target)));
}

/** Sections of debug information; a Mach-O program names the objects that have them. */
function debugSections(file: string): string[] {
  const artefact = inspectArtefact(file);
  if (artefact.format === "macho") return artefact.macho.debugMap.length > 0 ? [".debug_info"] : [];
  return sectionNamesOf(file).filter((name) => name.startsWith(".debug_"));
}
