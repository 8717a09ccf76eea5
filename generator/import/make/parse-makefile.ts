/** Whether two texts are the same, or, negated, differ. */
export interface MakeCondition {
  readonly negated: boolean;
  readonly left: string;
  readonly right: string;
}

/** Whether a variable has a value, or, negated, has none. */
export interface MakeDefinedCondition {
  readonly negated: boolean;
  readonly defined: string;
}

type AssignmentOperator = "=" | ":=" | "+=" | "?=" | "!=";

/** One line of a makefile that can change a variable, or the first line of a rule; recipes are left out. */
export type MakeLine =
  /** The name may hold references. A `define` is an assignment of several lines. */
  | { readonly kind: "assign"; readonly name: string; readonly operator: AssignmentOperator; readonly value: string }
  /** A target-specific assignment: `a.o b.o: CFLAGS += -DX`. */
  | { readonly kind: "assign-for"; readonly targets: string; readonly name: string; readonly value: string }
  | { readonly kind: "include"; readonly path: string; readonly optional: boolean }
  | { readonly kind: "if"; readonly condition: MakeCondition | MakeDefinedCondition }
  | { readonly kind: "else"; readonly condition?: MakeCondition | MakeDefinedCondition }
  | { readonly kind: "endif" }
  /** `targets: prerequisites`; for a static pattern rule `targets: pattern: prerequisites`. */
  | { readonly kind: "rule"; readonly targets: string; readonly prerequisites: string }
  /** A line that is only references, as `$(eval …)` is. */
  | { readonly kind: "expression"; readonly text: string }
  /** What is none of these: an error, unless it is in a branch that is not taken, as make's are. */
  | { readonly kind: "unknown"; readonly text: string };

const inclusion = /^(-|s)?include\s+(.*)$/;
/** They say how recipes find files and what their commands see. */
const directivesWithoutSources = /^(?:vpath|export|unexport)(?:\s|$)/;
const appendedVariable = /^([A-Za-z_][\w.-]*)\s*\+=\s*(.*)$/;

/** The lines of a GNU makefile that set variables, include files, make rules, or make any of them conditional. Comments and continued lines are resolved. */
export function parseMakefile(text: string): MakeLine[] {
  const lines = text.replace(/\\\r?\n[ \t]*/g, " ").split(/\r?\n/);
  const parsed: MakeLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.startsWith("\t")) continue;
    const defined = /^\s*(?:(?:override|export)\s+)*define\s+(\S+?)\s*(::?=|[?+!]?=)?\s*(?:#.*)?$/.exec(line);
    if (defined) {
      const body: string[] = [];
      while (++index < lines.length && !/^\s*endef\b/.test(lines[index]!)) body.push(lines[index]!);
      parsed.push({
        kind: "assign",
        name: defined[1]!,
        operator: operatorOf(defined[2] ?? "="),
        value: body.join("\n"),
      });
      continue;
    }
    const found = parseLine(withoutComment(line).trim());
    if (found) parsed.push(found);
  }
  return parsed;
}

function parseLine(line: string): MakeLine | undefined {
  if (line === "") return undefined;
  const included = inclusion.exec(line);
  if (included) return { kind: "include", path: included[2]!, optional: included[1] !== undefined };
  const condition = parseCondition(line);
  if (condition) return { kind: "if", condition };
  const otherwise = /^else\b(.*)$/.exec(line);
  if (otherwise) {
    const further = parseCondition(otherwise[1]!.trim());
    return further ? { kind: "else", condition: further } : { kind: "else" };
  }
  if (/^endif\b/.test(line)) return { kind: "endif" };
  const operator = findOperator(line);
  if (operator === undefined && directivesWithoutSources.test(line)) return undefined;
  if (operator === undefined) return { kind: line.startsWith("$") ? "expression" : "unknown", text: line };
  const before = line.slice(0, operator.start).trim();
  const after = line.slice(operator.end).trim();
  if (operator.text !== ":")
    return {
      kind: "assign",
      name: before.replace(/^(?:(?:override|export)\s+)*/, ""),
      operator: operator.text,
      value: after,
    };
  const appended = appendedVariable.exec(after);
  if (appended) return { kind: "assign-for", targets: before, name: appended[1]!, value: appended[2]! };
  return { kind: "rule", targets: before, prerequisites: after.replace(/\s*;.*$/, "") };
}

/** The first assignment operator, or the colon of a rule, that is not inside a reference. */
function findOperator(
  line: string,
): { readonly start: number; readonly end: number; readonly text: AssignmentOperator | ":" } | undefined {
  let depth = 0;
  for (let start = 0; start < line.length; start++) {
    const character = line[start]!;
    if (character === "(" || character === "{") depth++;
    else if (character === ")" || character === "}") depth--;
    if (depth > 0) continue;
    const found = /^(?:::?=|\+=|\?=|!=|=|::?)/.exec(line.slice(start, start + 3))?.[0];
    if (found === undefined) continue;
    return { start, end: start + found.length, text: found === ":" || found === "::" ? ":" : operatorOf(found) };
  }
  return undefined;
}

function operatorOf(text: string): AssignmentOperator {
  return text === "::=" ? ":=" : (text as AssignmentOperator);
}

/** A comment starts at any `#` that is neither escaped nor inside a reference. */
function withoutComment(line: string): string {
  let depth = 0;
  let text = "";
  for (let index = 0; index < line.length; index++) {
    const character = line[index]!;
    if (character === "\\" && line[index + 1] === "#") {
      text += line[++index]!;
      continue;
    }
    if (character === "#" && depth <= 0) break;
    if (character === "(" || character === "{") depth++;
    else if (character === ")" || character === "}") depth--;
    text += character;
  }
  return text;
}

function parseCondition(line: string): MakeCondition | MakeDefinedCondition | undefined {
  const defined = /^(ifdef|ifndef)\s+(\S+)$/.exec(line);
  if (defined) return { negated: defined[1] === "ifndef", defined: defined[2]! };
  const compared = /^(ifeq|ifneq)\s*(.*)$/.exec(line);
  if (!compared) return undefined;
  const negated = compared[1] === "ifneq";
  const quoted = /^(["'])(.*?)\1\s*(["'])(.*?)\3$/.exec(compared[2]!);
  if (quoted) return { negated, left: quoted[2]!, right: quoted[4]! };
  const operands = compared[2]!.replace(/^\(/, "").replace(/\)$/, "");
  const comma = topLevelComma(operands);
  return { negated, left: operands.slice(0, comma).trim(), right: operands.slice(comma + 1).trim() };
}

/** Index of the first comma of `text` that is not inside parentheses; its length when there is none. */
export function topLevelComma(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "(" || character === "{") depth++;
    else if (character === ")" || character === "}") depth--;
    else if (character === "," && depth === 0) return index;
  }
  return text.length;
}
