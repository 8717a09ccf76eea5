import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

import { takeApart } from "./cargo-arguments";
import { findEmulator, thisMachine, type Emulator } from "./emulator";
import { CrossenvError, exitCodes, type Io } from "./io";
import { prepare, type Prepared } from "./prepare";
import { isSpelled } from "./resolve-target";
import { cargoVariable, rustVariables } from "./rust-variables";
import { askRustc, type RustToolchain } from "./rust-toolchain";

/** A target of cargo's command line. */
interface CargoTarget {
  /** As it is spelled there. */
  readonly name: string;
  /** As rustc spells it. */
  readonly rust: string;
  readonly prepared: Prepared;
  readonly emulator: Emulator;
  /** rustc's arguments that the target needs. */
  readonly flags: readonly string[];
}

/** cargo's subcommands that run programs of the target. */
const running = ["run", "r", "test", "t", "bench", "nextest", "miri"];

/** Separates the words of `CARGO_ENCODED_RUSTFLAGS`. */
const unitSeparator = "\x1f";

/**
 * Runs cargo for targets in any spelling, with the version of their libc (`--target aarch64-unknown-linux-gnu.2.36`): builds their
 * crossenvs first. Tools of the build, build scripts and macros, are this machine's. Returns cargo's exit code.
 *
 * @param words cargo's arguments: a subcommand, before which `+toolchain` may stand, and what follows.
 */
export async function runCargo(words: readonly string[], io: Io): Promise<number> {
  const { toolchain, subcommand, targets: named, respell } = takeApart(words);
  const names = named.length > 0 ? named : [io.environment["CARGO_BUILD_TARGET"]].filter((name) => name !== undefined);
  if (names.length === 0)
    throw new CrossenvError(
      `cargo ${subcommand} is given no target\n    mend: add --target and one such as aarch64-unknown-linux-gnu.2.36; bazel-crossenv targets lists them all`,
    );
  const rustc = askRustc(io.environment, toolchain);
  const targets: CargoTarget[] = [];
  for (const name of new Set(names)) targets.push(await prepareTarget(name, rustc, io));
  refuseTwice(targets);
  for (const { prepared, emulator } of targets) {
    if ("missing" in emulator && running.includes(subcommand))
      io.stderr(`bazel-crossenv: programs for ${prepared.platform} cannot be run here: ${emulator.missing}\n`);
  }
  const rustOf = (name: string): string => targets.find((target) => target.name === name)?.rust ?? name;
  const environment = {
    ...io.environment,
    ...cargoEnvironment(targets, io.environment),
    ...(named.length > 0 ? {} : { CARGO_BUILD_TARGET: rustOf(names[0] ?? "") }),
  };
  const exitCode = await runProgram(io.environment["CARGO"] || "cargo", respell(rustOf), environment);
  if (exitCode !== 0) tellMissingLibraries(targets, rustc, words, io);
  return exitCode;
}

async function prepareTarget(name: string, rustc: RustToolchain, io: Io): Promise<CargoTarget> {
  const prepared = await prepare(name, io);
  const { target, platform, microArchitecture } = prepared;
  const asked = target.rust.filter((spelling) => isSpelled(name, spelling));
  const rust = [...asked, ...target.rust].find((spelling) => rustc.targets.has(spelling));
  if (rust === undefined) {
    const known =
      target.rust.length === 0 ? "Rust has no target" : `${rustc.version} knows no ${target.rust.join(" or ")}`;
    throw new CrossenvError(
      `${known} for ${platform}\n    mend: choose one of rustc --print target-list, or write C and C++ for it: bazel-crossenv cc --target ${name}`,
    );
  }
  // Rust's musl and WASI bring start files along where rustup has installed them; without, rustc takes them from nowhere. For other
  // targets it refuses the option.
  const bringsLibc = target.libc === "musl" || target.os === "wasi";
  const ours = bringsLibc && rustc.libraryOf(rust) !== "complete" ? ["-Clink-self-contained=no"] : [];
  return {
    name,
    rust,
    prepared,
    emulator: findEmulator(target, thisMachine(io)),
    flags: [...(microArchitecture?.rust ?? []), ...ours],
  };
}

/** cargo has one place for what it makes for a target of Rust's, and one linker. */
function refuseTwice(targets: readonly CargoTarget[]): void {
  for (const { name, rust } of targets) {
    const other = targets.find((other) => other.rust === rust && other.name !== name);
    if (other !== undefined)
      throw new CrossenvError(
        `${name} and ${other.name} are one target for cargo, ${rust}\n    mend: call bazel-crossenv once for each, with a --target-dir of its own`,
      );
  }
}

/** The variables that are laid over cargo's environment. What the caller has set is theirs; flags of ours come before theirs. */
function cargoEnvironment(
  targets: readonly CargoTarget[],
  environment: Io["environment"],
): Record<string, string | undefined> {
  const variables: Record<string, string | undefined> = {};
  for (const { prepared, emulator } of targets) Object.assign(variables, rustVariables(prepared, emulator));
  for (const name of Object.keys(variables)) if (environment[name] !== undefined) variables[name] = environment[name];
  // Of these variables, cargo reads the first that is set, and no other.
  const general = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"].find((name) => environment[name] !== undefined);
  if (general === undefined) {
    for (const { rust, flags } of targets) {
      const own = cargoVariable(rust, "RUSTFLAGS");
      if (flags.length > 0) variables[own] = [...flags, environment[own] ?? ""].join(" ").trim();
    }
    return variables;
  }
  const [first, ...others] = targets.map(({ flags }) => flags.join(" "));
  if (others.some((flags) => flags !== first))
    throw new CrossenvError(
      `${general} is for all targets, and these need different flags of their own\n    mend: set ${targets.map(({ rust }) => cargoVariable(rust, "RUSTFLAGS")).join(" and ")} instead`,
    );
  const separator = general === "RUSTFLAGS" ? " " : unitSeparator;
  return {
    ...variables,
    [general]: [...(targets[0]?.flags ?? []), environment[general] ?? ""].filter((part) => part !== "").join(separator),
  };
}

/** Says, after cargo has failed, which standard libraries are not there: cargo's own message is far above, or names rustup where there is none. */
function tellMissingLibraries(
  targets: readonly CargoTarget[],
  rustc: RustToolchain,
  words: readonly string[],
  io: Io,
): void {
  if (words.some((word) => word.startsWith("-Zbuild-std"))) return;
  for (const { rust } of targets) {
    if (rustc.libraryOf(rust) !== "missing") continue;
    io.stderr(
      `bazel-crossenv: Rust's standard library for ${rust} is not installed\n    mend: rustup target add ${rust}; or have cargo build it, by -Zbuild-std=std,panic_abort with a nightly Rust and rustup component add rust-src\n`,
    );
  }
}

/** Runs a program in this process's place: its streams are this process's, and signals reach it. */
async function runProgram(program: string, args: readonly string[], environment: Io["environment"]): Promise<number> {
  // eslint-disable-next-line no-restricted-syntax -- how long a user's build takes is unknown; whoever waits for it can interrupt it.
  const child = spawn(program, args, { stdio: "inherit", env: environment });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of endings) process.on(signal, forward);
  try {
    const [status, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return status ?? 128 + constants.signals[signal ?? "SIGKILL"];
  } catch (error) {
    throw new CrossenvError(
      `${program} cannot be run: ${(error as Error).message}\n    mend: install Rust (rustup, or your distribution's cargo), so that cargo is on PATH`,
      exitCodes.badInput,
    );
  } finally {
    for (const signal of endings) process.off(signal, forward);
  }
}
