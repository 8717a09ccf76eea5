import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { featuresOf } from "../../generator/schema/units";
import {
  choosePlatforms,
  declareLeftOut,
  firstAndLastOfEachFormat,
  representatives,
  thatFit,
} from "../harness/choose-platforms";
import { repositoryRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { disassembly, seedToolOutput } from "../harness/disassemble";
import { DrivenBazel } from "../harness/drive-bazel";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const rows = sources.manifest.features;
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), isHosted);
const platforms =
  chosen.leftOut.length === 0 ? chosen.platforms : firstAndLastOfEachFormat(representatives(chosen.platforms));
const programs = join(__dirname, "../programs/features");

const numberOfOtherSource = { amd64: /\$0x12345\b/, arm64: /#0x2345\b/, i686: /\$0x12345\b/ };

/** What the function `checked` of a feature's program has with the feature, and not without, by architecture or for all. */
const instructions: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  full_lto: numberOfOtherSource,
  thin_lto: numberOfOtherSource,
  branch_protection: { amd64: /\tendbr64/, arm64: /\tpaciasp/, i686: /\tendbr32/ },
  stack_clash_protection: { amd64: /\$0x1000\b/, arm64: /#0x1, lsl #12/ },
  stack_protector: { amd64: /__stack_chk_fail/, arm64: /__stack_chk_fail/ },
};

/** What the file of a feature's program is with the feature, and not without. */
const inspected: Readonly<Record<string, (file: string) => boolean>> = {
  compressed_debug_info: (file) =>
    /\.debug_info\s.*\bC\b/.test(seedToolOutput(bazel, "llvm-readelf", ["--sections", "--wide", file])),
  icf: (file) => {
    const symbols = seedToolOutput(bazel, "llvm-nm", [file]);
    const [checked, same] = ["checked", "same"].map((name) => new RegExp(`^(\\w+) T ${name}$`, "m").exec(symbols)?.[1]);
    if (checked === undefined || same === undefined) throw new Error(`${file} lacks a function`);
    return checked === same;
  },
  // As debug information ends its strings: names of functions that WebAssembly has besides are another matter.
  simple_template_names: (file) => !readFileSync(file).includes("checked<int>\0"),
};

/** The features that a program shows by itself: without its feature it ends with 0, and with it otherwise. */
const ending = [
  "bounds_trap",
  "cfi",
  "fortify_source",
  "libcxx_hardening",
  "libcxx_hardening_debug",
  "libcxx_hardening_extensive",
  "signed_overflow_trap",
  "stack_protector",
  "ubsan_trap",
  "zero_init",
];

/** The features of which the compiler says something, and whether it does with the feature. */
const warning: Readonly<Record<string, boolean>> = { all_warnings: true, extra_warnings: true, no_warnings: false };

/** What a whole build has or has not; sanitizers.test.ts is about it. */
const ofWholeBuilds = new Set(
  listPlatforms(sources).flatMap(({ target }) =>
    target.runtimes.flatMap(({ products }) => products.flatMap((product) => featuresOf(product))),
  ),
);

/** Rows with flags of their own; the others imply these. */
// Those without flags are turned on by options of Bazel's, as coverage.test.ts and profiles.test.ts do.
const shown = rows.filter(
  ({ implies, name, compile_flags: compile, link_flags: link }) =>
    implies.length === 0 && compile.length + link.length > 0 && !ofWholeBuilds.has(name),
);
/** Features that the program of another shows. */
const programOf: Readonly<Record<string, string>> = { thin_lto: "full_lto" };
const sourcesOf = (feature: string): readonly string[] =>
  [".c", ".cc", ".other.c"]
    .map((ending) => (programOf[feature] ?? feature) + ending)
    .filter((file) => existsSync(join(programs, file)));
/** What only the optimizer makes a difference of. */
const needsOpt = ["fortify_source", "full_lto", "icf", "thin_lto"];
/** What is about debug information, which nobody else asks for. */
const needsDebugInfo = ["compressed_debug_info", "simple_template_names"];
/** Those that a program shows. */
const linked = shown.map(({ name }) => name).filter((name) => !(name in warning));
/** Programs by name: of each feature without it, with it, and with what turns it on among others. */
const variants: readonly (readonly [suffix: string, features: (name: string) => readonly string[]])[] = [
  ["", () => []],
  [".with", (name) => [name]],
  [".hardened", () => ["hardened"]],
];

const buildFile = [
  'load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")',
  ...linked.flatMap((name) =>
    variants.map(([suffix, featuresOf]) => {
      const from = sourcesOf(name);
      const isC = from.every((file) => file.endsWith(".c"));
      const features = JSON.stringify([...(isC ? ["-cxx"] : []), ...featuresOf(name)]);
      const copts = needsDebugInfo.includes(name) ? ["-g"] : [];
      return `cc_binary(name = "${name}${suffix}", srcs = ${JSON.stringify(from)}, copts = ${JSON.stringify(copts)}, features = ${features})`;
    }),
  ),
  ...Object.keys(warning).flatMap((name) =>
    [[], [name]].map((features) => {
      const all = JSON.stringify([...features, "treat_warnings_as_errors"]);
      const suffix = features.length > 0 ? "with" : "without";
      return `cc_library(name = "${name}.${suffix}", srcs = ${JSON.stringify(sourcesOf(name))}, features = ${all})`;
    }),
  ),
  'cc_library(name = "both_ltos", srcs = ["zero_init.c"], features = ["full_lto", "thin_lto"])',
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
  const all = [...ending, ...[instructions, inspected, warning].flatMap((kind) => Object.keys(kind))];
  expect(shown.map(({ name }) => name).filter((name) => !all.includes(name))).toEqual([]);
});

describe.each(platforms)("$name", (platform) => {
  const has = (name: string): boolean => platform.target.features.some((feature) => feature.name === name);
  const here = linked.filter(has);
  const hardened = rows.find(({ name }) => name === "hardened")?.implies ?? [];
  let files: ReadonlyMap<string, readonly string[]>;
  let mnemonics: readonly string[];
  const fileOf = (program: string): string => files.get(`//programs:${program}`)?.[0] ?? "";

  beforeAll(async () => {
    const suffixes = (name: string): string[] => ["", ".with", ...(hardened.includes(name) ? [".hardened"] : [])];
    const targets = here.flatMap((name) => suffixes(name).map((suffix) => `//programs:${name}${suffix}`));
    const options = [`--platforms=@xllvm//platforms:${platform.name}`, "--strip=never"];
    const build = (mode: string, names: readonly string[]) => bazel.build([...options, "-c", mode, ...names]);
    const isForOpt = (target: string): boolean => needsOpt.some((name) => target.includes(`:${name}`));
    const others = targets.filter((target) => !isForOpt(target));
    const optimized = await build("opt", targets.filter(isForOpt));
    files = new Map([...(await build("fastbuild", others)).outputs, ...optimized.outputs]);
    mnemonics = optimized.actions.map(({ mnemonic }) => mnemonic);
  });

  for (const name of here) {
    const withIt = [`${name}.with`, ...(hardened.includes(name) ? [`${name}.hardened`] : [])];
    const found = instructions[name]?.[platform.architecture.name];
    if (found !== undefined && platform.system.object_format !== "wasm")
      it(`${name} is in the code, and is not without`, () => {
        expect(disassembly(bazel, fileOf(name), "checked")).not.toMatch(found);
        for (const program of withIt) expect(disassembly(bazel, fileOf(program), "checked")).toMatch(found);
      });
    const isWithIt = inspected[name];
    if (isWithIt !== undefined)
      it(`${name} is in the file, and is not without`, () => {
        expect([fileOf(name), ...withIt.map(fileOf)].map(isWithIt)).toEqual([false, ...withIt.map(() => true)]);
      });
    itEnds(platform, name, () => ({ without: fileOf(name), withIt: withIt.map(fileOf) }));
  }

  if (has("thin_lto"))
    it("thin_lto plans a link in one action, and optimizes each object in another", () => {
      const ofLto = mnemonics.filter((mnemonic) => /lto/i.test(mnemonic)).sort();
      expect(ofLto).toEqual(["CcLtoBackendCompile", "CcLtoBackendCompile", "CppLTOIndexing"]);
    });

  const absent = rows.map(({ name }) => name).filter((name) => !has(name));
  if (absent.length > 0)
    it("says who has a feature that it lacks", async () => {
      const { exitCode, stderr } = await bazel.tryBuild([
        "--nobuild",
        "--keep_going",
        `--platforms=@xllvm//platforms:${platform.name}`,
        ...absent.map((name) => `//programs:asks_${name}`),
      ]);
      expect(exitCode).toBe(1);
      const isSaid = (name: string): boolean =>
        new RegExp(`${name}: ${platform.name} has nothing of the kind\\. .*linux_\\w+.* have it\\.`).test(stderr);
      expect(absent.filter((name) => !isSaid(name))).toEqual([]);
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

describe("on any platform", () => {
  const [platform] = platforms;
  const options = platform === undefined ? [] : [`--platforms=@xllvm//platforms:${platform.name}`];

  it.each(Object.entries(warning))("%s: the compiler warns, which is an error here: %s", async (name, warns) => {
    for (const [suffix, fails] of [
      ["with", warns],
      ["without", !warns],
    ] as const) {
      const { exitCode, stderr } = await bazel.tryBuild([...options, `//programs:${name}.${suffix}`]);
      expect({ suffix, exitCode, isError: stderr.includes("[-Werror") }).toEqual({
        suffix,
        exitCode: fails ? 1 : 0,
        isError: fails,
      });
    }
  });

  it("refuses two kinds of link-time optimization at once, by their names", async () => {
    const both = "--platforms=@xllvm//platforms:linux_amd64_musl";
    const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", both, "//programs:both_ltos"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/link_time_optimization is provided by all of the following features: full_lto thin_lto/);
  });
});

test("docs/features.md says of each what its row says", () => {
  const text = readFileSync(join(repositoryRoot, "docs/features.md"), "utf8");
  expect(rows.filter(({ name, about }) => !text.includes(`| \`${name}\` | ${about} |`))).toEqual([]);
});
