import { basename } from "node:path";

import type { Problem } from "../read/problem";
import type { ImportFile } from "../schema/import-file";
import type { Rule, CheckedRows } from "./checked-rows";

/**
 * Import files that were not written by one run: an import of a release that shares a file with others writes two, and may
 * have been interrupted between them, or one of the two was restored from elsewhere.
 */
export const importProvenance: Rule = function* (rows) {
  for (const file of rows.imports.values()) {
    const { runtime, version, provenance } = file;
    if (Object.keys(provenance).length === 0)
      yield problemOf(rows, file, "nothing says what it was read from", version);
    if (isOfOneVersion(file)) continue;
    for (const release of rows.imports.values()) {
      if (release.runtime !== runtime || !isOfOneVersion(release)) continue;
      if (provenance[release.version] === undefined)
        yield problemOf(
          rows,
          file,
          `lacks what was read of ${release.version}, which has an import file`,
          release.version,
        );
      else if (!isSame(provenance[release.version], release.provenance[release.version])) {
        yield problemOf(
          rows,
          file,
          `what it holds of ${release.version} is not of the same import as ${runtime}-${release.version}.json`,
          release.version,
        );
      }
    }
    for (const held of Object.keys(provenance)) {
      if (!rows.imports.has(`${runtime}-${held}`))
        yield problemOf(rows, file, `holds what was read of ${held}, which has no import file`, held);
    }
  }
};

function isOfOneVersion({ version, provenance }: ImportFile): boolean {
  return provenance[version] !== undefined || Object.keys(provenance).length === 0;
}

function isSame(left: object | undefined, right: object | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function problemOf(
  { raw }: CheckedRows,
  { runtime, version }: ImportFile,
  message: string,
  mendVersion: string,
): Problem {
  const name = `${runtime}-${version}.json`;
  const file = raw.imports.find((other) => basename(other.file) === name)?.file ?? name;
  return {
    place: { file, line: 1 },
    row: { kind: "import file", name },
    field: "provenance",
    message,
    mend: `run npx gen-bzl import ${runtime} ${mendVersion} --from DIR_OR_ARCHIVE`,
  };
}
