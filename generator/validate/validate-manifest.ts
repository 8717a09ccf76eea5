import type { z } from "zod";

import { compareProblems, type Problem } from "../read/problem";
import type { RawManifest, RowKind } from "../read/read-manifest";
import type { ImportFile } from "../schema/import-file";
import {
  architectureSchema,
  archiveSchema,
  hostSchema,
  moduleSchema,
  runtimeSchema,
  systemSchema,
  targetSchema,
  type Manifest,
} from "../schema/rows";
import { checkImport, checkRow, type CheckedRow } from "./check-schema";

/** Rows and import files (by `<runtime>-<version>`) without a fault; or everything that is wrong with them, in the order of the files. */
export type Validated =
  | { readonly manifest: Manifest; readonly imports: ReadonlyMap<string, ImportFile> }
  | { readonly problems: readonly Problem[] };

/** Checks rows against their schemas and against each other. Pure. */
export function validateManifest(raw: RawManifest): Validated {
  const problems: Problem[] = [...raw.problems];
  const check = <Row>(kind: RowKind, schema: z.ZodType<Row>): CheckedRow<Row>[] =>
    raw.rows[kind].map((row) => checkRow(schema, row, problems)).filter((row) => row !== undefined);
  const rowsOf = <Row>(rows: readonly CheckedRow<Row>[]): Row[] => rows.map((row) => row.row);
  const module = checkRow(moduleSchema, raw.module, problems);
  const manifest: Manifest = {
    module: { ...module?.row } as Manifest["module"],
    architectures: rowsOf(check("architecture", architectureSchema)),
    systems: rowsOf(check("system", systemSchema)),
    targets: rowsOf(check("target", targetSchema)),
    hosts: rowsOf(check("host", hostSchema)),
    archives: rowsOf(check("archive", archiveSchema)),
    runtimes: rowsOf(check("runtime", runtimeSchema)),
  };
  const files = raw.imports.map((file) => checkImport(file, problems)).filter((file) => file !== undefined);
  const imports = new Map(files.map((file) => [`${file.runtime}-${file.version}`, file]));
  return problems.length === 0 ? { manifest, imports } : { problems: problems.sort(compareProblems) };
}
