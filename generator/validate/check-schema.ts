import { basename } from "node:path";

import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";

import { isRecord, parseYaml, placeOf, type FieldPath } from "../read/parse-rows";
import type { Problem } from "../read/problem";
import type { RawImport } from "../read/read-imports";
import type { RawRow } from "../read/read-manifest";
import { compilerImportSchema, type CompilerImport } from "../schema/compiler-import";
import { importFileSchema, type ImportFile } from "../schema/import-file";

type Issue = z.core.$ZodIssue;

/** A row of which the schema holds, maybe because fields that break it were left out; then it is `damaged`. */
export interface CheckedRow<Row> {
  readonly row: Row;
  readonly raw: RawRow;
  readonly damaged: boolean;
}

/**
 * Checks `raw` against its schema. A row that breaks it is returned without the fields that do, so that the other rules
 * can still find what else is wrong with it; undefined where too little of it is left.
 */
export function checkRow<Row>(schema: z.ZodType<Row>, raw: RawRow, problems: Problem[]): CheckedRow<Row> | undefined {
  const first = schema.safeParse(raw.value, { reportInput: true });
  if (first.success) return { row: first.data, raw, damaged: false };
  for (const issue of first.error.issues.flatMap(flattenIssue)) {
    const field = formatPath(issue.path);
    const place = placeOf(raw.places, issue.path as FieldPath);
    problems.push({
      place,
      row: { kind: raw.kind, name: raw.name },
      ...(field === "" ? {} : { field }),
      ...explainIssue(issue, schema, raw.value),
    });
  }
  let rest: unknown = structuredClone(raw.value);
  let issues: readonly Issue[] = first.error.issues;
  for (let round = 0; round < 8; round += 1) {
    if (!issues.every((issue) => leaveOut(rest, issue))) return undefined;
    rest = withoutGaps(rest);
    const next = schema.safeParse(rest, { reportInput: true });
    if (next.success) return { row: next.data, raw, damaged: true };
    issues = next.error.issues;
  }
  return undefined;
}

/** Checks an import file against its schema; undefined where it breaks it. */
export function checkImport(raw: RawImport, problems: Problem[]): ImportFile | undefined {
  const parsed = parseJson(raw.text);
  const checked = parsed === undefined ? undefined : importFileSchema.safeParse(parsed, { reportInput: true });
  if (checked?.success === true) {
    const { runtime, version } = checked.data;
    const name = `${runtime}-${version}.json`;
    if (basename(raw.file) === name) return checked.data;
    const place = { file: raw.file, line: 1 };
    problems.push({
      place,
      row: { kind: "import file", name: basename(raw.file) },
      message: `it is of ${runtime} ${version}`,
      mend: `call it ${name}`,
    });
    return undefined;
  }
  // Only now is the text parsed with places, which takes a hundred times as long.
  const yaml = parseYaml(raw.text, raw.file);
  const mend = `write the file anew with ${importCommands(parsed)}`;
  if (checked === undefined || yaml.located === undefined) {
    const place = yaml.problems[0]?.place ?? { file: raw.file, line: 1 };
    problems.push({ place, row: { kind: "import file", name: basename(raw.file) }, message: "not JSON", mend });
    return undefined;
  }
  // One mend does for all of them.
  const [issue, ...others] = checked.error.issues.flatMap(flattenIssue);
  if (issue !== undefined) {
    const place = placeOf(yaml.located.places, issue.path as FieldPath);
    const explained = explainIssue(issue, importFileSchema, parsed).message;
    const message =
      issue.code === "unrecognized_keys" ? `${explained}: the file was written by another gen-bzl` : explained;
    const more = others.length === 0 ? "" : ` (and ${others.length} more of the kind)`;
    problems.push({
      place,
      row: { kind: "import file", name: basename(raw.file) },
      field: formatPath(issue.path),
      message: `${message}${more}`,
      mend,
    });
  }
  return undefined;
}

/** Checks what a compiler is built from against its schema; undefined where it breaks it. */
export function checkCompiler(raw: RawImport, problems: Problem[]): CompilerImport | undefined {
  const name = basename(raw.file);
  const parsed = parseJson(raw.text);
  const checked = parsed === undefined ? undefined : compilerImportSchema.safeParse(parsed, { reportInput: true });
  if (checked?.success === true && name === `${checked.data.version}.json`) return checked.data;
  const [issue] = checked?.error?.issues.flatMap(flattenIssue) ?? [];
  problems.push({
    place: { file: raw.file, line: 1 },
    row: { kind: "import file", name },
    ...(issue !== undefined && { field: formatPath(issue.path) }),
    message:
      issue !== undefined
        ? explainIssue(issue, compilerImportSchema, parsed).message
        : checked?.data === undefined
          ? "not JSON"
          : `it is of the compiler ${checked.data.version}`,
    mend: `write the file anew with gen-bzl import compiler ${name.replace(/\.json$/, "")} --from DIR_OR_ARCHIVE`,
  });
  return undefined;
}

/** What writes an import file anew, as far as it says what it is of. */
function importCommands(parsed: unknown): string {
  const { runtime, provenance } = isRecord(parsed) ? parsed : {};
  const versions = isRecord(provenance) ? Object.keys(provenance) : [];
  return (versions.length === 0 ? ["VERSION"] : versions)
    .map(
      (version) =>
        `gen-bzl import ${typeof runtime === "string" ? runtime : "RUNTIME"} ${version} --from DIR_OR_ARCHIVE`,
    )
    .join(", and ");
}

/** `["versions", 1, "archive"]` → `versions[1].archive`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`))
    .join("");
}

/** `, maybe X is meant` where one of `known` is near to `word`; else nothing. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, [...known]);
  return distance(word, best) <= Math.max(2, Math.floor(word.length / 3)) ? best : undefined;
}

/** One issue per unknown key, each with the key in its path; of a union, the issues of the form that the value is nearest to. */
function flattenIssue(issue: Issue): Issue[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
  if (issue.code !== "invalid_union") return [issue];
  const forms = issue.errors.map((issues) =>
    issues.map((inner): Issue => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  // The field by which forms are told apart is at fault, and no form has been tried.
  if (forms.length === 0) return [issue];
  const literals = forms.flat();
  if (literals.every((inner) => inner.code === "invalid_value")) {
    return [{ ...issue, code: "invalid_value", values: literals.flatMap(({ values }) => values) }];
  }
  // A form of another type says so at the value itself; the form that is meant complains of what is inside.
  const isOfType = (issues: readonly Issue[]): boolean =>
    !issues.some(({ code, path }) => code === "invalid_type" && path.length === issue.path.length);
  const meant = forms.find(isOfType);
  return (meant ?? forms[0] ?? []).flatMap(flattenIssue);
}

/** @param value What the schema was held against. */
function explainIssue(issue: Issue, schema: z.ZodType, value: unknown): { message: string; mend: string } {
  const path = formatPath(issue.path);
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = fieldsAt(schema, issue.path.slice(0, -1), value);
      const near = nearest(String(issue.path.at(-1)), known);
      return {
        message: "there is no such field",
        mend:
          near === undefined ? `take it away; the fields are ${known.join(", ")}` : `write ${near}, or take it away`,
      };
    }
    case "invalid_type":
      if (issue.input === undefined) return { message: "the field is missing", mend: `add ${path}` };
      return {
        message: `${issue.expected} expected, ${kindOf(issue.input)} found`,
        mend: mendType(issue.expected, issue.input),
      };
    case "invalid_union": {
      // Of a union whose forms are told apart by a field, which has another value or none.
      const kinds = schemaAt(schema, issue.path.slice(0, -1), value);
      const known = kinds instanceof z.ZodDiscriminatedUnion ? kindsOf(kinds) : [];
      return issue.input === undefined
        ? { message: "the field is missing", mend: `add ${path}: one of ${known.join(", ")}` }
        : { message: "not one of the known values", mend: `write one of ${known.join(", ")}` };
    }
    case "invalid_value":
      return { message: `not one of the known values`, mend: `write one of ${issue.values.map(String).join(", ")}` };
    case "invalid_format":
      return {
        message: issue.message === "Invalid URL" ? `not a URL` : `not ${issue.message}`,
        mend: mendFormat(issue, path),
      };
    case "too_small":
      return { message: "too few: there must be at least " + String(issue.minimum), mend: `add to ${path}` };
    default:
      return { message: issue.message, mend: `correct ${path}` };
  }
}

function mendType(expected: string, input: unknown): string {
  if (expected === "string" && (typeof input === "number" || typeof input === "boolean"))
    return `put it into quotes: "${String(input)}"`;
  if (expected === "array") return "write a list: [a, b]";
  return `write ${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected}`;
}

function mendFormat(issue: Issue, path: string): string {
  if (path === "sha256") return "write what sha256sum prints for the archive";
  return `write ${issue.message.startsWith("Invalid URL") ? "an address such as https://example.org/x.tar.gz" : issue.message}`;
}

function kindOf(value: unknown): string {
  return value === null ? "nothing" : Array.isArray(value) ? "array" : typeof value;
}

/** The names of the fields that the schema knows at `path` of `value`. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  const inner = formOf(schemaAt(schema, path, value), valueAt(value, path));
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** The schema of what lies at `path` of `value`. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): unknown {
  let inner: unknown = schema;
  for (const [depth, part] of path.entries()) {
    inner = formOf(inner, valueAt(value, path.slice(0, depth)));
    if (inner instanceof z.ZodArray) inner = inner.element;
    else if (inner instanceof z.ZodRecord) inner = inner.valueType;
    else if (inner instanceof z.ZodObject) inner = (inner.shape as Record<PropertyKey, unknown>)[part];
  }
  return unwrap(inner);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );
}

/** The schema itself, or that form of a union which `value` has. */
function formOf(schema: unknown, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = inner.def;
    const kind = isRecord(value) ? value[discriminator] : undefined;
    return inner.options.find((option) => option instanceof z.ZodObject && kindOfForm(option, discriminator) === kind);
  }
  // Of the other unions' forms, only a map has fields.
  return inner instanceof z.ZodUnion
    ? inner.options.find((option) => option instanceof z.ZodObject || option instanceof z.ZodArray)
    : inner;
}

function kindsOf(union: z.ZodDiscriminatedUnion): string[] {
  return union.options.map((option) =>
    option instanceof z.ZodObject ? String(kindOfForm(option, union.def.discriminator)) : "",
  );
}

function kindOfForm({ shape }: z.ZodObject, discriminator: string): unknown {
  const field: unknown = shape[discriminator];
  return field instanceof z.ZodLiteral ? field.value : undefined;
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)
    inner = inner.unwrap();
  return inner;
}

/** Takes what breaks the schema out of `value`: the field, or, where the field is missing, what it is missing from. */
function leaveOut(value: unknown, issue: Issue): boolean {
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  const paths =
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => [...issue.path, key])
      : [missing ? issue.path.slice(0, -1) : issue.path];
  return paths.every((path) => deleteAt(value, path));
}

function deleteAt(value: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  if (last === undefined) return false;
  let holder = value as Record<PropertyKey, unknown> | undefined;
  for (const part of path.slice(0, -1)) holder = holder?.[part] as Record<PropertyKey, unknown> | undefined;
  if (holder === undefined) return true;
  // A list keeps its length until all issues are done, so that their positions hold.
  if (Array.isArray(holder)) holder[last as number] = undefined;
  else delete holder[last];
  return true;
}

function withoutGaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutGaps);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutGaps(item)]));
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
