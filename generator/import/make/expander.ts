import { posix } from "node:path";
import picomatch from "picomatch";
import { ImportError, type SourceTree } from "../source-tree";
import { topLevelComma } from "./parse-makefile";

export interface ExpanderOptions {
  /** The folder that paths are relative to; default: the tree's root. */
  readonly directory?: string;
  /** What `$(eval …)` does with its text; without it, eval is not known. */
  readonly evaluate?: (text: string) => void;
  /** What a command prints; default: of all commands only `find FOLDER -name PATTERN` is known. */
  readonly shell?: (command: string) => string;
}

/**
 * Expands references to make's variables. References to variables that are not set stand for nothing, as in make.
 * `makefile` names the file in errors; `tree` is what `wildcard` and `shell find` look at.
 */
export class Expander {
  private readonly open: string[] = [];
  /** The variables of `foreach` and the parameters of `call` while they are expanded; the innermost comes last. */
  private readonly bindings: ReadonlyMap<string, string>[] = [];

  constructor(
    private readonly tree: SourceTree,
    private readonly makefile: string,
    private readonly variables: ReadonlyMap<string, string>,
    private readonly options: ExpanderOptions = {},
  ) {}

  /** `text` with every reference replaced by what it stands for. */
  expand(text: string): string {
    let result = "";
    for (let index = 0; index < text.length; index++) {
      if (text[index] !== "$") {
        result += text[index];
      } else if (text[index + 1] === "(" || text[index + 1] === "{") {
        const end = closingParenthesis(text, index + 1);
        if (end === undefined)
          throw new ImportError(`${this.makefile}: a reference is not closed: ${text.slice(index, index + 60)}`);
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
    if (call) return this.call(call[1]!, splitArguments(call[2]!, limits[call[1]!]));
    const name = this.expand(body);
    const substitution = /^([^:]+):([^=]*)=(.*)$/.exec(name);
    if (!substitution) return this.variable(name);
    const [, variable, from, to] = substitution as unknown as [string, string, string, string];
    const [pattern, replacement] = from.includes("%") ? [from, to] : [`%${from}`, `%${to}`];
    return mapWords(this.variable(variable), (word) => substitutePattern(word, pattern, replacement));
  }

  private variable(name: string): string {
    const bound = this.bindings.findLast((scope) => scope.has(name))?.get(name);
    if (bound !== undefined) return bound;
    if (this.open.includes(name)) throw new ImportError(`${this.makefile}: variable ${name} refers to itself`);
    this.open.push(name);
    try {
      return this.expand(this.variables.get(name) ?? "");
    } finally {
      this.open.pop();
    }
  }

  private call(name: string, parameters: readonly string[]): string {
    const lazy = this.callLazily(name, parameters);
    return (
      lazy ??
      this.callText(
        name,
        parameters.map((parameter) => this.expand(parameter)),
      )
    );
  }

  /** Functions that do not expand all of their parameters, or not at once. */
  private callLazily(name: string, parameters: readonly string[]): string | undefined {
    const [first = "", second = "", third = ""] = parameters;
    switch (name) {
      case "if":
        return this.expand(this.expand(first).trim() === "" ? third : second);
      case "and":
      case "or": {
        let value = "";
        for (const parameter of parameters) {
          value = this.expand(parameter).trim();
          if ((value === "") === (name === "and")) break;
        }
        return value;
      }
      case "foreach": {
        const variable = this.expand(first).trim();
        return wordsOf(this.expand(second))
          .map((word) => this.within(new Map([[variable, word]]), () => this.expand(third)))
          .join(" ");
      }
      case "call": {
        const called = this.expand(first).trim();
        const values = parameters
          .slice(1)
          .map((parameter, index): [string, string] => [String(index + 1), this.expand(parameter)]);
        return this.within(new Map(values), () => this.expand(this.variables.get(called) ?? ""));
      }
      default:
        return undefined;
    }
  }

  private within<T>(scope: ReadonlyMap<string, string>, run: () => T): T {
    this.bindings.push(scope);
    try {
      return run();
    } finally {
      this.bindings.pop();
    }
  }

  private callText(name: string, [first = "", second = "", third = ""]: readonly string[]): string {
    switch (name) {
      case "addprefix":
        return mapWords(second, (word) => first + word);
      case "addsuffix":
        return mapWords(second, (word) => word + first);
      case "basename":
        return mapWords(first, (word) => word.replace(/\.[^./]*$/, ""));
      case "suffix":
        return mapWords(first, (word) => /\.[^./]*$/.exec(word)?.[0] ?? "");
      case "dir":
        return mapWords(first, (word) => word.slice(0, word.lastIndexOf("/") + 1) || "./");
      case "notdir":
        return mapWords(first, (word) => word.slice(word.lastIndexOf("/") + 1));
      case "filter":
        return wordsOf(second)
          .filter((word) => matchesAny(word, first))
          .join(" ");
      case "filter-out":
        return wordsOf(second)
          .filter((word) => !matchesAny(word, first))
          .join(" ");
      case "findstring":
        return second.includes(first) ? first : "";
      case "patsubst":
        return mapWords(third, (word) => substitutePattern(word, first, second));
      case "subst":
        return first === "" ? third : third.replaceAll(first, () => second);
      case "sort":
        return [...new Set(wordsOf(first))].sort().join(" ");
      case "strip":
        return wordsOf(first).join(" ");
      case "word":
        return wordsOf(second)[Number(first) - 1] ?? "";
      case "words":
        return String(wordsOf(first).length);
      case "wordlist":
        return wordsOf(third)
          .slice(Number(first) - 1, Number(second))
          .join(" ");
      case "firstword":
        return wordsOf(first)[0] ?? "";
      case "lastword":
        return wordsOf(first).at(-1) ?? "";
      case "join": {
        const [left, right] = [wordsOf(first), wordsOf(second)];
        return Array.from(
          { length: Math.max(left.length, right.length) },
          (_, index) => (left[index] ?? "") + (right[index] ?? ""),
        ).join(" ");
      }
      case "origin":
        return this.variables.has(first.trim()) ? "file" : "undefined";
      case "error":
        throw new ImportError(`${this.makefile}: stops with "${first}"`);
      case "info":
      case "warning":
        return "";
      case "eval":
        if (!this.options.evaluate) break;
        this.options.evaluate(first);
        return "";
      case "shell":
        return (this.options.shell ?? ((command) => this.find(command)))(first);
      case "wildcard":
        return wordsOf(first)
          .flatMap((pattern) => this.wildcard(pattern))
          .join(" ");
    }
    throw new ImportError(`${this.makefile}: make's function $(${name} …) is not known to the importer`);
  }

  /** Of the commands that make can run, the one that lists sources: `find FOLDER -name PATTERN`. */
  private find(command: string): string {
    const find = /^\s*find\s+(\S+)\s+-name\s+(\S+)\s*$/.exec(command);
    if (!find) throw new ImportError(`${this.makefile}: the importer knows no command but find: $(shell ${command})`);
    const [, folder, pattern] = find as unknown as [string, string, string];
    const below = `${normalize(folder)}/`;
    const matches = matcherOf(pattern.replace(/[\\'"]/g, ""), { dot: true });
    return this.tree.files
      .filter((file) => file.startsWith(below) && matches(file.slice(file.lastIndexOf("/") + 1)))
      .map((file) => `${folder}/${file.slice(below.length)}`)
      .join(" ");
  }

  /** Files and, as for make, folders; spelled as the pattern is. */
  private wildcard(pattern: string): string[] {
    const sought = this.resolve(pattern);
    if (!/[*?[]/.test(pattern)) return this.tree.has(sought) || foldersOf(this.tree).has(sought) ? [pattern] : [];
    const spelled = pattern.slice(0, pattern.lastIndexOf("/") + 1);
    // A wildcard in a folder's name is spelled by what it stands for.
    const prefix = /[*?[]/.test(spelled) ? /^(\.\/)*/.exec(pattern)![0] : spelled;
    const matches = matcherOf(sought);
    const below = prefix === spelled ? sought.lastIndexOf("/") + 1 : 0;
    return this.tree.files.filter((file) => matches(file)).map((file) => prefix + file.slice(below));
  }

  /** The place in the tree of a path that a makefile spells. */
  private resolve(path: string): string {
    return posix.normalize(posix.join(this.options.directory ?? ".", path)).replace(/\/$/, "");
  }
}

const folders = new WeakMap<SourceTree, ReadonlySet<string>>();

/** Every folder of the tree that holds a file, at any depth; without a final `/`. */
export function foldersOf(tree: SourceTree): ReadonlySet<string> {
  const known = folders.get(tree);
  if (known) return known;
  const found = new Set<string>(["."]);
  for (const file of tree.files) {
    for (
      let end = file.lastIndexOf("/");
      end > 0 && !found.has(file.slice(0, end));
      end = file.lastIndexOf("/", end - 1)
    )
      found.add(file.slice(0, end));
  }
  folders.set(tree, found);
  return found;
}

/** A pattern of the shell, without what only some shells know. */
export function matcherOf(pattern: string, options: { readonly dot?: boolean } = {}): (path: string) => boolean {
  return picomatch(pattern, {
    nobrace: true,
    noextglob: true,
    noglobstar: true,
    nonegate: true,
    strictSlashes: true,
    ...options,
  });
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

/** How many parameters a function has; commas in the last one are text. */
const limits: Readonly<Record<string, number>> = {
  strip: 1,
  foreach: 3,
  subst: 3,
  patsubst: 3,
  filter: 2,
  "filter-out": 2,
  eval: 1,
  error: 1,
  shell: 1,
  wildcard: 1,
  sort: 1,
};

function splitArguments(text: string, limit = Infinity): string[] {
  const comma = topLevelComma(text);
  return comma === text.length || limit <= 1
    ? [text]
    : [text.slice(0, comma), ...splitArguments(text.slice(comma + 1), limit - 1)];
}

function closingParenthesis(text: string, open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === "(" || text[index] === "{") depth++;
    else if ((text[index] === ")" || text[index] === "}") && --depth === 0) return index;
  }
  return undefined;
}

/** `path` without a leading `./` and without doubled slashes. */
export function normalize(path: string): string {
  return path.replace(/\/{2,}/g, "/").replace(/^(\.\/)+/, "");
}
