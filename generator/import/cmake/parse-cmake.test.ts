import { mapArguments, parseCMake, type Statement } from "./parse-cmake";

function texts(source: string): unknown[] {
  return parseCMake(source, "x.cmake").map((statement) =>
    statement.kind === "command" ? [statement.name, ...statement.arguments.map(({ text }) => text)] : statement.kind,
  );
}

test("commands in any case, with arguments over several lines, and comments", () => {
  expect(texts("# first\nSet( SOURCES # list\n  a.c\n  b.c)\n#[[ set(no) \n]]\nmessage()")).toEqual([
    ["set", "SOURCES", "a.c", "b.c"],
    ["message"],
  ]);
});

test("quoted, bracket and unquoted arguments keep their text", () => {
  const [command] = parseCMake(
    'f("a b \\"c\\"" [=[x ]] ${y}]=] -Da="b c" $<IF:x> d\\ e "line \\\nend")',
    "x.cmake",
  ) as [Extract<Statement, { kind: "command" }>];
  expect(command.arguments).toEqual([
    { text: 'a b \\"c\\"', quoting: "quoted" },
    { text: "x ]] ${y}", quoting: "bracket" },
    { text: '-Da="b c"', quoting: "unquoted" },
    { text: "$<IF:x>", quoting: "unquoted" },
    { text: "d\\ e", quoting: "unquoted" },
    { text: "line end", quoting: "quoted" },
  ]);
});

test("parentheses inside arguments are arguments", () => {
  expect(texts("f(NOT(A OR B))")).toEqual([["f", "NOT", "(", "A", "OR", "B", ")"]]);
});

test("blocks nest, and remember the lines of their heads", () => {
  const parsed = parseCMake(
    "if(A)\n  foreach(x a)\n    f(x)\n  endforeach()\nelseif(B)\nelse()\n  g()\nendif(A)\nfunction(h)\nendfunction()",
    "x.cmake",
  );
  expect(parsed).toMatchObject([
    {
      kind: "if",
      branches: [
        {
          head: { name: "if", line: 1 },
          body: [{ kind: "loop", head: { name: "foreach", line: 2 }, body: [{ name: "f", line: 3 }] }],
        },
        { head: { name: "elseif", line: 5 }, body: [] },
        { head: undefined, body: [{ name: "g", line: 7 }] },
      ],
    },
    { kind: "definition", head: { name: "function" }, body: [] },
  ]);
});

test.each([
  ["if(A)\nf()", "x.cmake:1: if() has no endif()"],
  ["f()\nforeach(x)\nendif()", "x.cmake:2: foreach() has no endforeach()"],
  ["endif()", "x.cmake:1: endif() ends nothing"],
  ["\nset(A", "x.cmake:2: expected an argument or a closing parenthesis"],
  ["f()\n= 3", "x.cmake:2: expected a command"],
])("%j is refused", (source, message) => {
  expect(() => parseCMake(source, "x.cmake")).toThrow(message);
});

test("mapArguments reaches into every block", () => {
  const changed = mapArguments(
    parseCMake("if(a)\nforeach(a b)\nf(a)\nendforeach()\nelse()\nf(a)\nendif()", "x"),
    (argument) => ({ ...argument, text: `${argument.text}!` }),
  );
  expect(JSON.stringify(changed).match(/"text":"[^"]+"/g)).toEqual([
    '"text":"a!"',
    '"text":"a!"',
    '"text":"b!"',
    '"text":"a!"',
    '"text":"a!"',
  ]);
});
