import { groupBy } from "../schema/group-by";
import { printFile, printValue } from "../starlark/print-file";
import {
  Assignment,
  Call,
  Comment,
  Conditional,
  If,
  Name,
  Operation,
  type Statement,
  type Value,
} from "../starlark/syntax";
import { mergeOrders } from "./plan-runtimes";

/** Items by the releases that have them: those of all first, then those that only older ones have. */
export function groupByReleases<Item>(
  lists: readonly (readonly Item[])[],
  keyOf: (item: Item) => string,
): { readonly has: readonly boolean[]; readonly items: Item[] }[] {
  const items = new Map(lists.flat().map((item) => [keyOf(item), item]));
  const keys = lists.map((list) => new Set(list.map(keyOf)));
  const found = [...items.keys()].sort().map((key) => ({ key, has: keys.map((known) => known.has(key)) }));
  return groupBy(found, ({ has }) => String(has))
    .map((group) => ({ has: group[0]!.has, items: group.map(({ key }) => items.get(key)!) }))
    .sort((left, right) => (String(left.has) < String(right.has) ? 1 : -1));
}

/** Releases from one on, and before another. */
export interface Range {
  readonly since?: string;
  readonly before?: string;
}

/** The ranges of those releases that have something. */
export function rangesOf(has: readonly boolean[], releases: readonly string[]): Range[] {
  const ranges: Range[] = [];
  has.forEach((present, index) => {
    const follows = has[index - 1] === true;
    if (present && !follows) ranges.push(index === 0 ? {} : { since: releases[index]! });
    if (!present && follows) ranges.push({ ...ranges.pop(), before: releases[index]! });
  });
  return ranges;
}

/**
 * What several releases say, as the body of a macro of a `.bzl` file with a parameter `release`: what all say stands there once, and what some say,
 * below a condition; that is a statement, an argument, or an item of a list that is sorted or of a dictionary.
 *
 * @param lists The statements of each release.
 * @param releases Which these are, oldest first.
 */
export function mergeStatements(lists: readonly (readonly Statement[])[], releases: readonly string[]): Statement[] {
  /** Undefined: all releases have it. */
  const conditionOf = (has: readonly boolean[]): Value | undefined => {
    const compare = (operator: ">=" | "<", release: string | undefined): Value[] =>
      release === undefined ? [] : [new Operation(operator, [new Name("release"), release.split(".").map(Number)])];
    const ranges = rangesOf(has, releases).map(({ since, before }) => [
      ...compare(">=", since),
      ...compare("<", before),
    ]);
    return has.every(Boolean)
      ? undefined
      : joined(
          "or",
          ranges.map((bounds) => joined("and", bounds)),
        );
  };
  const where = (has: readonly boolean[], value: Value, otherwise: Value): Value => {
    const condition = conditionOf(has);
    return condition === undefined ? value : new Conditional(condition, value, otherwise);
  };
  const mergeAll = (each: readonly (readonly Value[])[]): Value[] =>
    each[0]!.map((_, index) => mergeValues(each.map((values) => values[index]))!);
  /** An expression that is for each release what it has; undefined: that none has any. */
  const mergeValues = (each: readonly (Value | undefined)[]): Value | undefined => {
    if (isAll(each, Call) && areAlike(each.map(({ callee, positional }) => [callee.local, positional.length]))) {
      const names = new Set(each.flatMap(({ attributes }) => Object.keys(attributes)));
      const attributes = [...names].map((name) => [name, mergeValues(each.map((call) => call.attributes[name]))]);
      const positional = mergeAll(each.map((call) => call.positional));
      return new Call(inLibrary(each[0]!.callee), Object.fromEntries(attributes) as Dictionary, positional);
    }
    if (isAll(each, Operation) && areAlike(each.map(({ operator, operands }) => [operator, operands.length])))
      return new Operation(each[0]!.operator, mergeAll(each.map(({ operands }) => operands)));
    if (areAlike(each.map((value) => value ?? null))) return each[0];
    const present = each.filter((value) => value !== undefined);
    if (present.every(isSorted)) {
      const groups = groupByReleases(
        each.map((value) => (value ?? []) as readonly string[]),
        String,
      );
      const parts = groups.map(({ has, items }) => where(has, items, []));
      return parts.length === 1 ? parts[0] : new Call(new Name("sorted"), {}, [new Operation("+", parts)]);
    }
    if (present.every(isDictionary)) {
      const groups = groupByReleases(
        each.map((value) => Object.entries((value ?? {}) as Dictionary)),
        (entry) => JSON.stringify(entry),
      );
      const parts = groups.map(({ has, items }) => where(has, Object.fromEntries(items), {}));
      return parts.length === 1 ? parts[0] : new Operation("|", parts);
    }
    const [last, ...others] = groupByReleases(
      each.map((value) => [value ?? null]),
      printValue,
    ).reverse();
    const whole = ({ items }: { readonly items: readonly Value[] }): Value => mergeValues(each.map(() => items[0]))!;
    return others.reduce((otherwise, group) => where(group.has, whole(group), otherwise), whole(last!));
  };
  const mergeStatement = (each: readonly Statement[]): Statement => {
    const [first] = each;
    if (first instanceof Call) return mergeValues(each as readonly Call[]) as Call;
    if (!(first instanceof Assignment)) return first!;
    return new Assignment(
      first.name,
      mergeValues((each as readonly Assignment[]).map(({ value }) => value))!,
      first.comment,
    );
  };
  const keyed = lists.map((statements) => new Map(statements.map((statement) => [keyOf(statement), statement])));
  return mergeOrders(keyed.map((statements) => [...statements.keys()])).map((key) => {
    const found = keyed.map((statements) => statements.get(key));
    const condition = conditionOf(found.map((statement) => statement !== undefined));
    // Where a release has none, any serves: the condition leaves it out.
    let nearest = found.find((statement) => statement !== undefined)!;
    const statement = mergeStatement(found.map((own) => (nearest = own ?? nearest)));
    return condition === undefined || statement instanceof Comment ? statement : new If(condition, [statement]);
  });
}

/** What makes two statements the same one, in different releases. */
function keyOf(statement: Statement): string {
  if (statement instanceof Assignment) return statement.name;
  if (!(statement instanceof Call) || statement.attributes["name"] === undefined)
    return printFile({ statements: [statement] });
  return printValue([statement.callee.local, statement.attributes["name"]]);
}

type Dictionary = Readonly<Record<string, Value | undefined>>;

const joined = (operator: "and" | "or", operands: readonly Value[]): Value =>
  operands.length === 1 ? operands[0]! : new Operation(operator, operands);

/** What a file of rules of ours, or of Bazel's own, is called in a `.bzl` file of the module. */
const inLibrary = ({ local, file, exported }: Name): Name =>
  file === undefined ? new Name(`native.${local}`) : new Name(local, file.replace(/^@[^/]*/, ""), exported);

const areAlike = (values: readonly Value[]): boolean => new Set(values.map(printValue)).size === 1;

const isAll = <Item>(values: readonly unknown[], kind: new (...parameters: never) => Item): values is readonly Item[] =>
  values.every((value) => value instanceof kind);

const isDictionary = (value: Value): boolean =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isSorted = (value: Value): boolean =>
  Array.isArray(value) &&
  value.every((item, index) => typeof item === "string" && (index === 0 || value[index - 1]! < item));
