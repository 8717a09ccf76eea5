import { readAnswer } from "./ask-makefile";

const said =
  "MAKEFILE_LIST= /build/gen-bzl.mk Makefile ../Rules\nroutines= a b\nabi-64-condition=X == 64 && Y\nempty=\n";

test("variables, with all that follows the first equals sign, and the makefiles that were read", () => {
  const { variables, makefiles, rules } = readAnswer(said, "/tree/csu");
  expect(variables.get("routines")).toBe(" a b");
  expect(variables.get("abi-64-condition")).toBe("X == 64 && Y");
  expect(variables.get("empty")).toBe("");
  expect(makefiles).toEqual(["/build/gen-bzl.mk", "/tree/csu/Makefile", "/tree/Rules"]);
  expect(rules.size).toBe(0);
});

test("rules of make's database, without comments and recipes", () => {
  const database = `# GNU Make 4.3
# Variables
x := y: z
# Files

# Not a target:
start.o:
crt1.o: start.o init.o | folder
#  recipe to execute (from 'Makefile', line 4):
\tld: -r
`;
  expect([...readAnswer(said + database, "/tree/csu").rules]).toEqual([
    ["start.o", []],
    ["crt1.o", ["start.o", "init.o", "folder"]],
  ]);
});

test("an answer of another form is an error", () => {
  expect(() => readAnswer("make: nothing\n", "/tree")).toThrow(
    "make answers in a form that is not known: make: nothing",
  );
});
