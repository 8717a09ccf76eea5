import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { Emulator } from "./emulator";
import type { Prepared } from "./prepare";
import { toolPath } from "./tools";

/** `aarch64-unknown-linux-musl` as names of variables hold it. */
const spell = (target: string): string => target.replaceAll(/[-.]/g, "_");

/** The variable in which cargo reads a setting of one of Rust's targets: `CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER`. */
export function cargoVariable(target: string, setting: "LINKER" | "RUNNER" | "RUSTFLAGS"): string {
  return `CARGO_TARGET_${spell(target).toUpperCase()}_${setting}`;
}

/**
 * What build scripts read of the C compiler that goes with one of Rust's targets: the crates cc, cmake and bindgen, and those
 * that ask pkg-config. The C++ library is libc++.
 */
export function buildScriptVariables(prepared: Prepared, target: string): Record<string, string> {
  const name = spell(target);
  return {
    [`CC_${name}`]: toolPath(prepared, "clang"),
    [`CXX_${name}`]: toolPath(prepared, "clang++"),
    [`AR_${name}`]: toolPath(prepared, "ar"),
    [`RANLIB_${name}`]: toolPath(prepared, "ranlib"),
    [`CXXSTDLIB_${name}`]: "c++",
    [`BINDGEN_EXTRA_CLANG_ARGS_${name}`]: bindgenArguments(prepared).map(shellWord).join(" "),
    // Else pkg-config would offer this machine's libraries for a target that Rust spells as this machine.
    [`PKG_CONFIG_LIBDIR_${name}`]: join(prepared.tree, "usr/lib/pkgconfig"),
  };
}

/**
 * libclang, whichever release of it bindgen finds, is led to the target's headers. Its own headers of the compiler come first:
 * those of another release might not be understood. Where it has none (as Python's package of it), there are ours.
 */
function bindgenArguments({ tree, target }: Prepared): string[] {
  return [
    `--target=${target.triple}`,
    `--sysroot=${tree}`,
    "-stdlib=libc++",
    ...compilerHeaders(tree).map((folder) => `-idirafter${folder}`),
  ];
}

/** The folder of the compiler's own headers, which lies below the compiler's version. */
function compilerHeaders(tree: string): string[] {
  const folder = join(tree, "lib/clang");
  return existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, "include")) : [];
}

/** bindgen splits the variable as a shell does. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What cargo and build scripts read, for each of Rust's targets that the platform is. */
export function rustVariables(prepared: Prepared, emulator: Emulator): Record<string, string> {
  const { target, microArchitecture } = prepared;
  const flags = microArchitecture?.rust ?? [];
  const runner = runnerWords(emulator);
  return Object.assign(
    // Where it is told of no SDK, rustc asks Xcode for one before it calls the linker.
    target.os === "macos" ? { SDKROOT: prepared.tree } : {},
    ...target.rust.map((rust) => ({
      ...buildScriptVariables(prepared, rust),
      [cargoVariable(rust, "LINKER")]: rustLinker(prepared),
      ...(runner.length === 0 ? {} : { [cargoVariable(rust, "RUNNER")]: runner.join(" ") }),
      ...(flags.length === 0 ? {} : { [cargoVariable(rust, "RUSTFLAGS")]: flags.join(" ") }),
    })),
  ) as Record<string, string>;
}

/** The words of an emulator; none where there is no need of one, or none to be had. */
export function runnerWords(emulator: Emulator): readonly string[] {
  return "prefix" in emulator ? emulator.prefix : [];
}

/** Links as for C++: libc++ needs libc++abi, which only then is there; a program without C++ takes nothing of either. */
export function rustLinker(prepared: Prepared): string {
  return toolPath(prepared, "clang++");
}
