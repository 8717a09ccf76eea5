/** Whether two texts are the same, or, negated, differ. */
export interface MakeCondition {
  readonly negated: boolean;
  readonly left: string;
  readonly right: string;
}

/** One line of a makefile that can change a variable; other rules and recipes are left out. */
export type MakeLine =
  | { readonly kind: "assign"; readonly name: string; readonly operator: "=" | ":=" | "+=" | "?="; readonly value: string }
  /** A target-specific assignment: `a.o b.o: CFLAGS += -DX`. */
  | { readonly kind: "assign-for"; readonly targets: string; readonly name: string; readonly value: string }
  | { readonly kind: "include"; readonly path: string }
  | { readonly kind: "if"; readonly condition: MakeCondition }
  | { readonly kind: "else"; readonly condition?: MakeCondition }
  | { readonly kind: "endif" };

const assignment = /^\s*([A-Za-z_][\w.-]*)\s*(:=|::=|\+=|\?=|=)\s*(.*)$/;
const targetAssignment = /^([^:=\t][^:=]*?)\s*:\s*([A-Za-z_][\w.-]*)\s*\+=\s*(.*)$/;
const inclusion = /^\s*(?:-|s)?include\s+(.*)$/;
const comparison = /^\s*(ifeq|ifneq)\s*\((.*)\)\s*$/;
const definition = /^\s*(ifdef|ifndef)\s+(\S+)\s*$/;

/** The lines of a GNU makefile that set variables, include files, or make either conditional. Comments and continued lines are resolved. */
export function parseMakefile(text: string): MakeLine[] {
  return text
    .replace(/\\\r?\n[ \t]*/g, " ")
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("\t"))
    .map((line) => line.replace(/(^|\s)#.*$/, "").trimEnd())
    .flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): MakeLine | undefined {
  const assigned = assignment.exec(line);
  if (assigned) {
    const operator = assigned[2] === "::=" ? ":=" : (assigned[2] as "=" | ":=" | "+=" | "?=");
    return { kind: "assign", name: assigned[1]!, operator, value: assigned[3]! };
  }
  const included = inclusion.exec(line);
  if (included) return { kind: "include", path: included[1]! };
  const condition = parseCondition(line);
  if (condition) return { kind: "if", condition };
  const otherwise = /^\s*else\b(.*)$/.exec(line);
  if (otherwise) {
    const further = parseCondition(otherwise[1]!);
    return further ? { kind: "else", condition: further } : { kind: "else" };
  }
  if (/^\s*endif\b/.test(line)) return { kind: "endif" };
  const appended = targetAssignment.exec(line);
  if (appended) return { kind: "assign-for", targets: appended[1]!, name: appended[2]!, value: appended[3]! };
  return undefined;
}

function parseCondition(line: string): MakeCondition | undefined {
  const compared = comparison.exec(line);
  if (compared) {
    const comma = topLevelComma(compared[2]!);
    return { negated: compared[1] === "ifneq", left: compared[2]!.slice(0, comma).trim(), right: compared[2]!.slice(comma + 1).trim() };
  }
  const defined = definition.exec(line);
  return defined ? { negated: defined[1] === "ifdef", left: `$(${defined[2]!})`, right: "" } : undefined;
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
