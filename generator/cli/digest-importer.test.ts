import { join } from "node:path";

import { importers } from "../import/importers";
import { writeFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { digestImporter } from "./digest-importer";

test("each importer has a digest of its own, and the same one again", () => {
  const digests = [...importers.values()].map(({ module }) => digestImporter(module));
  expect(new Set(digests).size).toBe(importers.size);
  expect([...importers.values()].map(({ module }) => digestImporter(module))).toEqual(digests);
});

const code: Files = {
  "musl.ts": 'import { lines } from "./lines";\nexport const importMusl = (text: string): string[] => lines(text);\n',
  "lines.ts": 'export function lines(text: string): string[] {\n  return text.split("\\n");\n}\n',
  "format-import-file.ts": "export const formatImportFile = (file: object): string => JSON.stringify(file);\n",
};

test.each<[string, Files, boolean]>([
  [
    "a comment, a type, and the layout",
    { "lines.ts": '/** All of them. */\nexport function lines(all: string) { return all.split("\\n"); }\n' },
    true,
  ],
  [
    "code that the importer uses",
    { "lines.ts": 'export const lines = (text: string): string[] => text.split("\\r\\n");\n' },
    false,
  ],
  ["what writes its files", { "format-import-file.ts": "export const formatImportFile = String;\n" }, false],
])("%s: whether the digest stays", (_name, changed, stays) => {
  const folder = writeTemporary(code);
  try {
    const before = digestImporter(join(folder.path, "musl"), folder.path);
    writeFiles(folder.path, changed);
    expect(digestImporter(join(folder.path, "musl"), folder.path) === before).toBe(stays);
  } finally {
    folder.remove();
  }
});
