import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { create } from "tar";

import type { ResolvedTarget } from "../../generator/resolve/resolved-target";
import { compareVersions } from "../../generator/schema/libc-versions";
import { readActionGraph, type QueriedAction } from "../harness/actions-query";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { missingArchives, readMachineIndex, sha256Of, writeIndex, type IndexEntry } from "../harness/pinned-archives";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { readNeededVersions } from "../harness/versioned-symbols";
import { kindsProgram } from "../programs/glibc-kinds";

const sources = loadSources();
const isGlibc = ({ system }: Platform): boolean => system.libc === "glibc";
const all = listPlatforms(sources).filter(isGlibc);
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), isGlibc);

/** One release on one platform, and by which means it has its headers. */
interface Release {
  readonly platform: Platform;
  readonly target: ResolvedTarget;
  readonly version: string;
  /** The archive of headers that somebody else has installed; undefined where the release has been imported, and has its own. */
  readonly prebuilt: string | undefined;
}

const releasesOf = (platform: Platform): Release[] =>
  [platform.target, ...platform.otherVersions]
    .map((target): Release => {
      const version = target.version ?? "";
      const isImported = sources.imports.has(`glibc-${version}`);
      return { platform, target, version, prebuilt: isImported ? undefined : target.runtimes.find(({ name }) => name === "glibc")!.archive.name };
    })
    .sort((left, right) => compareVersions(left.version, right.version));

/** Why a release cannot be built here, or undefined: prebuilt headers are made here. */
const missingSources = ({ prebuilt, target }: Release): string | undefined => (prebuilt === undefined ? missingArchives(target) : undefined);
const isHere = (release: Release): boolean => missingSources(release) === undefined;
const imported = (platform: Platform): Release[] => releasesOf(platform).filter((release) => release.prebuilt === undefined && isHere(release));

/** A program for each release, by a rule that builds it for that release's platform, so that one command has them all. */
const files = {
  "for_platform.bzl": `
def _transition_impl(_settings, attr):
    return {"//command_line_option:platforms": [attr.platform]}

_transition = transition(implementation = _transition_impl, inputs = [], outputs = ["//command_line_option:platforms"])

for_platform = rule(
    implementation = lambda ctx: [DefaultInfo(files = depset(ctx.files.program))],
    attrs = {
        "platform": attr.label(),
        "program": attr.label(cfg = _transition),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
`,
  "BUILD.bazel": [
    'load("@rules_cc//cc:defs.bzl", "cc_binary")',
    'load(":for_platform.bzl", "for_platform")',
    ...all.flatMap(releasesOf).flatMap(({ target: { name } }) => [
      `cc_binary(name = "kinds_${name}", srcs = ["kinds.c"], features = ["-cxx"], linkopts = ${JSON.stringify(kindsProgram.linkopts)}, tags = ["manual"])`,
      `for_platform(name = "${name}", platform = "@xllvm//platforms:${name}", program = ":kinds_${name}")`,
    ]),
    ...all.map((platform) => `filegroup(name = "${platform.name}", srcs = [${releasesOf(platform).filter(isHere).map(({ target }) => `":${target.name}"`).join(", ")}])`),
  ].join("\n"),
  "kinds.c": kindsProgram.text,
};

const workspace = writeConsumerWorkspace(sources.manifest, { name: "glibc-releases", files });
const folder = join(scratchRoot, "glibc-headers");
let bazel: DrivenBazel;

beforeAll(async () => {
  const index = await packHeaders();
  bazel = new DrivenBazel({ name: "glibc-releases", workspace, environment: { XLLVM_ARCHIVES: index } });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

/**
 * Prebuilt headers as somebody who installed them would have packed them, in a folder with a name of their own: those of the
 * newest imported release that is older, else of the oldest. Returns an index that has them in place of the pinned archives.
 */
async function packHeaders(): Promise<string> {
  const first = new DrivenBazel({ name: "glibc-headers", workspace });
  const packed: Record<string, IndexEntry> = {};
  rmSync(folder, { recursive: true, force: true });
  try {
    await first.build(["--nobuild", ...imported(all[0]!).map(({ target }) => `//:${target.name}`)]);
    const external = join(first.outputBase, "external");
    const repositories = readdirSync(external);
    for (const platform of all) {
      const made = new Map<string, IndexEntry>();
      for (const { version, prebuilt } of releasesOf(platform)) {
        if (prebuilt === undefined) continue;
        const own = imported(platform);
        const from = (own.filter((other) => compareVersions(other.version, version) < 0).at(-1) ?? own[0]!).version;
        const repository = repositories.find((name) => name.endsWith(`glibc-${from}`))!;
        const entry = made.get(from) ?? (await pack(join(external, repository, "generated/headers"), platform.architecture.name, from));
        made.set(from, entry);
        packed[prebuilt] = entry;
      }
    }
  } finally {
    await first.shutDown();
  }
  return writeIndex(join(folder, "index.json"), { ...readMachineIndex(), ...packed });
}

async function pack(headers: string, architecture: string, version: string): Promise<IndexEntry> {
  const place = join(folder, `${architecture}-${version}`);
  for (const part of ["common", architecture]) cpSync(join(headers, part), join(place, "a-name-of-its-own/include"), { recursive: true, dereference: true });
  const file = `${place}.tar.gz`;
  await create({ gzip: true, file, cwd: place }, ["a-name-of-its-own"]);
  rmSync(place, { recursive: true });
  return { file, sha256: sha256Of(file) };
}

test("the documentation names the releases that have been imported, and no others", () => {
  const named = /^\| \| imported \(([^)]*)\) \| not imported yet \|$/m.exec(readFileSync(join(repositoryRoot, "docs/glibc.md"), "utf8"))?.[1];
  expect(named?.split(", ")).toEqual(releasesOf(all[0]!).flatMap(({ prebuilt, version }) => (prebuilt === undefined ? [version] : [])));
});

describe("analysis, for every CPU", () => {
  let compiles: readonly QueriedAction[];

  beforeAll(async () => {
    const programs = all.flatMap(releasesOf).filter(isHere).map(({ target }) => `//:${target.name}`);
    const graph = await bazel.query("aquery", ["--output=jsonproto", `mnemonic("CppCompile", filter("^//:kinds_", deps(set(${programs.join(" ")}))))`]);
    compiles = readActionGraph(graph).filter(({ mnemonic }) => mnemonic === "CppCompile");
  });

  for (const release of all.flatMap(releasesOf)) {
    const { target, prebuilt, version, platform } = release;
    itUnless(missingSources(release))(`${target.name}: ${prebuilt === undefined ? "own headers from source" : "prebuilt headers"}`, () => {
      const own = compiles.filter(({ label }) => label === `//:kinds_${target.name}`);
      expect(own).toHaveLength(1);
      const folders = own[0]!.arguments.filter((argument) => /[~+]glibc-/.test(argument)).map((argument) => argument.replace(/^.*[~+](?=glibc-)/, ""));
      expect(folders).toEqual(prebuilt === undefined ? [platform.architecture.name, "common"].map((part) => `glibc-${version}/generated/headers/${part}`) : [`${prebuilt}/include`]);
    });
  }
});

for (const platform of chosen.platforms) describe(platform.name, () => testReleases(platform));

/** Compiled, linked, and run where the glibc that is installed is not older. */
function testReleases(platform: Platform): void {
  const built = new Map<string, string>();
  beforeAll(async () => {
    const { outputs } = await bazel.build([`//:${platform.name}`]);
    for (const file of outputs.get(`//:${platform.name}`) ?? []) built.set(file.slice(file.lastIndexOf("kinds_") + 6), file);
  });

  for (const release of releasesOf(platform)) {
    const { target, version, prebuilt } = release;
    const runner = findRunner(platform, version);
    const means = prebuilt === undefined ? "its own headers" : "prebuilt headers";
    itUnless(missingSources(release))(`${version}, with ${means}, ${"missing" in runner ? "is linked" : `runs ${runner.how}`}, and needs no newer symbol`, async () => {
      const program = built.get(target.name) ?? "";
      const needed = Object.values(readNeededVersions(readFileSync(program))).flat().map((name) => name.replace("GLIBC_", ""));
      expect(needed).not.toEqual([]);
      expect(needed.filter((release) => compareVersions(release, version) > 0)).toEqual([]);
      if ("missing" in runner) return;
      expect(await runProgram(runner, program, { environment: { HOME: "/" } })).toMatchObject({ stdout: kindsProgram.stdout, stderr: "", status: 0 });
    });
  }
}
