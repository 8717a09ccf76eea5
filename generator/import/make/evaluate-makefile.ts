import { ImportError, type SourceTree } from "../source-tree";
import { posix } from "node:path";
import { Expander, stemOf, wordsOf, type ExpanderOptions } from "./expander";
import { parseMakefile, type MakeCondition, type MakeDefinedCondition, type MakeLine } from "./parse-makefile";

/** The variables of an evaluated makefile. */
export interface MakeVariables {
  /** The expanded words of `name`. Throws `ImportError` when the makefile does not set it. */
  words(name: string): string[];
  /** `text` with all its references expanded. */
  expand(text: string): string;
  /** The same; none when the makefile does not set it. */
  wordsIfSet(name: string): string[];
  /** The explicit rules, in order, with references expanded. Static pattern rules are resolved for each target. None unless asked for. */
  rules(): readonly MakeRule[];
  /** What target-specific assignments append to the variable `name`, in order; references in both are expanded. */
  appendedFor(name: string): readonly TargetAppend[];
}

/** `targets: NAME += text`. */
export interface TargetAppend {
  /** The targets as the makefile spells them. */
  readonly spelling: string;
  readonly targets: readonly string[];
  readonly text: string;
}

/** `target: prerequisites`. */
export interface MakeRule {
  readonly target: string;
  readonly prerequisites: readonly string[];
}

export interface MakeOptions extends Pick<ExpanderOptions, "shell"> {
  /** The folder that make runs in, relative to the tree's root, which is the default. */
  readonly directory?: string;
  /** The files to read in place of an included one, for files that the build makes; undefined: the included one. */
  readonly include?: (path: string) => readonly string[] | undefined;
  /** Whether the rules are wanted: reading them expands long lists. */
  readonly rules?: boolean;
}

interface State {
  readonly tree: SourceTree;
  readonly path: string;
  readonly options: MakeOptions;
  readonly variables: Map<string, string>;
  /** Variables that are expanded when they are set (`:=`). */
  readonly simple: Set<string>;
  readonly expander: Expander;
  /** Variables that the makefile may not change. */
  readonly fixed: ReadonlySet<string>;
  readonly forTargets: Extract<MakeLine, { kind: "assign-for" }>[];
  readonly rules: MakeRule[];
}

/**
 * Evaluates the variables of the GNU makefile at `path` of `tree`, as far as upstream's source lists need it: assignments,
 * includes, conditionals, and the text functions of the expander. `given` is what the command line or a configure script
 * would set, and it wins over the makefile. Throws `ImportError` on a function that is not known here, and when an included
 * file is neither in the tree nor optional.
 */
export function evaluateMakefile(
  tree: SourceTree,
  path: string,
  given: Readonly<Record<string, string>>,
  options: MakeOptions = {},
): MakeVariables {
  const variables = new Map<string, string>(Object.entries(given));
  const expander = new Expander(tree, path, variables, {
    ...(options.directory !== undefined && { directory: options.directory }),
    ...(options.shell && { shell: options.shell }),
    evaluate: (text) => readLines(parseMakefile(text), state),
  });
  const state: State = {
    tree,
    path,
    options,
    variables,
    simple: new Set(),
    expander,
    fixed: new Set(Object.keys(given)),
    forTargets: [],
    rules: [],
  };
  readLines(linesOf(tree, posix.join(options.directory ?? ".", path)), state);
  const words = (name: string): string[] => wordsOf(expander.expand(`$(${name})`));
  return {
    words(name) {
      if (!variables.has(name)) throw new ImportError(`${path}: sets no variable ${name}`);
      return words(name);
    },
    wordsIfSet: words,
    expand: (text) => expander.expand(text),
    rules: () => state.rules,
    appendedFor(name) {
      return state.forTargets
        .filter((line) => line.name === name)
        .map((line) => ({
          spelling: line.targets,
          targets: wordsOf(expander.expand(line.targets)),
          text: expander.expand(line.value),
        }));
    },
  };
}

const parsed = new WeakMap<SourceTree, Map<string, readonly MakeLine[]>>();

/** A makefile that many others include is parsed once. */
function linesOf(tree: SourceTree, path: string): readonly MakeLine[] {
  const known = parsed.get(tree) ?? new Map<string, readonly MakeLine[]>();
  parsed.set(tree, known);
  const lines = known.get(path) ?? parseMakefile(tree.read(path));
  known.set(path, lines);
  return lines;
}

function readLines(lines: readonly MakeLine[], state: State): void {
  /** Per open conditional, whether the branch that is being read applies, and whether one has applied so far. */
  const branches: { applies: boolean; taken: boolean }[] = [];
  const holds = (condition: MakeCondition | MakeDefinedCondition): boolean => {
    const positive =
      "defined" in condition
        ? (state.variables.get(state.expander.expand(condition.defined)) ?? "") !== ""
        : state.expander.expand(condition.left) === state.expander.expand(condition.right);
    return positive !== condition.negated;
  };
  for (const line of lines) {
    const branch = branches.at(-1);
    if (line.kind === "if") {
      const applies = branches.every((outer) => outer.applies) && holds(line.condition);
      branches.push({ applies, taken: applies });
    } else if (line.kind === "else") {
      if (branch === undefined) continue;
      branch.applies =
        !branch.taken &&
        branches.slice(0, -1).every((outer) => outer.applies) &&
        (line.condition === undefined || holds(line.condition));
      branch.taken ||= branch.applies;
    } else if (line.kind === "endif") {
      branches.pop();
    } else if (branches.every((open) => open.applies)) {
      readLine(line, state);
    }
  }
}

function readLine(line: Exclude<MakeLine, { kind: "if" | "else" | "endif" }>, state: State): void {
  const { expander } = state;
  switch (line.kind) {
    case "include":
      wordsOf(expander.expand(line.path)).forEach((path) => include(path, line.optional, state));
      break;
    case "assign-for":
      state.forTargets.push(line);
      break;
    case "rule":
      if (state.options.rules) readRule(expander.expand(line.targets), expander.expand(line.prerequisites), state);
      break;
    case "unknown":
      throw new ImportError(`${state.path}: the importer does not understand the line "${line.text}"`);
    case "expression":
      readLines(parseMakefile(expander.expand(line.text)), state);
      break;
    case "assign":
      if (line.operator === "!=")
        throw new ImportError(
          `${state.path}: sets ${line.name} to what a command prints, which the importer does not run: ${line.value}`,
        );
      assign(line, state);
  }
}

function include(path: string, optional: boolean, state: State): void {
  const place = posix.normalize(posix.join(state.options.directory ?? ".", path));
  for (const file of state.options.include?.(place) ?? [place]) {
    if (state.tree.has(file)) readLines(linesOf(state.tree, file), state);
    else if (!optional) throw new ImportError(`${state.path}: includes ${file}, which the source tree has not`);
  }
}

function readRule(targets: string, prerequisites: string, state: State): void {
  const [pattern, ...rest] = prerequisites.split(/:(?!=)/);
  for (const target of wordsOf(targets)) {
    if (rest.length === 0) {
      state.rules.push({ target, prerequisites: wordsOf(prerequisites) });
      continue;
    }
    const stem = wordsOf(pattern!)
      .map((text) => stemOf(target, text))
      .find((found) => found !== undefined);
    if (stem !== undefined)
      state.rules.push({ target, prerequisites: wordsOf(rest.join(":")).map((word) => word.replace("%", () => stem)) });
  }
}

function assign(line: Extract<MakeLine, { kind: "assign" }>, { variables, expander, simple, fixed }: State): void {
  const name = expander.expand(line.name);
  const before = variables.get(name);
  if (fixed.has(name) || (line.operator === "?=" && before !== undefined)) return;
  if (line.operator === ":=") simple.add(name);
  else if (line.operator === "=") simple.delete(name);
  const value = simple.has(name) ? expander.expand(line.value).replaceAll("$", "$$$$") : line.value;
  variables.set(name, line.operator === "+=" && before !== undefined ? `${before} ${value}` : value);
}
