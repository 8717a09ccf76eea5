import { cpSync, existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { readTargets } from "../../crossenv/read-targets";
import { isSpelled, resolveTarget } from "../../crossenv/resolve-target";
import { platformVariable } from "../harness/choose-platforms";
import { repositoryRoot } from "../harness/consumer-workspace";
import { crossenvCommand as command, CrossenvHome } from "../harness/crossenv-home";
import { declareSkip, itUnless } from "../harness/declare-skip";
import { expectProgramFile } from "../harness/expect-program";
import { findProgram } from "../harness/find-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { outputOf, runCommand } from "../harness/run-command";
import { findRunner } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

/** A target as a user of cargo spells it, and what is particular about it. */
interface CargoTarget {
  readonly spelled: string;
  /** Whether OpenSSL and ring are built as well, which takes longer than all else. */
  readonly tls?: boolean;
  /** Whether all CPUs that it is for have AVX2. */
  readonly avx2?: boolean;
}

const targets: readonly CargoTarget[] = [
  { spelled: "x86_64-unknown-linux-gnu", tls: true },
  { spelled: "aarch64-unknown-linux-gnu.2.36", tls: true },
  { spelled: "armv7-unknown-linux-gnueabihf" },
  { spelled: "i686-unknown-linux-gnu" },
  { spelled: "x86_64-unknown-linux-musl" },
  { spelled: "aarch64-unknown-linux-musl", tls: true },
  { spelled: "armv7-unknown-linux-musleabihf" },
  { spelled: "i686-unknown-linux-musl" },
  { spelled: "x86_64-pc-windows-gnullvm" },
  { spelled: "wasm32-wasip1" },
  { spelled: "aarch64-apple-darwin" },
  { spelled: "x86_64-apple-darwin" },
  { spelled: "x86_64-unknown-linux-gnu+amd64_v3", avx2: true },
];

/** Milliseconds that a call may take: it builds a crossenv, Rust's standard library and a megabyte of C. */
const timeout = 60 * 60_000;
jest.setTimeout(timeout);

/** Rust stays where it is. */
const home = new CrossenvHome("cargo", {
  CARGO_HOME: process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"),
  RUSTUP_HOME: process.env["RUSTUP_HOME"] ?? join(homedir(), ".rustup"),
});
const { environment, scratch } = home;
const project = join(scratch, "project");

const rustc = (...args: readonly string[]): string => outputOf("rustc", args, { environment }).trim();

/** How cargo gets a target's standard library here: it is installed, it is built from source that is installed, or neither. */
function libraryOf(target: string): "installed" | "built" | undefined {
  if (existsSync(rustc("--print", "target-libdir", "--target", target))) return "installed";
  return existsSync(join(rustc("--print", "sysroot"), "lib/rustlib/src/rust/library/std")) ? "built" : undefined;
}

/** What cargo is told, and its environment, where it builds `crates` of the standard library itself. */
const buildsStd = (crates: string) => ({ args: [`-Zbuild-std=${crates}`], environment: { RUSTC_BOOTSTRAP: "1" } });
const hasStd = { args: [], environment: {} };

const platforms = listPlatforms(loadSources());

/** The platform that a target is, at the version of its libc or at its micro-architecture. */
function platformOf(spelled: string): {
  platform: Platform;
  version: string | undefined;
  rust: string;
  suffix: string;
} {
  const resolved = resolveTarget(spelled, readTargets().targets);
  if ("nearest" in resolved) throw new Error(`no target ${spelled}`);
  const { name } = resolved.target;
  const platform = platforms.find((other) => other.name === name);
  if (platform === undefined) throw new Error(`the manifest has no ${name}`);
  const version = /\.([\d.]+)$/.exec(spelled)?.[1] ?? platform.target.version;
  const rust = resolved.target.rust.find((other) => isSpelled(spelled, other)) ?? "";
  return { platform, version, rust, suffix: resolved.target.executable_suffix };
}

function reasonAgainst(): string | undefined {
  if (process.env[platformVariable]) return "cargo's libraries cost minutes where platforms are left out";
  const absent = ["cargo", "rustc"].filter((program) => findProgram(program) === undefined);
  return absent.length === 0 ? undefined : `${absent.join(" and ")} not on PATH`;
}

const reason = reasonAgainst();
if (reason !== undefined) {
  declareSkip("bazel-crossenv cargo", reason);
} else {
  beforeAll(() => {
    home.prepare();
    cpSync(join(repositoryRoot, "e2e/cargo"), project, { recursive: true });
  });
  afterAll(() => home.remove(timeout));

  describe.each(["thumbv7em-none-eabihf"])("%s", testFirmware);

  describe.each(targets)("$spelled", (target) => {
    const { spelled, tls = false } = target;
    const { platform, version, rust, suffix } = platformOf(spelled);
    const { elf_machine } = platform.architecture;
    const library = libraryOf(rust);
    if (library === undefined)
      return declareSkip("cargo", `no standard library of Rust for ${rust} is installed, nor its source`);

    const std = library === "built" ? buildsStd("std,panic_abort,panic_unwind") : hasStd;
    const call = (subcommand: string, ...more: readonly string[]) =>
      runCommand(
        command,
        [
          ...["cargo", subcommand, "--locked", "--target", spelled, "--target-dir", join(scratch, "target", spelled)],
          ...(tls ? ["--features", "tls"] : []),
          ...std.args,
          ...more,
        ],
        { folder: project, environment: { ...environment, ...std.environment }, timeout },
      );

    const file = join(scratch, "target", spelled, rust, "debug", `neighbours${suffix}`);

    it("builds a program of the platform, for its libc and no newer one", async () => {
      const { status, stderr } = await call("build");
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      // With musl, whether a program is position-independent is Rust's choice.
      if (platform.system.libc === "musl")
        expect(inspectElf(file)).toMatchObject({ machine: elf_machine, interpreter: undefined, needed: [] });
      else
        expectProgramFile(
          platform,
          platform.system.link_modes[0] ?? "static",
          file,
          version === undefined ? {} : { version },
        );
    });

    const runner = findRunner(platform, version);
    const missing =
      platform.system.os === "windows"
        ? "Rust asks for a library of Windows that older wines lack"
        : "missing" in runner
          ? runner.missing
          : undefined;

    itUnless(missing)("runs its tests, where its programs run", async () => {
      const { status, stdout, stderr } = await call("test", "--lib");
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`test result: ok\\. ${tls ? 6 : 5} passed; 0 failed`));
    });

    itUnless(missing)("runs its program", async () => {
      const { status, stdout } = await call("run", "--quiet");
      expect({ status, stdout }).toEqual({ status: 0, stdout: expectedOutput(platform, target) });
    });
  });
}

/** Rust without an operating system, and without its standard library, which calls picolibc's functions. */
function testFirmware(spelled: string): void {
  const { platform, rust } = platformOf(spelled);
  const library = libraryOf(rust);
  if (library === undefined)
    return declareSkip("cargo", `no standard library of Rust for ${rust} is installed, nor its source`);
  const runner = findRunner(platform);
  const std = library === "built" ? buildsStd("core") : hasStd;
  const target = ["--locked", "--release", "--target", spelled, "--target-dir", join(scratch, "target", spelled)];
  itUnless("missing" in runner ? runner.missing : undefined)("is linked, and runs", async () => {
    const { status, stdout, stderr } = await runCommand(command, ["cargo", "run", ...target, ...std.args], {
      folder: join(repositoryRoot, "e2e/firmware"),
      environment: { ...environment, ...std.environment },
      timeout,
    });
    expect({ status, stdout, stderr: status === 7 ? "" : stderr }).toEqual({
      status: 7,
      stdout: "0 arguments, 120\n",
      stderr: "",
    });
  });
}

function expectedOutput({ architecture }: Platform, { tls, avx2 }: CargoTarget): string {
  return [
    "5 words, None in none",
    `${Number(architecture.bits) / 8} bytes in a long`,
    "sqlite 0.333",
    "zstd true",
    `AVX2 in Rust ${avx2 === true}, in C ${avx2 === true}`,
    ...(tls === true ? ["openssl 3, ring ba7816bf"] : []),
    "",
  ].join("\n");
}
