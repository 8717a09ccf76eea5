import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { hostPathsIn, readActionGraph, type QueriedAction } from "../harness/actions-query";
import { choosePlatforms, declareLeftOut, ofFormat } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { hostVariablesIn, readExecutionLog, type Spawn } from "../harness/execution-log";
import { findTexts, hashOutputs, listOutputs, type OutputFile } from "../harness/hash-outputs";
import { runCommand } from "../harness/run-command";
import { findRunner } from "../harness/run-program";
import { isHosted, listPlatforms, llvmMajor, loadSources, type Platform } from "../harness/target-rows";
import { programs, programsBuildFile } from "../programs/programs";

const sources = loadSources();
const { manifest } = sources;
const all = choosePlatforms(listPlatforms(sources));

interface Case {
  readonly platform: Platform;
  /** What is built, with all that it is linked with: nothing of it is taken from a cache. */
  readonly programs: readonly string[];
}

/**
 * Of each object format one. The C++ library, which takes a minute in each of the two places, is built for one of them, and for none
 * where platforms are left out.
 */
const ofCxx = all.leftOut.length === 0 ? ["cpp_exceptions"] : [];
const cases = [...caseFor("elf", ["c17", ...ofCxx]), ...caseFor("coff", ["c17"]), ...caseFor("wasm", ["c17"])];

/** A platform that is not this machine where there is one, so that no host file could serve by accident. */
function caseFor(format: Platform["system"]["object_format"], names: readonly string[]): Case[] {
  const { platforms } = ofFormat(all, format);
  const possible = platforms.filter(isHosted);
  const foreign = possible.find((candidate) => {
    const runner = findRunner(candidate);
    return "missing" in runner || runner.prefix.length > 0;
  });
  const platform = foreign ?? possible[0];
  return platform === undefined ? [] : [{ platform, programs: names }];
}

const built = [...new Set(cases.flatMap((one) => one.programs))];

/** What succeeds or fails by what is seen of the host. */
const controls = `
load("@rules_cc//cc:defs.bzl", "cc_binary")
cc_binary(name = "host_header", srcs = ["host_header.c"], features = ["-cxx"])
genrule(name = "host_shell", outs = ["shell.txt"], cmd = "echo text > $@")
`;
const hostHeader =
  '#if __has_include("/usr/include/stdio.h")\n#error "a header of the host is seen"\n#endif\nint main(void) { return 0; }\n';

function workspaceCalled(name: string): string {
  return writeConsumerWorkspace(manifest, {
    name,
    files: {
      "programs/BUILD.bazel": programsBuildFile(programs.filter((program) => built.includes(program.name))),
      "controls/BUILD.bazel": controls,
      "controls/host_header.c": hostHeader,
    },
    copies: { programs: join(__dirname, "../programs") },
  });
}

const poison = join(scratchRoot, "poison");

/** Variables and folders that a compiler which looks around on the host, or a call of one, would stumble over. */
function poisonedEnvironment(): Record<string, string> {
  const major = llvmMajor(manifest);
  const write = (folder: string, names: readonly string[], text: (name: string) => string, mode = 0o644): string => {
    mkdirSync(join(poison, folder), { recursive: true });
    for (const name of names) writeFileSync(join(poison, folder, name), text(name), { mode });
    return join(poison, folder);
  };
  const include = write(
    "include",
    ["stdio.h", "stdlib.h", "string.h", "cstdio", "iostream", "vector"],
    () => '#error "a header of the host was read"\n',
  );
  const lib = write("lib", ["libc.a", "libm.a", "crt1.o", "libc++.a"], () => "no library\n");
  const shared = write(
    "shared",
    ["libc++.so.1", `libLLVM.so.${major}.1`, `libLLVM-${major}.so`, `libclang-cpp.so.${major}.1`],
    () => "no library\n",
  );
  const tools = [
    "ar",
    "as",
    "c++",
    "cc",
    "clang",
    "clang++",
    "g++",
    "gcc",
    "ld",
    "ld.lld",
    "lld",
    "llvm-ar",
    "perl",
    "python3",
    "ranlib",
  ];
  const bin = write("bin", tools, (name) => `#!/bin/sh\necho "the host's ${name} was run" >&2\nexit 1\n`, 0o755);
  return {
    CPATH: include,
    C_INCLUDE_PATH: include,
    CPLUS_INCLUDE_PATH: include,
    LIBRARY_PATH: lib,
    COMPILER_PATH: bin,
    LD_LIBRARY_PATH: shared,
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
  };
}

const hostTools = ["sh", "bash", "dash", "env", "python3", "perl", "cc", "gcc", "clang", "ld", "as", "ar"];
const hidden = [
  "/usr/include",
  "/usr/local/include",
  ...["/bin", "/usr/bin"].flatMap((folder) => hostTools.map((tool) => `${folder}/${tool}`)),
].filter(existsSync);
const sandboxing = ["--spawn_strategy=sandboxed", ...hidden.map((path) => `--sandbox_block_path=${path}`)];

let sandboxed: DrivenBazel;
let local: DrivenBazel;

beforeAll(() => {
  sandboxed = new DrivenBazel({
    fetchesAnew: true,
    name: "hermetic-sandboxed",
    workspace: workspaceCalled("hermetic-sandboxed"),
    environment: poisonedEnvironment(),
    diskCache: false,
  });
  local = new DrivenBazel({
    fetchesAnew: true,
    name: "local",
    workspace: workspaceCalled("another-place-of-the-workspace"),
    diskCache: false,
  });
});

afterAll(async () => {
  for (const server of [sandboxed, local]) await server.shutDown();
});

for (const format of ["elf", "coff", "wasm"] as const) {
  if (ofFormat(all, format).platforms.length === 0) declareLeftOut(ofFormat(all, format));
}

/** Bazel before 9 hands LD_LIBRARY_PATH to whatever cc_binary compiles and links, unless it is told not to. */
const strict = "--incompatible_strict_action_env";

const outputsOf = ({ outputBase }: DrivenBazel): OutputFile[] =>
  listOutputs(outputBase).filter(({ path }) => !path.includes("/bin/controls/"));

describe.each(cases)(
  "a sandboxed build for $platform.name on a host that is hidden, and one elsewhere that is not",
  ({ platform, programs: names }) => {
    const targets = names.map((name) => `//programs:${name}`);
    const options = [`--platforms=@xllvm//platforms:${platform.name}`, strict];
    let actions: QueriedAction[];
    let executed: ReadonlySet<string>;
    let spawns: readonly Spawn[];

    beforeAll(async () => {
      const log = join(sandboxed.outputBase, "spawns.json");
      const build = await sandboxed.build([...options, ...sandboxing, `--execution_log_json_file=${log}`, ...targets]);
      // Bazel writes its own status files in an action that no target has.
      executed = new Set(
        build.actions.map(({ mnemonic }) => mnemonic).filter((mnemonic) => mnemonic !== "BazelWorkspaceStatusAction"),
      );
      spawns = readExecutionLog(log);
      actions = readActionGraph(
        await sandboxed.query("aquery", [
          ...options,
          "--include_param_files",
          "--output=jsonproto",
          `deps(${targets.join(" + ")})`,
        ]),
      );
      await local.build([...options, "--spawn_strategy=local", ...targets]);
    });

    it("hides what the other shows", async () => {
      const header = [...options, "//controls:host_header"];
      expect(await sandboxed.tryBuild([...sandboxing, ...header])).toMatchObject({ exitCode: 0 });
      expect(await local.tryBuild(["--spawn_strategy=local", ...header])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("a header of the host is seen"),
      });
      const shell = [...options, "//controls:host_shell"];
      expect((await sandboxed.tryBuild([...sandboxing, ...shell])).exitCode).toBe(1);
      expect(await local.tryBuild(["--spawn_strategy=local", ...shell])).toMatchObject({ exitCode: 0 });
    });

    it("has actions that compile runtimes as well as programs, and has run them", () => {
      const labels = actions.map(({ label }) => label);
      expect(labels.filter((label) => label.startsWith("//programs")).length).toBeGreaterThan(0);
      expect(labels.filter((label) => label.includes(`targets/${platform.name}`)).length).toBeGreaterThan(0);
      expect([...executed].filter((mnemonic) => !actions.some((action) => action.mnemonic === mnemonic))).toEqual([]);
      expect(spawns.filter(({ mnemonic }) => mnemonic === "CompileRuntime").length).toBeGreaterThan(10);
      expect(spawns.filter(({ cacheHit }) => cacheHit)).toEqual([]);
    });

    it("gives what compiles a runtime no headers for GPUs, and assembly none of C", () => {
      const have = (what: readonly QueriedAction[], header: string): boolean[] =>
        what.map(({ inputs }) => [...inputs()].some((path) => path.includes(header)));
      const programs = actions.filter(({ mnemonic }) => mnemonic === "CppCompile");
      const runtimes = actions.filter(({ mnemonic }) => mnemonic === "CompileRuntime");
      expect(have(programs, "/cuda_wrappers/")).toContain(true);
      expect(have(runtimes, "/cuda_wrappers/")).not.toContain(true);
      // Sources in C include assembly, too.
      const isAssembly = ({ arguments: args }: QueriedAction): boolean =>
        args.some((argument) => argument.endsWith(".S"));
      expect(runtimes.filter(isAssembly)).not.toEqual([]);
      expect(have(runtimes.filter(isAssembly), "/stdatomic.h")).not.toContain(true);
      const others = runtimes.filter((action) => !isAssembly(action));
      expect(have(others, "/stdatomic.h")).toContain(true);
    });

    it("names no path of the host in any action", () => expect(hostPathsIn(actions)).toEqual([]));

    it("runs no shell and no interpreter", () => {
      const interpreter = /(^|\/)(sh|bash|env|python3?|perl)$/;
      expect(
        spawns
          .filter(({ commandArgs }) => interpreter.test(commandArgs[0] ?? ""))
          .map(({ commandArgs }) => commandArgs),
      ).toEqual([]);
      expect(actions.filter(({ arguments: args }) => interpreter.test(args[0] ?? ""))).toEqual([]);
    });

    it("hands no variable of the host to a process", () => expect(hostVariablesIn(spawns)).toEqual([]));

    it("makes the same bytes in both", () => {
      const first = hashOutputs(outputsOf(sandboxed));
      expect(Object.keys(first).length).toBeGreaterThan(10);
      expect(first).toEqual(hashOutputs(outputsOf(local)));
    });

    it("leaves no absolute path in any output", () => {
      const seed = process.env["XLLVM_LLVM_ROOT"];
      const paths = [
        sandboxed.outputBase,
        repositoryRoot,
        `${homedir()}/`,
        "/usr/include",
        ...(seed === undefined ? [] : [seed]),
      ];
      expect(findTexts(outputsOf(sandboxed), paths)).toEqual([]);
    });
  },
);

test("a compiler that is handed the variables of the sandboxed builds stumbles over them", async () => {
  const external = join(sandboxed.outputBase, "external");
  const clang =
    readdirSync(external)
      .map((name) => join(external, name, "bin/clang"))
      .find(existsSync) ?? "";
  const { LD_LIBRARY_PATH: _, ...environment } = poisonedEnvironment();
  const { status, stderr } = await runCommand(clang, ["-x", "c", "-fsyntax-only", "-"], {
    environment,
    input: "#include <stdio.h>\n",
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("a header of the host was read") });
});
