import { sourceTreeOf } from "../source-tree";
import { evaluateMakefile } from "./evaluate-makefile";

const evaluate = (
  makefile: string,
  files: Readonly<Record<string, string>> = {},
  options: Parameters<typeof evaluateMakefile>[3] = {},
) => evaluateMakefile(sourceTreeOf({ ...files, Makefile: makefile }), "Makefile", {}, options);

test("a variable that is expanded when it is set stays so when more is appended", () => {
  const makefile = evaluate(
    "late = 1\nsimple := $(late)\nsimple += $(late)\nrecursive = $(late)\nrecursive += $(late)\nlate = 2\n",
  );
  expect([makefile.words("simple"), makefile.words("recursive")]).toEqual([
    ["1", "1"],
    ["2", "2"],
  ]);
});

test("names of variables may be made of others", () => {
  const makefile = evaluate("list = routines\n$(list) += a\nCFLAGS-$(list).c = -DX\n");
  expect([makefile.words("routines"), makefile.words("CFLAGS-routines.c")]).toEqual([["a"], ["-DX"]]);
});

test("define, foreach, eval and call", () => {
  const makefile = evaluate(
    "define add\nheaders-$(1) = $(1).h\nendef\n$(foreach name,math time,$(eval $(call add,$(name))))\nall = $(foreach n,math time,$(headers-$(n)))\n",
  );
  expect(makefile.words("all")).toEqual(["math.h", "time.h"]);
});

test("ifdef asks whether a variable has a value, and does not expand it", () => {
  expect(evaluate("empty =\nset = $(nothing)\nifdef empty\na = 1\nelse ifdef set\na = 2\nendif\n").words("a")).toEqual([
    "2",
  ]);
});

test("quotes as well as parentheses may be around what is compared", () => {
  expect(evaluate("x = y\nifeq \"$(x)\" 'y'\na = 1\nendif\nifneq ($(x),y)\na = 2\nendif\n").words("a")).toEqual(["1"]);
});

test.each([
  ["$(firstword b a)", ["b"]],
  ["$(lastword b a)", ["a"]],
  ["$(word 2,x y z)", ["y"]],
  ["$(words x y)", ["2"]],
  ["$(findstring b,abc)", ["b"]],
  ["$(join a b,.c .d)", ["a.c", "b.d"]],
  ["$(or ,x,$(error not reached))", ["x"]],
  ["$(and x,,$(error not reached))", []],
  ["$(suffix a.c b)", [".c"]],
])("%s", (text, expected) => {
  expect(evaluate(`a = ${text}\n`).words("a")).toEqual(expected);
});

test("rules, with those of static patterns resolved", () => {
  const makefile = evaluate(
    "o = build/\n$(o)crt1.o: $(o)start.o \\\n  $(o)init.o\n\tld -r\n$(o)gcrt1.o: $(o)g%: $(o)S%\n",
    {},
    { rules: true },
  );
  expect(makefile.rules()).toEqual([
    { target: "build/crt1.o", prerequisites: ["build/start.o", "build/init.o"] },
    { target: "build/gcrt1.o", prerequisites: ["build/Scrt1.o"] },
  ]);
});

test("paths are relative to the folder that make runs in; included files may be others than are named", () => {
  const files = {
    "csu/x.c": "",
    "csu/Makefile": "sources = $(wildcard *.c ../top.c)\ninclude ../Rules\n",
    "top.c": "",
    "sysdeps/Makefile": "more = 1\n",
  };
  const makefile = evaluateMakefile(
    sourceTreeOf(files),
    "Makefile",
    {},
    { directory: "csu", include: (path) => (path === "Rules" ? ["sysdeps/Makefile"] : undefined) },
  );
  expect([makefile.words("sources"), makefile.words("more"), makefile.wordsIfSet("none")]).toEqual([
    ["x.c", "../top.c"],
    ["1"],
    [],
  ]);
});

test("an included file that is not there is an error, unless it is optional", () => {
  expect(() => evaluate("include gone.mk\n")).toThrow("Makefile: includes gone.mk, which the source tree has not");
  expect(evaluate("-include gone.mk\na = 1\n").words("a")).toEqual(["1"]);
});

test("an assignment of several lines appends, as one of one line does", () => {
  expect(evaluate("flags = -a\ndefine flags +=\n-b\n-c\nendef\nx = 1\n").words("flags")).toEqual(["-a", "-b", "-c"]);
  expect(evaluate("override define text =\ntouch $@\nendef\nx = 1\n").words("x")).toEqual(["1"]);
});

test("a comment begins at any # that is neither escaped nor inside a reference", () => {
  const makefile = evaluate("a = x#y\nb = \\#undef\nc = $(subst \\#,,z) $(patsubst #%,%,#w)\n");
  expect([makefile.words("a"), makefile.words("b"), makefile.words("c")]).toEqual([["x"], ["#undef"], ["z", "w"]]);
});

test.each([
  [
    "a variable that is set to what a command prints",
    "a != date\n",
    "Makefile: sets a to what a command prints, which the importer does not run: date",
  ],
  [
    "the same in several lines",
    "define a !=\ndate\nendef\n",
    "Makefile: sets a to what a command prints, which the importer does not run: date",
  ],
  [
    "a reference that is not closed",
    "a = $(patsubst %.c,%.o,b.c\n",
    "Makefile: a reference is not closed: $(patsubst %.c,%.o,b.c",
  ],
  [
    "a line that is none of make's",
    "load plugin.so\n",
    'Makefile: the importer does not understand the line "load plugin.so"',
  ],
])("%s is refused", (_name, text, message) => {
  expect(() => evaluate(text).words("a")).toThrow(message);
});

test("what stands in a branch that is not taken is not looked at, and what is for recipes alone is passed over", () => {
  expect(
    evaluate("ifneq (,)\nThis makefile requires GNU Make.\nendif\nvpath %.c other\nexport AWK\na = 1\n").words("a"),
  ).toEqual(["1"]);
});

test("wildcards are those of the shell: no hidden files, classes, no braces", () => {
  const files = { "a.c": "", "b.c": "", ".c.c": "", "{a,b}.c": "" };
  expect(evaluate("a = $(wildcard [a]*.c)\n", files).words("a")).toEqual(["a.c"]);
  expect(evaluate("a = $(wildcard *.c)\n", files).words("a").sort()).toEqual(["a.c", "b.c", "{a,b}.c"]);
  expect(evaluate("a = $(wildcard {a,b}*.c)\n", files).words("a")).toEqual(["{a,b}.c"]);
});
