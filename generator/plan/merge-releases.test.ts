import { formatStarlark } from "../apply/format-starlark";
import { printFile } from "../starlark/print-file";
import { Assignment, Call, Name, Operation, type Statement, type Value } from "../starlark/syntax";
import { mergeStatements } from "./merge-releases";

const rule = new Name("rule", "@module//rules:rule.bzl");
const call = (name: string, attributes: Record<string, Value> = {}): Call => new Call(rule, { name, ...attributes });

/** What releases say, 1.9 first, as one text without the load. */
function merge(...lists: Statement[][]): string {
  const releases = ["1.9", "1.10", "2.0"].slice(0, lists.length);
  const text = formatStarlark(new Map([["x.bzl", printFile({ statements: mergeStatements(lists, releases) })]]));
  return text.get("x.bzl")!.replace(/^load.*\n+/, "");
}
const valueOf = (...values: Value[]): string => merge(...values.map((value) => [new Assignment("X", value)]));

test("what all releases say stands there once, by the names that a file of the module has for it", () => {
  const overlay = [call("a", { flags: ["-w"] }), new Call(new Name("filegroup"), { name: "b", srcs: ["b.c"] })];
  const text = printFile({ statements: mergeStatements([overlay, overlay], ["1", "2"]) });
  expect(text).toContain('load("//rules:rule.bzl", "rule")');
  expect(text.match(/^rule\(/gm)).toHaveLength(1);
  expect(text).toContain("native.filegroup(");
});

test("items of a sorted list say which releases have them, older ones first", () => {
  expect(valueOf(["a", "b", "c"], ["a", "c"], ["a", "c", "d"])).toBe(
    'X = sorted([\n    "a",\n    "c",\n] + (["b"] if release < [1, 10] else []) + (["d"] if release >= [2, 0] else []))\n',
  );
  expect(valueOf(["a"], ["a", "b"], ["a"])).toBe(
    'X = sorted(["a"] + (["b"] if release >= [1, 10] and release < [2, 0] else []))\n',
  );
  expect(valueOf(["a", "b"], ["a"], ["a", "b"])).toBe(
    'X = sorted(["a"] + (["b"] if release < [1, 10] or release >= [2, 0] else []))\n',
  );
});

test("a list whose order counts is one or the other, whole", () => {
  expect(valueOf(["b", "a"], ["b", "a"], ["a"])).toBe(
    'X = ([\n    "b",\n    "a",\n] if release < [2, 0] else ["a"])\n',
  );
});

test("entries of a dictionary say which releases have them", () => {
  expect(valueOf({ a: ["x"], b: ["x"] }, { a: ["x"], b: ["y"] })).toBe(
    'X = {\n    "a": ["x"],\n} | ({\n    "b": ["x"],\n} if release < [1, 10] else {}) | ({\n    "b": ["y"],\n} if release >= [1, 10] else {})\n',
  );
});

test("operands, and arguments of calls within, are merged each by itself", () => {
  const found = (items: string[]): Value => new Operation("+", [new Name("FOUND"), items]);
  expect(valueOf(found(["a"]), found(["a", "b"]))).toBe(
    'X = FOUND + sorted(["a"] + (["b"] if release >= [1, 10] else []))\n',
  );
  expect(merge([call("a")], [call("a", { flag: true })])).toBe(
    'rule(\n    name = "a",\n    flag = (None if release < [1, 10] else True),\n)\n',
  );
});

test("a statement that some releases have is below a condition, in the place that it has there", () => {
  expect(merge([call("a"), call("c")], [call("a"), call("b"), call("c")])).toBe(
    'rule(name = "a")\n\nif release >= [1, 10]:\n    rule(name = "b")\n\nrule(name = "c")\n',
  );
});
