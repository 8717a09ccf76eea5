import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { importers } from "../import/importers";
import { compilersFolder, importsFolder } from "../read/read-imports";
import { builtinManifest } from "../read/read-manifest";
import type { CompilerImport } from "../schema/compiler-import";
import type { ImportFile } from "../schema/import-file";
import { writeFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { digestImporter } from "./digest-importer";

test("each importer has a digest of its own, and the same one again", () => {
  const digests = [...importers.values()].map(({ module }) => digestImporter(module));
  expect(new Set(digests).size).toBe(importers.size);
  expect([...importers.values()].map(({ module }) => digestImporter(module))).toEqual(digests);
});

test("each import was made by its importer as it is", () => {
  const folder = importsFolder(builtinManifest);
  const named = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const files = named.map(
    (name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as ImportFile] as const,
  );
  expect(files.length).toBeGreaterThan(importers.size);
  const digests = new Map([...importers].map(([name, { module }]) => [name, digestImporter(module)]));
  // Whether it reads the same as before, `gen-bzl import --check` says.
  const older = files.filter(([, { runtime, provenance }]) =>
    Object.values(provenance).some(({ importer }) => importer !== digests.get(runtime)),
  );
  expect(older.map(([name]) => name)).toEqual([]);
});

test("what the compiler is built from was imported by its importer as it is", () => {
  const folder = compilersFolder(builtinManifest);
  const read = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as CompilerImport,
  );
  const digest = digestImporter(join(__dirname, "../import/compiler/import-compiler"));
  expect(read.length).toBeGreaterThan(0);
  expect(read.filter(({ provenance }) => provenance.importer !== digest).map(({ version }) => version)).toEqual([]);
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
