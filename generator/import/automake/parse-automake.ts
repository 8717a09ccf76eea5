import { ImportError, type SourceTree } from "../source-tree";

/** One assignment of a `Makefile.am` under the conditions that hold. */
export interface AutomakeAssignment {
  readonly name: string;
  readonly append: boolean;
  readonly value: string;
}

/** A rule: `targets: prerequisites`, with its recipe. References are not expanded. */
export interface AutomakeRule {
  readonly targets: string;
  readonly prerequisites: string;
  readonly recipe: readonly string[];
}

export interface AutomakeFile {
  readonly assignments: readonly AutomakeAssignment[];
  readonly rules: readonly AutomakeRule[];
}

export interface AutomakeOptions {
  /** Whether each conditional of configure.ac (AM_CONDITIONAL) holds; one that is not here is an error. */
  readonly conditions: Readonly<Record<string, boolean>>;
  /** What configure puts in place of `@NAME@`; a name that is not here is an error. */
  readonly substitutions: Readonly<Record<string, string>>;
}

const assignment = /^[ ]*([\w.@%]+)[ \t]*(\+?=)[ \t]*(.*)$/;
const rule = /^([^\s=#:][^=#:]*):(?![=:])[ \t]*(.*)$/;

/**
 * Reads the `Makefile.am` at `path` of `tree` with the files that it includes, as automake does under the given conditionals.
 * Paths in it are relative to `folder`, where the `Makefile.am` is. Throws `ImportError` where a conditional is not closed.
 */
export function parseAutomake(tree: SourceTree, path: string, options: AutomakeOptions): AutomakeFile {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const assignments: AutomakeAssignment[] = [];
  const rules: { targets: string; prerequisites: string; recipe: string[] }[] = [];
  const conditions: boolean[] = [];

  const holds = (name: string, file: string): boolean => {
    const known = options.conditions[name];
    if (known === undefined)
      throw new ImportError(`${file}: has a conditional ${name}, of which the importer does not know whether it holds`);
    return known;
  };
  const readFile = (file: string): void => {
    const relative = file.slice(folder.length, Math.max(folder.length, file.lastIndexOf("/")));
    const text = substitute(tree.read(file), file, options.substitutions).replaceAll("%reldir%", relative);
    let recipe: string[] | undefined;
    for (const line of logicalLines(text)) {
      const condition = /^if (!?)(\w+)\s*$/.exec(line);
      if (condition)
        conditions.push(conditions.every(Boolean) && holds(condition[2]!, file) !== (condition[1] === "!"));
      else if (/^else\b/.test(line)) conditions.push(!closed(conditions, file));
      else if (/^endif\b/.test(line)) closed(conditions, file);
      else if (!conditions.every(Boolean)) continue;
      else if (line.startsWith("\t")) recipe?.push(line.trim());
      else recipe = readLine(line, folder, readFile, assignments, rules);
    }
  };
  readFile(path);
  if (conditions.length > 0) throw new ImportError(`${path}: a conditional is not closed with endif`);
  return { assignments, rules };
}

/** Handles a line that is no conditional; returns the recipe that further lines belong to, when it starts a rule. */
function readLine(
  line: string,
  folder: string,
  include: (file: string) => void,
  assignments: AutomakeAssignment[],
  rules: { targets: string; prerequisites: string; recipe: string[] }[],
): string[] | undefined {
  const included = /^include\s+(\S+)\s*$/.exec(line);
  if (included) {
    include(folder + included[1]!);
    return undefined;
  }
  const assigned = assignment.exec(line);
  if (assigned) {
    assignments.push({ name: assigned[1]!, append: assigned[2] === "+=", value: assigned[3]!.trim() });
    return undefined;
  }
  const started = rule.exec(line);
  if (!started) return undefined;
  const added = { targets: started[1]!.trim(), prerequisites: started[2]!.trim(), recipe: [] };
  rules.push(added);
  return added.recipe;
}

function closed(conditions: boolean[], file: string): boolean {
  const condition = conditions.pop();
  if (condition === undefined) throw new ImportError(`${file}: has an else or endif without an if`);
  return condition;
}

/** Lines with their continuations joined and comments taken away; lines of recipes keep their tab. */
function logicalLines(text: string): string[] {
  return text
    .replace(/\\\r?\n[ \t]*/g, " ")
    .split(/\r?\n/)
    .map((line) => (line.startsWith("\t") ? line : line.replace(/(^|[^\\])#.*$/, "$1").trimEnd()));
}

function substitute(text: string, file: string, substitutions: Readonly<Record<string, string>>): string {
  return text.replace(/@([A-Z]\w*)@/g, (whole, name: string) => {
    const value = substitutions[name];
    if (value === undefined)
      throw new ImportError(
        `${file}: has ${whole}, of which the importer does not know what configure puts in its place`,
      );
    return value;
  });
}
