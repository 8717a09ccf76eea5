import yargs from "yargs";

/** What `import` takes in place of a runtime's name, for the compiler. */
export const compilerName = "compiler";

/** What one call of gen-bzl is to do. Paths are as they were typed. */
export type Options =
  | { readonly command: "generate"; readonly check: boolean; readonly manifest?: string; readonly out?: string }
  | { readonly command: "list"; readonly features: boolean; readonly json: boolean; readonly manifest?: string }
  | { readonly command: "explain"; readonly platform: string; readonly json: boolean; readonly manifest?: string }
  | {
      readonly command: "import";
      readonly runtime: string;
      readonly version: string;
      readonly anew: boolean;
      readonly from?: string;
      readonly manifest?: string;
    }
  | {
      readonly command: "check imports";
      readonly runtime?: string;
      readonly version?: string;
      readonly from?: string;
      readonly manifest?: string;
    }
  | { readonly command: "schema"; readonly table?: string }
  | { readonly command: "help"; readonly text: string };

/** Commands by name; without one, gen-bzl generates. */
const commands = ["list", "explain", "import", "schema"];

/** The arguments are not of a form that gen-bzl knows; the message is for people. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Parses the arguments after the program's name. Pure; throws `UsageError`. */
export function parseArguments(argv: readonly string[]): Options {
  const word = argv[0];
  if (word !== undefined && !word.startsWith("-") && !commands.includes(word)) {
    throw new UsageError(`there is no command ${word}; the commands are ${commands.join(", ")}`);
  }
  let options: Options | undefined;
  const choose = (chosen: Options): void => void (options = chosen);
  let failure: UsageError | undefined;
  let text = "";
  void parser(choose)
    .fail((message: string | null, error: Error | undefined) => {
      failure ??=
        error instanceof UsageError
          ? error
          : new UsageError(message ?? error?.message ?? "the arguments are not understood");
    })
    .parse([...argv], {}, (_error: unknown, _arguments: unknown, output: string) => void (text = output));
  if (failure !== undefined) throw failure;
  if (options !== undefined) return options;
  return { command: "help", text };
}

function parser(choose: (options: Options) => void) {
  const manifest = {
    type: "string",
    requiresArg: true,
    describe: "Folder of the manifest; default: the one that gen-bzl carries",
  } as const;
  return yargs()
    .scriptName("gen-bzl")
    .locale("en")
    .parserConfiguration({
      "duplicate-arguments-array": false,
      "boolean-negation": false,
      "parse-positional-numbers": false,
    })
    .command(
      "$0",
      "Write the Bazel module that the manifest describes",
      (command) =>
        command
          .usage("$0 [--check] [--manifest DIR --out DIR]\n\nWrites the Bazel module that the manifest describes.")
          .option("check", {
            type: "boolean",
            default: false,
            describe: "Write nothing; exit with 1 when the files on disk differ",
          })
          .option("manifest", manifest)
          .option("out", {
            type: "string",
            requiresArg: true,
            describe: "Folder of the module; default, for gen-bzl's own manifest: gen-bzl's own folder",
          })
          .strict()
          .demandCommand(0, 0),
      ({ check, manifest, out }) => choose({ command: "generate", check, ...given({ manifest, out }) }),
    )
    .command(
      "list",
      "List the platforms: what each is made of, and its state",
      (command) =>
        command
          .option("features", {
            type: "boolean",
            default: false,
            describe: "List the features that users turn on by name instead, and which platforms have them",
          })
          .option("json", { type: "boolean", default: false, describe: "For programs" })
          .option("manifest", manifest)
          .strict(),
      ({ features, json, manifest }) => choose({ command: "list", features, json, ...given({ manifest }) }),
    )
    .command(
      "explain <platform>",
      "Explain one platform: triple, runtimes, archives, flags",
      (command) =>
        command
          .positional("platform", { type: "string", demandOption: true, describe: "Its name, as in gen-bzl list" })
          .option("json", {
            type: "boolean",
            default: false,
            describe: "For programs, with products and their sources",
          })
          .option("manifest", manifest)
          .strict(),
      ({ platform, json, manifest }) => choose({ command: "explain", platform, json, ...given({ manifest }) }),
    )
    .command(
      "import [runtime] [release]",
      "Read an upstream source tree, and write its source lists to imports/",
      (command) =>
        command
          .positional("runtime", { type: "string", describe: "A runtime of the manifest, by its name" })
          .positional("release", { type: "string", describe: "Its version, such as 1.2.6" })
          .option("from", {
            type: "string",
            requiresArg: true,
            describe:
              "The unpacked tree, or its archive; default: where the index that XLLVM_ARCHIVES names has the version's archive",
          })
          .option("check", {
            type: "boolean",
            default: false,
            describe:
              "Write nothing; exit with 1 when an import, of all or of those that are named, would be written differently",
          })
          .option("anew", {
            type: "boolean",
            default: false,
            describe: "Ask upstream about all targets, also about those that the import on the disk is up to date for",
          })
          .option("manifest", manifest)
          .strict(),
      ({ runtime, release, from, check, anew, manifest }) =>
        choose(toImport({ runtime, version: release, from, manifest }, check, anew)),
    )
    .command(
      "schema [table]",
      "Print the JSON Schema of a manifest's table, for editors",
      (command) =>
        command
          .positional("table", { type: "string", describe: "Such as targets; default: the names of the tables" })
          .strict(),
      ({ table }) => choose({ command: "schema", ...given({ table }) }),
    )
    .strict()
    .help()
    .version(false)
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(100);
}

function toImport(
  {
    runtime,
    version,
    from,
    manifest,
  }: {
    runtime: string | undefined;
    version: string | undefined;
    from: string | undefined;
    manifest: string | undefined;
  },
  check: boolean,
  anew: boolean,
): Options {
  if (check && from !== undefined && version === undefined)
    throw new UsageError("--from is one tree, so --check wants to know of which runtime and version it is");
  if (check) return { command: "check imports", ...given({ runtime, version, from, manifest }) };
  if (runtime === undefined || version === undefined)
    throw new UsageError(
      "an import wants a runtime of the manifest and its version, such as 1.2.6; --check does for all that are there",
    );
  return { command: "import", runtime, version, anew, ...given({ from, manifest }) };
}

/** The fields that are not undefined, for types that tell an absent field from an undefined one. */
function given<Fields extends Record<string, string | undefined>>(fields: Fields): { [Name in keyof Fields]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: string;
  };
}
