import { printFile, printValue } from "./print-file";
import { Assignment, Call, Comment, Name, Operation, explicitAttributes, type Value } from "./syntax";

test.each<[Value, string]>([
  [null, "None"],
  [true, "True"],
  [false, "False"],
  [7, "7"],
  [1n << 70n, "1180591620717411303424"],
  ['say "hi"', '"say \\"hi\\""'],
  [[], "[]"],
  [["a", 1], '[\n"a",\n1,\n]'],
  [{}, "{}"],
  [["a"], '["a"]'],
  [{ a: ["b"], gone: undefined }, '{\n"a": ["b"],\n}'],
  [new Call(new Name("glob"), { include: ["*.h"] }), 'glob(include = ["*.h"])'],
  [new Call(new Name("glob"), { include: ["*.h", "*.c"] }), 'glob(\ninclude = [\n"*.h",\n"*.c",\n],\n)'],
  [new Operation("+", [new Name("sources"), ":crt1"]), 'sources + ":crt1"'],
  [new Call(new Name("Label"), {}, ["//a"]), 'Label("//a")'],
])("spells %j as Starlark", (value, expected) => {
  expect(printValue(value)).toBe(expected);
});

test("a file loads what it uses, wherever that stands, each name once and in order", () => {
  const rule = new Name("rule", "//b:rules.bzl");
  const facts = (local: string) => new Name(local, `//a:${local.toLowerCase()}.bzl`, "FACTS");
  expect(
    printFile({
      docstring: "What it is.",
      statements: [
        new Assignment("ALL", [facts("TWO"), { one: facts("ONE") }], "A constant."),
        new Comment("one\ntwo"),
        new Call(rule, { name: "x", other: new Operation("|", [facts("ONE"), {}]) }),
        new Call(rule, { name: "y", tags: [] }),
      ],
    }),
  ).toBe(`"""What it is."""

load("//a:one.bzl", ONE = "FACTS")
load("//a:two.bzl", TWO = "FACTS")
load("//b:rules.bzl", "rule")
# A constant.
ALL = [
TWO,
{
"one": ONE,
},
]

# one
# two

rule(
name = "x",
other = ONE | {},
)

rule(
name = "y",
tags = [],
)

`);
});

test("what is empty, or what the callee takes by itself, is not stated", () => {
  expect(explicitAttributes({ a: [], b: {}, c: null, d: undefined, e: 84, f: 0, g: "" }, { e: 84 })).toEqual({
    f: 0,
    g: "",
  });
});
