/** A stretch of C or assembly between directives, and the conditions of the preprocessor that it is under. */
export interface ConditionalText {
  readonly text: string;
  readonly conditions: readonly CCondition[];
}

/** A macro definition under its conditions. `parameters` is absent for a macro that is not a function. */
export interface MacroDefinition {
  readonly name: string;
  readonly parameters?: readonly string[];
  readonly body: string;
  readonly conditions: readonly CCondition[];
}

/** The expression of an `#if`, to hold or, negated, not to hold. */
export interface CCondition {
  readonly expression: string;
  readonly negated: boolean;
}

export interface SplitSource {
  readonly texts: readonly ConditionalText[];
  readonly macros: readonly MacroDefinition[];
}

/** Divides a source into the texts between its directives and its macro definitions. Comments and continued lines are resolved. */
export function splitByCondition(source: string): SplitSource {
  const lines = source
    .replace(/\\\r?\n/g, " ")
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/\/\/.*$/gm, "")
    .split("\n");
  const texts: ConditionalText[] = [];
  const macros: MacroDefinition[] = [];
  /** Per open `#if`, the conditions of the branch that is being read: the earlier branches', negated, and its own. */
  const open: CCondition[][] = [];
  let text: string[] = [];
  const flush = (): void => {
    if (text.some((line) => line.trim() !== "")) texts.push({ text: text.join("\n"), conditions: open.flat() });
    text = [];
  };
  for (const line of lines) {
    const directive = /^\s*#\s*(\w+)\b\s*(.*)$/.exec(line);
    if (!directive) {
      text.push(line);
      continue;
    }
    flush();
    const [, name, rest] = directive as unknown as [string, string, string];
    const expression = name === "ifdef" || name === "ifndef" ? `defined ${rest}` : rest;
    const earlier = (): CCondition[] =>
      (open.pop() ?? []).map((condition, index, all) =>
        index === all.length - 1 ? { ...condition, negated: !condition.negated } : condition,
      );
    if (name === "if" || name === "ifdef" || name === "ifndef") open.push([{ expression, negated: name === "ifndef" }]);
    else if (name === "elif") open.push([...earlier(), { expression, negated: false }]);
    else if (name === "else") open.push(earlier());
    else if (name === "endif") open.pop();
    else if (name === "define") {
      const defined = /^(\w+)(?:\(([^)]*)\))?\s*(.*)$/.exec(rest);
      if (!defined) continue;
      const parameters = defined[2]?.split(",").map((parameter) => parameter.trim());
      macros.push({ name: defined[1]!, ...(parameters && { parameters }), body: defined[3]!, conditions: open.flat() });
    }
  }
  flush();
  return { texts, macros };
}
