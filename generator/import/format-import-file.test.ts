import { importFileSchema } from "../schema/import-file";
import { formatImportFile } from "./format-import-file";

const variant = { repeated: [], add: ["b.c"], remove: [], architectures: ["arm64"], name: "arm64" };
const set = { variants: [variant], textual: [], base: ["a.c"] };
const file = importFileSchema.parse({
  provenance: {},
  facts: { lists: { z: ["y"], a: [] } },
  sets: { libc: set, crt1: set },
  version: "1.0",
  runtime: "musl",
});

test("two spaces, a final newline, and each value where the schema has it", () => {
  const text = formatImportFile(file);
  expect(
    text.startsWith(
      '{\n  "runtime": "musl",\n  "version": "1.0",\n  "provenance": {},\n  "sets": {\n    "libc": {\n      "base": [\n        "a.c"\n      ],\n',
    ),
  ).toBe(true);
  expect(
    text.endsWith(
      '\n  "facts": {\n    "lists": {\n      "z": [\n        "y"\n      ],\n      "a": []\n    }\n  }\n}\n',
    ),
  ).toBe(true);
  const written = JSON.parse(text) as typeof file;
  expect(Object.keys(written.sets)).toEqual(["libc", "crt1"]);
  expect(Object.keys(written.sets["libc"]!.variants[0]!).slice(0, 5)).toEqual([
    "name",
    "architectures",
    "remove",
    "add",
    "repeated",
  ]);
});

test("the text of what was written is the same text", () => {
  const text = formatImportFile(file);
  expect(formatImportFile(importFileSchema.parse(JSON.parse(text)))).toBe(text);
});

test("refuses what is not of the schema", () => {
  expect(() => formatImportFile({ ...file, sets: { libc: { ...file.sets["libc"]!, variants: [] } } })).toThrow(
    /variants/,
  );
});
