import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import type { ArchitectureRow } from "../../generator/schema/rows";
import { scratchRoot } from "./consumer-workspace";
import { findProgram } from "./find-bazel";
import { runCommandSync } from "./run-command";

/** A CPU of wine's own DLLs, as its folders spell it. */
export type WineMachine = "aarch64" | "i386" | "x86_64";

const machines: Readonly<Record<string, WineMachine>> = { aarch64: "aarch64", i686: "i386", x86_64: "x86_64" };

/** wine's name of a CPU, or undefined where it has none. */
export function wineMachine({ llvm }: ArchitectureRow): WineMachine | undefined {
  return machines[String(llvm)];
}

/** The wine of this machine. */
export interface Wine {
  readonly program: string;
  /** What wine itself needs of the environment: a prefix that all tests share, and a locale, from which it takes the encoding of arguments. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders of its own parts: `x86_64-windows` has DLLs, `x86_64-unix` what makes programs of that CPU run. */
  readonly folders: readonly string[];
}

/** Making a prefix copies all of wine's DLLs: it may take so many milliseconds. */
const processTimeout = 300_000;

/** Seconds that wine's server and its services outlive a program, so that the next one need not start them. */
const linger = 60;

/** wine on PATH, or undefined. */
export function findWine(): Wine | undefined {
  const program = findProgram("wine");
  if (program === undefined) return undefined;
  const environment = {
    HOME: scratchRoot,
    LC_ALL: "C.UTF-8",
    PATH: process.env["PATH"] ?? "",
    WINEDEBUG: "-all",
    // Neither .NET nor a browser, which wine would ask to download, nor a debugger, which would wait.
    WINEDLLOVERRIDES: "mscoree,mshtml=;winedbg.exe=d",
    WINEPREFIX: join(scratchRoot, "wine"),
  };
  return { program, environment, folders: findFolders(program) };
}

/** The folder of wine's own DLLs for a CPU, or undefined where it has none. */
export function wineLibraries({ folders }: Wine, machine: WineMachine): string | undefined {
  return folders
    .map((folder) => join(folder, `${machine}-windows`))
    .find((folder) => existsSync(join(folder, "kernel32.dll")));
}

/** Whether wine runs programs of a CPU. */
export function runsPrograms({ folders }: Wine, machine: WineMachine): boolean {
  return folders.some((folder) => existsSync(join(folder, `${machine}-unix`, "ntdll.so")));
}

/**
 * Makes the prefix where there is none yet, and starts wine's server and services where they do not run. A program that starts
 * them itself hands them its output, which ends only when they do. Throws when one of that fails.
 */
export function prepareWine({ program, environment }: Wine): void {
  const prefix = environment["WINEPREFIX"] as string;
  if (!existsSync(prefix)) makePrefix(program, environment, prefix);
  // 2 says that one runs already (server/request.c).
  const server = findProgram("wineserver");
  if (server !== undefined) call(server, [`--persistent=${linger}`], environment, [0, 2]);
  call(program, ["cmd", "/c", "exit"], environment);
}

/** Made beside its place and moved there whole: suites that run at one time may both begin to. */
function makePrefix(program: string, environment: Wine["environment"], prefix: string): void {
  mkdirSync(scratchRoot, { recursive: true });
  const made = mkdtempSync(`${prefix}-`);
  const its = { ...environment, WINEPREFIX: made };
  call(program, ["wineboot", "--init"], its);
  // The server that did it has no time to linger.
  const server = findProgram("wineserver");
  if (server !== undefined) call(server, ["--wait"], its);
  try {
    renameSync(made, prefix);
  } catch (error) {
    if (!existsSync(prefix)) throw error;
    rmSync(made, { recursive: true });
  }
}

function call(
  command: string,
  args: readonly string[],
  environment: Wine["environment"],
  good: readonly number[] = [0],
): void {
  // What it starts would hold a pipe open.
  const { status, signal } = runCommandSync(command, args, { environment, timeout: processTimeout, output: "none" });
  if (status === null || !good.includes(status))
    throw new Error(`wine cannot be started: ${[command, ...args].join(" ")} ended with ${status ?? signal}`);
}

/** Beside the program, by the layouts that wine's own makefiles and multiarch systems give it, or where wine's own variable says. */
function findFolders(program: string): string[] {
  const root = dirname(dirname(realpathSync(program)));
  const lib = join(root, "lib");
  const multiarch = existsSync(lib) ? readdirSync(lib).filter((name) => name.endsWith("-linux-gnu")) : [];
  const beside = [lib, join(root, "lib64"), ...multiarch.map((name) => join(lib, name))].map((folder) =>
    join(folder, "wine"),
  );
  return [...(process.env["WINEDLLPATH"]?.split(":") ?? []), ...beside].filter(existsSync);
}
