import { choosePlatforms, firstAndLastOfEachFormat, representatives, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { coffMachine, expectHostProgram, libcSoname } from "../harness/expect-program";
import { inspectArtefact, inspectCoff, inspectElf } from "../harness/inspect-artefact";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { commandLine, described, rulesWorkspace } from "../programs/rules";

const sources = loadSources();
const everyPlatform = listPlatforms(sources);
/** Of every system that has a C library and runs programs. macos.test.ts has those of macOS, which nothing runs here: Bazel's rules are tested by what programs print. */
const chosen = thatFit(
  choosePlatforms(everyPlatform),
  (platform) => isHosted(platform) && platform.system.object_format !== "macho",
);
const tried = representatives(chosen.platforms);
const platforms = chosen.leftOut.length === 0 ? tried : firstAndLastOfEachFormat(tried);

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "rules",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "rules", files: rulesWorkspace(platforms) }),
  });
});

afterAll(() => bazel.shutDown());

describe.each(platforms)("$name", (platform) => {
  const options = [`--platforms=@xllvm//platforms:${platform.name}`, ...commandLine];
  const runner = findRunner(platform);
  const runIt = itWhere(runner);
  const format = platform.system.object_format;
  const [defaultMode] = platform.system.link_modes;
  const printed = `${described(platform)}\ncaught thrown by another library\n`;

  runIt("runs a program with a library, select, copts and linkopts", async () => {
    const { outputs } = await bazel.build([...options, "//:program"]);
    const run = await runProgram(runner, outputs.get("//:program")?.[0] ?? "");
    expect(run).toMatchObject({ stdout: `${described(platform)} links 7 8\n`, stderr: "", status: 0 });
  });

  runIt("runs a program with linkstatic = False", async () => {
    const { outputs } = await bazel.build([...options, "//:dynamic_program"]);
    const program =
      outputs.get("//:dynamic_program")?.find((file) => /dynamic_program(?:\.exe|\.wasm)?$/.test(file)) ?? "";
    expect(await runProgram(runner, program, { arguments: ["5"] })).toMatchObject({
      stdout: printed,
      stderr: "",
      status: 5,
    });
    expect(sharedLibrariesOf(program).filter((name) => name.includes("cxx"))).toHaveLength(
      defaultMode === "dynamic" ? 1 : 0,
    );
  });

  runIt("runs cc_test through bazel test, with its data, linked statically or not", async () => {
    const test = [...options, ...testOptions(platform), "--nocache_test_results", "--test_output=errors"];
    const passing = await bazel.run("test", [
      ...bazel.buildOptions(),
      ...test,
      "//:passing_test",
      "//:static_test",
      "//:names_runtimes_test",
    ]);
    expect(passing).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/(?:PASSED[^]*){3}/) });
    const failing = await bazel.run("test", [...bazel.buildOptions(), ...test, "//:failing_test"]);
    expect(failing).toMatchObject({ exitCode: 3, stdout: expect.stringContaining(described(platform)) });
  });

  it("finds LLVM's runtimes by their own names and by GCC's, however Bazel links them", async () => {
    const { outputs } = await bazel.build([...options, "//:names_runtimes", "//:names_runtimes_test"]);
    const runtimesOf = (target: string): readonly string[] =>
      sharedLibrariesOf(outputs.get(target)?.[0] ?? "").filter((name) => /^lib(?:c\+\+|unwind|stdc|gcc)/.test(name));
    expect(runtimesOf("//:names_runtimes")).toEqual([]);
    expect(runtimesOf("//:names_runtimes_test").filter((name) => name.startsWith("libc++"))).toEqual(
      format === "elf" && defaultMode === "dynamic" ? ["libc++.so.1"] : [],
    );
  });

  if (defaultMode === "dynamic") {
    runIt("runs a program with a cc_shared_library", async () => {
      const { outputs } = await bazel.build([...options, "//:shared", "//:uses_shared"]);
      const program = outputs.get("//:uses_shared")?.find((file) => /uses_shared(?:\.exe)?$/.test(file)) ?? "";
      expect(await runProgram(runner, program, { arguments: ["6"] })).toMatchObject({
        stdout: printed,
        stderr: "",
        status: 6,
      });
      expect(sharedLibrariesOf(program)).toContain(format === "coff" ? "shared.dll" : "libshared.so");
      if (format === "coff") {
        const dll = inspectCoff(outputs.get("//:shared")?.find((file) => file.endsWith(".dll")) ?? "");
        expect(dll).toMatchObject({ dll: true, machine: coffMachine(platform) });
        const names = Object.keys(dll.exports);
        expect(names).toEqual(expect.arrayContaining(["describe", expect.stringContaining("fail_with")]));
        // What is linked into it from the runtimes is its own.
        expect(names.filter((name) => /unw|_Unwind|_GCC/.test(name))).toEqual([]);
      }
    });
  } else {
    it("says that it has no shared libraries", async () => {
      const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", ...options, "//:shared"]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`cc_shared_library: ${platform.name} links statically and has no shared libraries.`);
    });
  }

  if (format === "elf" && platform.system.link_modes.includes("dynamic")) {
    it("has shared libraries where it links dynamically", async () => {
      const dynamic = defaultMode === "dynamic" ? platform.name : `${platform.name}_dynamic`;
      const { outputs } = await bazel.build([`--platforms=@xllvm//platforms:${dynamic}`, ...commandLine, "//:shared"]);
      const elf = inspectElf(outputs.get("//:shared")?.[0] ?? "");
      expect(elf).toMatchObject({
        machine: platform.architecture.elf_machine,
        type: "shared",
        interpreter: undefined,
        soname: "libshared.so",
      });
      expect(elf.needed).toContain(libcSoname(platform));
    });
  }

  it("runs tools on this machine, built by our toolchain", async () => {
    const { outputs } = await bazel.build([...options, "//:made_by_tool"]);
    const tool = outputs.get("//:made_by_tool")?.find((file) => !file.endsWith(".txt")) ?? "";
    expectHostProgram(everyPlatform, tool);
  });
});

/** Options by which `bazel test` runs a platform's tests here. */
function testOptions(platform: Platform): string[] {
  const runner = findRunner(platform);
  if ("missing" in runner) throw new Error(runner.missing);
  runner.prepare?.();
  return [
    ...(runner.prefix.length > 0 ? [`--run_under=${runner.prefix.join(" ")}`] : []),
    ...Object.entries(runner.environment ?? {}).map(([name, value]) => `--test_env=${name}=${value}`),
    // wine writes to its prefix, which the sandbox would not let it.
    ...(platform.system.os === "windows" ? ["--strategy=TestRunner=local"] : []),
    // From Bazel 9 on, a test wants an execution platform with all constraints of its target platform.
    `--extra_execution_platforms=@bazel_tools//tools:host_platform,@xllvm//platforms:${platform.name}`,
  ];
}

/** By which names a program asks for shared libraries. */
function sharedLibrariesOf(file: string): readonly string[] {
  const artefact = inspectArtefact(file);
  switch (artefact.format) {
    case "coff":
      return Object.keys(artefact.coff.imports);
    case "elf":
      return artefact.elf.needed;
    case "macho":
      return artefact.macho.needed.map(({ name }) => name);
    case "wasm":
      return [];
  }
}
