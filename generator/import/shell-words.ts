import { parse } from "shell-quote";

/** One program with its arguments, as a POSIX shell reads it in a line. */
export interface ShellCommand {
  /** The folder that the line has changed into before. */
  readonly folder?: string;
  readonly words: readonly string[];
  /** The file that its standard input is of. */
  readonly input?: string;
  /** The file that its standard output goes to. */
  readonly output?: string;
  /** Whether its standard input is what the command before it prints. */
  readonly isPiped: boolean;
}

/** Variables of the shell stay as they are spelled: nothing of this machine's environment is filled in. */
const keepVariables = (name: string): string => `$${name}`;

/**
 * The words of a command line as a POSIX shell splits them: white space separates, quotes and backslashes keep it.
 * `-DX="\"a b\""` is one word, `-DX="a b"`.
 */
export function splitShellWords(text: string): string[] {
  return parse(text, keepVariables).flatMap((entry) => wordOf(entry) ?? []);
}

/** The commands of a line, in order; those that only change the folder, or do nothing, are left out. */
export function readShellLine(line: string): ShellCommand[] {
  const commands: { words: string[]; input?: string; output?: string; isPiped: boolean }[] = [
    { words: [], isPiped: false },
  ];
  let folder: string | undefined;
  let redirected: "input" | "output" | undefined;
  for (const entry of parse(line, keepVariables)) {
    const word = wordOf(entry);
    const command = commands.at(-1)!;
    if (word !== undefined && redirected !== undefined) command[redirected] = word;
    else if (word !== undefined) command.words.push(word);
    redirected = undefined;
    if (typeof entry === "string" || !("op" in entry) || word !== undefined) continue;
    if (entry.op === "<") redirected = "input";
    else if (entry.op === ">" || entry.op === ">>") redirected = "output";
    else commands.push({ words: [], isPiped: entry.op === "|" });
  }
  return commands.flatMap((command): ShellCommand[] => {
    const [program, argument] = command.words;
    if (program === "cd") folder = argument;
    if (program === undefined || program === "cd" || program === ":") return [];
    return [{ ...(folder !== undefined && { folder }), ...command }];
  });
}

/** A pattern of files is a word, as it is where no file fits. */
function wordOf(entry: ReturnType<typeof parse>[number]): string | undefined {
  if (typeof entry === "string") return entry;
  return "op" in entry && entry.op === "glob" ? entry.pattern : undefined;
}
