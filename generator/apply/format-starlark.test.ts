import { formatStarlark } from "./format-starlark";

test.each([
  [
    "BUILD.bazel",
    'foo(srcs=["b","a"],name="x")',
    'foo(\n    name = "x",\n    srcs = [\n        "a",\n        "b",\n    ],\n)\n',
  ],
  ["targets/a/BUILD.bazel", 'foo(name="x")', 'foo(name = "x")\n'],
  ["overlays/musl-1.2.5.BUILD.bazel", 'foo(name="x",v=1)', 'foo(\n    name = "x",\n    v = 1,\n)\n'],
  ["MODULE.bazel", 'module(version="1",name="x")', 'module(\n    name = "x",\n    version = "1",\n)\n'],
  ["overlays/archives.bzl", "X={'a':1}", 'X = {"a": 1}\n'],
  ["bzlmod/seed.BUILD.bazel.tpl", "{{ not   Starlark", "{{ not   Starlark"],
])("%s is formatted as its name says", (path, text, expected) => {
  expect(formatStarlark(new Map([[path, text]]))).toEqual(new Map([[path, expected]]));
});

test("all files are formatted at once, in their order", () => {
  const files = new Map(
    Array.from({ length: 700 }, (_, index) => [`targets/a-rather-long-name-of-a-target-${index}/BUILD.bazel`, "x=1"]),
  );
  const formatted = formatStarlark(files);
  expect([...formatted.keys()]).toEqual([...files.keys()]);
  expect(new Set(formatted.values())).toEqual(new Set(["x = 1\n"]));
});

test("a file that is no Starlark is a fault that names the file", () => {
  expect(() => formatStarlark(new Map([["targets/a/BUILD.bazel", "x = 1\nfoo(]\n"]]))).toThrow(
    "buildifier refuses a planned file (exit code 1):\ntargets/a/BUILD.bazel:2:6: syntax error near ]",
  );
});

test("nothing to format is fine", () => {
  expect(formatStarlark(new Map())).toEqual(new Map());
});
