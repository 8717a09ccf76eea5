import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { z } from "zod";

import { BadInputError, type Io } from "./io";

/** What gen-bzl needs of an index of archives, whose form docs/archives.md describes. */
const indexSchema = z.object({ archives: z.record(z.string(), z.object({ file: z.string().optional() })) });

/**
 * Where archives lie on this machine, by name, as the index that XLLVM_ARCHIVES names says it; none without an index. Throws
 * `BadInputError` for an index that cannot be used.
 */
export function readArchivesIndex(io: Io): ReadonlyMap<string, string> {
  if (io.archivesIndex === undefined || io.archivesIndex === "") return new Map();
  const path = resolve(io.cwd, io.archivesIndex);
  const parsed = indexSchema.safeParse(readJson(path));
  if (!parsed.success)
    throw new BadInputError(
      `${path}, which XLLVM_ARCHIVES names, is no index of archives: ${parsed.error.issues[0]?.message ?? ""}\n    mend: write it as docs/archives.md says, or unset XLLVM_ARCHIVES`,
    );
  const files = Object.entries(parsed.data.archives).flatMap(([name, { file }]) =>
    file === undefined ? [] : [[name, resolve(dirname(path), file)] as const],
  );
  return new Map(files.filter(([, file]) => existsSync(file)));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    throw new BadInputError(
      `${path}, which XLLVM_ARCHIVES names, cannot be read: ${(error as Error).message}\n    mend: name a readable index, or unset XLLVM_ARCHIVES`,
    );
  }
}
