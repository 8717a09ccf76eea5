import type { Emulator } from "./emulator";
import type { Prepared } from "./prepare";
import { buildScriptVariables, runnerWords, rustLinker } from "./rust-variables";
import { systemNames, toolPath } from "./tools";

/** A toolchain file for CMake (`-DCMAKE_TOOLCHAIN_FILE=…`). */
export function renderCmake(prepared: Prepared): string {
  const { target, tree } = prepared;
  const tool = (name: string): string => toolPath(prepared, name);
  const variables: readonly (readonly [string, string])[] = [
    ["CMAKE_SYSTEM_NAME", systemNames(target.os).cmake],
    ["CMAKE_SYSTEM_PROCESSOR", target.architecture],
    ["CMAKE_C_COMPILER", tool("clang")],
    ["CMAKE_CXX_COMPILER", tool("clang++")],
    ["CMAKE_ASM_COMPILER", tool("clang")],
    ["CMAKE_AR", tool("ar")],
    ["CMAKE_RANLIB", tool("ranlib")],
    ["CMAKE_NM", tool("nm")],
    ["CMAKE_STRIP", tool("strip")],
    ["CMAKE_OBJCOPY", tool("objcopy")],
    ["CMAKE_OBJDUMP", tool("objdump")],
    ["CMAKE_READELF", tool("readelf")],
    ...(target.os === "windows"
      ? ([
          ["CMAKE_RC_COMPILER", tool("windres")],
          ["CMAKE_DLLTOOL", tool("dlltool")],
        ] as const)
      : []),
    // By language, since CMake's own notion of the system overwrites the general one, and it knows not all of ours.
    ...(target.executable_suffix === ""
      ? []
      : ["ASM", "C", "CXX"].map(
          (language) => [`CMAKE_EXECUTABLE_SUFFIX_${language}`, target.executable_suffix] as const,
        )),
    // Programs are the host's; headers, libraries and packages must not be.
    ["CMAKE_FIND_ROOT_PATH", tree],
    ["CMAKE_FIND_ROOT_PATH_MODE_PROGRAM", "NEVER"],
    ["CMAKE_FIND_ROOT_PATH_MODE_LIBRARY", "ONLY"],
    ["CMAKE_FIND_ROOT_PATH_MODE_INCLUDE", "ONLY"],
    ["CMAKE_FIND_ROOT_PATH_MODE_PACKAGE", "ONLY"],
  ];
  return [
    `# Made by bazel-crossenv for ${prepared.platform}.`,
    ...variables.map(([name, value]) => `set(${name} ${doubleQuote(forward(value))})`),
    "",
  ].join("\n");
}

/** A cross file for Meson (`--cross-file …`). */
export function renderMeson(prepared: Prepared): string {
  const { target } = prepared;
  const quoted = (text: string): string => `'${forward(text).replaceAll("'", "\\'")}'`;
  const tool = (name: string): string => quoted(toolPath(prepared, name));
  const section = (title: string, values: Readonly<Record<string, string>>): string[] => [
    `[${title}]`,
    ...Object.entries(values).map(([name, value]) => `${name} = ${value}`),
    "",
  ];
  const windows: Record<string, string> = target.os === "windows" ? { windres: tool("windres") } : {};
  return [
    `# Made by bazel-crossenv for ${prepared.platform}.`,
    ...section("binaries", {
      c: tool("clang"),
      cpp: tool("clang++"),
      ar: tool("ar"),
      ranlib: tool("ranlib"),
      nm: tool("nm"),
      strip: tool("strip"),
      objcopy: tool("objcopy"),
      ...windows,
    }),
    ...section("host_machine", {
      system: quoted(systemNames(target.os).meson),
      cpu_family: quoted(target.meson.cpu_family),
      cpu: quoted(target.architecture),
      endian: quoted(target.endian ?? "little"),
    }),
  ].join("\n");
}

/** Sections of `.cargo/config.toml`, with the variables that build scripts read; none where Rust has no such target. */
export function renderCargo(prepared: Prepared, emulator: Emulator): string | undefined {
  const { rust } = prepared.target;
  if (rust.length === 0) return undefined;
  const list = (words: readonly string[]): string => `[${words.map(doubleQuote).join(", ")}]`;
  const flags = prepared.microArchitecture?.rust ?? [];
  const runner = runnerWords(emulator);
  return [
    `# Made by bazel-crossenv for ${prepared.platform}.`,
    ...rust.flatMap((name) => [
      `[target.${name}]`,
      `linker = ${doubleQuote(rustLinker(prepared))}`,
      ...(runner.length === 0 ? [] : [`runner = ${list(runner)}`]),
      ...(flags.length === 0 ? [] : [`rustflags = ${list(flags)}`]),
      "",
    ]),
    "[env]",
    ...rust.flatMap((name) =>
      Object.entries(buildScriptVariables(prepared, name)).map(([key, value]) => `${key} = ${doubleQuote(value)}`),
    ),
    "",
  ].join("\n");
}

/** CMake and Meson take a backslash for an escape. */
function forward(path: string): string {
  return path.replaceAll("\\", "/");
}

function doubleQuote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
