import { posix } from "node:path";
import type { SourceTree } from "../../../../generator/import/source-tree";
import { evaluateCondition, type Operands } from "./c-condition";
import type { CCondition } from "./split-by-condition";

export interface IncludeSearch {
  /** Folders of the tree that `#include` looks into, in order; for `"name"` the including file's own comes first. */
  readonly folders: readonly string[];
  /** Names that are found before any folder, and are not of the tree. */
  readonly provided: ReadonlySet<string>;
  /** Macros that are defined on the command line or before the first line, with their values. */
  readonly macros: Readonly<Record<string, number>>;
  /** Macros that are not defined anywhere. */
  readonly undefinedMacros: ReadonlySet<string>;
}

/** What a source includes: files of the tree, and names that it cannot do without but that the search does not find there. */
export interface IncludedFiles {
  readonly files: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
}

/**
 * The files of the tree that a compilation of `source` may read besides it. What is under a condition that cannot be
 * decided counts; what is under one that does not hold does not; what is under __has_include need not be there.
 */
export function findIncludedFiles(tree: SourceTree, source: string, search: IncludeSearch): IncludedFiles {
  const files = new Set<string>();
  const missing = new Set<string>();
  const pending = [source];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const { name, quoted, next, isOptional } of directivesOf(tree, file, search)) {
      if (!quoted && search.provided.has(name)) continue;
      const own = posix.dirname(file);
      const folders = [...(quoted ? [own] : []), ...search.folders];
      const candidates = folders.map((folder) => posix.normalize(posix.join(folder, name)));
      // #include_next goes on behind the folder that the including file was found in.
      const after = next ? candidates.lastIndexOf(file) + 1 : 0;
      const found = candidates.slice(after).find((candidate) => tree.has(candidate));
      if (found === undefined) {
        if (!isOptional) missing.add(name);
      } else if (!files.has(found) && found !== source) {
        files.add(found);
        pending.push(found);
      }
    }
  }
  return { files, missing };
}

interface Directive {
  readonly name: string;
  readonly quoted: boolean;
  readonly next: boolean;
  readonly isOptional: boolean;
}

/** The `#include`s of a file that are not under a condition which does not hold. */
function directivesOf(tree: SourceTree, file: string, { macros, undefinedMacros }: IncludeSearch): Directive[] {
  const operands: Operands = {
    defined: (name) => (Object.hasOwn(macros, name) ? true : undefinedMacros.has(name) ? false : undefined),
    value: (name, parameters) =>
      parameters.length > 0
        ? undefined
        : Object.hasOwn(macros, name)
          ? macros[name]
          : undefinedMacros.has(name)
            ? 0
            : undefined,
  };
  const holds = ({ expression, negated }: CCondition): boolean => evaluateCondition(expression, operands) !== negated;
  return readDirectives(tree, file)
    .filter(({ conditions }) => conditions.every(holds))
    .map(({ directive }) => directive);
}

interface ConditionalDirective {
  readonly directive: Directive;
  readonly conditions: readonly CCondition[];
}

const known = new WeakMap<SourceTree, Map<string, readonly ConditionalDirective[]>>();

function readDirectives(tree: SourceTree, file: string): readonly ConditionalDirective[] {
  const files = known.get(tree) ?? new Map<string, readonly ConditionalDirective[]>();
  known.set(tree, files);
  const directives = files.get(file) ?? parseDirectives(tree.read(file));
  files.set(file, directives);
  return directives;
}

function parseDirectives(source: string): ConditionalDirective[] {
  const found: ConditionalDirective[] = [];
  const open: CCondition[][] = [];
  const lines = source
    .replace(/\\\r?\n/g, " ")
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .split("\n");
  for (const line of lines) {
    const directive = /^\s*#\s*(\w+)\b\s*(.*)$/.exec(line);
    if (!directive) continue;
    const [, name, rest] = directive as unknown as [string, string, string];
    const earlier = (): CCondition[] =>
      (open.pop() ?? []).map((condition, index, all) =>
        index === all.length - 1 ? { ...condition, negated: !condition.negated } : condition,
      );
    if (name === "if") open.push([{ expression: rest, negated: false }]);
    else if (name === "ifdef" || name === "ifndef")
      open.push([{ expression: `defined ${rest}`, negated: name === "ifndef" }]);
    else if (name === "elif") open.push([...earlier(), { expression: rest, negated: false }]);
    else if (name === "else") open.push(earlier());
    else if (name === "endif") open.pop();
    else if (name === "include" || name === "include_next") {
      const included = /^(?:"([^"]+)"|<([^>]+)>)/.exec(rest);
      if (!included) continue;
      const conditions = open.flat();
      const isOptional = conditions.some(
        ({ expression, negated }) => !negated && /\b__(?:glibc_)?has_include\b/.test(expression),
      );
      found.push({
        directive: {
          name: (included[1] ?? included[2])!,
          quoted: included[1] !== undefined,
          next: name === "include_next",
          isOptional,
        },
        conditions,
      });
    }
  }
  return found;
}
