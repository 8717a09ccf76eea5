import { joinRows } from "./lay-over";
import { placeOf, type Located } from "./parse-rows";
import type { Problem } from "./problem";

/** The row's `name`, where it has one that is a text. */
export function nameOf(row: Located): string | undefined {
  return textOf(row, "name");
}

/** The row's `version`, likewise. */
export function versionOf(row: Located): string | undefined {
  return textOf(row, "version");
}

function textOf({ value }: Located, field: string): string | undefined {
  const text = (value as Record<string, unknown>)[field];
  return typeof text === "string" ? text : undefined;
}

/**
 * The rows of one manifest's table, each with the parts of it that other files state: what a CPU is called in a runtime is stated with
 * the runtime. Two rows of one file stay two.
 *
 * @param lists The fields whose lists are put together; undefined: files state whole rows of this table.
 */
export function joinParts(
  kind: NonNullable<Problem["row"]>["kind"],
  rows: readonly Located[],
  lists: readonly string[] | undefined,
  problems: Problem[],
): readonly Located[] {
  if (lists === undefined) return rows;
  const joined: { readonly row: Located; readonly files: readonly string[] }[] = [];
  for (const row of rows) {
    const { file } = placeOf(row.places, []);
    const name = nameOf(row);
    const index = joined.findIndex((known) => nameOf(known.row) === name && !known.files.includes(file));
    const known = joined[index];
    if (known === undefined || name === undefined) {
      joined.push({ row, files: [file] });
      continue;
    }
    const twice = Object.keys(row.value as object).filter(
      (field) => ![...lists, "name"].includes(field) && Object.hasOwn(known.row.value as object, field),
    );
    for (const field of twice) {
      const first = placeOf(known.row.places, [field]);
      const message = `${first.file}:${first.line} has the field as well`;
      const place = placeOf(row.places, [field]);
      problems.push({ place, row: { kind, name }, field, message, mend: "state it in one of the two files" });
    }
    joined[index] = { row: joinRows(known.row, row, lists), files: [...known.files, file] };
  }
  return joined.map(({ row }) => row);
}
