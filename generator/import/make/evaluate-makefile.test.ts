import { sourceTreeOf } from "../source-tree";
import { evaluateMakefile } from "./evaluate-makefile";

function words(
  makefile: string,
  name: string,
  given: Record<string, string> = {},
  files: Record<string, string> = {},
): string[] {
  return evaluateMakefile(sourceTreeOf({ ...files, Makefile: makefile }), "Makefile", given).words(name);
}

test.each([
  ["a reference to a later variable", "A = $(B) c\nB = b", ["b", "c"]],
  ["an immediate value", "B = old\nA := $(B)\nB = new", ["old"]],
  ["appending", "A = a\nA += b", ["a", "b"]],
  ["a default that is not needed", "A = a\nA ?= b", ["a"]],
  ["a continued line and a comment", "A = a \\\n  b # c\n# A = d", ["a", "b"]],
  ["recipes and rules", "A = a\nall:\n\tA = b\nx.o: A = c", ["a"]],
  ["a computed name", "KIND = x\nx_FILES = f\nA = $($(KIND)_FILES)", ["f"]],
  [
    "a substitution reference",
    "B = a.o b.o c.h\nA = $(B:.o=.lo) $(B:%.o=obj/%)",
    ["a.lo", "b.lo", "c.h", "obj/a", "obj/b", "c.h"],
  ],
  ["addprefix and addsuffix", "A = $(addprefix p/,$(addsuffix .c,a b))", ["p/a.c", "p/b.c"]],
  ["patsubst and subst", "A = $(patsubst %.c,%.o,a.c b.h) $(subst /arm/,/,s/arm/m)", ["a.o", "b.h", "s/m"]],
  ["filter and filter-out", "A = $(filter %.c,a.c b.h) $(filter-out a% c,ab bc c)", ["a.c", "bc"]],
  ["basename, notdir and sort", "A = $(sort $(notdir $(basename s/b.c s/a.tar.c t/b.h)))", ["a.tar", "b"]],
  ["both branches of conditionals", "ifeq (x,y)\nA = a\nelse\nA = b\nendif\nifneq ($(A),b)\nA = c\nendif", ["b"]],
])("%s", (_, makefile, expected) => {
  expect(words(makefile, "A")).toEqual(expected);
});

test("wildcard looks into the tree, one folder per asterisk, and keeps the pattern's beginning", () => {
  const files = { "src/a/x.c": "", "src/a/arm/y.S": "", "src/b.c": "", "src/a/z.h": "" };
  expect(words("A = $(wildcard ./src/*/*.c ./src/*/arm/*.[csS] missing/*.c)", "A", {}, files)).toEqual([
    "./src/a/x.c",
    "./src/a/arm/y.S",
  ]);
});

test("included files count where the tree has them", () => {
  expect(
    words(
      "-include missing.mak\n-include arch/$(ARCH)/arch.mak\nA += c",
      "A",
      { ARCH: "arm" },
      { "arch/arm/arch.mak": "A = b" },
    ),
  ).toEqual(["b", "c"]);
});

test("what is given wins over the makefile", () => {
  expect(words("ARCH = x\nA = $(ARCH)", "A", { ARCH: "arm" })).toEqual(["arm"]);
});

test("an unknown function, an unset variable, and a variable of itself are errors", () => {
  expect(() => words("A = $(guile x)", "A")).toThrow("Makefile");
  expect(() => words("A = a", "B")).toThrow("Makefile: sets no variable B");
  expect(() => words("A = $(B)\nB = $(A)", "A")).toThrow("refers to itself");
});
