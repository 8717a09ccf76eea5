import { ImportError, type SourceTree } from "../source-tree";
import { Expander, normalize, wordsOf } from "./expander";
import { parseMakefile, type MakeCondition, type MakeLine } from "./parse-makefile";

/** The variables of an evaluated makefile. */
export interface MakeVariables {
  /** The expanded words of `name`. Throws `ImportError` when the makefile does not set it. */
  words(name: string): string[];
  /** `text` with all its references expanded. */
  expand(text: string): string;
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

interface State {
  readonly tree: SourceTree;
  readonly variables: Map<string, string>;
  readonly expander: Expander;
  /** Variables that the makefile may not change. */
  readonly fixed: ReadonlySet<string>;
  readonly forTargets: Extract<MakeLine, { kind: "assign-for" }>[];
}

/**
 * Evaluates the variables of the GNU makefile at `path` of `tree`, as far as upstream's source lists need it: assignments,
 * includes, conditionals, and the text functions below. `given` is what the command line or a configure script would set,
 * and it wins over the makefile. Throws `ImportError` on a function that is not known here.
 */
export function evaluateMakefile(tree: SourceTree, path: string, given: Readonly<Record<string, string>>): MakeVariables {
  const variables = new Map<string, string>(Object.entries(given));
  const expander = new Expander(tree, path, variables);
  const state: State = { tree, variables, expander, fixed: new Set(Object.keys(given)), forTargets: [] };
  readLines(parseMakefile(tree.read(path)), state);
  return {
    words(name) {
      if (!variables.has(name)) throw new ImportError(`${path}: sets no variable ${name}`);
      return wordsOf(expander.expand(`$(${name})`));
    },
    expand: (text) => expander.expand(text),
    appendedFor(name) {
      return state.forTargets
        .filter((line) => line.name === name)
        .map((line) => ({ spelling: line.targets, targets: wordsOf(expander.expand(line.targets)), text: expander.expand(line.value) }));
    },
  };
}

function readLines(lines: readonly MakeLine[], state: State): void {
  /** Per open conditional, whether the branch that is being read applies, and whether one has applied so far. */
  const branches: { applies: boolean; taken: boolean }[] = [];
  const holds = ({ left, right, negated }: MakeCondition): boolean => (state.expander.expand(left) === state.expander.expand(right)) !== negated;
  for (const line of lines) {
    const branch = branches.at(-1);
    if (line.kind === "if") {
      const applies = branches.every((outer) => outer.applies) && holds(line.condition);
      branches.push({ applies, taken: applies });
    } else if (line.kind === "else") {
      if (branch === undefined) continue;
      branch.applies = !branch.taken && branches.slice(0, -1).every((outer) => outer.applies) && (line.condition === undefined || holds(line.condition));
      branch.taken ||= branch.applies;
    } else if (line.kind === "endif") {
      branches.pop();
    } else if (branches.every((open) => open.applies)) {
      readLine(line, state);
    }
  }
}

function readLine(line: Extract<MakeLine, { kind: "assign" | "assign-for" | "include" }>, state: State): void {
  if (line.kind === "include") {
    const included = normalize(state.expander.expand(line.path));
    if (state.tree.has(included)) readLines(parseMakefile(state.tree.read(included)), state);
  } else if (line.kind === "assign-for") {
    state.forTargets.push(line);
  } else if (!state.fixed.has(line.name)) {
    assign(line, state);
  }
}

function assign(line: Extract<MakeLine, { kind: "assign" }>, { variables, expander }: State): void {
  const before = variables.get(line.name);
  if (line.operator === "?=" && before !== undefined) return;
  const value = line.operator === ":=" ? expander.expand(line.value).replaceAll("$", "$$$$") : line.value;
  variables.set(line.name, line.operator === "+=" && before !== undefined ? `${before} ${value}` : value);
}
