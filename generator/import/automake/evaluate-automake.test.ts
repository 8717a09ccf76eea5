import { sourceTreeOf } from "../source-tree";
import { canonicalName, evaluateAutomake, type Automake } from "./evaluate-automake";

function evaluate(
  text: string,
  more: Readonly<Record<string, string>> = {},
  conditions: readonly string[] = [],
): Automake {
  return evaluateAutomake(sourceTreeOf({ "crt/Makefile.am": text, ...more }), "crt/Makefile.am", {
    conditions: {
      A: false,
      LIB64: false,
      W32API: false,
      ...Object.fromEntries(conditions.map((name) => [name, true])),
    },
    substitutions: { LIB: "libucrt.a" },
  });
}

describe("variables", () => {
  it("are set, appended to and expanded; comments and continued lines are no part of them", () => {
    const automake = evaluate("A = one \\\n  two # not this\n#A = never\nA += $(B)\nB = three\n");
    expect(automake.words("A")).toEqual(["one", "two", "three"]);
  });

  it("take what configure puts in place of @NAME@; a name that is not known is an error", () => {
    expect(evaluate("A = @LIB@ y\n").words("A")).toEqual(["libucrt.a", "y"]);
    expect(() => evaluate("A = x@NONE@y\n")).toThrow(
      "crt/Makefile.am: has @NONE@, of which the importer does not know what configure puts in its place",
    );
  });

  it("refuse a conditional of which it is not known whether it holds, unless it does not matter", () => {
    expect(() => evaluate("if LIB128\nA = 1\nendif\n")).toThrow(
      "crt/Makefile.am: has a conditional LIB128, of which the importer does not know whether it holds",
    );
    expect(evaluate("if LIB64\nif LIB128\nA = 1\nendif\nendif\nA = 2\n").words("A")).toEqual(["2"]);
  });

  it("end where a comment begins, at a word's end or inside of it", () => {
    expect(evaluate("A = a#b\n").words("A")).toEqual(["a"]);
  });

  it("follow conditionals, indented assignments and nesting included", () => {
    const text = "if LIB64\nA = 64\nif !W32API\nA += crt\nendif\nelse\n    A = 32\nendif\n";
    expect(evaluate(text, {}, ["LIB64"]).words("A")).toEqual(["64", "crt"]);
    expect(evaluate(text, {}, ["LIB64", "W32API"]).words("A")).toEqual(["64"]);
    expect(evaluate(text).words("A")).toEqual(["32"]);
  });

  it("come from included files as well, where %reldir% is the file's folder", () => {
    const automake = evaluate("A =\ninclude lib/Makefile.am\n", { "crt/lib/Makefile.am": "A += %reldir%/liba.a\n" });
    expect(automake.words("A")).toEqual(["lib/liba.a"]);
  });

  it("know the target where a rule is applied", () => {
    expect(evaluate("A = --out $@\n").text("A", "x.a")).toBe("--out x.a");
  });
});

test("a conditional that is not closed is refused", () => {
  expect(() => evaluate("if A\n")).toThrow("crt/Makefile.am: a conditional is not closed");
  expect(() => evaluate("endif\n")).toThrow("crt/Makefile.am: has an else or endif without an if");
});

describe("the rule for a file", () => {
  const rules =
    "lib/lib%.a: lib/%.def\n\t$(AM_V_GEN)dlltool $<\nlib/lib%.a: common/%.def\n\tdlltool $<\ncommon/%.def: common/%.def.in\n\tcpp $< > $@\n";

  it("is the explicit one before any pattern", () => {
    const rule = evaluate(`${rules}lib/liba.a: b.a\n\tcp $< $@\n`, { "crt/lib/a.def": "" }).ruleFor("lib/liba.a");
    expect(rule).toEqual({ target: "lib/liba.a", prerequisites: ["b.a"], recipe: ["cp b.a lib/liba.a"] });
  });

  it("is the first pattern whose prerequisites exist", () => {
    expect(evaluate(rules, { "crt/common/a.def": "" }).ruleFor("lib/liba.a")).toMatchObject({
      prerequisites: ["common/a.def"],
      recipe: ["dlltool common/a.def"],
    });
    expect(evaluate(rules, { "crt/common/a.def": "", "crt/lib/a.def": "" }).ruleFor("lib/liba.a")).toMatchObject({
      prerequisites: ["lib/a.def"],
    });
  });

  it("is one whose prerequisites can be made, where none exist", () => {
    expect(evaluate(rules, { "crt/common/a.def.in": "" }).ruleFor("lib/liba.a")).toMatchObject({
      prerequisites: ["common/a.def"],
    });
  });

  it("prefers the shortest stem", () => {
    const automake = evaluate(`${rules}%/libbigger.a: big.mri\n\tar -M < $<\n`, {
      "crt/lib/bigger.def": "",
      "crt/big.mri": "",
    });
    expect(automake.ruleFor("lib/libbigger.a")).toMatchObject({ prerequisites: ["big.mri"] });
  });

  it("counts libraries with sources among what can be made", () => {
    const automake = evaluate("noinst_LIBRARIES = lib/libextra.a\n%/libu.a: u.mri %/libextra.a\n\tar -M < $<\n", {
      "crt/u.mri": "",
    });
    expect(automake.ruleFor("lib/libu.a")).toMatchObject({ prerequisites: ["u.mri", "lib/libextra.a"] });
  });

  it("is undefined when there is none", () => expect(evaluate(rules).ruleFor("lib/liba.a")).toBeUndefined());
});

test("a product's path gives the prefix of its variables", () =>
  expect(canonicalName("lib64/libmsvcr120-app.a")).toBe("lib64_libmsvcr120_app_a"));
