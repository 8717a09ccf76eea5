import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Problem } from "./problem";

/** An import file as it was written, before its schema is checked; `text` is parsed by whoever needs it. */
export interface RawImport {
  readonly file: string;
  readonly text: string;
}

/** The folder in which the import files of the manifest in `manifestFolder` lie. */
export function importsFolder(manifestFolder: string): string {
  return join(dirname(resolve(manifestFolder)), "imports");
}

/** The folder with what compilers are built from, a file for each version. */
export function compilersFolder(manifestFolder: string): string {
  return join(importsFolder(manifestFolder), "compiler");
}

/** The JSON files of `folders`; of one name, that of the last. */
export function readImports(folders: readonly string[], problems: Problem[]): RawImport[] {
  const files = new Map<string, string>();
  for (const folder of folders) {
    if (!isFolder(folder)) continue;
    for (const name of readdirSync(folder).sort()) {
      if (name.endsWith(".json")) files.set(name, join(folder, name));
    }
  }
  return [...files.values()].flatMap((file) => {
    const text = readText(file, problems);
    return text === undefined ? [] : [{ file, text }];
  });
}

/** The text of a file; undefined, and a problem, where it cannot be read. */
export function readText(file: string, problems: Problem[]): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    problems.push({
      place: { file, line: 1 },
      message: `the file cannot be read: ${(error as Error).message}`,
      mend: "make it a readable file",
    });
    return undefined;
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
