import { divideFlags, splitShellWords } from "./split-flags";

test.each([
  ["-a  -b\t-c", ["-a", "-b", "-c"]],
  [String.raw`-DX="\"add -lc to it\""`, ['-DX="add -lc to it"']],
  ["-DX='a b'c", ["-DX=a bc"]],
  [String.raw`a\ b`, ["a b"]],
  ['""', [""]],
  ["", []],
])("splits %j as a shell does", (text, words) => expect(splitShellWords(text)).toEqual(words));

test("keeps macros, code generation and directories; leaves out warnings, the target and system directories", () => {
  const words = [
    "-Wall",
    "-m64",
    "--target=x",
    "-isystem",
    "inc",
    "-DA",
    "-UB",
    "-std=c99",
    "-fno-builtin",
    "-I./a/b",
    "-Ia/c",
    "-I./a/b",
    "-DA",
  ];
  expect(divideFlags(words)).toEqual({ flags: ["-DA", "-UB", "-std=c99", "-fno-builtin"], include: ["a/b", "a/c"] });
});
