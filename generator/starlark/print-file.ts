import {
  Assignment,
  Call,
  Comment,
  Conditional,
  If,
  Macro,
  Name,
  Operation,
  type StarlarkFile,
  type Statement,
  type Value,
} from "./syntax";

/** The text of a file, loads included, as buildifier can lay it out. */
export function printFile({ comment, docstring, statements }: StarlarkFile): string {
  const parts = [
    ...(comment === undefined ? [] : [printComment(comment)]),
    ...(docstring === undefined ? [] : [`"""${docstring}"""\n`]),
    ...printLoads(statements),
    ...statements.map(printStatement),
  ];
  return `${parts.join("\n")}\n`;
}

/** A value as an expression. */
export function printValue(value: Value): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Name) return value.local;
  if (value instanceof Call) return printCall(value);
  if (value instanceof Operation) return value.operands.map(printValue).join(` ${value.operator} `);
  if (value instanceof Conditional)
    return `(${printValue(value.value)} if ${printValue(value.condition)} else ${printValue(value.otherwise)})`;
  if (isList(value)) {
    const items = value.map(printValue);
    if (value.every((item) => typeof item === "number")) return `[${items.join(", ")}]`;
    if (items.length < 2 && !items.some((item) => item.includes("\n"))) return `[${items.join("")}]`;
    return `[\n${items.map((item) => `${item},\n`).join("")}]`;
  }
  const entries = entriesOf(value);
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(([key, item]) => `${JSON.stringify(key)}: ${printValue(item)},\n`).join("")}}`;
}

function printStatement(statement: Statement): string {
  if (statement instanceof Comment) return printComment(statement.text);
  if (statement instanceof Call) return `${printCall(statement)}\n`;
  if (statement instanceof If) return `if ${printValue(statement.condition)}:\n${printBlock(statement.statements)}`;
  if (statement instanceof Macro)
    return `def ${statement.name}(${statement.parameter}):\n    """${statement.docstring}"""\n${printBlock(statement.statements)}`;
  const { name, value, comment } = statement;
  return `${comment === undefined ? "" : printComment(comment)}${name} = ${printValue(value)}\n`;
}

const printBlock = (statements: readonly Statement[]): string =>
  statements
    .map(printStatement)
    .join("\n")
    .replace(/^(?=.)/gm, "    ");

const printComment = (text: string): string => `${text.replace(/^/gm, "# ")}\n`;

function printCall({ callee, attributes, positional }: Call): string {
  const named = entriesOf(attributes).map(([name, value]) => `${name} = ${printValue(value)}`);
  const all = [...positional.map(printValue), ...named];
  return named.length === 0 || (all.length === 1 && !all[0]!.includes("\n"))
    ? `${callee.local}(${all.join(", ")})`
    : `${callee.local}(\n${all.join(",\n")},\n)`;
}

function printLoads(statements: readonly Statement[]): string[] {
  const names = new Map<string, Map<string, string>>();
  const visit = (value: Value): void => {
    if (value instanceof Name) {
      if (value.file === undefined) return;
      const known = names.get(value.file) ?? new Map<string, string>();
      names.set(value.file, known.set(value.local, value.exported));
    } else if (value instanceof Call) {
      visit(value.callee);
      [...value.positional, ...entriesOf(value.attributes).map(([, item]) => item)].forEach(visit);
    } else if (value instanceof Operation) {
      value.operands.forEach(visit);
    } else if (value instanceof Conditional) {
      [value.value, value.otherwise].forEach(visit);
    } else if (typeof value === "object" && value !== null) {
      (isList(value) ? value : entriesOf(value).map(([, item]) => item)).forEach(visit);
    }
  };
  const visitStatement = (statement: Statement): void => {
    if (statement instanceof Assignment) visit(statement.value);
    else if (statement instanceof Call) visit(statement);
    else if (!(statement instanceof Comment)) statement.statements.forEach(visitStatement);
  };
  statements.forEach(visitStatement);
  return [...names].sort(byFirst).map(([file, symbols]) => {
    const loaded = [...symbols].sort(byFirst).map(([local, exported]) => {
      return local === exported ? JSON.stringify(local) : `${local} = ${JSON.stringify(exported)}`;
    });
    return `load(${JSON.stringify(file)}, ${loaded.join(", ")})`;
  });
}

const byFirst = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

function entriesOf(values: Readonly<Record<string, Value | undefined>>): [string, Value][] {
  return Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined);
}
