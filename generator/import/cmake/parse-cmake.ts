import { ImportError } from "../source-tree";

/** One argument of a command, as written: references and escapes are not resolved yet. */
export interface Argument {
  readonly text: string;
  readonly quoting: "unquoted" | "quoted" | "bracket";
}

export interface Command {
  readonly kind: "command";
  /** In lower case; CMake does not tell cases apart in command names. */
  readonly name: string;
  readonly arguments: readonly Argument[];
  readonly line: number;
}

/** A command, or a block between an opening and an ending command. */
export type Statement =
  | Command
  | { readonly kind: "if"; readonly branches: readonly Branch[] }
  | { readonly kind: "loop"; readonly head: Command; readonly body: readonly Statement[] }
  | { readonly kind: "definition"; readonly head: Command; readonly body: readonly Statement[] };

/** A branch without a head is the else branch. */
export interface Branch {
  readonly head: Command | undefined;
  readonly body: readonly Statement[];
}

/**
 * Parses a file in the CMake language (the form of CMakeLists.txt and *.cmake). `path` is for messages.
 * Throws `ImportError` with path and line where the text is not of the language.
 */
export function parseCMake(text: string, path: string): Statement[] {
  const commands = readCommands(text, path);
  const next = { index: 0 };
  const statements = readBlock(commands, next, [], path);
  const extra = commands[next.index];
  if (extra) throw new ImportError(`${path}:${extra.line}: ${extra.name}() ends nothing`);
  return statements;
}

/** Ends of the block that a command opens. */
const blockEnds: Readonly<Record<string, string>> = {
  foreach: "endforeach",
  while: "endwhile",
  function: "endfunction",
  macro: "endmacro",
};

const branchEnds = ["elseif", "else", "endif"];

function readBlock(
  commands: readonly Command[],
  next: { index: number },
  ends: readonly string[],
  path: string,
): Statement[] {
  const statements: Statement[] = [];
  for (let command = commands[next.index]; command && !isEnd(command.name, ends); command = commands[next.index]) {
    next.index++;
    const end = blockEnds[command.name];
    if (command.name === "if") {
      statements.push(readIf(command, commands, next, path));
    } else if (end !== undefined) {
      const body = readBlock(commands, next, [end], path);
      expectEnd(commands[next.index++], end, command, path);
      statements.push({
        kind: command.name === "foreach" || command.name === "while" ? "loop" : "definition",
        head: command,
        body,
      });
    } else {
      statements.push(command);
    }
  }
  return statements;
}

function isEnd(name: string, ends: readonly string[]): boolean {
  return (
    ends.includes(name) || (ends.length === 0 && (branchEnds.includes(name) || Object.values(blockEnds).includes(name)))
  );
}

function readIf(head: Command, commands: readonly Command[], next: { index: number }, path: string): Statement {
  const branches: Branch[] = [];
  for (let opening: Command | undefined = head; ;) {
    const body = readBlock(commands, next, branchEnds, path);
    branches.push({ head: opening?.name === "else" ? undefined : opening, body });
    opening = commands[next.index++];
    if (opening?.name === "endif") return { kind: "if", branches };
    if (!opening) expectEnd(opening, "endif", head, path);
  }
}

function expectEnd(command: Command | undefined, end: string, head: Command, path: string): void {
  if (command?.name !== end) throw new ImportError(`${path}:${head.line}: ${head.name}() has no ${end}()`);
}

const blank = /(?:[ \t\r\n]|#\[(=*)\[[\s\S]*?\]\1\]|#(?!\[=*\[)[^\n]*)*/y;
const commandName = /([A-Za-z_]\w*)[ \t]*\(/y;
const bracketArgument = /\[(=*)\[\r?\n?([\s\S]*?)\]\1\]/y;
const quotedArgument = /"((?:[^"\\]|\\[\s\S])*)"/y;
// A quoted part inside an unquoted argument (`-Da="b c"`) belongs to it.
const unquotedArgument = /(?:[^\s()#"\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*")+/y;

function readCommands(text: string, path: string): Command[] {
  const commands: Command[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) position = pattern.lastIndex;
    return match;
  };
  let counted = 0;
  let line = 1;
  const lineHere = (): number => {
    for (; counted < position; counted++) if (text[counted] === "\n") line++;
    return line;
  };

  const readArguments = (): Argument[] => {
    const found: Argument[] = [];
    for (let depth = 1; ;) {
      take(blank);
      const match = take(bracketArgument);
      if (match) {
        found.push({ text: match[2]!, quoting: "bracket" });
        continue;
      }
      const quoted = take(quotedArgument);
      if (quoted) {
        found.push({ text: quoted[1]!.replace(/\\\r?\n/g, ""), quoting: "quoted" });
        continue;
      }
      const character = text[position];
      if (character === "(" || character === ")") {
        position++;
        depth += character === "(" ? 1 : -1;
        if (depth === 0) return found;
        found.push({ text: character, quoting: "unquoted" });
        continue;
      }
      const unquoted = take(unquotedArgument);
      if (!unquoted) throw new ImportError(`${path}:${lineHere()}: expected an argument or a closing parenthesis`);
      found.push({ text: unquoted[0], quoting: "unquoted" });
    }
  };

  for (take(blank); position < text.length; take(blank)) {
    const startLine = lineHere();
    const name = take(commandName);
    if (!name) throw new ImportError(`${path}:${startLine}: expected a command`);
    commands.push({ kind: "command", name: name[1]!.toLowerCase(), arguments: readArguments(), line: startLine });
  }
  return commands;
}

/** `statements` with every argument changed, blocks included. */
export function mapArguments(statements: readonly Statement[], change: (argument: Argument) => Argument): Statement[] {
  const command = (one: Command): Command => ({ ...one, arguments: one.arguments.map(change) });
  return statements.map((statement): Statement => {
    if (statement.kind === "command") return command(statement);
    if (statement.kind === "if") {
      return {
        kind: "if",
        branches: statement.branches.map(({ head, body }) => ({
          head: head && command(head),
          body: mapArguments(body, change),
        })),
      };
    }
    return { ...statement, head: command(statement.head), body: mapArguments(statement.body, change) };
  });
}
