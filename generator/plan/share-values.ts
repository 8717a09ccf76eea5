import { printFile } from "../starlark/print-file";
import { Assignment, Call, If, Name, isExpression, type Statement, type Value } from "../starlark/syntax";
import { groupBy } from "../schema/group-by";

/** Elements from which on a value that is repeated becomes a constant. */
const worthSharing = 3;

/** Calls of one rule with arguments that they may have in common. */
export interface Alike {
  /** What the constants' names begin with. */
  readonly prefix: string;
  readonly calls: readonly Call[];
  /** The arguments to look at: what differs by architecture reads better where it is used. */
  readonly shared: readonly string[];
}

/**
 * Takes out what calls repeat: a list or dictionary that two of them are given becomes a constant, `LIBC_FLAGS` where the
 * prefix is `LIBC` and the argument `flags`; a second such value of that argument is `LIBC_FLAGS_2`.
 *
 * @param taken Names that the file has already; those of the constants are added.
 * @returns The constants, and the calls, in their order, which name them.
 */
export function shareValues(
  { prefix, calls, shared }: Alike,
  taken: Set<string>,
): { constants: Assignment[]; calls: Call[] } {
  const constants: Assignment[] = [];
  const nameOf = new Map<Value, Name>();
  for (const argument of shared) {
    const values = calls.flatMap(({ attributes: { [argument]: value } }) => (isWorthSharing(value) ? [value] : []));
    for (const equal of groupBy(values, (value) => printFile({ statements: [new Assignment("_", value)] }))) {
      if (equal.length === 1) continue;
      const name = freeName(`${prefix}_${argument.toUpperCase()}`, taken);
      constants.push(new Assignment(name, equal[0]!));
      for (const value of equal) nameOf.set(value, new Name(name));
    }
  }
  return {
    constants,
    calls: calls.map(
      ({ callee, attributes, positional }) =>
        new Call(
          callee,
          Object.fromEntries(
            Object.entries(attributes).map(([argument, value]) => [
              argument,
              value === undefined ? undefined : (nameOf.get(value) ?? value),
            ]),
          ),
          positional,
        ),
    ),
  };
}

/** Whether a value takes several lines. */
function isWorthSharing(value: Value | undefined): value is Value {
  if (typeof value !== "object" || value === null) return false;
  if (isExpression(value)) return !(value instanceof Name);
  return Object.keys(value).length >= worthSharing;
}

/** The name, or the first free one that a number makes of it. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}_${number}`;
  taken.add(free);
  return free;
}

/** The statements of an overlay, then the source sets of each runtime, after what several of these are given. */
export function withSharedValues(
  statements: readonly Statement[],
  sets: ReadonlyMap<string, readonly Statement[]>,
): Statement[] {
  const taken = new Set(statements.flatMap((statement) => (statement instanceof Assignment ? [statement.name] : [])));
  const shared = ["flags", "c_flags", "cxx_flags", "not_precompiled", "precompiled", "source_flags", "textual"];
  return [
    ...statements,
    ...[...sets].flatMap(([runtime, list]) => {
      const all = list.map((set) => (set instanceof If ? set.statements[0] : set) as Call);
      const { constants, calls } = shareValues({ prefix: constantName(runtime), calls: all, shared }, taken);
      return [
        ...constants,
        ...list.map((set, index) => (set instanceof If ? new If(set.condition, [calls[index]!]) : calls[index]!)),
      ];
    }),
  ];
}

/** What a constant is called that holds the sources of a set, or begins with, that holds what sets of a runtime share. */
export const constantName = (name: string): string =>
  name
    .toUpperCase()
    .replaceAll("+", "X")
    .replace(/[^A-Z0-9]/g, "_");
