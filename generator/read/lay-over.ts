import { fieldKey, isRecord, partsOf, type Located } from "./parse-rows";
import type { Place } from "./problem";

/** The row `over` laid over the row `under`, field by field. A field that is null in `over` is taken away; lists are replaced whole. */
export function layRowOver(under: Located, over: Located): Located {
  const fields = new Map([...partsOf(under), ...partsOf(over)]);
  return assembleRow(fields, over.places.get(fieldKey([])));
}

/**
 * The row `first` with the fields of `second`, a part of the same row that is written elsewhere. It is where `first` is; of the fields
 * `lists`, those of both follow each other.
 */
export function joinRows(first: Located, second: Located, lists: readonly string[]): Located {
  const fields = new Map([...partsOf(second), ...partsOf(first)]);
  for (const name of lists) {
    const parts = [first, second].flatMap((row) => partsOf(row).get(name) ?? []);
    if (parts.length < 2 || !parts.every(({ value }) => Array.isArray(value))) continue;
    fields.set(
      name,
      listOf(
        parts.flatMap((part) => [...partsOf(part).values()]),
        parts[0]?.places.get(fieldKey([])),
      ),
    );
  }
  return assembleRow(fields, first.places.get(fieldKey([])));
}

/** As `layRowOver`, for runtimes: their versions are merged by version. */
export function layRuntimeOver(under: Located, over: Located): Located {
  const laid = layRowOver(under, over);
  const [lower, upper] = [under, over].map((row) => partsOf(row).get("versions"));
  if (!Array.isArray(lower?.value) || !Array.isArray(upper?.value)) return laid;
  return assembleRow(
    new Map([...partsOf(laid), ["versions", layVersionsOver(lower, upper)]]),
    over.places.get(fieldKey([])),
  );
}

/**
 * The architecture `row` with each column that it does not state taken from `base`, but for what makes it another: with
 * the constraint of its base, Bazel could not tell the two apart.
 */
export function fillFromBase(row: Located, base: Located): Located {
  const fields = new Map([...partsOf(base)].filter(([name]) => !["name", "base", "constraint"].includes(String(name))));
  for (const [name, field] of partsOf(row)) fields.set(name, field);
  return assembleRow(fields, row.places.get(fieldKey([])));
}

/** The row without fields that are null, which stand for absent ones. */
export function dropNullFields(row: Located): Located {
  if (!isRecord(row.value) || !Object.values(row.value).includes(null)) return row;
  return { ...row, value: Object.fromEntries(Object.entries(row.value).filter(([, value]) => value !== null)) };
}

/** A default among the upper versions takes the place of the lower manifest's default. */
function layVersionsOver(under: Located, over: Located): Located {
  const versionOf = (item: Located): unknown => (isRecord(item.value) ? item.value["version"] : undefined);
  const upper = [...partsOf(over).values()];
  const overridesDefault = upper.some((item) => isRecord(item.value) && item.value["default"] === true);
  const merged = [...partsOf(under).values()].map((item) => {
    if (!overridesDefault || !isRecord(item.value)) return item;
    return { ...item, value: { ...item.value, default: false } };
  });
  for (const item of upper) {
    const index = merged.findIndex((known) => versionOf(known) !== undefined && versionOf(known) === versionOf(item));
    const known = merged[index];
    if (known === undefined) merged.push(item);
    else merged[index] = layRowOver(known, item);
  }
  return listOf(merged, over.places.get(fieldKey([])));
}

function listOf(items: readonly Located[], place: Place | undefined): Located {
  const { value, places } = assembleRow(new Map(items.entries()), place);
  return { value: Object.values(value as object), places };
}

function assembleRow(fields: ReadonlyMap<string | number, Located>, place: Place | undefined): Located {
  const places = new Map<string, Place>();
  if (place !== undefined) places.set(fieldKey([]), place);
  const value: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    value[name] = field.value;
    for (const [key, inner] of field.places) places.set(key === "" ? String(name) : `${name}\0${key}`, inner);
  }
  return { value, places };
}

/** The layers of a table of versions: a default among those of one takes the place of the default of those below it. */
export function layDefaults(layers: readonly (readonly Located[])[]): (readonly Located[])[] {
  const statesDefault = (rows: readonly Located[]): boolean =>
    rows.some(({ value }) => isRecord(value) && value["default"] === true);
  return layers.map((rows, index) =>
    layers.slice(index + 1).some(statesDefault)
      ? rows.map((row) => ({ ...row, value: { ...(row.value as object), default: false } }))
      : rows,
  );
}
