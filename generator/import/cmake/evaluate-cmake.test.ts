import { sourceTreeOf } from "../source-tree";
import { evaluateCMake, type CMakeOptions, type CMakeResult } from "./evaluate-cmake";

function evaluate(text: string, options: Partial<CMakeOptions> = {}, files: Record<string, string> = {}): CMakeResult {
  return evaluateCMake(sourceTreeOf({ ...files, "lib/CMakeLists.txt": text }), {
    directory: "lib",
    variables: {},
    ...options,
  });
}

/** The value of RESULT after `text`. */
function resultOf(
  text: string,
  options: Partial<CMakeOptions> = {},
  files: Record<string, string> = {},
): string | undefined {
  return evaluate(text, options, files).variable("RESULT");
}

describe("variables", () => {
  test.each([
    ["a list", "set(RESULT a b;c)", "a;b;c"],
    [
      "quotes keep a list together, and empty elements go outside them",
      'set(A "a;;b")\nset(RESULT ${A} "${A}")',
      "a;b;a;;b",
    ],
    ["a nested reference", "set(arch arm)\nset(arm_SOURCES a.S)\nset(RESULT ${${arch}_SOURCES})", "a.S"],
    ["escapes", 'set(RESULT "\\${A} \\"b\\" c\\\\d")', '${A} "b" c\\d'],
    ["an escaped semicolon separates nothing", "set(A a\\;b)\nlist(LENGTH A RESULT)", "2"],
    ["bracket arguments are not expanded", "set(RESULT [[${A}]])", "${A}"],
    ["unset", "set(A a)\nunset(A)\nset(RESULT x${A}x)", "xx"],
    ["the environment is empty", "set(RESULT x$ENV{HOME}x)", "xx"],
  ])("%s", (_, text, expected) => {
    expect(resultOf(text)).toBe(expected);
  });

  test("options and cache entries keep what is given; a dependent option holds by its condition", () => {
    const text = `option(A "" ON)\noption(B "" ON)\nset(C own CACHE STRING "")\nset(D own CACHE STRING "" FORCE)
      cmake_dependent_option(E "" ON "A;NOT B" OFF)\ncmake_dependent_option(F "" ON "NOT A;B" OFF)\nset(RESULT \${A} \${B} \${C} \${D} \${E} \${F})`;
    expect(resultOf(text, { variables: { A: "OFF", C: "given", D: "given" } })).toBe("OFF;ON;given;own;OFF;ON");
  });
});

describe("control flow", () => {
  test.each([
    [
      "foreach over words and lists",
      "set(L a b)\nforeach(x ${L} c)\nstring(APPEND RESULT ${x})\nendforeach()\nforeach(x IN LISTS L ITEMS d)\nstring(APPEND RESULT ${x})\nendforeach()",
      "abcabd",
    ],
    ["foreach over a range", "foreach(i RANGE 1 7 3)\nlist(APPEND RESULT ${i})\nendforeach()", "1;4;7"],
    [
      "break and continue",
      "foreach(x a b c d)\nif(x STREQUAL a)\ncontinue()\nelseif(x STREQUAL d)\nbreak()\nendif()\nlist(APPEND RESULT ${x})\nendforeach()",
      "b;c",
    ],
    ["while", "set(RESULT x)\nwhile(NOT RESULT STREQUAL xxx)\nstring(APPEND RESULT x)\nendwhile()", "xxx"],
    ["a function has a scope of its own", "set(RESULT a)\nfunction(f)\nset(RESULT b)\nendfunction()\nf()", "a"],
    [
      "PARENT_SCOPE leaves it",
      "function(f out)\nset(${out} ${ARGC} ${ARGN} PARENT_SCOPE)\nendfunction()\nf(RESULT x y)",
      "3;x;y",
    ],
    [
      "return leaves a function",
      "function(f)\nset(RESULT a PARENT_SCOPE)\nreturn()\nset(RESULT b PARENT_SCOPE)\nendfunction()\nf()",
      "a",
    ],
    [
      "a macro works in the caller's scope, with arguments as text",
      "macro(add name)\nlist(APPEND ${name} ${ARGN})\nendmacro()\nadd(RESULT a)\nADD(RESULT b c)",
      "a;b;c",
    ],
  ])("%s", (_, text, expected) => {
    expect(resultOf(text)).toBe(expected);
  });
});

describe("files", () => {
  test("include finds modules of the tree, along the path and by name, and a return ends only them", () => {
    const files = {
      "cmake/Lists.cmake":
        "set(RESULT ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_SOURCE_DIR})\nreturn()\nset(RESULT no)",
    };
    expect(resultOf("include(Lists)", { modulePath: ["cmake"] }, files)).toBe("/source/cmake;/source/lib");
    expect(
      resultOf('list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/../cmake")\ninclude(Lists)', {}, files),
    ).toBe("/source/cmake;/source/lib");
    expect(resultOf("include(${CMAKE_CURRENT_SOURCE_DIR}/../cmake/Lists.cmake)", {}, files)).toBe(
      "/source/cmake;/source/lib",
    );
  });

  test("a module of CMake's own that is known has no effect; others, and those that the importer needs, must be there", () => {
    expect(evaluate("include(CheckCCompilerFlag)\ninclude(Absent OPTIONAL)").calls).toEqual([]);
    expect(() => evaluate("\ninclude(Absent)")).toThrow(
      "lib/CMakeLists.txt:2: includes Absent, which is neither in the source tree nor a module of CMake's that the importer knows",
    );
    expect(() => evaluate("", { modules: ["Missing"] })).toThrow("lib: needs the module Missing");
  });

  test("include_guard keeps a module from running twice", () => {
    const files = { "lib/m.cmake": "include_guard(GLOBAL)\nlist(APPEND RESULT once)" };
    expect(
      resultOf("include(${CMAKE_CURRENT_LIST_DIR}/m.cmake)\ninclude(${CMAKE_CURRENT_LIST_DIR}/m.cmake)", {}, files),
    ).toBe("once");
  });

  test("a subfolder is entered when it is asked for, in a scope of its own", () => {
    const files = {
      "lib/src/CMakeLists.txt": "set(RESULT inner)\nadd_library(x STATIC a.c)",
      "lib/test/CMakeLists.txt": "add_library(y b.c)",
    };
    const result = evaluate(
      "set(RESULT outer)\nadd_subdirectory(src)\nadd_subdirectory(test)",
      { subdirectories: ["src"], otherSubdirectories: { test: "tests" } },
      files,
    );
    expect(result.calls).toEqual([
      { name: "add_library", arguments: ["x", "STATIC", "a.c"], directory: "/source/lib/src" },
    ]);
    expect(result.variable("RESULT")).toBe("outer");
  });

  test("all subfolders are entered where all are asked for", () => {
    const files = { "lib/a/CMakeLists.txt": "add_subdirectory(b)", "lib/a/b/CMakeLists.txt": "add_library(y c.c)" };
    expect(evaluate("add_subdirectory(a)", { subdirectories: "all" }, files).calls).toEqual([
      { name: "add_library", arguments: ["y", "c.c"], directory: "/source/lib/a/b" },
    ]);
  });

  test("file(READ) and file(GLOB) see the tree", () => {
    const files = { "lib/x/a.txt": "one\ntwo", "lib/x/b.txt": "", "lib/x/y/c.txt": "" };
    expect(resultOf('file(READ x/a.txt T)\nstring(REGEX REPLACE "\\n" ";" RESULT "${T}")', {}, files)).toBe("one;two");
    expect(resultOf("file(GLOB RESULT ${CMAKE_CURRENT_SOURCE_DIR}/x/*.txt)", {}, files)).toBe(
      "/source/lib/x/a.txt;/source/lib/x/b.txt",
    );
    expect(
      resultOf("file(GLOB RESULT RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/x CONFIGURE_DEPENDS x/*.txt x/a.*)", {}, files),
    ).toBe("a.txt;b.txt");
    expect(resultOf("file(GLOB_RECURSE RESULT RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} x/?.txt)", {}, files)).toBe(
      "x/a.txt;x/b.txt;x/y/c.txt",
    );
  });

  test("cmake_path takes paths apart", () => {
    expect(
      resultOf(
        "set(P crt/crt1-command.c)\ncmake_path(GET P STEM S)\ncmake_path(GET P PARENT_PATH D)\nset(RESULT ${D} ${S})",
      ),
    ).toBe("crt;crt1-command");
    expect(resultOf("set(P /a/b/c)\ncmake_path(RELATIVE_PATH P BASE_DIRECTORY /a/d OUTPUT_VARIABLE RESULT)")).toBe(
      "../b/c",
    );
  });
});

describe("commands", () => {
  test("what describes the build is recorded; what the importer answers wins over the tree's own", () => {
    const commands = new Map([
      ["probe", ([variable = ""], { scope }) => scope.set(variable, "answered")],
    ] as const) as CMakeOptions["commands"] & object;
    const result = evaluate(
      "function(probe v)\nset(${v} own PARENT_SCOPE)\nendfunction()\nprobe(RESULT)\nadd_compile_options(${RESULT} -O2)",
      { commands },
    );
    expect(result.variable("RESULT")).toBe("answered");
    expect(result.calls).toEqual([
      { name: "add_compile_options", arguments: ["answered", "-O2"], directory: "/source/lib" },
    ]);
  });

  test.each([
    [
      "math(EXPR COUNT 1+1)",
      "lib/CMakeLists.txt:2: the importer does not know what math(EXPR COUNT 1+1) does to the lists of sources",
    ],
    [
      "target_sources(x PRIVATE a.c)",
      "lib/CMakeLists.txt:2: the importer does not know what target_sources(x PRIVATE a.c) does to the lists of sources",
    ],
    [
      "check_new_thing(-fx HAS_X)",
      "lib/CMakeLists.txt:2: the importer does not know what check_new_thing(-fx HAS_X) does to the lists of sources",
    ],
    [
      "add_subdirectory(more)",
      "lib/CMakeLists.txt:2: adds the subdirectory more, of which the importer does not know whether it has sources",
    ],
    ["file(RELATIVE_PATH A b c)", "lib/CMakeLists.txt:2: file(RELATIVE_PATH …) is not known to the importer"],
    ["list(FOO A)", "lib/CMakeLists.txt:2: list(FOO …) is not known to the importer"],
    [
      "cmake_path(GET A STEM LAST_ONLY B)",
      "lib/CMakeLists.txt:2: cmake_path(GET … STEM LAST_ONLY B) is not known to the importer",
    ],
    ["string(FOO A)", "lib/CMakeLists.txt:2: string(FOO …) is not known to the importer"],
    ['message(FATAL_ERROR "no " "luck")', "lib/CMakeLists.txt:2: upstream refuses this configuration: no luck"],
    ["if(A AND)\nendif()", "lib/CMakeLists.txt:2: condition ends too early"],
  ])("%s is an error of its line", (text, message) => {
    expect(() => evaluate(`\n${text}`)).toThrow(message);
  });

  test("an error in a function is one of the file that defines it", () => {
    const files = { "lib/m.cmake": "macro(f)\n\nlist(FOO A)\nendmacro()" };
    expect(() => evaluate("include(${CMAKE_CURRENT_LIST_DIR}/m.cmake)\nf()", {}, files)).toThrow(
      "lib/m.cmake:3: list(FOO …)",
    );
  });
});
