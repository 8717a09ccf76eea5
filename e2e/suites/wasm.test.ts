import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, declareLeftOut, ofFormat } from "../harness/choose-platforms";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { findProgram } from "../harness/find-bazel";
import { inspectWasm } from "../harness/inspect-artefact";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { withNarrowTable } from "../harness/wasm-file";
import { wasmFiles } from "../programs/wasm";

const sources = loadSources();
const chosenPlatforms = ofFormat(choosePlatforms(listPlatforms(sources)), "wasm");
const freestanding = chosenPlatforms.platforms.filter(({ system }) => system.os === "none");
const wasi = chosenPlatforms.platforms.filter(({ system }) => system.os === "wasi");

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "wasm",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "wasm", files: wasmFiles }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosenPlatforms);

function optionsFor({ name }: Platform): string[] {
  return [`--platforms=@xllvm//platforms:${name}`];
}

function outputOf({ outputs }: BuildResult, target: string): string {
  const [file] = outputs.get(target) ?? [];
  if (file === undefined) throw new Error(`${target} has no output`);
  return file;
}

const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: { validate(module: Buffer): boolean } };

/** By a module of one table of 64-bit addresses, and nothing else. */
const nodeKnowsWideTables = api.validate(Buffer.from("\0asm\x01\0\0\0\x04\x04\x01\x70\x04\0", "latin1"));

const caller = { prefix: [process.execPath, join(__dirname, "../harness/call-wasm.mjs")], how: "under Node" };

for (const platform of freestanding) describe(platform.name, () => testFunctions(platform));

function testFunctions(platform: Platform): void {
  const wide = platform.architecture.bits === 64;
  const narrowed = wide && !nodeKnowsWideTables;
  let result: BuildResult;
  beforeAll(async () => {
    result = await bazel.build([...optionsFor(platform), "//:functions_c", "//:functions_cc"]);
  });

  /** Calls functions of the module that `target` makes; what Node printed. */
  async function call(target: string, calls: readonly string[]): Promise<string> {
    const bytes = readFileSync(outputOf(result, target));
    const loadable = narrowed ? withNarrowTable(bytes) : bytes;
    if (loadable === undefined) throw new Error(`${target} uses a table of 64-bit addresses`);
    mkdirSync(scratchRoot, { recursive: true });
    const folder = mkdtempSync(join(scratchRoot, "wasm-"));
    try {
      writeFileSync(join(folder, "module.wasm"), loadable);
      const { stdout, stderr, status } = await runProgram(caller, join(folder, "module.wasm"), { arguments: calls });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      return stdout;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it("makes modules of the functions that their sources export, which import what the sources name", () => {
    const c = inspectWasm(outputOf(result, "//:functions_c"));
    expect(c).toMatchObject({ imports: ["host.tell"], memory64: wide });
    expect([...c.exports].sort()).toEqual(["add", "memory", "pointer_bits", "primes", "scaled", "third", "twice"]);
    const cc = inspectWasm(outputOf(result, "//:functions_cc"));
    expect(cc).toMatchObject({ imports: [], memory64: wide, exceptions: false });
    expect([...cc.exports].sort()).toEqual(["area", "count", "folded", "memory"]);
  });

  it(`runs functions_c under Node${narrowed ? ", with an unused table of 32-bit addresses put in the place of one of 64 bits" : ""}`, async () => {
    const calls = [
      "add:2,3",
      "pointer_bits",
      "twice:6",
      "scaled:18446744073709551615n,10n,20n",
      "third:2",
      "primes:1000",
    ];
    expect(await call("//:functions_c", calls)).toBe(
      `add:2,3 = 5\npointer_bits = ${platform.architecture.bits}\ntold 6\ntold 7\ntwice:6 = undefined\nscaled:18446744073709551615n,10n,20n = 9223372036854775807\nthird:2 = 0.6666666666666666\nprimes:1000 = 168\n`,
    );
  });

  itUnless(narrowed ? "this Node knows no table of 64-bit addresses" : undefined)(
    "runs functions_cc under Node",
    async () => {
      expect(await call("//:functions_cc", ["area:0,7", "area:1,7", "count", "folded:5n,-2n"])).toBe(
        "area:0,7 = 49\narea:1,7 = 7\ncount = 42\nfolded:5n,-2n = -30\n",
      );
    },
  );
}

for (const platform of wasi) describe(platform.name, () => testWasi(platform));

function testWasi(platform: Platform): void {
  const runner = findRunner(platform);
  let result: BuildResult;
  beforeAll(async () => {
    const targets = ["reactor", "files", "emulated", "long_double", "jumps", "posix_threads", "cpp_threads"];
    result = await bazel.build([...optionsFor(platform), ...targets.map((name) => `//:${name}`)]);
  });

  it("runs a reactor, with exceptions, under node:wasi", async () => {
    const file = outputOf(result, "//:reactor");
    expect(inspectWasm(file).exports).toEqual(expect.arrayContaining(["_initialize", "run"]));
    expect(inspectWasm(file).exceptions).toBe(true);
    expect(await runProgram(runner, file)).toMatchObject({
      stdout: "initialized\nthrown in a reactor\n",
      stderr: "",
      status: 9,
    });
  });

  it("runs files under node:wasi, below the folder that it was given, with environment and exit code", async () => {
    const folder = mkdtempSync(join(scratchRoot, "wasi-"));
    try {
      const run = await runProgram(runner, outputOf(result, "//:files"), {
        arguments: [folder],
        environment: { ANSWER: "42" },
      });
      expect(run).toMatchObject({
        stdout: "7 bytes: a line\nentry written\noutside: refused\ntime: 42, No such file or directory\n",
        stderr: "",
        status: 21,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("runs emulated under node:wasi", async () => {
    expect(await runProgram(runner, outputOf(result, "//:emulated"))).toMatchObject({
      stdout: "signal 1\nmapped\nprocess 1\nclock 1\nusage 0\n",
      stderr: "",
      status: 0,
    });
  });

  it("runs long_double under node:wasi", async () => {
    expect((await runProgram(runner, outputOf(result, "//:long_double"))).stdout).toBe(
      "113 digits: 0.300000000000000000000000000000\n",
    );
  });

  it("jumps over the frames of other functions, without an option of the program's", async () => {
    expect(await runProgram(runner, outputOf(result, "//:jumps"))).toMatchObject({
      stdout: "arrived with 7 after 2\n",
      stderr: "",
      status: 0,
    });
  });

  const threaded = platform.system.abi === "wasi_threads";
  it(threaded ? "runs threads of C and of C++" : "has locks, and says that it cannot start a thread", async () => {
    const [c, cc] = [
      await runProgram(runner, outputOf(result, "//:posix_threads")),
      await runProgram(runner, outputOf(result, "//:cpp_threads")),
    ];
    expect([c.stderr, cc.stderr]).toEqual(["", ""]);
    expect([c.stdout, c.status]).toEqual(threaded ? ["sum 10, counted 4000, own 1\n", 0] : ["no thread: ENOTSUP\n", 5]);
    const ofThread = ["thrown in a thread", "leaves with 1"];
    const last = threaded ? "2 threads threw" : "no thread: 1";
    const lines = cc.stdout.trimEnd().split("\n");
    expect(lines.slice(0, -2).sort()).toEqual(threaded ? [...ofThread, ...ofThread].sort() : []);
    expect([...lines.slice(-2), cc.status]).toEqual([last, "leaves with 7", 0]);
  });

  if (threaded) {
    it("imports the memory that its threads share, which may grow to 1 GiB", () => {
      const file = outputOf(result, "//:posix_threads");
      expect(inspectWasm(file).imports).toEqual(expect.arrayContaining(["env.memory", "wasi.thread-spawn"]));
      expect(inspectWasm(file)).toMatchObject({ sharedMemory: true, maximumPages: 16384 });
    });
  } else {
    const wasmtime = findProgram("wasmtime");
    itUnless(wasmtime === undefined ? "wasmtime is not on PATH" : undefined)("runs files under wasmtime", async () => {
      const folder = mkdtempSync(join(scratchRoot, "wasmtime-"));
      try {
        const host = { prefix: [wasmtime!, "run", `--dir=${folder}`, "--env=ANSWER=42"], how: "under wasmtime" };
        const run = await runProgram(host, outputOf(result, "//:files"), {
          arguments: [folder],
          environment: { HOME: folder },
        });
        expect(run).toMatchObject({
          stdout: "7 bytes: a line\nentry written\noutside: refused\ntime: 42, No such file or directory\n",
          stderr: "",
          status: 21,
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  it("takes exceptions' part out of what throws none", () =>
    expect(inspectWasm(outputOf(result, "//:files")).exceptions).toBe(false));
}

for (const platform of chosenPlatforms.platforms) {
  it(`says that ${platform.name} has no shared libraries`, async () => {
    const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", ...optionsFor(platform), "//:shared"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`cc_shared_library: ${platform.name} links statically and has no shared libraries.`);
  });
}
