import { readShellLine, splitShellWords } from "./shell-words";

test.each([
  ["white space separates", " -a  -b\t-c ", ["-a", "-b", "-c"]],
  ["quotes keep it", `-DX="\\"a b\\"" '-DY=a  b'`, ['-DX="a b"', "-DY=a  b"]],
  ["variables and patterns stay as they are spelled", `$ORIGIN "$x" *.c`, ["$ORIGIN", "$x", "*.c"]],
])("words: %s", (_, line, words) => expect(splitShellWords(line)).toEqual(words));

test("commands of a line, with where they read and write", () => {
  expect(readShellLine("cd x && cpp -P a.def.in | sed -E 's/a/b/' > a.def && : && ar -M < a.mri")).toEqual([
    { folder: "x", words: ["cpp", "-P", "a.def.in"], isPiped: false },
    { folder: "x", words: ["sed", "-E", "s/a/b/"], output: "a.def", isPiped: true },
    { folder: "x", words: ["ar", "-M"], input: "a.mri", isPiped: false },
  ]);
});
