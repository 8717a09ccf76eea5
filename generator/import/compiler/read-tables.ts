import { posix } from "node:path";

import type { Table } from "../../schema/compiler-import";
import type { ConfiguredBuild } from "../cmake/configure-cmake";
import type { ShellCommand } from "../shell-words";
import { ImportError } from "../source-tree";

/** A table, and the program that makes it. */
export interface MadeTable extends Table {
  readonly program: string;
}

/** The path that a file which the build makes would have in the tree: upstream's build folder is laid out as the tree is, but for projects beside LLVM. */
export function placeOf(built: string): string {
  const project = /^tools\/(clang|lld)\//.exec(built);
  return project === null ? `llvm/${built}` : built.slice("tools/".length);
}

/**
 * What those of `commands` make that run a program of TableGen's: path in the build folder → table. Of a command that makes several
 * files only ninja's own file tells the others, which `ninja` is the text of.
 */
export function readTables(
  commands: readonly ShellCommand[],
  ninja: string,
  { inTree, inBuild }: Pick<ConfiguredBuild, "inTree" | "inBuild">,
): Map<string, MadeTable> {
  const further = new Map(
    [...ninja.matchAll(/^build ([^:|]+?)(?: \|[^:]*)?: CUSTOM_COMMAND/gm)].map(([, outputs]): [string, string[]] => {
      const [first = "", ...others] = outputs!.split(" ");
      return [first, others];
    }),
  );
  return new Map(
    commands.flatMap((command): [string, MadeTable][] => {
      const program = posix.basename(command.words[0] ?? "");
      if (!program.endsWith("-tblgen")) return [];
      const [output, table] = readTable(program, command, { inTree, inBuild });
      return [[output, { ...table, further_outputs: (further.get(output) ?? []).map(placeOf) }]];
    }),
  );
}

function readTable(
  program: string,
  { folder = ".", words }: ShellCommand,
  { inTree, inBuild }: Pick<ConfiguredBuild, "inTree" | "inBuild">,
): [string, MadeTable] {
  const include: string[] = [];
  const args: string[] = [];
  let source: string | undefined;
  let output: string | undefined;
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!;
    if (word === "-o") output = inBuild(posix.resolve(folder, words[++at] ?? ""));
    else if (word === "-d") at++;
    // The file is always written, since Bazel asks for it.
    else if (word === "--write-if-changed") continue;
    else if (word.startsWith("-I")) {
      const path = inTree(posix.resolve(folder, word === "-I" ? (words[++at] ?? "") : word.slice(2)));
      if (path !== undefined) include.push(path);
    } else if (word.endsWith(".td")) source = inTree(posix.resolve(folder, word));
    else args.push(word);
  }
  if (source === undefined || output === undefined)
    throw new ImportError(`upstream's build runs ${program} in a form that is not known: ${words.join(" ")}`);
  return [
    output,
    { program, output: placeOf(output), further_outputs: [], source, arguments: args, include: [...new Set(include)] },
  ];
}
