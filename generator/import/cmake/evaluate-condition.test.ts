import { sourceTreeOf } from "../source-tree";
import { evaluateCMake } from "./evaluate-cmake";

const variables = {
  ON_VALUE: "ON",
  OFF_VALUE: "OFF",
  EMPTY: "",
  TEXT: "text",
  NOT_FOUND: "X-NOTFOUND",
  LIST: "a;b",
  NUMBER: "12",
};

function holds(condition: string): boolean {
  const text = `add_library(known x.c)\nfunction(defined)\nendfunction()\nset(RESULT no)\nif(${condition})\nset(RESULT yes)\nendif()`;
  const tree = sourceTreeOf({ "lib/CMakeLists.txt": text, "lib/src/x.c": "" });
  return evaluateCMake(tree, { directory: "lib", variables }).variable("RESULT") === "yes";
}

test.each([
  "ON",
  "y",
  "2",
  "ON_VALUE",
  "TEXT",
  "NOT OFF_VALUE",
  "NOT EMPTY",
  "NOT NOT_FOUND",
  "NOT UNSET",
  "NOT 0",
  '"1"',
  'NOT "TEXT"',
  "TEXT STREQUAL text",
  '"text" STREQUAL TEXT',
  'NOT "TEXT" STREQUAL "text"',
  '"${TEXT}" MATCHES "^te"',
  "TEXT MATCHES x",
  "NUMBER EQUAL 12.0",
  "NUMBER GREATER 9",
  "NUMBER LESS_EQUAL 12",
  "1.10 VERSION_GREATER 1.9.1",
  "a IN_LIST LIST",
  "NOT c IN_LIST LIST",
  "DEFINED EMPTY",
  "NOT DEFINED UNSET",
  "TARGET known",
  "NOT TARGET unknown",
  "COMMAND defined",
  'EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/src/x.c"',
  'EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/src"',
  'NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/src/y.c"',
  'IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/src"',
  'IS_ABSOLUTE "/x"',
  "OFF AND OFF OR ON",
  "ON OR OFF AND OFF",
  "NOT (ON AND OFF)",
  "NOT OFF AND NOT (OFF OR OFF)",
])("%s holds", (condition) => {
  expect(holds(condition)).toBe(true);
});

test.each([
  "OFF",
  "OFF_VALUE",
  "UNSET",
  "EMPTY",
  '"TEXT"',
  "TEXT STREQUAL other",
  "ON AND OFF",
  "TARGET unknown",
  "0 OR OFF",
  'TEXT MATCHES "^x"',
  "COMMAND missing",
])("%s does not hold", (condition) => {
  expect(holds(condition)).toBe(false);
});

test("a match leaves its groups", () => {
  const text =
    'if("libclang_rt.osx.a" MATCHES "clang_rt\\\\.([a-z]+)\\\\.(a|lib)")\nset(RESULT ${CMAKE_MATCH_1} ${CMAKE_MATCH_2})\nendif()';
  expect(
    evaluateCMake(sourceTreeOf({ "lib/CMakeLists.txt": text }), { directory: "lib", variables }).variable("RESULT"),
  ).toBe("osx;a");
});
