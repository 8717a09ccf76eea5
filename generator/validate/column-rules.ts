import { columnsIn, defaultPlatformRule, fillColumns, runtimeColumnNames, targetColumns } from "../schema/columns";
import { architectureSchema } from "../schema/rows";
import { nearest } from "./check-schema";
import { checkReference, findRow, problemAt, type CheckedRows, type Rule } from "./checked-rows";
import { stackEntries, templatesOf } from "./stacks";

/** Columns that every architecture may have; lists cannot be filled into a text. */
const ownColumnNames = Object.keys(architectureSchema.shape).filter(
  (name) => !["name", "base", "flags"].includes(name),
);

/** Columns that templates may name. */
function targetColumnNames({ runtimes }: CheckedRows): string[] {
  const brought = runtimes.flatMap(({ row }) => Object.keys(row.columns));
  return [...ownColumnNames, ...brought, "architecture", "system", "os", "abi"];
}

/** A column that is there without this runtime's bringing it along. */
export const declaredColumns: Rule = function* (rows) {
  const known = new Map<string, string>(
    Object.keys(architectureSchema.shape).map((name) => [name, "every architecture"]),
  );
  for (const name of ["architecture", "system", "os", "abi", ...runtimeColumnNames, "item"]) known.set(name, "gen-bzl");
  for (const { row, raw } of rows.runtimes) {
    for (const column of Object.keys(row.columns)) {
      const owner = known.get(column);
      if (owner !== undefined)
        yield problemAt(raw, ["columns", column], `${owner} has a column of this name`, "call the column otherwise");
      known.set(column, `runtime ${row.name}`);
    }
  }
};

/** A `{column}` that no row can have. */
export const columnNames: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.systems) {
    if (damaged) continue;
    for (const field of ["triple", "gnu", "rust", "zig", "emulation", "platform"] as const) {
      for (const column of [row[field] ?? ""].flat().flatMap(columnsIn)) {
        if (!targetColumnNames(rows).includes(column))
          yield unknownColumn(raw, [field], column, targetColumnNames(rows));
      }
    }
  }
  for (const { row, raw, damaged } of rows.runtimes) {
    if (damaged) continue;
    const archives = row.versions.map(({ archive }, index) => ({
      path: ["versions", index, "archive"],
      text: archive,
      extra: [],
    }));
    const prebuilt =
      row.prebuilt_headers === undefined
        ? []
        : [{ path: ["prebuilt_headers", "archive"], text: row.prebuilt_headers.archive, extra: [] }];
    for (const { path, text, extra } of [...archives, ...prebuilt, ...templatesOf(row)]) {
      const known = [...targetColumnNames(rows), ...runtimeColumnNames, ...extra];
      for (const column of columnsIn(text)) if (!known.includes(column)) yield unknownColumn(raw, path, column, known);
    }
  }
};

/** A `{column}` of a system that an architecture leaves empty, so that a platform has no triple or no name. */
export const systemColumns: Rule = function* (rows) {
  for (const { row, raw } of rows.targets) {
    const architecture = findRow(rows.architectures, row.architecture);
    const system = findRow(rows.systems, row.system);
    if (architecture === undefined || system === undefined || architecture.damaged || system.damaged) continue;
    const columns = targetColumns(architecture.row, system.row);
    const { triple, gnu = "", rust = [], zig = "" } = system.row;
    const templates = [
      triple,
      gnu,
      ...[rust].flat(),
      zig,
      ...(row.name === undefined ? [system.row.platform ?? defaultPlatformRule] : []),
    ];
    for (const column of new Set(templates.flatMap(columnsIn))) {
      if (!targetColumnNames(rows).includes(column) || columns[column] !== undefined) continue;
      yield missingColumn(
        raw,
        row.architecture,
        column,
        `system ${system.row.name}`,
        templates.find((text) => columnsIn(text).includes(column)) ?? "",
      );
    }
  }
};

/** A `{column}` of a runtime that an architecture leaves empty: the platform's stack cannot exist. */
export const runtimeColumns: Rule = function* (rows) {
  const reported = new Set<string>();
  for (const { platform, target, subject, runtime, versionIndex } of stackEntries(rows)) {
    const columns = targetColumns(subject.architecture, subject.system);
    const { archive } = runtime.row.versions[versionIndex] ?? { archive: "" };
    for (const { text, extra } of [{ text: archive, extra: [] }, ...templatesOf(runtime.row, subject)]) {
      for (const column of columnsIn(text)) {
        const isFilled = columns[column] !== undefined || [...runtimeColumnNames, ...extra].includes(column);
        const key = `${platform} ${runtime.row.name} ${column}`;
        if (isFilled || !targetColumnNames(rows).includes(column) || reported.has(key)) continue;
        reported.add(key);
        yield missingColumn(target.raw, target.row.architecture, column, `runtime ${runtime.row.name}`, text);
      }
    }
  }
};

/** Archives whose names depend on the platform. */
export const platformArchives: Rule = function* (rows) {
  for (const { target, subject, runtime, versionIndex } of stackEntries(rows)) {
    const version = runtime.row.versions[versionIndex];
    if (version === undefined) continue;
    const columns = { ...targetColumns(subject.architecture, subject.system), version: version.version };
    const { prebuilt_headers: prebuilt } = runtime.row;
    const isPrebuilt = prebuilt !== undefined && !rows.imports.has(`${runtime.row.name}-${version.version}`);
    const template = isPrebuilt ? prebuilt.archive : version.archive;
    if (!template.includes("{") || columnsIn(template).some((column) => !Object.hasOwn(columns, column))) continue;
    const path = isPrebuilt ? ["prebuilt_headers", "archive"] : ["versions", versionIndex, "archive"];
    for (const problem of checkReference(rows, runtime.raw, path, "archive", fillColumns(template, columns))) {
      yield { ...problem, platforms: [target.raw.name] };
    }
  }
};

function unknownColumn(
  raw: Parameters<typeof problemAt>[0],
  path: readonly (string | number)[],
  column: string,
  known: readonly string[],
) {
  const near = nearest(column, known);
  const mend = near === undefined ? `use one of ${known.join(", ")}` : `write {${near}}`;
  return problemAt(raw, path, `there is no column {${column}}`, mend);
}

function missingColumn(
  raw: Parameters<typeof problemAt>[0],
  architecture: string,
  column: string,
  user: string,
  text: string,
) {
  const message = `${user} cannot exist for ${architecture}, whose row has no ${column}, which "${text}" needs`;
  const mend = `add ${column} to architecture ${architecture}, or take this target away`;
  return { ...problemAt(raw, ["architecture"], message, mend), platforms: [raw.name] };
}
