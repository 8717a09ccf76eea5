import { formatImportFile } from "./format-import-file";

const set = { variants: [{ repeated: [], add: [], remove: [], name: "generic" }], textual: [], base: ["a.c"] };

test("writes the schema's order of keys, two spaces and a final newline", () => {
  const text = formatImportFile({ facts: {}, sets: { libc: set }, version: "1.0", runtime: "musl" });
  expect(text).toBe(`{
  "runtime": "musl",
  "version": "1.0",
  "sets": {
    "libc": {
      "base": [
        "a.c"
      ],
      "textual": [],
      "variants": [
        {
          "name": "generic",
          "remove": [],
          "add": [],
          "repeated": []
        }
      ]
    }
  },
  "facts": {}
}
`);
});

test("refuses what is not of the schema", () => {
  const empty = { ...set, variants: [] };
  expect(() => formatImportFile({ runtime: "musl", version: "1.0", sets: { libc: empty }, facts: {} })).toThrow(/variants/);
});
