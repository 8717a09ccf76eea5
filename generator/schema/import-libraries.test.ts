import { librariesFor, librariesSchema } from "./import-libraries";

const libraries = librariesSchema.parse({
  dlltool_flags: {},
  definition_include: [],
  plain: [{ architectures: ["amd64", "arm64"], installed: true, folder: "common", names: ["b", "a"] }],
  composed: {
    c: [
      { architectures: ["amd64"], installed: true, merge: ["a", "b"] },
      { architectures: ["i686"], installed: false, sources: "c" },
    ],
  },
});

test.each([
  [
    "amd64",
    {
      a: { installed: true, definition: { file: "common/a.def" } },
      b: { installed: true, definition: { file: "common/b.def" } },
      c: { installed: true, merge: ["a", "b"] },
    },
  ],
  [
    "arm64",
    {
      a: { installed: true, definition: { file: "common/a.def" } },
      b: { installed: true, definition: { file: "common/b.def" } },
    },
  ],
  ["i686", { c: { installed: false, sources: "c" } }],
  ["riscv64", {}],
])("the libraries of %s", (architecture, expected) =>
  expect(Object.fromEntries(librariesFor(libraries, architecture))).toEqual(expected),
);
