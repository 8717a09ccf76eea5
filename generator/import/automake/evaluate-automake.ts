import { Expander, normalize, stemOf, wordsOf } from "../make/expander";
import type { SourceTree } from "../source-tree";
import { parseAutomake, type AutomakeOptions, type AutomakeRule } from "./parse-automake";

/** A rule that makes one file: prerequisites and recipe with all references expanded. */
export interface AppliedRule {
  readonly target: string;
  readonly prerequisites: readonly string[];
  /** One line per command, without what only silences it. */
  readonly recipe: readonly string[];
}

/** An evaluated `Makefile.am`. Paths are relative to its folder. */
export interface Automake {
  /** The variables' names, in the order in which they are set. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The expanded words of `name`; none when the file does not set it. */
  words(name: string): string[];
  /** The expanded text of `name`, where `$@` is `target`; empty when the file does not set it. */
  text(name: string, target?: string): string;
  /** The rule by which make would build `target`, or undefined when there is none. */
  ruleFor(target: string): AppliedRule | undefined;
}

interface ReadRule {
  readonly targets: readonly string[];
  readonly rule: AutomakeRule;
}

/**
 * Evaluates the `Makefile.am` at `path` of `tree`. Which rule makes a file is decided as GNU make does: an explicit rule
 * first; then pattern rules, those with the shortest stem first and else in the file's order, of which the first is taken
 * whose prerequisites exist, or, failing that, can be made.
 */
export function evaluateAutomake(tree: SourceTree, path: string, options: AutomakeOptions): Automake {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const file = parseAutomake(tree, path, options);
  const variables = new Map<string, string>([
    ["top_srcdir", "."],
    ["srcdir", "."],
    ["top_builddir", "."],
    ["builddir", "."],
    ["COMPILE", "$(AM_CPPFLAGS) $(AM_CFLAGS)"],
  ]);
  for (const { name, append, value } of file.assignments) {
    variables.set(name, append ? `${variables.get(name) ?? ""} ${value}` : value);
  }
  const expand = (text: string, automatic: Readonly<Record<string, string>> = {}): string =>
    new Expander(tree, path, new Map([...variables, ...Object.entries(automatic)])).expand(text);
  const rules = file.rules.map((rule): ReadRule => ({ targets: wordsOf(expand(rule.targets)), rule }));
  // For a library with sources automake writes the rule itself.
  const libraries = new Set(
    [...variables.keys()]
      .filter((name) => name.endsWith("_LIBRARIES"))
      .flatMap((name) => wordsOf(expand(variables.get(name)!))),
  );
  const finder = new RuleFinder(
    rules,
    (text) => wordsOf(expand(text)),
    (path) => libraries.has(path) || tree.has(normalize(folder + path)),
  );

  return {
    names: [...variables.keys()],
    has: (name) => variables.has(name),
    words: (name) => wordsOf(expand(variables.get(name) ?? "")),
    text: (name, target = "") => expand(variables.get(name) ?? "", { "@": target }),
    ruleFor(target) {
      const found = finder.find(target);
      if (!found) return undefined;
      const [first = ""] = found.prerequisites;
      return {
        target,
        prerequisites: found.prerequisites,
        recipe: found.rule.recipe.map((line) => expand(unabbreviate(line), { "@": target, "<": first })),
      };
    },
  };
}

/** A command without automake's `$(AM_V_GEN)` and with `$(dir $@)`'s kin, which make expands, left for the expander. */
function unabbreviate(line: string): string {
  return line.replace(/\$\(AM_V_\w+\)/g, "").replace(/\$\(abspath ([^()]*)\)/g, "$1");
}

class RuleFinder {
  constructor(
    private readonly rules: readonly ReadRule[],
    private readonly words: (text: string) => string[],
    private readonly exists: (path: string) => boolean,
  ) {}

  find(target: string, used: readonly ReadRule[] = []): { rule: AutomakeRule; prerequisites: string[] } | undefined {
    const explicit = this.rules.find(({ targets }) => targets.includes(target));
    if (explicit) return { rule: explicit.rule, prerequisites: this.words(explicit.rule.prerequisites) };
    const candidates = this.rules
      .filter((read) => !used.includes(read))
      .flatMap((read) => {
        const stem = read.targets
          .filter((pattern) => pattern.includes("%"))
          .map((pattern) => stemOf(target, pattern))
          .find((found) => found !== undefined);
        return stem === undefined
          ? []
          : [
              {
                read,
                stem,
                prerequisites: this.words(read.rule.prerequisites).map((word) => word.replace("%", () => stem)),
              },
            ];
      })
      .sort((a, b) => a.stem.length - b.stem.length);
    const existing = candidates.find(({ prerequisites }) => prerequisites.every((path) => this.exists(path)));
    const chained =
      existing ??
      candidates.find(({ prerequisites, read }) =>
        prerequisites.every((path) => this.exists(path) || this.find(path, [...used, read]) !== undefined),
      );
    return chained && { rule: chained.read.rule, prerequisites: chained.prerequisites };
  }
}

/** The variable prefix that automake derives from a product's path: `lib64/libkernel32.a` → `lib64_libkernel32_a`. */
export function canonicalName(product: string): string {
  return product.replace(/[^A-Za-z0-9_@]/g, "_");
}
