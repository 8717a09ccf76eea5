import { BadInputError, exitCodes, type Io } from "./io";
import { compilerName, parseArguments, UsageError } from "./parse-arguments";

/**
 * Runs gen-bzl with the arguments after the program's name. Returns the exit code: 0 fine, 1 the disk differs from the
 * manifest, 2 bad input, 70 a fault of gen-bzl itself.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr(`gen-bzl: ${error.message}\n    mend: see gen-bzl --help\n`);
      return exitCodes.badInput;
    }
    if (error instanceof BadInputError) {
      io.stderr(`${error.message}\n`);
      return exitCodes.badInput;
    }
    io.stderr(
      `gen-bzl: a fault of gen-bzl itself; please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return exitCodes.internal;
  }
}

/* eslint-disable @typescript-eslint/no-require-imports -- tsx/cjs compiles what is required, not what import() loads */
/** Commands are loaded when they are called: what one needs, such as unpackers, would slow down the others. */
async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const options = parseArguments(argv);
  switch (options.command) {
    case "help":
      io.stdout(`${options.text}\n`);
      return exitCodes.fine;
    case "generate":
      return (require("./generate") as typeof import("./generate")).generate(options, io);
    case "list":
      if (options.features)
        return (require("./list-features") as typeof import("./list-features")).listFeatures(options, io);
      return (require("./list") as typeof import("./list")).list(options, io);
    case "explain":
      return (require("./explain") as typeof import("./explain")).explain(options, io);
    case "import":
      if (options.runtime === compilerName)
        return (require("./import-compiler") as typeof import("./import-compiler")).importCompiler(options, io);
      return (require("./import-runtime") as typeof import("./import-runtime")).importRuntime(options, io);
    case "check imports":
      return (require("./check-imports") as typeof import("./check-imports")).checkImports(options, io);
    case "schema":
      return (require("./print-schema") as typeof import("./print-schema")).printSchema(options, io);
  }
}
