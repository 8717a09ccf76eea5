import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { compareVersions } from "../../generator/schema/libc-versions";
import type { Program } from "../programs/programs";
import { scratchRoot } from "./consumer-workspace";
import { declareSkip } from "./declare-skip";
import { inspectCoff, inspectElf, inspectMacho, inspectWasm } from "./inspect-artefact";
import { loaderPath } from "./loaders";
import { findRunner, lackOf, runProgram } from "./run-program";
import type { Platform } from "./target-rows";
import { readNeededVersions } from "./versioned-symbols";

type LinkMode = Platform["system"]["link_modes"][number];

/**
 * Declares a test that runs a program and compares all that it prints. Where nothing can run it here, the test is
 * declared as skipped and its name says what is missing.
 *
 * @param file Tells, when the test runs, where the program is.
 * @param loader Tells what a dynamic program is handed to, with the loader's own arguments.
 * @param version Of the libc that the program is linked against.
 */
export function testRun(
  platform: Platform,
  program: Program,
  file: () => string,
  loader: () => readonly string[] = () => [],
  version = platform.target.version,
): void {
  const runner = findRunner(platform, version);
  if ("missing" in runner) return declareSkip(`runs ${program.name}`, runner.missing);
  const need = program.emulatorNeed?.(platform);
  const lacking = need && runner.emulator && lackOf(runner.emulator, need);
  if (lacking !== undefined) return declareSkip(`runs ${program.name}`, lacking);
  it(`runs ${program.name} ${runner.how}`, async () => {
    const folder = program.folder === true ? makeFolder() : undefined;
    try {
      const [executable, ...before] = [...loader(), file()];
      const run = await runProgram(runner, executable, {
        arguments: [...before, ...(folder === undefined ? (program.arguments ?? []) : [folder])],
        environment: program.environment ?? {},
        input: program.input ?? "",
      });
      const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
      expect(run).toEqual({
        stdout: lines(program.stdout(platform)),
        stderr: lines(program.stderr ?? []),
        status: program.status ?? 0,
        signal: null,
      });
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  });
}

function makeFolder(): string {
  mkdirSync(scratchRoot, { recursive: true });
  return mkdtempSync(join(scratchRoot, "program-"));
}

/**
 * Expects that the file is a program of the platform, linked as `mode` says and complete in itself.
 *
 * @param version Of the libc that it is linked against.
 * @param pie Whether it can be loaded anywhere.
 */
export function expectProgramFile(
  platform: Platform,
  mode: LinkMode,
  file: string,
  { version = platform.target.version, pie = mode !== "static" } = {},
): void {
  if (platform.system.object_format === "coff") return expectCoffProgram(platform, file);
  if (platform.system.object_format === "macho") return expectMachoProgram(platform, file);
  if (platform.system.object_format === "wasm") return expectWasmProgram(platform, file);
  const elf = inspectElf(file);
  expect(elf).toMatchObject({
    bits: platform.architecture.bits,
    endian: platform.architecture.endian,
    machine: platform.architecture.elf_machine,
    type: pie ? "shared" : "executable",
    dynamic: mode !== "static",
    pie,
    writableCode: false,
  });
  if (mode === "dynamic") {
    expect(elf.interpreter).toBe(loaderPath(platform));
    expect(elf.needed).toContain(libcSoname(platform));
    if (platform.system.libc === "glibc") expectNothingNewer(file, version);
    return;
  }
  expect(elf).toMatchObject({ interpreter: undefined, needed: [], undefinedSymbols: [] });
}

/** By which name dynamic programs of a platform need its libc. */
export const libcSoname = ({ system }: Platform): string => libcSonames[system.libc ?? ""] ?? "libc.so";

const libcSonames: Readonly<Record<string, string>> = {
  "freebsd-libc": "libc.so.7",
  glibc: "libc.so.6",
  "netbsd-libc": "libc.so.12",
};

/** Expects that a program needs no version of glibc's symbols that is newer than the release which it is linked against. */
function expectNothingNewer(file: string, version = "0"): void {
  const versions = Object.values(readNeededVersions(readFileSync(file))).flat();
  const releases = versions.map((name) => name.replace(/^GLIBC_/, "")).filter((name) => /^\d/.test(name));
  expect(releases.length).toBeGreaterThan(0);
  expect(releases.filter((release) => compareVersions(release, version) > 0)).toEqual([]);
}

/** Name of the machine that images for a platform are for. */
export function coffMachine({ architecture }: Platform): string | undefined {
  return coffMachines[String(architecture.llvm)];
}

const coffMachines: Readonly<Record<string, string>> = {
  x86_64: "IMAGE_FILE_MACHINE_AMD64",
  aarch64: "IMAGE_FILE_MACHINE_ARM64",
  i686: "IMAGE_FILE_MACHINE_I386",
};

/** Libraries of Windows itself that our programs need; of C's there is one of the two kinds. */
const windowsLibraries = /^(?:advapi32|kernel32|ntdll|ole32|shell32|user32|ws2_32)\.dll$/i;
const ucrt = /^api-ms-win-crt-[a-z]+-l1-1-0\.dll$/;
const msvcrt = /^msvcrt\.dll$/;

function expectCoffProgram(platform: Platform, file: string): void {
  const { architecture, system } = platform;
  const coff = inspectCoff(file);
  expect(coff).toMatchObject({
    bits: architecture.bits,
    machine: coffMachine(platform),
    dll: false,
    subsystem: "console",
    writableCode: false,
  });
  const ofC = system.abi === "gnu_msvcrt" ? msvcrt : ucrt;
  const libraries = Object.keys(coff.imports);
  expect(libraries.filter((library) => !windowsLibraries.test(library) && !ofC.test(library))).toEqual([]);
  expect(libraries.some((library) => ofC.test(library))).toBe(true);
}

/** The one library that programs of C and C++ need of the system. */
export const libSystem = "/usr/lib/libSystem.B.dylib";

function expectMachoProgram({ architecture, system }: Platform, file: string): void {
  const macho = inspectMacho(file);
  const name = String(architecture.columns["apple"]);
  expect(macho).toMatchObject({
    architecture: name,
    type: "executable",
    pie: true,
    hasEntry: true,
    loader: "/usr/lib/dyld",
    writableCode: false,
    platform: system.os,
    needed: [{ name: libSystem, weak: false }],
    rpaths: [],
  });
  expect(macho.uuid).toBeDefined();
  // The kernel of arm64 starts no program without a signature.
  if (name === "arm64") expect(macho.signature).toMatchObject({ adhoc: true, matches: true });
}

/** Where there are threads the host brings their memory along, and starts them. */
const threadImports = ["env.memory", "wasi.thread-spawn"];

function expectWasmProgram({ system }: Platform, file: string): void {
  const { imports, exports } = inspectWasm(file);
  const known = system.abi === "wasi_threads" ? threadImports : [];
  expect(imports.filter((name) => !name.startsWith("wasi_snapshot_preview1.") && !known.includes(name))).toEqual([]);
  expect(exports).toEqual(expect.arrayContaining(["_start", "memory"]));
}

/**
 * Expects a program for this machine that the machine's own compiler did not link: that one would name a dynamic loader.
 *
 * @param platforms Among which this machine's is.
 */
export function expectHostProgram(platforms: readonly Platform[], file: string): void {
  const host = platforms.find((platform) => {
    const runner = findRunner(platform);
    return "prefix" in runner && runner.prefix.length === 0 && platform.system.default_for_os;
  });
  if (host === undefined)
    throw new Error(`no platform of the manifest is this machine, ${inspectElf(process.execPath).machine}`);
  expectProgramFile(host, host.system.link_modes[0] ?? "static", file);
}
