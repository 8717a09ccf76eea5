import type { Emulator } from "./emulator";
import type { Prepared } from "./prepare";
import { runnerWords, rustVariables } from "./rust-variables";
import { linkerPath, systemNames, toolPath } from "./tools";

/** Variable → tool, as configure, make and most build systems read them. */
const tools: Readonly<Record<string, string>> = {
  CC: "clang",
  CXX: "clang++",
  AR: "ar",
  RANLIB: "ranlib",
  NM: "nm",
  STRIP: "strip",
  OBJCOPY: "objcopy",
  OBJDUMP: "objdump",
  READELF: "readelf",
};

/** Holds the words that stand before a program of the target, to run it here: `go test -exec "$XLLVM_CROSSENV_RUNNER"`. */
export const runnerVariable = "XLLVM_CROSSENV_RUNNER";

/** The variables that lead build systems to a crossenv, and to what runs its programs here. */
export function environmentOf(prepared: Prepared, emulator: Emulator): Record<string, string> {
  const tool = (name: string): string => toolPath(prepared, name);
  const plain = Object.entries(tools).map(([variable, name]) => [variable, tool(name)]);
  // libtool asks `$LD --help` whether DLLs can be made; without an emulation, lld answers as for ELF.
  const { emulation } = prepared.target;
  const linker = ["LD", emulation === null ? linkerPath(prepared) : `${linkerPath(prepared)} -m ${emulation}`];
  const windows =
    prepared.target.os === "windows"
      ? [
          ["WINDRES", tool("windres")],
          ["RC", tool("windres")],
          ["DLLTOOL", tool("dlltool")],
        ]
      : [];
  const runner = runnerWords(emulator);
  return Object.fromEntries<string>([
    ...plain,
    linker,
    ...windows,
    ...Object.entries(rustVariables(prepared, emulator)),
    ...Object.entries(goVariables(prepared)),
    ...(runner.length === 0 ? [] : [[runnerVariable, runner.join(" ")]]),
  ] as [string, string][]);
}

function goVariables({ target, microArchitecture }: Prepared): Record<string, string> {
  const { go } = systemNames(target.os);
  if (target.go === null || go === undefined) return {};
  const version = microArchitecture?.go ?? null;
  return {
    CGO_ENABLED: "1",
    GOOS: go,
    GOARCH: target.go.goarch,
    ...(target.go.goarm === null ? {} : { GOARM: target.go.goarm }),
    // Go calls the variable by the architecture: GOAMD64, GOARM64, GORISCV64.
    ...(version === null ? {} : { [`GO${target.go.goarch.toUpperCase()}`]: version }),
  };
}

/** As assignments that a POSIX shell takes: `eval "$(bazel-crossenv env --target …)"`. */
export function renderEnvironment(prepared: Prepared, emulator: Emulator): string {
  return Object.entries(environmentOf(prepared, emulator))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
