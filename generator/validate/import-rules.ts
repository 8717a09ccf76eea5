import { basename, dirname } from "node:path";

import { placeOf, type FieldPath } from "../read/parse-rows";
import type { Problem } from "../read/problem";
import { builtinManifest, manifestOf, type RawRow } from "../read/read-manifest";
import { variantsFor } from "../schema/choose-variant";
import { defaultLibraries, conditionHolds, type ConditionSubject } from "../schema/condition";
import { symbolsVersion } from "../schema/symbol-table";
import type { NamedFacts } from "../schema/facts";
import type { ImportFile } from "../schema/import-file";
import type { PrepareStep } from "../schema/prepare-steps";
import { importedVersions, libcVersions, standInFor } from "../schema/libc-versions";
import { librariesFor } from "../schema/import-libraries";
import type { UnitOf, UnitRow } from "../schema/units";
import { nearest } from "./check-schema";
import { problemAt, type Rule, type CheckedRows } from "./checked-rows";
import { isCompiled, stackEntries, type StackEntry } from "./stacks";

/** What the units of a platform's stack need of import files: the file, the set, one variant of it, lists of items. */
export const unitImports: Rule = function* (rows) {
  const found = new Map<string, { problem: Problem; platforms: Set<string> }>();
  for (const entry of stackEntries(rows)) {
    const { row } = entry.runtime;
    const stated = row.versions[entry.versionIndex]?.version ?? "";
    // A file that breaks its schema has been told of.
    if (
      !rows.imports.has(`${row.name}-${stated}`) &&
      rows.raw.imports.some((raw) => basename(raw.file) === `${row.name}-${stated}.json`)
    )
      continue;
    const standIn =
      row.prebuilt_headers === undefined ? undefined : standInFor(stated, importedVersions(row, rows.imports));
    const version = rows.imports.has(`${row.name}-${stated}`) ? stated : (standIn ?? stated);
    const file = rows.imports.get(`${row.name}-${version}`);
    for (const problem of entryProblems(
      rows,
      entry,
      version,
      file,
      rows.imports.get(`${row.name}-${symbolsVersion}`),
    )) {
      const key = `${problem.row?.kind ?? ""} ${problem.row?.name ?? ""} ${problem.field ?? ""} ${problem.message}`;
      const known = found.get(key) ?? { problem, platforms: new Set() };
      known.platforms.add(entry.platform);
      found.set(key, known);
    }
  }
  for (const { problem, platforms } of found.values()) {
    const needed = problem.row?.kind === "target" ? "" : ` (needed by ${listNames([...platforms])})`;
    yield { ...problem, message: `${problem.message}${needed}`, platforms: [...platforms] };
  }
};

function* entryProblems(
  rows: CheckedRows,
  entry: StackEntry,
  version: string,
  file: ImportFile | undefined,
  symbols: ImportFile | undefined,
): Generator<Problem> {
  const { row, raw } = entry.runtime;
  if (file !== undefined && isLibc(entry) && !hasArchitecture(file, entry.subject)) {
    yield problemAt(
      entry.target.raw,
      ["versions"],
      `${row.name} ${version} has no sources for ${entry.subject.architecture.name}`,
      mendVersions(rows, entry, version),
    );
    return;
  }
  const mend = mendImport(rows, entry, version);
  for (const [index, step] of row.prepare.entries()) {
    if (!conditionHolds(step.when, entry.subject)) continue;
    for (const [field, message] of stepProblems(step, file, entry))
      yield problemAt(raw, ["prepare", index, ...field], `${message} of ${row.name} ${version}`, mend);
  }
  for (const [index, unit] of row.units.entries()) {
    if (!needsImport(unit) || !conditionHolds(unit.when, entry.subject)) continue;
    if (unit.kind === "symbol_stubs") {
      const table = symbols?.facts.symbols;
      if (table?.bases[importedName(entry.subject)] !== undefined) {
        yield* scriptProblems(raw, index, unit, Object.keys(table.libraries));
        continue;
      }
      yield problemAt(
        raw,
        ["units", index, "kind"],
        `no import of ${row.name} has symbols for ${entry.subject.architecture.name}`,
        mend,
      );
      continue;
    }
    if (file === undefined) {
      const ofLlvm = row.part_of === undefined ? undefined : rows.llvm[entry.versionIndex]?.raw;
      yield problemAt(
        ofLlvm ?? raw,
        ofLlvm === undefined ? ["versions", entry.versionIndex] : ["version"],
        `the sources of ${row.name} ${version} have not been imported`,
        mend,
      );
      return;
    }
    for (const [field, message] of unitProblems(unit, file, entry)) {
      yield problemAt(
        raw,
        ["units", index, field],
        `${message} of ${row.name} ${version}`,
        `${mend}, or correct ${field}, or say with \`when\` where the unit exists`,
      );
    }
  }
}

/** The name by which imports know an architecture: a variant's is that of its base. */
const importedName = ({ architecture }: ConditionSubject): string => architecture.base ?? architecture.name;

/** What the rows call a fact of each kind. */
const factNames: Readonly<Record<NamedFacts, string>> = {
  lists: "list",
  files: "table of files",
  texts: "table of texts",
  links: "link",
};

/** What is wrong with a field that names a fact of some kind; undefined where the import has it. */
function missingFact(kind: NamedFacts, name: string, file: ImportFile | undefined): string | undefined {
  const facts = file?.facts ?? {};
  if (facts[kind]?.[name] !== undefined) return undefined;
  const other = (Object.keys(factNames) as NamedFacts[]).find((candidate) => facts[candidate]?.[name] !== undefined);
  const known = Object.keys(facts[kind] ?? {});
  const found = known.length === 0 ? `it has no ${factNames[kind]}` : `there are ${known.join(", ")}`;
  return other === undefined
    ? `there is no ${factNames[kind]} ${name} in the import (${found})`
    : `${name} is a ${factNames[other]} and no ${factNames[kind]} in the import (${found})`;
}

/** What a step names that the import does not have: field, message. */
function* stepProblems(
  step: PrepareStep,
  file: ImportFile | undefined,
  { subject }: StackEntry,
): Generator<[FieldPath, string]> {
  const named = (field: string, kind: NamedFacts, name: string): [FieldPath, string][] => {
    const message = missingFact(kind, name, file);
    return message === undefined ? [] : [[[field], message]];
  };
  if (step.recipe === "install") yield* named("files", "files", step.files);
  if (step.recipe === "write_table") yield* named("texts", "texts", step.texts);
  if ("for_each" in step && step.for_each !== undefined) yield* named("for_each", "lists", step.for_each);
  if (
    step.recipe === "release_headers" &&
    file?.facts.release_headers?.architectures[importedName(subject)] === undefined
  )
    yield [["recipe"], `there are no headers for ${subject.architecture.name} in the import`];
}

function needsImport(unit: UnitRow): boolean {
  if (!isCompiled(unit)) return unit.kind !== "file" && unit.kind !== "files";
  if (unit.kind === "shared_library" && unit.linked_as !== undefined) return true;
  return unit.sources !== undefined || (unit.kind === "archive" && unit.for_each !== undefined);
}

function* unitProblems(unit: UnitRow, file: ImportFile, { subject }: StackEntry): Generator<[string, string]> {
  if (unit.kind === "import_libraries") yield* tableProblems(unit, file, subject);
  if (!isCompiled(unit)) return;
  const list = unit.kind === "shared_library" ? undefined : unit.for_each;
  const { headers, except } = unit.precompiled ?? {};
  const named: readonly [string, NamedFacts, string | undefined][] = [
    ["for_each", "lists", list],
    ["precompiled", "lists", headers],
    ["precompiled", "lists", except],
    ["linked_as", "links", unit.kind === "shared_library" ? unit.linked_as : undefined],
  ];
  for (const [field, kind, name] of named) {
    const missing = name === undefined ? undefined : missingFact(kind, name, file);
    if (missing !== undefined) yield [field, missing];
  }
  if (unit.sources === "{item}") {
    const absent = file.facts.lists?.[list ?? ""]?.find((item) => file.sets[item] === undefined);
    if (list === undefined) yield ["sources", "names an item, but there is no for_each"];
    else if (absent !== undefined) yield ["for_each", `there is no set ${absent} in the import`];
    return;
  }
  if (unit.sources === undefined) return;
  const set = file.sets[unit.sources];
  if (set === undefined) {
    yield ["sources", `there is no set ${unit.sources} in the import (there are ${Object.keys(file.sets).join(", ")})`];
    return;
  }
  const variants = variantsFor(set, subject);
  if (variants.length === 0) yield ["sources", `no variant of set ${unit.sources} applies in the import`];
  if (variants.length > 1)
    yield [
      "sources",
      `variants ${variants.map(({ name }) => name).join(" and ")} of set ${unit.sources} apply at once in the import`,
    ];
}

/** The libraries that linker scripts are of, and that they name, are those that the table of symbols has. */
function* scriptProblems(
  raw: RawRow,
  index: number,
  { linker_scripts: scripts }: UnitOf<"symbol_stubs">,
  known: readonly string[],
): Generator<Problem> {
  for (const [library, { as_needed: named }] of Object.entries(scripts)) {
    for (const name of [library, ...named].filter((one) => !known.includes(one))) {
      const field = ["units", index, "linker_scripts", library];
      const near = nearest(name, known);
      const mend = near === undefined ? `name one of ${known.join(", ")}` : `write ${near}`;
      yield problemAt(raw, field, `no import of ${raw.name} has symbols of a library ${name}`, mend);
    }
  }
}

/** The table of a unit that is libraries, and the libraries that it names. */
function* tableProblems(
  unit: UnitOf<"import_libraries">,
  file: ImportFile,
  subject: ConditionSubject,
): Generator<[string, string]> {
  const libraries = file.facts.import_libraries;
  if (libraries === undefined) {
    yield ["kind", "there are no import libraries in the import"];
    return;
  }
  const known = [...librariesFor(libraries, importedName(subject))]
    .filter(([, { installed }]) => installed)
    .map(([name]) => name);
  for (const name of defaultLibraries(unit, subject)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    yield [
      "default_libraries",
      `there is no library ${name} for ${subject.architecture.name}${near === undefined ? "" : ` (there is ${near})`} in the import`,
    ];
  }
}

function isLibc({ subject, runtime }: StackEntry): boolean {
  return subject.system.libc === runtime.row.name;
}

/** Whether an import has anything for a target's architecture. */
function hasArchitecture({ sets }: ImportFile, subject: ConditionSubject): boolean {
  const all = Object.values(sets);
  return all.length === 0 || all.some((set) => variantsFor(set, subject).length > 0);
}

/** The range of versions that leaves out those which do not have a target's architecture. */
function mendVersions(rows: CheckedRows, entry: StackEntry, version: string): string {
  const { target, subject, runtime } = entry;
  const { row } = runtime;
  const again = `where its tree has the architecture after all, ${mendImport(rows, entry, version)}`;
  const stated = libcVersions(row, target.row);
  const having = stated.filter((other) => {
    const file = rows.imports.get(`${row.name}-${other}`);
    return file === undefined || hasArchitecture(file, subject);
  });
  const [first, last] = [having[0], having.at(-1)];
  if (first === undefined || last === undefined) return `take this target away; or, ${again}`;
  const isTail = stated.slice(-having.length).every((other) => having.includes(other));
  const isHead = stated.slice(0, having.length).every((other) => having.includes(other));
  const range = isTail ? `>=${first}` : isHead ? `<=${last}` : having.join(" || ");
  return `say in the target's row which versions it has, {architecture: ${subject.architecture.name}, system: ${subject.system.name}, versions: "${range}"}; or, ${again}`;
}

/** The command that imports a version; it writes beside the manifest that the version's row is in. */
function mendImport(rows: CheckedRows, { runtime, versionIndex }: StackEntry, version: string): string {
  const ofLlvm = runtime.row.part_of === undefined ? undefined : rows.llvm[versionIndex]?.raw;
  const manifest =
    ofLlvm === undefined
      ? manifestOf(placeOf(runtime.raw.places, ["versions"]).file)
      : dirname(placeOf(ofLlvm.places, ["version"]).file);
  const option = manifest === builtinManifest ? "" : ` --manifest ${manifest}`;
  return `run npx gen-bzl import ${runtime.row.name} ${version} --from DIR_OR_ARCHIVE${option}`;
}

/** `a, b and 3 more`: enough to see what is meant. */
function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  return names.length > shown.length ? `${shown.join(", ")} and ${names.length - shown.length} more` : shown.join(", ");
}
