import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { makeScene, type Ended, type Scene } from "./testing/fake-bazel";

jest.setTimeout(60_000);

let scene: Scene;
afterEach(() => scene.remove());

/** What a fake rustc says it has. */
interface FakeRust {
  /** Targets whose library is installed with start files. */
  readonly complete?: readonly string[];
  /** Targets whose library is installed without. */
  readonly bare?: readonly string[];
  /** Where the fake cargo says that it failed. */
  readonly failing?: boolean;
}

const knownTargets = [
  "aarch64-unknown-linux-gnu",
  "aarch64-unknown-linux-musl",
  "x86_64-unknown-linux-gnu",
  "x86_64-unknown-linux-musl",
  "aarch64-pc-windows-gnullvm",
  "x86_64-pc-windows-gnu",
  "x86_64-pc-windows-gnullvm",
  "wasm32-unknown-unknown",
];

/** Makes a scene whose cargo prints its arguments and the variables that matter, and whose rustc has what is said. */
function stage({ complete = [], bare = [], failing = false }: FakeRust = {}): void {
  scene = makeScene("");
  const folder = join(scene.folder, "programs");
  mkdirSync(folder);
  const library = (target: string): string => join(scene.folder, "rustlib", target);
  for (const target of complete) mkdirSync(join(library(target), "self-contained"), { recursive: true });
  for (const target of bare) mkdirSync(library(target), { recursive: true });
  const write = (name: string, lines: readonly string[]): void => {
    writeFileSync(join(folder, name), ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(join(folder, name), 0o755);
  };
  write("rustc", [
    'case "$1" in +*) shift ;; esac',
    'case "$*" in',
    '  --version) echo "rustc 1.95.0 (a fake)" ;;',
    `  "--print target-list") printf '%s\\n' ${knownTargets.join(" ")} ;;`,
    `  "--print target-libdir --target "*) echo "${join(scene.folder, "rustlib")}/$4" ;;`,
    "  *) exit 9 ;;",
    "esac",
  ]);
  write("cargo", [
    'for argument; do echo "argument: $argument"; done',
    "env | grep -E '^(CARGO_|RUSTFLAGS|CC_|BINDGEN_)' | sort",
    ...(failing ? ["exit 101"] : []),
  ]);
}

const call = (args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> =>
  scene.call(["cargo", ...args], {
    environment: { PATH: `${join(scene.folder, "programs")}${delimiter}${process.env["PATH"]}`, ...environment },
  });

/** What is on the lines of a text that begin with `name`. */
const said = ({ stdout }: Ended, name: string): string[] =>
  stdout.split("\n").flatMap((line) => (line.startsWith(name) ? [line.slice(name.length)] : []));

const musl = ["--target", "aarch64-unknown-linux-musl"];
const flagsVariable = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_RUSTFLAGS=";

test("a libc's version after the target: its crossenv is built, and cargo hears of the target alone", async () => {
  stage();
  const ended = await call(["build", "--release", "--target", "aarch64-unknown-linux-gnu.2.36", "--", "--target=x"]);
  expect(ended).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("crossenv of linux_arm64_gnu.2.36, once"),
  });
  expect(said(ended, "argument: ")).toEqual([
    "build",
    "--release",
    "--target",
    "aarch64-unknown-linux-gnu",
    "--",
    "--target=x",
  ]);
  expect(said(ended, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=")).toEqual([
    expect.stringMatching(/\/trees\/linux_arm64_gnu\.2\.36\/bin\/aarch64-unknown-linux-gnu-clang\+\+$/),
  ]);
  expect(said(ended, "CC_aarch64_unknown_linux_gnu=")).toHaveLength(1);
  expect(said(ended, "BINDGEN_EXTRA_CLANG_ARGS_aarch64_unknown_linux_gnu=")).toHaveLength(1);
  // Build scripts for this machine take its own compiler.
  expect(ended.stdout).not.toMatch(/^CC=/m);
});

test("a platform's name, another spelling and several targets", async () => {
  stage();
  const ended = await call(["build", "--target=linux_arm64_musl", "--target", "amd64-linux-gnu"]);
  expect(said(ended, "argument: ").slice(1)).toEqual([
    "--target=aarch64-unknown-linux-musl",
    "--target",
    "x86_64-unknown-linux-gnu",
  ]);
});

test("of Rust's targets for a platform, the first that this Rust knows", async () => {
  stage();
  const ended = await call(["build", "--target", "windows_arm64_gnu"]);
  expect(said(ended, "argument: ")).toEqual(["build", "--target", "aarch64-pc-windows-gnullvm"]);
});

test("of Rust's targets for a platform, the one that is spelled, with what stands after it", async () => {
  stage();
  const ended = await call(["build", "--target", "x86_64-pc-windows-gnullvm.14.0.0"]);
  expect(said(ended, "argument: ")).toEqual(["build", "--target", "x86_64-pc-windows-gnullvm"]);
});

test("a target that only a variable names", async () => {
  stage();
  const ended = await call(["build"], { CARGO_BUILD_TARGET: "aarch64-linux-gnu.2.36" });
  expect(said(ended, "CARGO_BUILD_TARGET=")).toEqual(["aarch64-unknown-linux-gnu"]);
});

test("start files are ours where Rust has brought none", async () => {
  stage({ complete: ["aarch64-unknown-linux-musl"] });
  expect(said(await call(["build", ...musl]), flagsVariable)).toEqual([]);
  scene.remove();
  stage({ bare: ["aarch64-unknown-linux-musl"] });
  expect(said(await call(["build", ...musl]), flagsVariable)).toEqual(["-Clink-self-contained=no"]);
});

test("where Rust never brings start files, it is not told to leave them out: it refuses the option", async () => {
  stage({ bare: ["thumbv7em-none-eabihf"] });
  const own = "CARGO_TARGET_THUMBV7EM_NONE_EABIHF_RUSTFLAGS";
  expect(said(await call(["build", "--target", "thumbv7em-none-eabihf"]), own)).toEqual([]);
});

test("a micro-architecture is Rust's as well, beside flags of the caller's, wherever they are", async () => {
  stage({ complete: ["x86_64-unknown-linux-musl"] });
  const v3 = ["build", "--target", "x86_64-unknown-linux-musl+amd64_v3"];
  const own = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS";
  expect(said(await call(v3), `${own}=`)).toEqual(["-Ctarget-cpu=x86-64-v3"]);
  expect(said(await call(v3, { [own]: "-Cdebuginfo=1" }), `${own}=`)).toEqual(["-Ctarget-cpu=x86-64-v3 -Cdebuginfo=1"]);
  expect(said(await call(v3, { RUSTFLAGS: "-Cdebuginfo=1" }), "RUSTFLAGS=")).toEqual([
    "-Ctarget-cpu=x86-64-v3 -Cdebuginfo=1",
  ]);
  expect(said(await call(v3, { CARGO_ENCODED_RUSTFLAGS: "-Ca\x1f-Cb" }), "CARGO_ENCODED_RUSTFLAGS=")).toEqual([
    "-Ctarget-cpu=x86-64-v3\x1f-Ca\x1f-Cb",
  ]);
  expect(await call([...v3, "--target", "aarch64-unknown-linux-gnu"], { RUSTFLAGS: "-Cdebuginfo=1" })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("RUSTFLAGS is for all targets, and these need different flags of their own"),
  });
});

test("what the caller has set is the caller's", async () => {
  stage();
  const name = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_RUNNER";
  expect(said(await call(["test", ...musl], { [name]: "my-board" }), `${name}=`)).toEqual(["my-board"]);
});

test("programs that cannot be run here: it is said why, and cargo goes on", async () => {
  stage();
  const wasm = ["--target", "wasm32-unknown-unknown"];
  const tested = await call(["test", ...wasm]);
  expect(tested).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/programs for wasm32_unknown_unknown cannot be run here: no emulator is known/),
  });
  expect(said(tested, "argument: ")[0]).toBe("test");
  expect((await call(["build", ...wasm])).stderr).toBe("");
});

describe("what goes wrong", () => {
  test("a standard library that is not installed: after cargo's own words, the mend", async () => {
    stage({ failing: true });
    expect(await call(["build", ...musl])).toMatchObject({
      exitCode: 101,
      stderr: expect.stringMatching(
        /Rust's standard library for aarch64-unknown-linux-musl is not installed\n {4}mend: rustup target add aarch64-unknown-linux-musl; or have cargo build it, by -Zbuild-std/,
      ),
    });
    const { stderr } = await call(["build", "-Zbuild-std=std", ...musl]);
    expect(stderr).toBe("");
  });

  test("one that is there is not spoken of when cargo fails", async () => {
    stage({ failing: true, complete: ["aarch64-unknown-linux-musl"] });
    expect((await call(["build", ...musl])).stderr).not.toContain("standard library");
  });

  test.each([
    [["build"], /cargo build is given no target\n {4}mend: add --target and one such as aarch64-unknown-linux-gnu/],
    [
      ["build", "--target", "aarch64-apple-darwine"],
      /there is no target aarch64-apple-darwine\n {4}mend: write --target and one of /,
    ],
    [
      ["build", "--target", "aarch64-linux-gnu.9.9"],
      /there is no target aarch64-linux-gnu\.9\.9\n.*aarch64-linux-gnu\.2\.36/,
    ],
    [
      ["build", "--target", "windows_amd64_gnu_msvcrt"],
      /Rust has no target for windows_amd64_gnu_msvcrt\n {4}mend: choose one of rustc --print target-list/,
    ],
    [
      ["build", "--target", "linux_riscv32_musl"],
      /rustc 1\.95\.0 \(a fake\) knows no riscv32-unknown-linux-musl for linux_riscv32_musl\n {4}mend: /,
    ],
    [
      ["build", "--target", "aarch64-linux-gnu.2.36", "--target", "aarch64-linux-gnu"],
      /are one target for cargo, aarch64-unknown-linux-gnu\n {4}mend: call bazel-crossenv once for each/,
    ],
  ])("%j", async (args, message) => {
    stage();
    expect(await call(args)).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringMatching(message) });
  });

  test.each([
    ["RUSTC", /nowhere --version failed: .*ENOENT\n {4}mend: install Rust/],
    ["CARGO", /nowhere cannot be run: .*ENOENT\n {4}mend: install Rust/],
  ])("no Rust: %s", async (variable, message) => {
    stage();
    const ended = await call(["build", ...musl], { [variable]: join(scene.folder, "nowhere") });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) });
  });
});
