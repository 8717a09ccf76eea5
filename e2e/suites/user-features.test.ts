import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, declareLeftOut, representatives, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { disassembly } from "../harness/disassemble";
import { DrivenBazel } from "../harness/drive-bazel";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const rows = sources.manifest.features;
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), isHosted);
const platforms = chosen.leftOut.length === 0 ? chosen.platforms : representatives(chosen.platforms);
const programs = join(__dirname, "../programs/features");

/** What the function `checked` of a feature's program has with the feature, and not without, by architecture or for all. */
const instructions: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  full_lto: { amd64: /\$0x12345\b/, arm64: /#0x2345\b/, i686: /\$0x12345\b/ },
  branch_protection: { amd64: /\tendbr64/, arm64: /\tpaciasp/, i686: /\tendbr32/ },
  stack_clash_protection: { amd64: /\$0x1000\b/, arm64: /#0x1, lsl #12/ },
  stack_protector: { amd64: /__stack_chk_fail/, arm64: /__stack_chk_fail/ },
};

/** The features that a program shows by itself: without its feature it ends with 0, and with it otherwise. */
const ending = ["fortify_source", "libcxx_hardening", "stack_protector", "ubsan_trap", "zero_init"];

/** Rows with flags of their own; the others imply these. */
const shown = rows.filter(({ implies }) => implies.length === 0);
const sourcesOf = (feature: string): readonly string[] =>
  [`${feature}.c`, `${feature}.cc`, `${feature}.other.c`].filter((file) => existsSync(join(programs, file)));
/** What only the optimizer makes a difference of. */
const needsOpt = ["fortify_source", "full_lto"];
/** Programs by name: of each feature without it, with it, and with what turns it on among others. */
const variants: readonly (readonly [suffix: string, features: (name: string) => readonly string[]])[] = [
  ["", () => []],
  [".with", (name) => [name]],
  [".hardened", () => ["hardened"]],
];

const buildFile = [
  'load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")',
  ...shown.flatMap(({ name }) =>
    variants.map(([suffix, featuresOf]) => {
      const from = sourcesOf(name);
      const isC = from.every((file) => file.endsWith(".c"));
      const features = JSON.stringify([...(isC ? ["-cxx"] : []), ...featuresOf(name)]);
      return `cc_binary(name = "${name}${suffix}", srcs = ${JSON.stringify(from)}, features = ${features})`;
    }),
  ),
  ...rows.map(({ name }) => `cc_library(name = "asks_${name}", srcs = ["zero_init.c"], features = ["${name}"])`),
].join("\n");

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "user-features",
    files: { "programs/BUILD.bazel": `${buildFile}\n` },
    copies: { programs },
  });
  bazel = new DrivenBazel({ name: "user-features", workspace });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

test("each row has a program that shows it, or implies others", () => {
  expect(shown.filter(({ name }) => sourcesOf(name).length === 0)).toEqual([]);
  const all = [...ending, ...Object.keys(instructions)];
  expect(shown.map(({ name }) => name).filter((name) => !all.includes(name))).toEqual([]);
});

describe.each(platforms)("$name", (platform) => {
  const has = (name: string): boolean => platform.target.features.some((feature) => feature.name === name);
  const here = shown.map(({ name }) => name).filter(has);
  const hardened = rows.find(({ name }) => name === "hardened")?.implies ?? [];
  let files: ReadonlyMap<string, readonly string[]>;
  const fileOf = (program: string): string => files.get(`//programs:${program}`)?.[0] ?? "";

  beforeAll(async () => {
    const suffixes = (name: string): string[] => ["", ".with", ...(hardened.includes(name) ? [".hardened"] : [])];
    const targets = here.flatMap((name) => suffixes(name).map((suffix) => `//programs:${name}${suffix}`));
    const options = [`--platforms=@xllvm//platforms:${platform.name}`, "--strip=never"];
    const build = (mode: string, names: readonly string[]) => bazel.build([...options, "-c", mode, ...names]);
    const isForOpt = (target: string): boolean => needsOpt.some((name) => target.includes(`:${name}`));
    files = new Map([
      ...(
        await build(
          "fastbuild",
          targets.filter((target) => !isForOpt(target)),
        )
      ).outputs,
      ...(await build("opt", targets.filter(isForOpt))).outputs,
    ]);
  });

  for (const name of here) {
    const withIt = [`${name}.with`, ...(hardened.includes(name) ? [`${name}.hardened`] : [])];
    const found = instructions[name]?.[platform.architecture.name];
    if (found !== undefined && platform.system.object_format !== "wasm")
      it(`${name} is in the code, and is not without`, () => {
        expect(disassembly(bazel, fileOf(name), "checked")).not.toMatch(found);
        for (const program of withIt) expect(disassembly(bazel, fileOf(program), "checked")).toMatch(found);
      });
    itEnds(platform, name, () => ({ without: fileOf(name), withIt: withIt.map(fileOf) }));
  }

  const absent = rows.map(({ name }) => name).filter((name) => !has(name));
  if (absent.length > 0)
    it.each(absent)("says who has %s, which it lacks", async (name) => {
      const { exitCode, stderr } = await bazel.tryBuild([
        "--nobuild",
        `--platforms=@xllvm//platforms:${platform.name}`,
        `//programs:asks_${name}`,
      ]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        new RegExp(`${name}: ${platform.name} has nothing of the kind\\. .*linux_\\w+.* have it\\.`),
      );
    });
});

/** Declares tests that run a feature's programs: all work where nothing is wrong, and something is wrong where it is shown. */
function itEnds(platform: Platform, name: string, files: () => { without: string; withIt: readonly string[] }): void {
  const runner = findRunner(platform);
  const isShown = ending.includes(name);
  itWhere(runner)(isShown ? `${name} ends a program that is wrong` : `${name} leaves a program as it is`, async () => {
    const run = (file: string) => runProgram(runner, file, { arguments: name === "stack_protector" ? ["wrong"] : [] });
    const { without, withIt } = files();
    // Past its array a program may end in any way.
    if (name !== "stack_protector") expect(await run(without)).toMatchObject({ status: 0 });
    for (const file of withIt) {
      const { status } = await run(file);
      if (isShown) expect(status).not.toBe(0);
      else expect(status).toBe(0);
      if (name === "stack_protector") expect(await runProgram(runner, file)).toMatchObject({ status: 0 });
    }
  });
}

test("docs/features.md says of each what its row says", () => {
  const text = readFileSync(join(repositoryRoot, "docs/features.md"), "utf8");
  expect(rows.filter(({ name, about }) => !text.includes(`| \`${name}\` | ${about} |`))).toEqual([]);
});
