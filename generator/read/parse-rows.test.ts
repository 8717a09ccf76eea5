import { fieldKey, parseYaml, partsOf, placeOf, type FieldPath, type Located } from "./parse-rows";

function parse(text: string): Located {
  const { located, problems } = parseYaml(text, "rows.yaml");
  expect(problems).toEqual([]);
  return located!;
}

test.each<[string, unknown]>([
  ["v: 1.2.5", { v: "1.2.5" }],
  ["v: 2.30", { v: "2.30" }],
  ["v: 1.0", { v: "1.0" }],
  ["v: 22", { v: 22 }],
  ["v: 0x10", { v: 16 }],
  ["v: '22'", { v: "22" }],
  ["v: true", { v: true }],
  ["v:", { v: null }],
  ["v: ~", { v: null }],
  ["1: a", { "1": "a" }],
  ["", null],
  ["a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}", { a: { p: 1, q: 2 }, b: { p: 1, q: 3 } }],
  ["a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}", { a: { p: 1 }, b: { p: 2, q: 2 }, c: { p: 1, q: 2 } }],
  ["a: &x [1, 2]\nb: *x", { a: [1, 2], b: [1, 2] }],
])("%j is the value %j", (text, value) => {
  expect(parse(text).value).toEqual(value);
});

const text = `# comment
first: 1
list:
  - a
  - b: 2
    c: [3,
      4]
base: &base
  p: 1
  q: 2
merged:
  <<: *base
  q: 3
`;

test.each<[FieldPath, number]>([
  [[], 2],
  [["first"], 2],
  [["list"], 3],
  [["list", 0], 4],
  [["list", 1, "c", 1], 7],
  [["list", 1, "missing"], 5],
  [["merged", "p"], 9],
  [["merged", "q"], 13],
  [["nowhere", "at", "all"], 2],
])("the place of %j is line %d", (path, line) => {
  expect(placeOf(parse(text).places, path)).toEqual({ file: "rows.yaml", line });
});

test("a part has the places of what is inside it", () => {
  const part = partsOf(parse(text)).get("list")!;
  expect(part.value).toEqual(["a", { b: 2, c: [3, 4] }]);
  expect(placeOf(part.places, [])).toEqual({ file: "rows.yaml", line: 3 });
  expect(part.places.get(fieldKey([1, "c"]))).toEqual({ file: "rows.yaml", line: 6 });
});

test.each([
  ["a: [1", 1],
  ["a: 1\na: 2", 2],
  ["a: *nowhere", 1],
  ["a: 1\n---\nb: 2", 2],
])("%j is refused at line %d", (text, line) => {
  const { located, problems } = parseYaml(text, "rows.yaml");
  expect(located).toBeUndefined();
  expect(problems.map(({ place }) => place)).toEqual([{ file: "rows.yaml", line }]);
});
