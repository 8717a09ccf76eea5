import { sourceTreeOf } from "../source-tree";
import { evaluateCMake } from "./evaluate-cmake";

function resultOf(text: string): string | undefined {
  return evaluateCMake(sourceTreeOf({ "lib/CMakeLists.txt": text }), { directory: "lib", variables: {} }).variable(
    "RESULT",
  );
}

test.each([
  ["set(RESULT b)\nlist(APPEND RESULT c d)\nlist(PREPEND RESULT a)", "a;b;c;d"],
  ["set(RESULT a c)\nlist(INSERT RESULT 1 b)", "a;b;c"],
  ["list(INSERT RESULT 0 a)", "a"],
  ["set(RESULT a b a c)\nlist(REMOVE_ITEM RESULT a c)", "b"],
  ["set(RESULT a b c)\nlist(REMOVE_AT RESULT 0 -1)", "b"],
  ["set(RESULT a b a)\nlist(REMOVE_DUPLICATES RESULT)", "a;b"],
  ["set(RESULT c a b)\nlist(SORT RESULT)\nlist(REVERSE RESULT)", "c;b;a"],
  ['set(RESULT a.c b.h)\nlist(FILTER RESULT EXCLUDE REGEX "\\\\.h$")', "a.c"],
  ["set(L a b)\nlist(LENGTH L RESULT)", "2"],
  ["set(L a b)\nlist(FIND L b RESULT)", "1"],
  ["set(L a b)\nlist(FIND L c RESULT)", "-1"],
  ["set(L a b c)\nlist(GET L 0 -1 RESULT)", "a;c"],
  ['set(L a b)\nlist(JOIN L " " RESULT)', "a b"],
])("%s", (text, expected) => {
  expect(resultOf(text)).toBe(expected);
});

test.each([
  ['string(REPLACE ";" " " RESULT "a;b;c")', "a b c"],
  ['string(REGEX REPLACE "\\\\.S$" ".c" RESULT "divsi3.S")', "divsi3.c"],
  ['string(REGEX REPLACE "([a-z]+)-([a-z]+)" "\\\\2 \\\\0 $" RESULT "ab-cd")', "cd ab-cd $"],
  [
    'string(REGEX MATCH "osx([0-9\\\\.]*)-(.*)" RESULT "x/osx10.4-i386")\nlist(APPEND RESULT ${CMAKE_MATCH_1})',
    "osx10.4-i386;10.4",
  ],
  ['string(REGEX MATCHALL "<[A-Z]+>" RESULT "<A> b <CD>")', "<A>;<CD>"],
  ["string(TOUPPER aB RESULT)", "AB"],
  ["string(TOLOWER aB RESULT)", "ab"],
  ['string(STRIP "  a " RESULT)', "a"],
  ["string(FIND a-b - RESULT)", "1"],
  ["string(SUBSTRING abcd 1 2 RESULT)", "bc"],
  ["string(SUBSTRING abcd 2 -1 RESULT)", "cd"],
  ["set(RESULT b)\nstring(APPEND RESULT c)\nstring(PREPEND RESULT a)", "abc"],
  ["string(CONCAT RESULT a b)", "ab"],
  ["string(JOIN - RESULT a b)", "a-b"],
  ["string(LENGTH abc RESULT)", "3"],
  ["string(COMPARE EQUAL a b RESULT)", "0"],
])("%s", (text, expected) => {
  expect(resultOf(text)).toBe(expected);
});

test.each([
  ["DIRECTORY", "x/y"],
  ["NAME", "a.b.c"],
  ["NAME_WE", "a"],
  ["NAME_WLE", "a.b"],
  ["EXT", ".b.c"],
  ["LAST_EXT", ".c"],
  ["ABSOLUTE", "/source/lib/x/y/a.b.c"],
])("get_filename_component %s", (mode, expected) => {
  expect(resultOf(`get_filename_component(RESULT x/y/a.b.c ${mode})`)).toBe(expected);
});

test("cmake_parse_arguments: flags, single and multiple values, and the rest", () => {
  const text = `cmake_parse_arguments(ARG "STATIC;SHARED" "ARCH" "SOURCES;FLAGS" x STATIC ARCH arm SOURCES a.c b.c)
    set(RESULT \${ARG_STATIC} \${ARG_SHARED} \${ARG_ARCH} \${ARG_SOURCES} \${ARG_UNPARSED_ARGUMENTS})
    if(DEFINED ARG_FLAGS)
      list(APPEND RESULT no)
    endif()`;
  expect(resultOf(text)).toBe("TRUE;FALSE;arm;a.c;b.c;x");
});
