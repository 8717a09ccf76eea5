import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { removeTree } from "../../crossenv/cache";
import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { inspectElf } from "../harness/inspect-artefact";
import { outputOf, runCommand, runCommandSync } from "../harness/run-command";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources } from "../harness/target-rows";

const command = join(repositoryRoot, "crossenv/bin/bazel-crossenv");
const folder = join(scratchRoot, "crossenv", "command");
const target = ["--target", "armeb-linux-musleabi"];
const platform = listPlatforms(loadSources()).find(({ name }) => name === "linux_armeb_musl");
/** Milliseconds that the first call may take, which builds the crossenv. */
const building = 14 * 60_000;

const environment = { ...process.env, XLLVM_CROSSENV_CACHE: join(folder, "cache"), HOME: join(folder, "home") };

/** Calls of bazel-crossenv share the actions that other suites have built, through the settings of a home folder of their own. */
beforeAll(() => {
  removeTree(folder);
  mkdirSync(environment.HOME, { recursive: true });
  writeFileSync(
    join(environment.HOME, ".bazelrc"),
    `build --disk_cache=${join(scratchRoot, "disk-cache")}\ncommon --repository_cache=${join(scratchRoot, "repository-cache")}\n`,
  );
});

afterAll(() => {
  outputOf(command, ["clean", "--all"], { environment });
  rmSync(folder, { recursive: true, force: true });
});

const call = (args: readonly string[], input = "") => runCommandSync(command, args, { folder, environment, input });

test("forty calls at once, the first ones ever: one build, forty right programs", async () => {
  const sources = Array.from({ length: 40 }, (_, index) => {
    const source = join(folder, `program${index}.c`);
    writeFileSync(source, `#include <stdio.h>\nint main(void) { printf("number ${index}\\n"); return ${index}; }\n`);
    return source;
  });
  const ended = await Promise.all(
    sources.map((source) =>
      runCommand(command, [...target, source, "-o", source.replace(/\.c$/, "")], {
        folder,
        environment,
        timeout: building,
      }),
    ),
  );
  const stderr = ended.map((one) => one.stderr).join("");
  expect(ended.filter(({ status }) => status !== 0)).toEqual([]);
  expect(stderr.match(/building the crossenv of linux_armeb_musl, once/g)).toHaveLength(1);
  if (platform === undefined) throw new Error("the manifest has no linux_armeb_musl");
  const runner = findRunner(platform);
  for (const [index, source] of sources.entries()) {
    const program = source.replace(/\.c$/, "");
    expect(inspectElf(program)).toMatchObject({ machine: "EM_ARM", endian: "big", needed: [] });
    if (index % 10 === 9 && "prefix" in runner)
      expect(await runProgram(runner, program)).toMatchObject({ stdout: `number ${index}\n`, status: index });
  }
});

test("make with nothing but CC", () => {
  const { status, stderr } = runCommandSync("make", ["-B", `CC=${command} ${target.join(" ")}`, "program1"], {
    folder,
    environment,
  });
  expect([status, stderr]).toEqual([0, ""]);
  expect(inspectElf(join(folder, "program1"))).toMatchObject({ machine: "EM_ARM", endian: "big" });
});

describe("behaves as clang does", () => {
  test("--version, -dumpmachine, -print-*, -v without inputs", () => {
    expect(call([...target, "--version"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/clang version 22\.[^]*Target: armeb-unknown-linux-musleabi\n/),
    });
    expect(call([...target, "-dumpmachine"])).toMatchObject({ status: 0, stdout: "armeb-unknown-linux-musleabi\n" });
    expect(call([...target, "-print-file-name=libc.a"]).stdout).toMatch(
      /\/trees\/linux_armeb_musl\/.*usr\/lib\/libc\.a\n$/,
    );
    expect(call([...target, "-print-libgcc-file-name"]).stdout).toMatch(
      /\/lib\/clang\/22\/lib\/armeb-unknown-linux-musleabi\/libclang_rt\.builtins\.a\n$/,
    );
    expect(call([...target, "-v"])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("Target: armeb-unknown-linux-musleabi"),
    });
  });

  test("-### prints the commands and runs none", () => {
    const { status, stderr } = call([...target, "-###", "program0.c", "-o", "absent"]);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/"-cc1" [^]*ld\.lld"/)]);
  });

  test("standard input and response files", () => {
    writeFileSync(join(folder, "arguments"), '-DANSWER="forty two"\n-E -P\n');
    expect(call([...target, "-x", "c", "@arguments", "-"], "ANSWER\n")).toMatchObject({
      status: 0,
      stdout: "forty two\n",
    });
  });

  test("exit code and message of an error in the source", () => {
    expect(call([...target, "-x", "c", "-c", "-", "-o", "absent"], "int x = ;\n")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("<stdin>:1:9: error: expected expression"),
    });
  });

  test("a freestanding compilation sees none of the libc's headers", () => {
    expect(call([...target, "-nostdinc", "-x", "c", "-fsyntax-only", "-"], "#include <stdio.h>\n")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("'stdio.h' file not found"),
    });
  });
});

test("a call costs at most 15 ms more than the compiler itself", () => {
  const compiler = call(["which", ...target]).stdout.trim();
  const time = (program: string, args: readonly string[]): number => {
    const begin = process.hrtime.bigint();
    outputOf(program, [...args, "-c", "program0.c", "-o", "program0.o"], { folder, environment });
    return Number(process.hrtime.bigint() - begin) / 1e6;
  };
  const pairs = Array.from({ length: 25 }, () => ({ bare: time(compiler, []), called: time(command, target) }));
  const fastest = (pick: (pair: { bare: number; called: number }) => number): number => Math.min(...pairs.map(pick));
  // The fastest of many is what a call costs on a machine that does nothing else.
  expect(fastest(({ called }) => called) - fastest(({ bare }) => bare)).toBeLessThan(15);
});
