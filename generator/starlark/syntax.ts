/** What Starlark files are made of. `printFile` writes them; a file's load statements follow from the names that it uses. */

/** A name of Bazel's own, of the file itself, or, where `file` says so, loaded from another. */
export class Name {
  /**
   * @param local What the file calls it.
   * @param file Label of the file that it is loaded from; absent: it needs no load.
   * @param exported What that file calls it; default: `local`.
   */
  constructor(
    readonly local: string,
    readonly file?: string,
    readonly exported = local,
  ) {}
}

/** A call, of a rule, a macro or a function, with its arguments by name. */
export class Call {
  constructor(
    readonly callee: Name,
    readonly attributes: Readonly<Record<string, Value | undefined>>,
    readonly positional: readonly Value[] = [],
  ) {}
}

/** Operands with an operator between them. */
export class Operation {
  constructor(
    readonly operator: "+" | "|" | ">=" | "<" | "and" | "or",
    readonly operands: readonly Value[],
  ) {}
}

/** One value or another. */
export class Conditional {
  constructor(
    readonly condition: Value,
    readonly value: Value,
    readonly otherwise: Value,
  ) {}
}

/** What can stand where Starlark wants an expression. A field of a dictionary whose value is undefined is left out. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | { readonly [key: string]: Value | undefined }
  | Name
  | Call
  | Operation
  | Conditional;

/** A constant of the file. */
export class Assignment {
  constructor(
    readonly name: string,
    readonly value: Value,
    readonly comment?: string,
  ) {}
}

/** A line for people, between statements. */
export class Comment {
  constructor(readonly text: string) {}
}

/** Statements that a condition has to hold for. */
export class If {
  constructor(
    readonly condition: Value,
    readonly statements: readonly Statement[],
  ) {}
}

/** A macro with one parameter. */
export class Macro {
  constructor(
    readonly name: string,
    readonly parameter: string,
    readonly docstring: string,
    readonly statements: readonly Statement[],
  ) {}
}

export type Statement = Assignment | Call | Comment | If | Macro;

/** A `.bzl` or a BUILD file. */
export interface StarlarkFile {
  /** What a BUILD file says of itself on top. */
  readonly comment?: string;
  /** What a `.bzl` file says of itself on top. */
  readonly docstring?: string;
  readonly statements: readonly Statement[];
}

/** The attributes that a careful person would write: those that are neither empty nor what the callee takes by itself. */
export function explicitAttributes(
  values: Readonly<Record<string, Value | undefined>>,
  defaults: Readonly<Record<string, Value>> = {},
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Value] => {
      const [name, value] = entry;
      return value !== undefined && !isEmpty(value) && value !== defaults[name];
    }),
  );
}

function isEmpty(value: Value): boolean {
  if (value === null) return true;
  return typeof value === "object" && !isExpression(value) && Object.keys(value).length === 0;
}

/** Whether a value is neither a literal nor a list or a dictionary. */
export const isExpression = (value: object): value is Name | Call | Operation | Conditional =>
  [Name, Call, Operation, Conditional].some((kind) => value instanceof kind);
