import { bazelCommandsBelow, filesBelow, labelsOf, readCodeBlocks } from "./read-commands";

const text = `# Title

    before

## Use

    # MODULE.bazel
    bazel_dep(name = "x")

    # BUILD.bazel
    load("y")

    z(name = "a")

    bazel build --x=@x//p:q //:a          # a comment

Text.

\`\`\`
    bazel fenced
\`\`\`

    bazel run //:a
`;

it("tells blocks apart by what stands between them", () => {
  expect(readCodeBlocks(text)).toEqual([
    { heading: "Title", lines: ["before"] },
    {
      heading: "Use",
      lines: [
        "# MODULE.bazel",
        'bazel_dep(name = "x")',
        "",
        "# BUILD.bazel",
        'load("y")',
        "",
        'z(name = "a")',
        "",
        "bazel build --x=@x//p:q //:a          # a comment",
      ],
    },
    { heading: "Use", lines: ["bazel run //:a"] },
  ]);
});

it("finds files and commands", () => {
  const blocks = readCodeBlocks(text);
  expect(filesBelow(blocks, "Use")).toEqual({
    "MODULE.bazel": '# MODULE.bazel\nbazel_dep(name = "x")\n\n',
    "BUILD.bazel": '# BUILD.bazel\nload("y")\n\nz(name = "a")\n\n',
  });
  expect(bazelCommandsBelow(blocks, "Use")).toEqual([
    ["build", "--x=@x//p:q", "//:a"],
    ["run", "//:a"],
  ]);
});

it("finds labels that stand for one thing", () => {
  expect(
    labelsOf(
      "`@x//p:q.1.2`, @x//p:<name> @x//p:a… @x//:defs.bzl%check --@x//w/l:libraries=//:l @x//platforms. @y//p:q",
      "x",
    ),
  ).toEqual(["@x//:defs.bzl", "@x//p:q.1.2", "@x//platforms", "@x//w/l:libraries"]);
});
