import { ImportError, type SourceTree } from "../source-tree";
import { topLevelComma } from "./parse-makefile";

/**
 * Expands references to make's variables. References to variables that are not set stand for nothing, as in make.
 * `makefile` names the file in errors; `tree` is what `wildcard` and `shell find` look at.
 */
export class Expander {
  private readonly open: string[] = [];

  constructor(
    private readonly tree: SourceTree,
    private readonly makefile: string,
    private readonly variables: ReadonlyMap<string, string>,
  ) {}

  /** `text` with every reference replaced by what it stands for. */
  expand(text: string): string {
    let result = "";
    for (let index = 0; index < text.length; index++) {
      if (text[index] !== "$") {
        result += text[index];
      } else if (text[index + 1] === "(" || text[index + 1] === "{") {
        const end = closingParenthesis(text, index + 1);
        result += this.reference(text.slice(index + 2, end));
        index = end;
      } else {
        // `$$` is a dollar sign; one-letter references are automatic variables (`$@`), which only recipes have.
        const name = text[++index];
        if (name !== undefined) result += name === "$" ? "$" : this.variable(name);
      }
    }
    return result;
  }

  private reference(body: string): string {
    const call = /^([a-z-]+)\s+(.*)$/s.exec(body);
    if (call) return this.call(call[1]!, splitArguments(call[2]!));
    const name = this.expand(body);
    const substitution = /^([^:]+):([^=]*)=(.*)$/.exec(name);
    if (!substitution) return this.variable(name);
    const [, variable, from, to] = substitution as unknown as [string, string, string, string];
    const [pattern, replacement] = from.includes("%") ? [from, to] : [`%${from}`, `%${to}`];
    return mapWords(this.variable(variable), (word) => substitutePattern(word, pattern, replacement));
  }

  private variable(name: string): string {
    if (this.open.includes(name)) throw new ImportError(`${this.makefile}: variable ${name} refers to itself`);
    this.open.push(name);
    try {
      return this.expand(this.variables.get(name) ?? "");
    } finally {
      this.open.pop();
    }
  }

  private call(name: string, parameters: readonly string[]): string {
    const [first = "", second = "", third = ""] = parameters.map((parameter) => this.expand(parameter));
    switch (name) {
      case "addprefix":
        return mapWords(second, (word) => first + word);
      case "addsuffix":
        return mapWords(second, (word) => word + first);
      case "basename":
        return mapWords(first, (word) => word.replace(/\.[^./]*$/, ""));
      case "dir":
        return mapWords(first, (word) => word.slice(0, word.lastIndexOf("/") + 1) || "./");
      case "notdir":
        return mapWords(first, (word) => word.slice(word.lastIndexOf("/") + 1));
      case "filter":
        return wordsOf(second).filter((word) => matchesAny(word, first)).join(" ");
      case "filter-out":
        return wordsOf(second).filter((word) => !matchesAny(word, first)).join(" ");
      case "patsubst":
        return mapWords(third, (word) => substitutePattern(word, first, second));
      case "subst":
        return first === "" ? third : third.replaceAll(first, () => second);
      case "sort":
        return [...new Set(wordsOf(first))].sort().join(" ");
      case "strip":
        return wordsOf(first).join(" ");
      case "if":
        return first.trim() === "" ? third : second;
      case "call":
        return this.callFunction(first.trim(), parameters.slice(1).map((parameter) => this.expand(parameter)));
      case "origin":
        return this.variables.has(first.trim()) ? "file" : "default";
      case "shell":
        return this.shell(first);
      case "wildcard":
        return wordsOf(first).flatMap((pattern) => this.wildcard(pattern)).join(" ");
      default:
        throw new ImportError(`${this.makefile}: make's function $(${name} …) is not known to the importer`);
    }
  }

  /** A variable as a function, whose parameters are `$(1)`, `$(2)` … */
  private callFunction(name: string, parameters: readonly string[]): string {
    const variables = new Map([...this.variables, ...parameters.map((parameter, index): [string, string] => [String(index + 1), parameter])]);
    return new Expander(this.tree, this.makefile, variables).expand(variables.get(name) ?? "");
  }

  /** Of the commands that make can run, the one that lists sources: `find FOLDER -name PATTERN`. */
  private shell(command: string): string {
    const find = /^\s*find\s+(\S+)\s+-name\s+(\S+)\s*$/.exec(command);
    if (!find) throw new ImportError(`${this.makefile}: the importer knows no command but find: $(shell ${command})`);
    const [, folder, pattern] = find as unknown as [string, string, string];
    const below = `${normalize(folder)}/`;
    const name = globExpression(pattern.replace(/[\\'"]/g, ""));
    return this.tree.files
      .filter((file) => file.startsWith(below) && name.test(file.slice(file.lastIndexOf("/") + 1)))
      .map((file) => `${folder}/${file.slice(below.length)}`)
      .join(" ");
  }

  private wildcard(pattern: string): string[] {
    const prefix = /^(\.\/)*/.exec(pattern)![0];
    const form = globExpression(normalize(pattern));
    return this.tree.files.filter((file) => form.test(file)).map((file) => prefix + file);
  }
}

function globExpression(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*/g, "[^/]*").replace(/\?/g, "[^/]")}$`);
}

/** The words of `text`, which white space separates. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function mapWords(text: string, change: (word: string) => string): string {
  return wordsOf(text).map(change).join(" ");
}

/** make's patsubst for one word: `%` in `pattern` matches any text, and stands for it in `replacement`. */
function substitutePattern(word: string, pattern: string, replacement: string): string {
  const stem = stemOf(word, pattern);
  return stem === undefined ? word : replacement.replace("%", () => stem);
}

function matchesAny(word: string, patterns: string): boolean {
  return wordsOf(patterns).some((pattern) => stemOf(word, pattern) !== undefined);
}

/** What `%` of `pattern` stands for in `word`; undefined when it does not match. A pattern without `%` matches itself, with an empty stem. */
export function stemOf(word: string, pattern: string): string | undefined {
  const place = pattern.indexOf("%");
  if (place < 0) return word === pattern ? "" : undefined;
  const start = pattern.slice(0, place);
  const end = pattern.slice(place + 1);
  const fits = word.length >= start.length + end.length && word.startsWith(start) && word.endsWith(end);
  return fits ? word.slice(start.length, word.length - end.length) : undefined;
}

function splitArguments(text: string): string[] {
  const comma = topLevelComma(text);
  return comma === text.length ? [text] : [text.slice(0, comma), ...splitArguments(text.slice(comma + 1))];
}

function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === "(" || text[index] === "{") depth++;
    else if ((text[index] === ")" || text[index] === "}") && --depth === 0) return index;
  }
  return text.length;
}

/** `path` without a leading `./` and without doubled slashes. */
export function normalize(path: string): string {
  return path.replace(/\/{2,}/g, "/").replace(/^(\.\/)+/, "");
}
