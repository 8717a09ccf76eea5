import { join } from "node:path";

import type { Prepared } from "./prepare";

/** A tool of a crossenv as build systems want it: one path without arguments. */
export function toolPath({ tree, target }: Prepared, tool: string): string {
  return join(tree, "bin", `${target.triple}-${tool}${process.platform === "win32" ? ".exe" : ""}`);
}

/** The linker: lld takes a part of its name for the kind of linker to be, and under the name `ld` it knows no WebAssembly. */
export function linkerPath(prepared: Prepared): string {
  return toolPath(prepared, prepared.target.triple.startsWith("wasm") ? "wasm-ld" : "ld");
}

/** What operating systems are called by other projects. */
interface SystemNames {
  readonly cmake: string;
  readonly meson: string;
  /** GOOS; absent where Go does not know it. */
  readonly go?: string;
}

const systems: Readonly<Record<string, SystemNames>> = {
  linux: { cmake: "Linux", meson: "linux", go: "linux" },
  windows: { cmake: "Windows", meson: "windows", go: "windows" },
  macos: { cmake: "Darwin", meson: "darwin", go: "darwin" },
  wasi: { cmake: "WASI", meson: "wasi", go: "wasip1" },
  none: { cmake: "Generic", meson: "none" },
};

export function systemNames(os: string): SystemNames {
  return systems[os] ?? { cmake: "Generic", meson: os };
}
