import { placeOf, type FieldPath } from "../read/parse-rows";
import type { Problem } from "../read/problem";
import type { RawManifest, RawRow, RowKind } from "../read/read-manifest";
import type { CompilerImport } from "../schema/compiler-import";
import type { ImportFile } from "../schema/import-file";
import type { FeatureRow } from "../schema/features";
import type { LlvmRow } from "../schema/llvm-versions";
import type { MicroArchitectureRow } from "../schema/micro-architectures";
import type { ArchitectureRow, ArchiveRow, HostRow, RuntimeRow, SystemRow, TargetRow } from "../schema/rows";
import { formatPath, nearest, type CheckedRow } from "./check-schema";

/** What rules look at: the rows of which the schema holds, and what is known of the others. */
export interface CheckedRows {
  readonly raw: RawManifest;
  readonly architectures: readonly CheckedRow<ArchitectureRow>[];
  readonly microArchitectures: readonly CheckedRow<MicroArchitectureRow>[];
  readonly features: readonly CheckedRow<FeatureRow>[];
  readonly systems: readonly CheckedRow<SystemRow>[];
  readonly targets: readonly CheckedRow<TargetRow>[];
  readonly llvm: readonly CheckedRow<LlvmRow>[];
  readonly hosts: readonly CheckedRow<HostRow>[];
  readonly archives: readonly CheckedRow<ArchiveRow>[];
  readonly runtimes: readonly CheckedRow<RuntimeRow>[];
  /** By `<runtime>-<version>`. */
  readonly imports: ReadonlyMap<string, ImportFile>;
  readonly compilers: ReadonlyMap<string, CompilerImport>;
}

/** One rule: every problem of one sort. Rules are pure, and do not depend on each other's order. */
export type Rule = (rows: CheckedRows) => Iterable<Problem>;

/** A problem of the field at `path` of `row`. */
export function problemAt(row: RawRow, path: FieldPath, message: string, mend: string): Problem {
  const field = formatPath(path);
  return {
    place: placeOf(row.places, path),
    row: { kind: row.kind, name: row.name },
    ...(field === "" ? {} : { field }),
    message,
    mend,
  };
}

/** The names of all rows of a kind, those included that break their schema. */
export function namesOf({ raw }: CheckedRows, kind: RowKind): string[] {
  return raw.rows[kind].map((row) => row.name);
}

/** Says that `row` refers at `path` to a row that is not there; nothing where it is there, or nothing is referred to. */
export function* checkReference(
  rows: CheckedRows,
  row: RawRow,
  path: FieldPath,
  kind: RowKind,
  name: string | undefined,
): Generator<Problem> {
  const known = namesOf(rows, kind);
  if (name === undefined || known.includes(name)) return;
  yield problemAt(
    row,
    path,
    `there is no ${kind} "${name}"`,
    mendReference(name, known, `add ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} row of this name`),
  );
}

/** What mends a name that nobody has: the nearest one, or else what would add it. */
export function mendReference(name: string, known: readonly string[], otherwise: string): string {
  const near = nearest(name, known);
  return near === undefined ? otherwise : `write ${near}, or ${otherwise}`;
}

/** The row of that name of which the schema holds. */
export function findRow<Row extends { name: string }>(
  rows: readonly CheckedRow<Row>[],
  name: string | undefined,
): CheckedRow<Row> | undefined {
  return rows.find(({ row }) => row.name === name);
}
