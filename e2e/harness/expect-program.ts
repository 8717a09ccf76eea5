import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Program } from "../programs/programs";
import { scratchRoot } from "./consumer-workspace";
import { inspectElf } from "./inspect-artefact";
import { findRunner, runProgram } from "./run-program";
import type { Platform } from "./target-rows";

type LinkMode = Platform["system"]["link_modes"][number];

/**
 * Declares a test that runs a program and compares all that it prints. Where nothing can run it here, the test is
 * declared as skipped and its name says what is missing.
 *
 * @param file Tells, when the test runs, where the program is.
 * @param loader Tells what a dynamic program is handed to, with the loader's own arguments.
 */
export function testRun(platform: Platform, program: Program, file: () => string, loader: () => readonly string[] = () => []): void {
  const runner = findRunner(platform);
  const missing = "missing" in runner;
  const declare = missing ? it.skip : it;
  declare(`runs ${program.name} ${missing ? `(skipped: ${runner.missing})` : runner.how}`, async () => {
    const folder = program.folder === true ? makeFolder() : undefined;
    try {
      const [executable, ...before] = [...loader(), file()];
      const run = await runProgram(runner, executable, {
        arguments: [...before, ...(folder === undefined ? program.arguments ?? [] : [folder])],
        environment: program.environment ?? {},
        input: program.input ?? "",
      });
      const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
      expect(run).toEqual({ stdout: lines(program.stdout(platform)), stderr: lines(program.stderr ?? []), status: program.status ?? 0, signal: null });
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  });
}

function makeFolder(): string {
  mkdirSync(scratchRoot, { recursive: true });
  return mkdtempSync(join(scratchRoot, "program-"));
}

/** Expects that the file is a program of the platform, linked as `mode` says and complete in itself. */
export function expectProgramFile(platform: Platform, mode: LinkMode, file: string): void {
  const elf = inspectElf(file);
  expect(elf).toMatchObject({
    bits: platform.architecture.bits,
    endian: platform.architecture.endian,
    machine: platform.architecture.elf_machine,
    type: mode === "static" ? "executable" : "shared",
    dynamic: mode !== "static",
    pie: mode !== "static",
    writableCode: false,
  });
  if (mode === "dynamic") {
    expect(elf.interpreter).toMatch(/^\/lib/);
    expect(elf.needed).toContain("libc.so");
    return;
  }
  expect(elf).toMatchObject({ interpreter: undefined, needed: [], undefinedSymbols: [] });
}
