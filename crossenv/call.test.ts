import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { blockCache, makeScene, type Scene } from "./testing/fake-bazel";

jest.setTimeout(60_000);

let scene: Scene;
const stage = (onBuild?: string): Scene => (scene = makeScene(onBuild));
afterEach(() => scene.remove());

const builds = (): string[] => scene.bazelCalls().filter((line) => line.includes(" build "));
const arm64 = ["--target", "aarch64-linux-musl"];

/** The only folder of the cache: that of this version on this machine. */
const versionFolder = (): string => join(scene.cache, readdirSync(scene.cache)[0] ?? "");

describe("as a compiler", () => {
  test("the first call builds, the others do not; the compiler gets its arguments as they are", async () => {
    stage();
    const first = await scene.call([...arm64, "-DX=two words", "@file", ""]);
    expect(first).toMatchObject({
      exitCode: 0,
      signal: null,
      stdout: "argument: -DX=two words\nargument: @file\nargument: \n",
    });
    expect(first.stderr).toBe("bazel-crossenv: building the crossenv of linux_arm64_musl, once; this takes minutes\n");
    expect(await scene.call([...arm64, "-###"])).toEqual({
      exitCode: 0,
      signal: null,
      stdout: "argument: -###\n",
      stderr: "",
    });
    expect(builds()).toEqual([
      expect.stringMatching(
        / build .*--platforms=\/\/platforms:linux_arm64_musl .*--output_groups=folder \/\/:crossenv$/,
      ),
    ]);
  });

  test("other spellings of a target share its crossenv", async () => {
    stage();
    for (const target of ["aarch64-linux-musl", "aarch64-unknown-linux-musl", "linux_arm64_musl"]) {
      expect(await scene.call([`--target=${target}`, "--version"])).toMatchObject({
        exitCode: 0,
        stdout: "argument: --version\n",
      });
    }
    expect(builds()).toHaveLength(1);
    expect(readdirSync(join(versionFolder(), "names")).sort()).toEqual([
      "aarch64-linux-musl",
      "aarch64-unknown-linux-musl",
      "linux_arm64_musl",
    ]);
    expect(readdirSync(join(versionFolder(), "trees"))).toEqual(["linux_arm64_musl"]);
  });

  test("paths in variables are relative to where the call is made", async () => {
    stage('echo "index: $XLLVM_ARCHIVES, LLVM: $XLLVM_LLVM_ROOT" >&2; exit 1');
    const { stderr } = await scene.call(arm64, {
      folder: scene.folder,
      environment: { XLLVM_ARCHIVES: "mirror/index.json", XLLVM_LLVM_ROOT: "/opt/llvm" },
    });
    expect(stderr).toContain(`index: ${join(realpathSync(scene.folder), "mirror/index.json")}, LLVM: /opt/llvm\n`);
  });

  test("a first word names another tool", async () => {
    stage();
    expect(await scene.call(["ar", ...arm64, "rcs", "x.a"])).toMatchObject({
      exitCode: 0,
      stdout: "argument: rcs\nargument: x.a\n",
    });
    expect(await scene.call(["c++", ...arm64, "x.cc"])).toMatchObject({ exitCode: 0, stdout: "argument: x.cc\n" });
  });

  test.each(["first call", "later call"])(
    "exit code, signal and standard input are the compiler's own (%s)",
    async (when) => {
      stage();
      if (when === "later call") await scene.call(arm64);
      expect(await scene.call([...arm64, "fail"])).toMatchObject({ exitCode: 7 });
      expect(await scene.call([...arm64, "stdin"], { input: "int x;\n" })).toMatchObject({
        exitCode: 0,
        stdout: "argument: stdin\nint x;\n",
      });
      expect(await scene.call([...arm64, "kill"])).toMatchObject({ exitCode: null, signal: "SIGTERM" });
    },
  );

  test("many first calls at once build once, and all are right", async () => {
    stage("sleep 1");
    const ended = await Promise.all(Array.from({ length: 12 }, (_, index) => scene.call([...arm64, `-DN=${index}`])));
    expect(ended.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(
      ended.map((_, index) => [0, `argument: -DN=${index}\n`]),
    );
    expect(builds()).toHaveLength(1);
  });
});

describe("other verbs", () => {
  test.each([
    [
      "env",
      /^export CC='.*\/bin\/aarch64-unknown-linux-musl-clang'\n[^]*\nexport CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER='[^]*\nexport GOARCH='arm64'\n/,
    ],
    ["cmake", /\nset\(CMAKE_C_COMPILER ".*\/bin\/aarch64-unknown-linux-musl-clang"\)\n/],
    ["meson", /\nc = '.*\/bin\/aarch64-unknown-linux-musl-clang'\n[^]*\nsystem = 'linux'\n/],
    ["cargo", /\n\[target\.aarch64-unknown-linux-musl\]\nlinker = ".*\/bin\/aarch64-unknown-linux-musl-clang\+\+"\n/],
    ["which", /^\/.*\/bin\/aarch64-unknown-linux-musl-clang\n$/],
  ])("%s prints what leads to the crossenv, and builds it first", async (verb, stdout) => {
    stage();
    expect(await scene.call([verb, ...arm64])).toEqual({
      exitCode: 0,
      signal: null,
      stdout: expect.stringMatching(stdout),
      stderr: expect.stringMatching(/^bazel-crossenv: building .*\n$/),
    });
  });

  test("env prints JSON for programs", async () => {
    stage();
    const { stdout } = await scene.call(["env", ...arm64, "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      CC: expect.stringMatching(/\/aarch64-unknown-linux-musl-clang$/),
      GOOS: "linux",
    });
  });

  test("which: a tool that is not there, and those that are", async () => {
    stage();
    expect(await scene.call(["which", "gdb", ...arm64])).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(/there is no tool gdb\n {4}mend: ask for one of clang\n$/),
    });
  });

  test("prefetch builds anew, clean takes all away", async () => {
    stage();
    for (const attempt of [1, 2]) {
      expect(await scene.call(["prefetch", "aarch64-linux-musl"])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/\/trees\/linux_arm64_musl\n$/),
      });
      expect(builds()).toHaveLength(attempt);
    }
    expect(await scene.call(["clean", "--all"])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(existsSync(scene.cache)).toBe(false);
  });
});

describe("what goes wrong", () => {
  test("an unknown target: the nearest names", async () => {
    stage();
    const { exitCode, stderr } = await scene.call(["--target", "aarch64-linux-mulls", "x.c"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^bazel-crossenv: there is no target aarch64-linux-mulls\n {4}mend: write --target and one of aarch64-linux-musl, .*\n$/,
    );
    expect(scene.bazelCalls()).toEqual([]);
  });

  test.each([[["--target"]], [["cc"]], [["cc", "x.c"]], [["--target", "../x"]]])("no target: %j", async (args) => {
    stage();
    expect(await scene.call(args)).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining("mend: write --target and one of"),
    });
  });

  test("no Bazel", async () => {
    stage();
    const ended = await scene.call(arm64, { environment: { BAZEL: join(scene.folder, "nowhere") } });
    expect(ended).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /BAZEL names .*nowhere, which does not print the version of a Bazel; correct or unset it\n$/,
      ),
    });
  });

  test("no network: Bazel's own words, and what mends it; the next call tries again", async () => {
    stage(`echo "ERROR: archive musl-1.2.6: it could not be fetched as its pinned URLs say" >&2; exit 1`);
    for (const attempt of [1, 2]) {
      const { exitCode, stderr } = await scene.call(arm64);
      expect([attempt, exitCode, stderr]).toEqual([
        attempt,
        3,
        expect.stringMatching(
          /bazel build failed with exit code 1\n {4}ERROR: archive musl-1.2.6: .*\n {4}mend: make the archives reachable, or redirect them with XLLVM_ARCHIVES/,
        ),
      ]);
    }
    expect(readdirSync(join(versionFolder(), "trees"))).toEqual([]);
    expect(existsSync(join(versionFolder(), "lock"))).toBe(false);
  });

  test("a cache that cannot be written", async () => {
    stage();
    blockCache(scene);
    expect(await scene.call(arm64)).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /the cache .* cannot be written: .*\n {4}mend: make it writable, or name another folder with XLLVM_CROSSENV_CACHE\n$/,
      ),
    });
  });

  test("a cache that can no longer be written serves what is in it", async () => {
    stage();
    await scene.call(arm64);
    const names = join(versionFolder(), "names");
    rmSync(names, { recursive: true });
    writeFileSync(names, "not a folder");
    expect(await scene.call([...arm64, "x"])).toEqual({
      exitCode: 0,
      signal: null,
      stdout: "argument: x\n",
      stderr: "",
    });
    expect(builds()).toHaveLength(1);
  });

  test("a full disk: nothing incomplete is kept, and a later call completes", async () => {
    stage();
    const { exitCode, stderr } = await scene.call(arm64, { environment: { NODE_OPTIONS: `--require ${fullDisk()}` } });
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /the disk of the cache .* is full; nothing incomplete was kept there\n {4}mend: make room, or name another folder with XLLVM_CROSSENV_CACHE\n$/,
      ),
    ]);
    expect(readdirSync(join(versionFolder(), "trees"))).toEqual([]);
    expect(await scene.call([...arm64, "x"])).toMatchObject({ exitCode: 0, stdout: "argument: x\n" });
  });

  test("a disk that is full for Bazel: what mends it", async () => {
    stage(`echo "ERROR: /x/foo.o: No space left on device" >&2; exit 36`);
    expect(await scene.call(arm64)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(
        /No space left on device\n {4}mend: make room on the disk of .*\/cache, or name another folder with XLLVM_CROSSENV_CACHE\n$/,
      ),
    });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s during the first build: no broken cache, and the next call builds",
    async (signal) => {
      stage(`mkdir -p "$tree/bin"; [ -e "$tree/begun" ] || { touch "$tree/begun"; exec sleep 30; }`);
      const { exitCode, stderr } = await scene.call(arm64, {
        meanwhile: (pid) =>
          void waitFor(() => scene.bazelCalls().length > 0).then(() =>
            setTimeout(() => process.kill(-pid, signal), 300),
          ),
      });
      expect([exitCode === 0, stderr]).toEqual([false, expect.any(String)]);
      expect(readdirSync(join(versionFolder(), "trees"))).toEqual([]);
      expect(await scene.call([...arm64, "x"])).toMatchObject({ exitCode: 0, stdout: "argument: x\n" });
    },
  );

  test("a process that was killed leaves a lock and a draft behind: the next takes over", async () => {
    stage();
    await scene.call(["which", ...arm64]);
    const folder = versionFolder();
    mkdirSync(join(folder, "trees/.draft-999999999-x/bin"), { recursive: true });
    mkdirSync(join(folder, "lock"));
    writeFileSync(join(folder, "lock/holder.json"), JSON.stringify({ pid: 999999999, hostname: hostname() }));
    expect(await scene.call(["--target", "x86_64-linux-musl", "x"])).toMatchObject({
      exitCode: 0,
      stdout: "argument: x\n",
    });
    expect(readdirSync(join(folder, "trees")).sort()).toEqual(["linux_amd64_musl", "linux_arm64_musl"]);
  });
});

/** A module that lets copies of files fail as on a full disk: tests cannot fill one. */
function fullDisk(): string {
  const path = join(scene.folder, "full-disk.js");
  writeFileSync(
    path,
    `require("node:fs").cpSync = () => { throw Object.assign(new Error("ENOSPC: no space left on device, copyfile"), { code: "ENOSPC" }); };\n`,
  );
  return path;
}

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}
