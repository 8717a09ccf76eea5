import { createRender, Dictionary, Expression, starlarkLiteral } from "./render";

test.each([
  [null, "None"],
  [true, "True"],
  [false, "False"],
  [7, "7"],
  ['say "hi"', '"say \\"hi\\""'],
  [[], "[]"],
  [["a", 1], '[\n"a",\n1,\n]'],
  [{}, "{}"],
  [{ a: ["b"] }, '{\n"a": [\n"b",\n],\n}'],
  [new Expression('sources + ":crt1"'), 'sources + ":crt1"'],
  [new Dictionary([[new Expression("file"), "-T"]]), '{\nfile: "-T",\n}'],
])("spells %j as Starlark", (value, expected) => {
  expect(starlarkLiteral(value)).toBe(expected);
});

test("refuses a value that the view does not have", () => {
  expect(() => starlarkLiteral(undefined)).toThrow(/does not have/);
});

test("is strict: a field that the view lacks is an error, not an empty text", () => {
  const render = createRender(new Map([["x", "name = {{name}}"]]));
  expect(() => render("x", {})).toThrow(/name/);
  expect(() => render("y", {})).toThrow(/there is no template y\.hbs/);
});

test("takes in another template by its name, as far to the right as it is named", () => {
  const render = createRender(
    new Map([
      ["x", "def f():\n    {{> y}}\n"],
      ["y", "a = {{value}}\nb = 2\n"],
    ]),
  );
  expect(render("x", { value: 1 })).toContain("def f():\n    a = 1\n    b = 2\n");
});

test("does not escape: Starlark is not HTML", () => {
  const render = createRender(new Map([["x", "{{value}}"]]));
  expect(render("x", { value: "<a & b>" })).toContain("<a & b>");
});
