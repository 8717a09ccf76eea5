import yargs from "yargs";

export const shells = ["sh", "json"] as const;

/** Verbs that print something for a build system, and need a target. */
export const printingVerbs = ["env", "cmake", "meson", "cargo", "which"] as const;

export type PrintingVerb = (typeof printingVerbs)[number];

const commands: readonly string[] = [...printingVerbs, "prefetch", "targets", "clean", "prepare"];

/** What one call of bazel-crossenv, other than as a compiler, is to do. */
export type Options =
  | {
      readonly command: PrintingVerb;
      readonly target: string;
      readonly format: (typeof shells)[number];
      readonly tool: string;
    }
  | { readonly command: "run-cargo"; readonly words: readonly string[] }
  | { readonly command: "prepare"; readonly target: string }
  | { readonly command: "prefetch"; readonly targets: readonly string[] }
  | { readonly command: "targets" }
  | { readonly command: "clean"; readonly all: boolean }
  | { readonly command: "help"; readonly text: string };

/** The arguments are not of a form that bazel-crossenv knows; the message is for people. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const usage = `$0 [cc | c++ | ar | …] --target TARGET [arguments of the compiler or tool]
$0 cargo build --target TARGET [arguments of cargo]
$0 <command>

As a compiler: make CC="$0 --target aarch64-linux-musl" CXX="$0 c++ --target aarch64-linux-musl"`;

const about: Readonly<Record<PrintingVerb, string>> = {
  env: "Print the variables that configure, make, cargo and go read",
  cmake: "Print a toolchain file for CMake",
  meson: "Print a cross file for Meson",
  cargo: "Run cargo (cargo build --target TARGET …), or print sections of .cargo/config.toml",
  which: "Print the path of a tool, by default the C compiler",
};

/** Parses the arguments after the program's name. Pure; throws `UsageError`. */
export function parseArguments(argv: readonly string[]): Options {
  const word = argv[0] ?? "--help";
  if (!word.startsWith("-") && !commands.includes(word))
    throw new UsageError(`there is no command ${word}; the commands are ${commands.join(", ")}`);
  // What follows is cargo's, and not for us to judge.
  if (word === "cargo" && /^[^-]/.test(argv[1] ?? "")) return { command: "run-cargo", words: argv.slice(1) };
  let options: Options | undefined;
  const choose = (chosen: Options): void => void (options = chosen);
  let failure: UsageError | undefined;
  let text = "";
  void parser(choose)
    .fail((message: string | null, error: Error | undefined) => {
      failure ??= new UsageError(message ?? error?.message ?? "the arguments are not understood");
    })
    .parse(
      argv.length === 0 ? ["--help"] : [...argv],
      {},
      (_error: unknown, _arguments: unknown, output: string) => void (text = output),
    );
  if (failure !== undefined) throw failure;
  return options ?? { command: "help", text };
}

function parser(choose: (options: Options) => void) {
  const target = {
    type: "string",
    requiresArg: true,
    demandOption: true,
    describe: "The target, in LLVM's, GNU's, Rust's or Zig's spelling",
  } as const;
  let program = yargs()
    .scriptName("bazel-crossenv")
    .locale("en")
    .parserConfiguration({
      "duplicate-arguments-array": false,
      "boolean-negation": false,
      "parse-positional-numbers": false,
    })
    .usage(usage);
  for (const verb of printingVerbs) {
    program = program.command(
      verb === "which" ? "which [tool]" : verb,
      about[verb],
      (command) =>
        command
          .usage(`$0 ${verb} --target TARGET\n\n${about[verb]}.`)
          .positional("tool", { type: "string", default: "clang", describe: "Such as clang++ or ar" })
          .option("target", target)
          .option("format", {
            choices: shells,
            default: "sh" as const,
            describe: "Of env: assignments for a POSIX shell, or JSON",
            hidden: verb !== "env",
          })
          .strict(),
      ({ target, format, tool }) => choose({ command: verb, target, format, tool }),
    );
  }
  return (
    program
      .command(
        "prefetch",
        "Build crossenvs ahead of their first use, anew where they are there",
        (command) =>
          command
            .usage("$0 prefetch TARGET…\n\nBuilds the crossenvs of these targets, anew where they are there.")
            .option("target", { ...target, demandOption: false })
            .strictOptions(),
        ({ _: [, ...words], target }) => {
          const wanted = [...words.map(String), ...(target === undefined ? [] : [target])];
          if (wanted.length === 0) throw new UsageError("prefetch needs a target");
          choose({ command: "prefetch", targets: wanted });
        },
      )
      .command(
        "targets",
        "List the targets and the names by which they are known",
        (command) => command.strict(),
        () => choose({ command: "targets" }),
      )
      .command(
        "clean",
        "Remove the crossenvs that were built",
        (command) =>
          command
            .option("all", { type: "boolean", default: false, describe: "Those of other versions as well" })
            .strict(),
        ({ all }) => choose({ command: "clean", all }),
      )
      // For the script: builds a target's crossenv where need be and prints its folder.
      .command(
        "prepare",
        false,
        (command) => command.strict(false),
        (parsed) => choose({ command: "prepare", target: String(parsed._[1] ?? "") }),
      )
      .demandCommand(0)
      .strictOptions()
      .help()
      .version(false)
      .exitProcess(false)
      .showHelpOnFail(false)
      .wrap(100)
  );
}
