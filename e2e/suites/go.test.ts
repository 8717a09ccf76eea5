import { join } from "node:path";

import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { declareSkip, itUnless } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { findProgram } from "../harness/find-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { executableRulesGo } from "../harness/rules-go";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

/** rules_go as it is published, with Go as it is installed, and no flag that is not here. */
const rulesGo = (path: string | undefined): string => `
bazel_dep(name = "rules_go", version = "0.62.0")
${path === undefined ? "" : `local_path_override(module_name = "rules_go", path = "${path}")`}

go_sdk = use_extension("@rules_go//go:extensions.bzl", "go_sdk")
go_sdk.host()
`;

const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("@rules_go//go:def.bzl", "go_binary", "go_library", "go_test")

cc_library(name = "words", srcs = ["words.cc"], hdrs = ["words.h"])
go_library(name = "greeting", srcs = ["greeting.go"], cdeps = [":words"], cgo = True, importpath = "example.com/greeting")
go_test(name = "greeting_test", srcs = ["greeting_test.go"], embed = [":greeting"])

go_binary(name = "cgo", srcs = ["main.go"], deps = [":greeting"])
go_binary(name = "pie", srcs = ["main.go"], linkmode = "pie", deps = [":greeting"])
go_binary(name = "pure", srcs = ["pure.go"], pure = "on")

go_binary(name = "archive", srcs = ["exported.go"], cgo = True, linkmode = "c-archive")
cc_binary(name = "archive_caller", srcs = ["caller.c"], deps = [":archive"])
`;

const sourceFiles = [
  "words.h",
  "words.cc",
  "greeting.go",
  "greeting_test.go",
  "main.go",
  "pure.go",
  "exported.go",
  "caller.c",
];

interface Program {
  readonly name: string;
  readonly platforms: readonly string[];
  /** Whether Go's own library is compiled for this way of linking alone. */
  readonly costly?: boolean;
  readonly stdout: (platform: Platform) => string;
  /** Expects that it is what was asked for. */
  readonly expectFile: (platform: Platform, file: string) => void;
}

const gnu = "linux_arm64_gnu";
const musl = "linux_arm64_musl";
const windows = "windows_amd64_gnu";

const goNames = ({ architecture, system }: Platform): string => `${system.os} ${architecture.name}`;
const counted = (platform: Platform): string => `${goNames(platform)} [3 3 3 3 3 3 3 3] -1 true\n`;
const isProgram =
  (pie: boolean) =>
  (platform: Platform, file: string): void =>
    expectProgramFile(platform, platform.system.link_modes[0] ?? "static", file, { pie });

const programs: readonly Program[] = [
  // Go's code is for fixed addresses unless it is told otherwise.
  { name: "cgo", platforms: [gnu, musl, windows], stdout: counted, expectFile: isProgram(false) },
  { name: "greeting_test", platforms: [gnu, musl, windows], stdout: () => "PASS\n", expectFile: isProgram(false) },
  { name: "pie", platforms: [gnu], costly: true, stdout: counted, expectFile: isProgram(true) },
  { name: "archive_caller", platforms: [gnu], costly: true, stdout: () => "sum 5050\n", expectFile: isProgram(true) },
  // Nothing of ours is in it.
  {
    name: "pure",
    platforms: [gnu],
    costly: true,
    stdout: (platform) => `${goNames(platform)} pure\n`,
    expectFile: (platform, file) =>
      expect(inspectElf(file)).toMatchObject({ machine: platform.architecture.elf_machine, needed: [] }),
  },
];

const sources = loadSources();
const asked = choosePlatforms(listPlatforms(sources));
const chosen = thatFit(asked, ({ name }) => programs.some(({ platforms }) => platforms.includes(name)));

// Go's own library is compiled for each platform and each way of linking, and that takes a minute.
const isQuick = asked.leftOut.length > 0;
const platforms = isQuick ? chosen.platforms.slice(0, 1) : chosen.platforms;

if (findProgram("go") === undefined) {
  declareSkip("rules_go", "go not on PATH");
} else {
  describe("rules_go", () => {
    let bazel: DrivenBazel;

    beforeAll(async () => {
      const copies = Object.fromEntries(sourceFiles.map((file) => [file, join(repositoryRoot, "e2e/go", file)]));
      const write = (path: string | undefined): string =>
        writeConsumerWorkspace(sources.manifest, {
          name: "go",
          module: rulesGo(path),
          files: { "BUILD.bazel": buildFile },
          copies,
        });
      bazel = new DrivenBazel({ name: "go", workspace: write(undefined) });
      const path = await executableRulesGo(bazel);
      if (path !== undefined) write(path);
    });

    afterAll(() => bazel.shutDown());

    describe.each(platforms)("$name", (platform) => {
      const ofPlatform = programs.filter(
        ({ platforms, costly }) => platforms.includes(platform.name) && !(isQuick && costly === true),
      );
      let built: BuildResult;

      beforeAll(async () => {
        built = await bazel.build([
          `--platforms=@xllvm//platforms:${platform.name}`,
          ...ofPlatform.map(({ name }) => `//:${name}`),
        ]);
      });

      const fileOf = (name: string): string => built.outputs.get(`//:${name}`)?.[0] ?? "";

      test.each(ofPlatform)("$name is a program of the platform", ({ name, expectFile }) =>
        expectFile(platform, fileOf(name)),
      );

      const runner = findRunner(platform);
      const declare =
        platform.system.os === "windows"
          ? itUnless("Go asks for a library of Windows that older wines lack")
          : itWhere(runner);
      for (const { name, stdout } of ofPlatform) {
        declare(`${name} runs`, async () =>
          expect(await runProgram(runner, fileOf(name))).toEqual({
            stdout: stdout(platform),
            stderr: "",
            status: 0,
            signal: null,
          }),
        );
      }
    });
  });
}

declareLeftOut(chosen);
