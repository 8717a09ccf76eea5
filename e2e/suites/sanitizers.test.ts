import { mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { readActionGraph } from "../harness/actions-query";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { findRunner, runProgram, type ProgramRun } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const programs = join(__dirname, "../programs/sanitizers");

/** What a sanitizer says of a program that is wrong: the program, and its report. */
const reports: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  asan: {
    heap_overflow: /ERROR: AddressSanitizer: heap-buffer-overflow/,
    stack_overflow: /ERROR: AddressSanitizer: stack-buffer-overflow/,
    global_overflow: /ERROR: AddressSanitizer: global-buffer-overflow/,
    use_after_free: /ERROR: AddressSanitizer: heap-use-after-free/,
    use_after_return: /ERROR: AddressSanitizer: stack-use-after-return/,
    leak: /ERROR: LeakSanitizer: detected memory leaks[^]*Direct leak of 77 byte/,
  },
  lsan: { leak: /ERROR: LeakSanitizer: detected memory leaks[^]*Direct leak of 77 byte/ },
  ubsan: {
    overflow: /runtime error: signed integer overflow: 2147483647 \+ 1 cannot be represented in type 'int'/,
    vptr: /runtime error: member call on address \w+ which does not point to an object of type 'Circle'/,
  },
  tsan: { race: /WARNING: ThreadSanitizer: data race/ },
  msan: {
    uninitialized: /WARNING: MemorySanitizer: use-of-uninitialized-value/,
    uninitialized_text: /WARNING: MemorySanitizer: use-of-uninitialized-value/,
  },
  tysan: { other_type: /ERROR: TypeSanitizer: type-aliasing-violation[^]*READ of size 4/ },
  memprof: { accessed: /alloc_count 1, size \(ave\/min\/max\) 4321\.00[^]*access_count \(ave\/min\/max\): \d+/ },
  hwasan: {
    heap_overflow: /ERROR: HWAddressSanitizer: tag-mismatch[^]*WRITE of size 1/,
    stack_overflow: /ERROR: HWAddressSanitizer: tag-mismatch[^]*READ of size 4/,
    use_after_free: /ERROR: HWAddressSanitizer: tag-mismatch[^]*READ of size 4/,
  },
  rtsan: { realtime: /ERROR: RealtimeSanitizer: unsafe-library-call[^]*real-time unsafe function `malloc`/ },
  nsan: { cancellation: /WARNING: NumericalStabilitySanitizer: inconsistent shadow results/ },
  safestack: { two_stacks: /^the array is on another stack$/m },
  ubsan_minimal: { overflow: /^ubsan: add-overflow by 0x/ },
  xray: { traced: /^==\d+==XRay: Log file in '/m },
};

/** What makes a sanitizer end a program whose fault it has told of. */
const environment = { NSAN_OPTIONS: "halt_on_error=1", UBSAN_OPTIONS: "halt_on_error=1" };
/** Folder of what programs write down. */
const written = join(scratchRoot, "sanitizers");
/** What memprof writes is a file beside the program's work. */
const kept = { MEMPROF_OPTIONS: `log_path=${written}/memprof` };
/** What makes programs do what they do not by themselves. */
const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  accessed: { MEMPROF_OPTIONS: "print_text=true:log_path=stderr" },
  traced: {
    XRAY_OPTIONS: `patch_premain=true xray_mode=xray-basic verbosity=1 xray_logfile_base=${written}/xray-`,
  },
};

const rows = sources.manifest.features.filter(({ sanitizer }) => sanitizer);
const all = listPlatforms(sources);
const has = (platform: Platform, name: string): boolean =>
  platform.target.features.some((feature) => feature.name === name);
const chosen = thatFit(choosePlatforms(all), (platform) => rows.some(({ name }) => has(platform, name)));

/** A platform whose link mode is one that a sanitizer is for, as users name it. */
const nameOf = ({ name, system }: Platform): string => (system.link_modes[0] === "dynamic" ? name : `${name}_dynamic`);

interface Case {
  readonly platform: Platform;
  readonly sanitizers: readonly string[];
}

/** Each sanitizer costs a minute where nothing is cached: where platforms are left out, two stand for all. */
const cases: readonly Case[] =
  choosePlatforms(all).leftOut.length === 0
    ? chosen.platforms.map((platform) => ({
        platform,
        sanitizers: rows.map(({ name }) => name).filter((name) => has(platform, name)),
      }))
    : chosen.platforms.slice(0, 1).map((platform) => ({ platform, sanitizers: ["asan", "ubsan"] }));

const fuzzTarget = "fuzz_target.c";
const files = readdirSync(programs).filter((file) => file !== fuzzTarget);
const buildFile = [
  'load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")',
  ...files.map((file) => {
    const features = file.endsWith(".c") ? ', features = ["-cxx"]' : "";
    const copts = file === "vptr.cc" ? ', copts = ["-fsanitize=vptr"]' : "";
    return `cc_binary(name = "${file.replace(/\.\w+$/, "")}", srcs = ["${file}"]${features}${copts})`;
  }),
  ...rows.map(({ name }) => `cc_library(name = "asks_${name}", srcs = ["clean_c.c"], features = ["${name}"])`),
  `cc_binary(name = "fuzz_target", srcs = ["${fuzzTarget}"], linkopts = ["-fsanitize=fuzzer"])`,
  'cc_library(name = "asks_fuzzer", srcs = ["clean_c.c"], features = ["fuzzer"])',
  'cc_binary(name = "without_asan", srcs = ["heap_overflow.c"], features = ["-cxx", "-asan"])',
].join("\n");

let bazel: DrivenBazel;

beforeAll(() => {
  mkdirSync(written, { recursive: true });
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "sanitizers",
    files: {
      "programs/BUILD.bazel": `${buildFile}\n`,
      "platforms/BUILD.bazel": all
        .flatMap((platform) =>
          rows.map(
            ({ name }) =>
              `platform(name = "${platform.name}_${name}", parents = ["@xllvm//platforms:${nameOf(platform)}"], constraint_values = ["@xllvm//constraints/sanitizer:${name}"])`,
          ),
        )
        .join("\n"),
    },
    copies: { programs },
  });
  bazel = new DrivenBazel({ name: "sanitizers", workspace });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

test("each row has a program that shows it", () => {
  expect(Object.keys(reports)).toEqual(rows.map(({ name }) => name));
});

describe.each(cases)("$platform.name", ({ platform, sanitizers }) => {
  const runner = findRunner(platform);
  const isEmulated = "how" in runner && runner.how.includes("qemu");
  const on = `--platforms=@xllvm//platforms:${nameOf(platform)}`;

  /** Why a sanitizer's programs cannot be run here, as far as LLVM's documents and its own messages tell. */
  const whyNot = (sanitizer: string, program?: string): string | undefined => {
    if ("missing" in runner) return runner.missing;
    if (isEmulated && ["msan", "tsan", "tysan"].includes(sanitizer))
      return "its shadow memory wants other addresses than the emulator has";
    if (isEmulated && (sanitizer === "lsan" || program === "leak"))
      return "LeakSanitizer stops a program's threads by ptrace, which the emulator lacks";
    return undefined;
  };

  describe.each(sanitizers)("%s", (sanitizer) => {
    let files: readonly string[];
    const names = [...Object.keys(reports[sanitizer]!), "clean", "clean_c"];
    beforeAll(async () => {
      const targets = names.map((name) => `//programs:${name}`);
      const libc =
        platform.system.libc === "musl" ? [`@xllvm//targets/${platform.target.name}:link_files.dynamic`] : [];
      const { outputs } = await bazel.build([on, `--features=${sanitizer}`, ...targets, ...libc]);
      files = [...outputs.values()].flat();
    });

    /** Runs a program, by the libc that it was linked with where that is built here. */
    const run = (name: string): Promise<ProgramRun> => {
      const program = files.find((file) => file.endsWith(`/programs/${name}`))!;
      const loader = files.find((file) => file.endsWith("/lib/libc.so"));
      const ofEmulator = isEmulated ? { ASAN_OPTIONS: "detect_leaks=0", HWASAN_OPTIONS: "detect_leaks=0" } : {};
      const options = { environment: { ...environment, ...kept, ...ofEmulator, ...environments[name] } };
      if (loader === undefined) return runProgram(runner, program, options);
      return runProgram(runner, loader, { ...options, arguments: ["--library-path", dirname(loader), program] });
    };

    for (const [program, report] of Object.entries(reports[sanitizer]!))
      itUnless(whyNot(sanitizer, program))(`tells of ${program}, and ends it`, async () => {
        const { status, stderr } = await run(program);
        expect(stderr).toMatch(report);
        expect(status).not.toBe(0);
      });

    itUnless(whyNot(sanitizer))("says nothing of C and C++ that are right", async () => {
      expect(await run("clean")).toMatchObject({ status: 0, stderr: "", stdout: "111 107\n" });
      expect(await run("clean_c")).toMatchObject({ status: 0, stderr: "" });
    });
  });
});

const [first] = cases;
if (first !== undefined) {
  const { platform } = first;
  const on = `--platforms=@xllvm//platforms:${nameOf(platform)}`;
  const analyse = (args: readonly string[]) => bazel.tryBuild(["--nobuild", ...args]);

  test("a constraint of the platform asks for a sanitizer as the option does", async () => {
    const target = "//programs:heap_overflow";
    const commands = async (options: readonly string[]): Promise<string[]> =>
      readActionGraph(await bazel.query("aquery", [...options, "--output=jsonproto", target]))
        .filter(({ mnemonic }) => mnemonic.startsWith("Cpp"))
        .map((action) => action.arguments.join("\n").replace(/bazel-out\/[^/]+/g, "bazel-out/"));
    const byOption = await commands([on, "--features=asan"]);
    expect(byOption.join()).toContain("-fsanitize=address");
    expect(await commands([`--platforms=//platforms:${platform.name}_asan`])).toEqual(byOption);
  });

  test("a target may leave it out", async () => {
    const { outputs } = await bazel.build([on, "--features=asan", "//programs:without_asan"]);
    const runner = findRunner(platform);
    const program = outputs.get("//programs:without_asan")?.[0] ?? "";
    if (!("missing" in runner)) expect((await runProgram(runner, program)).stderr).not.toContain("AddressSanitizer");
  });

  test.each(rows.map(({ name }) => name).filter((name) => has(platform, name)))(
    "%s on a target alone is refused, with the two ways to ask for it",
    async (name) => {
      const { exitCode, stderr } = await analyse([on, `//programs:asks_${name}`]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        `${name}: its runtime is there where a whole build asks for it. Say --features=${name}, or give the platform the constraint @xllvm//constraints/sanitizer:${name}.`,
      );
    },
  );

  test("two that do not go together are refused by name, and those that do are not", async () => {
    const { exitCode, stderr } = await analyse([on, "--features=asan", "--features=lsan", "//programs:clean"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "Features that a build can have one of at a time are asked for, by --features or by constraints of the platform: asan and lsan.",
    );
    expect(await analyse([on, "--features=asan", "--features=ubsan", "//programs:clean"])).toMatchObject({
      exitCode: 0,
    });
  });

  test("a fuzz target finds the input that is wrong, with a sanitizer and by itself", async () => {
    const runner = findRunner(platform);
    const run = async (features: readonly string[]): Promise<ProgramRun> => {
      const { outputs } = await bazel.build([on, ...features, "//programs:fuzz_target", "//programs:clean"]);
      const program = outputs.get("//programs:fuzz_target")?.[0] ?? "";
      if ("missing" in runner) throw new Error(runner.missing);
      return runProgram(runner, program, { arguments: ["-seed=1", "-runs=10000000", `-artifact_prefix=${written}/`] });
    };
    const withAsan = await run(["--features=fuzzer", "--features=asan"]);
    expect(withAsan.stderr).toMatch(/ERROR: AddressSanitizer: stack-buffer-overflow/);
    expect(withAsan.stderr).toMatch(/^0x46,0x55,0x5a,0x5a,/m);
    const alone = await run(["--features=fuzzer"]);
    expect(alone.stderr).toMatch(/^0x46,0x55,0x5a,0x5a,/m);
    expect([withAsan.status, alone.status]).not.toContain(0);
  });

  test("what fuzz targets need is refused on a target alone", async () => {
    const { exitCode, stderr } = await analyse([on, "//programs:asks_fuzzer"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "fuzzer: its runtime is there where a whole build asks for it. Say --features=fuzzer. `-fuzzer`, among",
    );
  });

  test("who asks for none has nothing of it", async () => {
    const actions = async (options: readonly string[]): Promise<string> =>
      readActionGraph(await bazel.query("aquery", [on, ...options, "--output=jsonproto", "deps(//programs:clean)"]))
        .flatMap((action) => action.arguments)
        .join("\n");
    const ofRuntime = /compiler-rt\/lib\/(?!builtins)|sanitizers\/RT|libclang_rt\.(?!builtins)/;
    expect(await actions([])).not.toMatch(ofRuntime);
    expect(await actions(["--features=asan"])).toMatch(ofRuntime);
  });
}

test("where a platform links statically, or is of another system, the error says where a sanitizer can be", async () => {
  const refusal = async (platform: string): Promise<string> =>
    (await bazel.tryBuild(["--nobuild", `--platforms=${platform}`, "//programs:clean_c"])).stderr;
  const isStatic = all.find((other) => has(other, "asan") && other.system.link_modes[0] === "static");
  const without = all.find((other) => !has(other, "asan") && other.system.libc !== undefined);
  if (isStatic === undefined || without === undefined) throw new Error("the manifest has no such platforms");
  const { exitCode, stderr } = await bazel.tryBuild([
    "--nobuild",
    `--platforms=@xllvm//platforms:${isStatic.name}`,
    "--features=asan",
    "//programs:clean_c",
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    `asan: ${isStatic.name} links executables in the mode static, which it is not for. Take ${isStatic.name}_dynamic.`,
  );
  expect(await refusal(`//platforms:${without.name}_asan`)).toMatch(
    new RegExp(`asan: ${without.name} has nothing of the kind\\. .*linux_amd64_gnu.* have it\\.`),
  );
});
