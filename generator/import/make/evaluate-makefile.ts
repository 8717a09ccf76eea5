import { ImportError, type SourceTree } from "../source-tree";
import { parseMakefile, topLevelComma, type MakeLine } from "./parse-makefile";

/** The variables of an evaluated makefile. */
export interface MakeVariables {
  /** The expanded words of `name`. Throws `ImportError` when the makefile does not set it. */
  words(name: string): string[];
}

/**
 * Evaluates the variables of the GNU makefile at `path` of `tree`, as far as upstream's source lists need it: assignments,
 * includes, conditionals, and the text functions below. `given` is what the command line or a configure script would set,
 * and it wins over the makefile. Throws `ImportError` on a function that is not known here.
 */
export function evaluateMakefile(tree: SourceTree, path: string, given: Readonly<Record<string, string>>): MakeVariables {
  const variables = new Map<string, string>(Object.entries(given));
  const expander = new Expander(tree, path, variables);
  readLines(parseMakefile(tree.read(path)), tree, expander, variables, new Set(Object.keys(given)));
  return {
    words(name) {
      if (!variables.has(name)) throw new ImportError(`${path}: sets no variable ${name}`);
      return wordsOf(expander.expand(`$(${name})`));
    },
  };
}

function readLines(lines: readonly MakeLine[], tree: SourceTree, expander: Expander, variables: Map<string, string>, fixed: ReadonlySet<string>): void {
  const conditions: boolean[] = [];
  for (const line of lines) {
    if (line.kind === "if") {
      conditions.push((expander.expand(line.left) === expander.expand(line.right)) !== line.negated);
    } else if (line.kind === "else") {
      conditions.push(!conditions.pop());
    } else if (line.kind === "endif") {
      conditions.pop();
    } else if (conditions.every(Boolean)) {
      if (line.kind === "include") {
        const included = normalize(expander.expand(line.path));
        if (tree.has(included)) readLines(parseMakefile(tree.read(included)), tree, expander, variables, fixed);
      } else if (!fixed.has(line.name)) {
        assign(line, expander, variables);
      }
    }
  }
}

function assign(line: Extract<MakeLine, { kind: "assign" }>, expander: Expander, variables: Map<string, string>): void {
  const before = variables.get(line.name);
  if (line.operator === "?=" && before !== undefined) return;
  const value = line.operator === ":=" ? expander.expand(line.value).replaceAll("$", "$$$$") : line.value;
  variables.set(line.name, line.operator === "+=" && before !== undefined ? `${before} ${value}` : value);
}

class Expander {
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
        // `$$` is a dollar sign; one-letter references are automatic variables, which only recipes have.
        if (text[index + 1] === "$") result += "$";
        index++;
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
      case "wildcard":
        return wordsOf(first).flatMap((pattern) => this.wildcard(pattern)).join(" ");
      default:
        throw new ImportError(`${this.makefile}: make's function $(${name} …) is not known to the importer`);
    }
  }

  private wildcard(pattern: string): string[] {
    const prefix = /^(\.\/)*/.exec(pattern)![0];
    const form = new RegExp(`^${normalize(pattern).replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*/g, "[^/]*").replace(/\?/g, "[^/]")}$`);
    return this.tree.files.filter((file) => form.test(file)).map((file) => prefix + file);
  }
}

function wordsOf(text: string): string[] {
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

function stemOf(word: string, pattern: string): string | undefined {
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

function normalize(path: string): string {
  return path.replace(/\/{2,}/g, "/").replace(/^(\.\/)+/, "");
}
