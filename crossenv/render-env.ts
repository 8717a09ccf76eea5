import type { Prepared } from "./prepare";
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

/** The variables that lead build systems to a crossenv. */
export function environmentOf(prepared: Prepared): Record<string, string> {
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
  return Object.fromEntries<string>([
    ...plain,
    linker,
    ...windows,
    ...Object.entries(rustVariables(prepared)),
    ...Object.entries(goVariables(prepared)),
  ] as [string, string][]);
}

/** What cargo reads, and the `cc` crate in build scripts: its C++ library is libc++. */
export function rustVariables(prepared: Prepared): Record<string, string> {
  const { target, microArchitecture } = prepared;
  const { rust } = target;
  if (rust === null) return {};
  const name = rust.replaceAll("-", "_");
  const flags = microArchitecture?.rust ?? [];
  return {
    [`CC_${name}`]: toolPath(prepared, "clang"),
    [`CXX_${name}`]: toolPath(prepared, "clang++"),
    [`AR_${name}`]: toolPath(prepared, "ar"),
    [`RANLIB_${name}`]: toolPath(prepared, "ranlib"),
    [`CXXSTDLIB_${name}`]: "c++",
    [`CARGO_TARGET_${name.toUpperCase()}_LINKER`]: rustLinker(prepared),
    ...(flags.length === 0 ? {} : { [`CARGO_TARGET_${name.toUpperCase()}_RUSTFLAGS`]: flags.join(" ") }),
  };
}

/** Links as for C++: libc++ needs libc++abi, which only then is there; a program without C++ takes nothing of either. */
export function rustLinker(prepared: Prepared): string {
  return toolPath(prepared, "clang++");
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
export function renderEnvironment(prepared: Prepared): string {
  return Object.entries(environmentOf(prepared))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
