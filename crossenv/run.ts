import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { locateCache, removeTree } from "./cache";
import { findEmulator, thisMachine, type Emulator } from "./emulator";
import { CrossenvError, exitCodes, type Io } from "./io";
import { parseArguments, UsageError, type Options, type PrintingVerb } from "./parse-arguments";
import { prepare, type Prepared } from "./prepare";
import { readTargets } from "./read-targets";
import { environmentOf, renderEnvironment } from "./render-env";
import { renderCargo, renderCmake, renderMeson } from "./render-build-systems";
import { runCargo } from "./run-cargo";
import { namesOf } from "./resolve-target";
import { stopBazel } from "./run-bazel";
import { toolPath } from "./tools";

/** Runs bazel-crossenv with the arguments after the program's name, other than as a compiler. Returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(parseArguments(argv), io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr(`bazel-crossenv: ${error.message}\n    mend: see bazel-crossenv --help\n`);
      return exitCodes.badInput;
    }
    if (error instanceof CrossenvError) {
      io.stderr(`bazel-crossenv: ${error.message}\n`);
      return error.exitCode;
    }
    io.stderr(
      `bazel-crossenv: a fault of bazel-crossenv itself; please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return exitCodes.internal;
  }
}

async function dispatch(options: Options, io: Io): Promise<number> {
  switch (options.command) {
    case "help":
      io.stdout(`${options.text}\n`);
      return exitCodes.fine;
    case "targets":
      for (const target of readTargets().targets) io.stdout(`${namesOf(target).join(" ")}\n`);
      return exitCodes.fine;
    case "prepare":
      io.stdout(`${(await prepare(options.target, io)).tree}\n`);
      return exitCodes.fine;
    case "run-cargo":
      return runCargo(options.words, io);
    case "prefetch":
      for (const target of options.targets) io.stdout(`${(await prepare(target, io, true)).tree}\n`);
      return exitCodes.fine;
    case "clean":
      return clean(options.all, io);
    default:
      io.stdout(await print(options, io));
      return exitCodes.fine;
  }
}

type Printing = Extract<Options, { command: PrintingVerb }>;

async function print(options: Printing, io: Io): Promise<string> {
  const prepared = await prepare(options.target, io);
  return printers[options.command](prepared, options, findEmulator(prepared.target, thisMachine(io)));
}

type Printer = (prepared: Prepared, options: Printing, emulator: Emulator) => string;

const printers: Readonly<Record<PrintingVerb, Printer>> = {
  env: (prepared, { format }, emulator) =>
    format === "json"
      ? `${JSON.stringify(environmentOf(prepared, emulator), undefined, 2)}\n`
      : renderEnvironment(prepared, emulator),
  cmake: renderCmake,
  meson: renderMeson,
  cargo: (prepared, _options, emulator) => {
    const text = renderCargo(prepared, emulator);
    if (text === undefined)
      throw new CrossenvError(
        `Rust has no target for ${prepared.platform}\n    mend: name another; bazel-crossenv targets lists them all`,
      );
    return text;
  },
  which: (prepared, { tool }) => {
    const path = toolPath(prepared, tool);
    if (existsSync(path)) return `${path}\n`;
    const prefix = `${prepared.target.triple}-`;
    const known = readdirSync(join(prepared.tree, "bin"))
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
    throw new CrossenvError(`there is no tool ${tool}\n    mend: ask for one of ${known.join(", ")}`);
  },
};

async function clean(all: boolean, io: Io): Promise<number> {
  const cache = locateCache(io);
  if (existsSync(cache.bazel)) {
    // A server must not be left behind without its files; that there is no Bazel any more is no obstacle.
    await stopBazel({ outputBase: cache.bazel, log: cache.log, range: readTargets().module.bazel }).catch(
      () => undefined,
    );
  }
  removeTree(all ? cache.root : cache.folder);
  return exitCodes.fine;
}
