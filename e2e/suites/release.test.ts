import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { extract, list } from "tar";
import { parse } from "yaml";

import { generatedRoots } from "../../generator/plan/generated-tree";
import { readActionGraph } from "../harness/actions-query";
import { repositoryRoot, writeWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { bazelCommandsBelow, filesBelow, labelsOf, readCodeBlocks } from "../harness/read-commands";
import { makeRelease } from "../harness/release-archive";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const { module: us } = sources.manifest;
const textOf = (...path: string[]): string => readFileSync(join(repositoryRoot, ...path), "utf8");
const readme = textOf("README.md");
const blocks = readCodeBlocks(readme);

/** `cd FOLDER && npx … COMMAND` of the README: how an example is run. */
const [, exampleFolder = "", exampleCommand = ""] = /cd (\S+) && npx --yes @bazel\/bazelisk (.*)/.exec(readme) ?? [];

const platformNamed = (name: string): Platform => {
  const platform = listPlatforms(sources).find((candidate) => candidate.name === name);
  if (platform === undefined) throw new Error(`the manifest has no ${name}`);
  return platform;
};

const release = makeRelease("release", us);
let consumer: DrivenBazel;
let example: DrivenBazel;

/** How the registry of the release is asked before the public one; a machine's own settings may name others. */
const registries = [`--registry=${release.registry}`, "--registry=https://bcr.bazel.build"];

beforeAll(async () => {
  const files = {
    ...filesBelow(blocks, "Use it"),
    "hello.c": textOf("examples/c_hello/hello.c"),
    "own/BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
load(":run_tool.bzl", "run_tool")
cc_binary(name = "tool", srcs = ["tool.c"], features = ["-cxx"])
run_tool(name = "made_by_tool", tool = ":tool")
`,
    "own/tool.c": "int main(void) { return 0; }\n",
    "own/run_tool.bzl": `
def _impl(ctx):
    made = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.run(executable = ctx.executable.tool, outputs = [made])
    return [DefaultInfo(files = depset([made]))]

run_tool = rule(_impl, attrs = {"tool": attr.label(executable = True, cfg = "exec")})
`,
  };
  consumer = new DrivenBazel({ name: "release", workspace: writeWorkspace("release", files), fetchesAnew: true });
  const unpacked = join(dirname(release.archive), "unpacked");
  writeWorkspace("../release/unpacked", { ".keep": "" });
  await extract({ file: release.archive, cwd: unpacked });
  example = new DrivenBazel({
    name: "release-example",
    workspace: join(unpacked, release.prefix, exampleFolder),
    fetchesAnew: true,
  });
});

afterAll(async () => {
  await consumer.shutDown();
  await example.shutDown();
});

describe("the archive of a release", () => {
  it("holds what Bazel needs, and the documents that messages name", async () => {
    const names = new Set<string>();
    await list({ file: release.archive, onReadEntry: ({ path }) => names.add(path) });
    const below = [...names].map((path) => path.split("/").slice(1).join("/")).filter((path) => path !== "");
    expect([...new Set(below.map((path) => path.split("/")[0]))].sort()).toEqual(
      [...generatedRoots, ".bazelignore", "LICENSE", "NOTICE", "README.md", "bzlmod", "docs", "examples"].sort(),
    );
    expect(below).not.toContain("toolchains/targets.json");
    expect(statSync(release.archive).size).toBeLessThan(600_000);
  });

  it("has each file that a message of the module names", () => {
    const named = readdirSync(join(repositoryRoot, "bzlmod"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".bzl"))
      .flatMap((path) => [...textOf("bzlmod", path).matchAll(/docs\/[\w-]+\.md/g)].map(([file]) => file));
    expect(named.length).toBeGreaterThan(0);
    for (const file of named)
      expect(statSync(join(dirname(release.archive), "unpacked", release.prefix, file)).isFile()).toBe(true);
  });
});

describe("a module whose one line is README's bazel_dep, from a registry", () => {
  const commands = bazelCommandsBelow(blocks, "Use it");

  it("is made of what README shows", () => {
    expect(filesBelow(blocks, "Use it")["MODULE.bazel"]).toContain(
      `bazel_dep(name = "${us.name}", version = "${us.version}")`,
    );
    expect(commands.map(([verb]) => verb)).toEqual(["build"]);
  });

  it("builds README's program by README's command", async () => {
    for (const [, ...args] of commands) {
      const { outputs } = await consumer.build([...registries, ...args]);
      const platform = platformNamed(
        args
          .find((arg) => arg.startsWith("--platforms="))
          ?.split(":")
          .at(-1) ?? "",
      );
      const file = outputs.get("//:hello")?.[0] ?? "";
      expectProgramFile(platform, platform.system.link_modes[0]!, file);
      const runner = findRunner(platform);
      if ("missing" in runner) throw new Error(runner.missing);
      expect(await runProgram(runner, file)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^Hello from C on /),
      });
    }
  });

  it("builds for this machine without more", async () => {
    const { outputs } = await consumer.build([...registries, "//:hello"]);
    const host = listPlatforms(sources).find((platform) => {
      const runner = findRunner(platform);
      return "prefix" in runner && runner.prefix.length === 0 && platform.system.default_for_os;
    });
    if (host === undefined) throw new Error("no platform of the manifest is this machine");
    expectProgramFile(host, host.system.link_modes[0]!, outputs.get("//:hello")?.[0] ?? "");
  });

  it("finds each label that README and docs name", async () => {
    const documents = [
      "README.md",
      ...readdirSync(join(repositoryRoot, "docs"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".md"))
        .map((name) => `docs/${name}`),
    ];
    const labels = [...new Set(documents.flatMap((document) => labelsOf(textOf(document), us.name)))];
    expect(labels).toEqual(
      expect.arrayContaining([`@${us.name}//platforms:linux_arm64_musl`, `@${us.name}//:defs.bzl`]),
    );
    const packagesOrTargets = labels.map((label) => (label.includes(":") ? label : `${label}:all`));
    // A query makes no links to outputs, and refuses the option that says so.
    const options = consumer.commonOptions().filter((option) => !option.includes("convenience_symlinks"));
    const { exitCode, stderr } = await consumer.run("query", [
      ...options,
      ...registries,
      `set(${packagesOrTargets.join(" ")})`,
    ]);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  it("loads every package of the module, and analyses what wildcards take", async () => {
    await consumer.build([...registries, "--nobuild", `@${us.name}//...`]);
  });

  it("has tools of the build made for the platform that docs/glibc.md names", async () => {
    const option = /`(--host_platform=\S+)`/.exec(textOf("docs/glibc.md"))?.[1] ?? "";
    const links = async (...options: string[]): Promise<string[]> => {
      const graph = await consumer.query("aquery", [
        ...registries,
        ...options,
        "--output=jsonproto",
        "--include_param_files",
        'mnemonic("CppLink", deps(//own:made_by_tool))',
      ]);
      const targets = readActionGraph(graph)
        .filter(({ label }) => label === "//own:tool")
        .flatMap(({ arguments: args }) => args.filter((arg) => arg.startsWith("--target=")));
      return [...new Set(targets)];
    };
    const { triple } = platformNamed(option.split(":").at(-1) ?? "").target;
    expect(await links(option)).toEqual([`--target=${triple}`]);
    expect(await links()).not.toEqual([`--target=${triple}`]);
  });
});

describe(`examples/${exampleFolder.split("/").at(-1)}, as README runs it`, () => {
  it("is built for another architecture and run in an emulator", async () => {
    const [verb = "", ...args] = exampleCommand.split(" ");
    const { exitCode, stdout, stderr } = await example.run(verb, [...example.buildOptions(), ...registries, ...args]);
    expect({ exitCode, stdout, stderr: exitCode === 0 ? "" : stderr }).toEqual({
      exitCode: 0,
      stdout: "Hello from C on aarch64, 64-bit\n",
      stderr: "",
    });
  });
});

describe(".bcr/presubmit.yml", () => {
  interface Matrix {
    readonly bazel: readonly string[];
    readonly platform: readonly string[];
  }
  interface Tasks {
    readonly matrix: Matrix;
    readonly tasks: Readonly<
      Record<string, { readonly build_flags?: readonly string[]; readonly build_targets: readonly string[] }>
    >;
  }
  const presubmit = parse(textOf(".bcr/presubmit.yml")) as Tasks & {
    readonly bcr_test_module: Tasks & { readonly module_path: string };
  };

  it("is for each Bazel on four systems", () => {
    for (const { matrix } of [presubmit, presubmit.bcr_test_module]) {
      expect(matrix.bazel).toEqual(["7.x", "8.x", "9.x"]);
      expect(matrix.platform).toHaveLength(4);
    }
  });

  it("builds what there is, in an example that the archive has", async () => {
    expect(presubmit.bcr_test_module.module_path).toBe(exampleFolder);
    for (const { build_targets } of Object.values(presubmit.tasks))
      await consumer.build([...registries, "--nobuild", ...build_targets]);
    for (const { build_flags = [], build_targets } of Object.values(presubmit.bcr_test_module.tasks)) {
      await example.build([...registries, "--nobuild", ...build_flags, ...build_targets]);
    }
  });
});
