import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { create } from "tar";

import type { ResolvedTarget } from "../../generator/resolve/resolved-target";
import { compareVersions } from "../../generator/schema/libc-versions";
import { readActionGraph, type QueriedAction } from "../harness/actions-query";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { missingArchives, readMachineIndex, writeIndex } from "../harness/pinned-archives";
import { runCommand, type EndedCommand } from "../harness/run-command";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { readNeededVersions } from "../harness/versioned-symbols";
import { kindsProgram } from "../programs/glibc-kinds";

const sources = loadSources();
const isGlibc = ({ system }: Platform): boolean => system.libc === "glibc";
const all = listPlatforms(sources).filter(isGlibc);
const asked = choosePlatforms(listPlatforms(sources));
const chosen = thatFit(asked, isGlibc);
/**
 * For which releases are analysed and linked: the last CPU is not this machine's. The releases are alike on all, and each of them on each CPU
 * is a configuration, which takes a second to analyse.
 */
const linked = asked.leftOut.length === 0 ? chosen.platforms : chosen.platforms.slice(-1);

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
      const archive = target.runtimes.find(({ name }) => name === "glibc")!.archive.name;
      return { platform, target, version, prebuilt: sources.imports.has(`glibc-${version}`) ? undefined : archive };
    })
    .sort((left, right) => compareVersions(left.version, right.version));

const releases = linked.flatMap((platform) => releasesOf(platform));

const minorOf = ({ version }: Release): number => Number(version.split(".")[1]);

/** Why a release cannot be built here, or undefined: prebuilt headers are made here. */
const missingSources = ({ prebuilt, target }: Release): string | undefined =>
  prebuilt === undefined ? missingArchives(target) : undefined;
const isHere = (release: Release): boolean => missingSources(release) === undefined;
const importedOf = (platform: Platform): Release[] =>
  releasesOf(platform).filter((release) => release.prebuilt === undefined && isHere(release));

/** A function that came with each release, by glibc's NEWS; 2.31 and 2.37 have none that is every CPU's and has not moved since. */
const cameWith: Readonly<Record<string, string>> = {
  "2.28": "renameat2",
  "2.29": "getcpu",
  "2.30": "twalk_r",
  "2.32": "sigabbrev_np",
  "2.33": "mallinfo2",
  "2.34": "closefrom",
  "2.35": "epoll_pwait2",
  "2.36": "arc4random",
  "2.38": "strlcpy",
  "2.39": "pidfd_spawn",
  "2.40": "exp2m1",
  "2.41": "sched_getattr",
  "2.42": "pthread_gettid_np",
  "2.43": "memset_explicit",
};
const isIn = (version: string, release: Release): boolean => compareVersions(version, release.version) <= 0;

/** A file that refers to functions, whatever they are. */
const referringTo = (name: string, functions: readonly string[]): string =>
  [
    ...functions.map((each) => `void ${each}(void);`),
    `void (*const ${name}[])(void) = {${[...functions, "0"].join(", ")}};`,
    "",
  ].join("\n");

/** What is compiled for each release, by a rule that does so for that release's platform: one command has them all. */
const files = {
  "for_platform.bzl": `
def _transition_impl(_settings, attr):
    return {"//command_line_option:platforms": [attr.platform]}

_transition = transition(implementation = _transition_impl, inputs = [], outputs = ["//command_line_option:platforms"])

for_platform = rule(
    implementation = lambda ctx: [DefaultInfo(files = ctx.attr.library[0][OutputGroupInfo].compilation_outputs)],
    attrs = {
        "library": attr.label(cfg = _transition),
        "platform": attr.label(),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
`,
  "BUILD.bazel": [
    'load("@rules_cc//cc:defs.bzl", "cc_library")',
    'load(":for_platform.bzl", "for_platform")',
    ...releases.flatMap((release) => {
      const { name } = release.target;
      const units = JSON.stringify(["kinds.c", `older_${release.version}.c`, `newer_${release.version}.c`]);
      const options = `["-DRELEASE=${minorOf(release)}", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables"]`;
      return [
        `cc_library(name = "units_${name}", srcs = ${units}, copts = ${options}, features = ["-cxx"], linkstatic = True, tags = ["manual"])`,
        `for_platform(name = "${name}", platform = "@xllvm//platforms:${name}", library = ":units_${name}")`,
      ];
    }),
    "",
  ].join("\n"),
  "kinds.c": `${kindsProgram.text}
#if __GLIBC_MINOR__ != RELEASE
#error "the headers are those of another release"
#endif
// Of crtbegin.o, by which libc_nonshared.a knows whose functions are to be called at the end.
__attribute__((visibility("hidden"))) void *__dso_handle = 0;
`,
  ...Object.fromEntries(
    releasesOf(all[0]!).flatMap((release) => {
      const [older, newer] = [true, false].map((wanted) =>
        Object.entries(cameWith).flatMap(([version, name]) => (isIn(version, release) === wanted ? [name] : [])),
      );
      return [
        [`older_${release.version}.c`, referringTo("older", older ?? [])],
        [`newer_${release.version}.c`, referringTo("newer", newer ?? [])],
      ];
    }),
  ),
};

const folder = join(scratchRoot, "glibc-releases");
let bazel: DrivenBazel;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  const prebuilt = releases.flatMap((release) => release.prebuilt ?? []);
  const entries = prebuilt.map((archive) => [archive, { file: join(folder, `${archive}.tar`), sha256: "" }] as const);
  const index = writeIndex(join(folder, "index.json"), { ...readMachineIndex(), ...Object.fromEntries(entries) });
  bazel = new DrivenBazel({
    fetchesAnew: true,
    name: "glibc-releases",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "glibc-releases", files }),
    environment: { XLLVM_ARCHIVES: index },
  });
  await packHeaders();
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

/**
 * Prebuilt headers as somebody who installed them would have packed them: made from those of the newest imported release that is
 * older, else of the oldest.
 */
async function packHeaders(): Promise<void> {
  if (linked.length === 0) return;
  await bazel.build([
    "--nobuild",
    ...linked
      .slice(0, 1)
      .flatMap(importedOf)
      .map(({ target }) => `//:${target.name}`),
  ]);
  const external = join(bazel.outputBase, "external");
  for (const release of releases) {
    if (release.prebuilt === undefined) continue;
    const own = importedOf(release.platform);
    const older = own.filter((other) => compareVersions(other.version, release.version) < 0).at(-1) ?? own[0]!;
    const repository = readdirSync(external).find((name) => name.endsWith(`glibc-${older.version}`))!;
    const headers = join(external, repository, "generated/headers");
    const place = join(folder, "a-name-of-its-own");
    const include = join(place, "include");
    for (const part of ["common", release.platform.architecture.name])
      cpSync(join(headers, part), include, { recursive: true, dereference: true });
    const features = join(include, "features.h");
    const text = readFileSync(features, "utf8");
    rmSync(features);
    writeFileSync(features, text.replace(/(define\s+__GLIBC_MINOR__\s+)\d+/, `$1${minorOf(release)}`));
    await create({ file: join(folder, `${release.prebuilt}.tar`), cwd: folder }, [basename(place)]);
    rmSync(place, { recursive: true });
  }
}

test("the documentation names the releases that have been imported, and no others", () => {
  const text = readFileSync(join(repositoryRoot, "docs/glibc.md"), "utf8");
  const named = /^\| \| imported \(([^)]*)\) \| not imported yet \|$/m.exec(text)?.[1];
  const imported = releasesOf(all[0]!).filter(({ prebuilt }) => prebuilt === undefined);
  expect(named?.split(", ")).toEqual(imported.map(({ version }) => version));
});

describe("analysis", () => {
  let compiles: readonly QueriedAction[];

  beforeAll(async () => {
    const units = releases.filter(isHere);
    const query = `mnemonic("CppCompile", filter("^//:units_", deps(set(${units.map(({ target }) => `//:${target.name}`).join(" ")}))))`;
    compiles = readActionGraph(await bazel.query("aquery", ["--output=jsonproto", query]));
  });

  for (const release of releases) {
    const { target, prebuilt, version, platform } = release;
    const means = prebuilt === undefined ? "own headers from source" : "prebuilt headers";
    itUnless(missingSources(release))(`${target.name}: ${means}`, () => {
      const own = compiles.filter(
        ({ label, mnemonic }) => mnemonic === "CppCompile" && label === `//:units_${target.name}`,
      );
      expect(own).toHaveLength(3);
      const expected =
        prebuilt === undefined
          ? [platform.architecture.name, "common"].map((part) => `glibc-${version}/generated/headers/${part}`)
          : [`${prebuilt}/include`];
      for (const { arguments: args } of own) {
        const folders = args.filter((argument) => /[~+]glibc-/.test(argument));
        expect(folders.map((argument) => argument.replace(/^.*[~+](?=glibc-)/, ""))).toEqual(expected);
      }
    });
  }
});

for (const platform of linked) describe(platform.name, () => testReleases(platform));

/** Compiled with the release's headers, linked with its stub libraries and start files, and run where the glibc that is installed is not older. */
function testReleases(platform: Platform): void {
  const releases = releasesOf(platform);
  /** Of each release, the files by their names. */
  const built = new Map<string, Map<string, string>>();

  beforeAll(async () => {
    const here = releases.filter(isHere);
    const parts = ["stubs", "nonshared", "Scrt1", "crti", "crtn"];
    const { outputs } = await bazel.build(
      here.flatMap(({ target: { name } }) => [`//:${name}`, ...parts.map((part) => `@xllvm//targets/${name}:${part}`)]),
    );
    for (const file of [...outputs.values()].flat()) {
      const name = /\/(?:targets\/|_objs\/units_)([^/]+)\//.exec(file)?.[1] ?? "";
      built.set(name, (built.get(name) ?? new Map<string, string>()).set(basename(file), file));
    }
  });

  const link = async ({ target }: Release, program: string, ...more: readonly string[]): Promise<EndedCommand> => {
    const own = built.get(target.name)!;
    const [start, first, objects, nonshared, last] = [
      ["Scrt1.o"],
      ["crti.o"],
      [...own.keys()].filter((name) => /^(?:kinds|older)/.test(name)),
      ["libc_nonshared.a"],
      ["crtn.o"],
    ].map((names) => names.map((name) => own.get(name) ?? name));
    const stubs = [...own].filter(([name]) => /\.so\.\d+$/.test(name)).map(([, file]) => file);
    const external = join(bazel.outputBase, "external");
    const seed = readdirSync(external).find(
      (name) => /[~+]llvm-[\d.]+-(?:linux|macos)-\w+$/.test(name) && !name.startsWith("@"),
    )!;
    const bin = join(external, seed, "bin");
    const flags = [
      `--target=${target.triple}`,
      "--sysroot=/dev/null",
      "-nostdlib",
      "-pie",
      `--ld-path=${bin}/ld.lld`,
      "-Wl,--as-needed",
      "-Wl,-z,now",
    ];
    return runCommand(join(bin, "clang"), [
      ...flags,
      ...start!,
      ...first!,
      ...objects!,
      ...more.map((name) => own.get(name) ?? name),
      ...nonshared!,
      ...stubs,
      ...last!,
      "-o",
      program,
    ]);
  };

  for (const release of releases) {
    const { target, version, prebuilt } = release;
    const runner = findRunner(platform, version);
    const means = prebuilt === undefined ? "its own headers" : "prebuilt headers";
    const deed = "missing" in runner ? "is linked" : `runs ${runner.how}`;
    const [highest] = Object.keys(cameWith)
      .filter((each) => isIn(each, release))
      .slice(-1);
    const newer = Object.entries(cameWith).flatMap(([each, name]) => (isIn(each, release) ? [] : [name]));

    itUnless(missingSources(release))(
      `${version}, with ${means}: ${deed}, and needs at most GLIBC_${highest}`,
      async () => {
        const program = join(folder, `kinds_${target.name}`);
        expect(await link(release, program)).toMatchObject({ status: 0, stderr: "" });
        const versions = Object.values(readNeededVersions(readFileSync(program))).flat();
        const needed = versions.map((name) => name.replace("GLIBC_", "")).sort(compareVersions);
        expect(needed.at(-1)).toBe(highest);
        if ("missing" in runner) return;
        expect(await runProgram(runner, program, { environment: { HOME: "/" } })).toMatchObject({
          stdout: kindsProgram.stdout,
          stderr: "",
          status: 0,
        });
      },
    );

    if (newer.length === 0) continue;
    itUnless(missingSources(release))(`${version}: a link is refused that needs ${newer.join(", ")}`, async () => {
      const name = [...(built.get(target.name) ?? new Map<string, string>()).keys()].find((file) =>
        file.startsWith("newer"),
      )!;
      const { status, stderr } = await link(release, join(folder, "refused"), name);
      expect(status).toBe(1);
      expect([...stderr.matchAll(/undefined symbol: (\w+)/g)].map(([, symbol]) => symbol)).toEqual(newer);
    });
  }
}
