import { variantsFor } from "../schema/choose-variant";
import { fillColumns, type Columns } from "../schema/columns";
import { defaultLibraries, conditionHolds, takeFlags, type ConditionSubject } from "../schema/condition";
import type { ImportFile, SourceSetImport } from "../schema/import-file";
import type { LinkMode } from "../schema/fields";
import { countOf } from "../schema/symbol-table";
import type { ArchiveRow, RuntimeRow } from "../schema/rows";
import type { UnitOf, UnitRow } from "../schema/units";
import { present } from "./present";
import { resolveSteps } from "./resolve-prepare";
import type {
  PrecompiledHeaders,
  ResolvedCompilation,
  ResolvedProduct,
  ResolvedRuntime,
  ResolvedSearch,
} from "./resolved-target";

/** What is known of a runtime from its sources. */
export type Imported = Pick<ImportFile, "sets" | "search" | "facts">;

/** Of a runtime, or a version of one, that has not been imported: nothing can be compiled of it. */
export const nothingImported: Imported = { sets: {}, facts: {} };

/** What a runtime is resolved against: one target at one version. */
export interface RuntimeContext {
  readonly subject: ConditionSubject;
  readonly columns: Columns;
  readonly archive: ArchiveRow;
  readonly version: string;
  readonly imported: Imported;
  /** What the versions of the runtime share. */
  readonly shared: Imported;
  /** The runtimes of the same stack. */
  readonly stack: readonly RuntimeRow[];
}

/** A unit that is compiled. */
type CompiledUnit = UnitOf<"archive" | "object" | "shared_library">;

/** The runtime's products for one target. Validation has made sure that every reference resolves. */
export function resolveRuntime(row: RuntimeRow, context: RuntimeContext): ResolvedRuntime {
  const fill = (template: string) => fillColumns(template, context.columns);
  const loader = context.imported.facts.loaders?.[importedName(context.subject)];
  return {
    name: row.name,
    version: context.version,
    role: row.role,
    language: row.language,
    archive: context.archive,
    include: row.include.map(fill),
    frameworks: row.frameworks.map(fill),
    headersAfterCompiler: row.headers_after_compiler,
    publicHeaders: row.public_headers,
    excludeHeaders: row.exclude_headers,
    forRuntimes: row.for_runtimes,
    prepare: resolveSteps(row, context),
    sourcesUse: searchOf(context)?.uses ?? [],
    products: unitsOf(row, context.subject).flatMap((unit) => resolveUnit(row, unit, context)),
    ...(loader !== undefined && { loader }),
  };
}

/**
 * A version that has not been imported: its headers are those of an archive of somebody's, its stub libraries follow from the
 * symbols of other versions, and what is compiled is an imported version's.
 */
export function resolveWithStandIn(
  row: RuntimeRow,
  { include }: NonNullable<RuntimeRow["prebuilt_headers"]>,
  context: RuntimeContext,
  standIn: RuntimeContext,
): ResolvedRuntime[] {
  const isStub = ({ kind }: UnitRow): boolean => kind === "symbol_stubs";
  const headers = resolveRuntime({ ...row, include, prepare: [], units: row.units.filter(isStub) }, context);
  const compiled = resolveRuntime({ ...row, include: [], units: row.units.filter((unit) => !isStub(unit)) }, standIn);
  return [headers, { ...compiled, standsInFor: context.version }];
}

function resolveUnit(row: RuntimeRow, unit: UnitRow, context: RuntimeContext): ResolvedProduct[] {
  const { columns, subject } = context;
  const fields = fieldsOf(unit);
  const outputs = fillColumns(unit.output, { ...columns, item: "{item}" });
  switch (unit.kind) {
    case "archive":
      return unit.sources === undefined
        ? [resolveArchive(unit, context)]
        : resolveFiles(row, unit, unit.sources, context);
    case "object":
      return resolveFiles(row, unit, unit.sources, context);
    case "shared_library": {
      const linked =
        unit.linked_as === undefined
          ? undefined
          : present(context.imported.facts.links?.[unit.linked_as], `link ${unit.linked_as}`);
      return [
        {
          ...fields,
          kind: unit.kind,
          output: fillColumns(unit.output, columns),
          ...(unit.sources === undefined ? {} : { compilation: compile(row, unit, unit.sources, context) }),
          wholeArchives: unit.whole_archives,
          libraries: unit.libraries.flatMap((name) => librariesNamed(name, context)),
          linkScripts: linked?.scripts ?? {},
          linkFlags: [
            ...(linked?.flags ?? []),
            ...(linked?.architectures[importedName(subject)] ?? []),
            ...takeFlags(unit.link_flags, subject).map((flag) => fillColumns(flag, columns)),
          ],
        },
      ];
    }
    case "file":
      return [
        {
          ...fields,
          kind: unit.kind,
          output: fillColumns(unit.output, columns),
          source: fillColumns(unit.source, columns),
        },
      ];
    case "files":
      return [
        {
          ...fields,
          kind: unit.kind,
          output: fillColumns(unit.output, columns),
          files: unit.files,
          excludeFiles: unit.exclude_files,
        },
      ];
    case "import_libraries":
      return [
        {
          ...fields,
          kind: unit.kind,
          table: present(context.imported.facts.import_libraries, "import libraries"),
          architecture: importedName(subject),
          defaultLibraries: defaultLibraries(unit, subject),
          ...(unit.members === undefined ? {} : { members: unit.members }),
          output: outputs,
        },
      ];
    case "symbol_stubs": {
      const table = present(context.shared.facts.symbols, "symbols");
      return [
        {
          ...fields,
          kind: unit.kind,
          table,
          architecture: importedName(subject),
          release: countOf(table, context.version),
          linkerScripts: unit.linker_scripts,
          output: outputs,
        },
      ];
    }
  }
}

/** What products of all kinds have. */
function fieldsOf({ name, link, link_modes: linkModes }: UnitRow) {
  return { name, link, ...(linkModes === undefined ? {} : { linkModes }) };
}

/** What is compiled from the set `sources`; where that is `{item}`, a product for each item whose set the target has. */
function resolveFiles(
  row: RuntimeRow,
  unit: UnitOf<"archive" | "object">,
  sources: string,
  context: RuntimeContext,
): ResolvedProduct[] {
  const { columns, imported, subject } = context;
  if (sources !== "{item}") return [resolveFile(row, unit, sources, columns, context)];
  return itemsOf(unit, context)
    .filter((item) => variantsFor(setNamed(item, imported), subject).length > 0)
    .map((item) => resolveFile(row, { ...unit, name: `${unit.name}.${item}` }, item, { ...columns, item }, context));
}

/** An archive of other archives' members, or archives that have none: one, or one for each item. */
function resolveArchive(unit: UnitOf<"archive">, context: RuntimeContext): ResolvedProduct {
  const { columns } = context;
  if (unit.whole_archives.length > 0) {
    const output = fillColumns(unit.output, columns);
    return { ...fieldsOf(unit), kind: "archive", output, wholeArchives: unit.whole_archives };
  }
  const outputs =
    unit.for_each === undefined ? [columns] : itemsOf(unit, context).map((item) => ({ ...columns, item }));
  return {
    ...fieldsOf(unit),
    kind: "empty_archives",
    outputs: outputs.map((filled) => fillColumns(unit.output, filled)),
  };
}

/** The items that a unit has a product for each of. */
const itemsOf = ({ for_each: list }: UnitOf<"archive" | "object">, context: RuntimeContext): string[] =>
  listNamed(list, context);

const listNamed = (list: string | undefined, { imported }: RuntimeContext): string[] =>
  list === undefined ? [] : present(imported.facts.lists?.[list], `list ${list}`);

const setNamed = (name: string, { sets }: Imported): SourceSetImport => present(sets[name], `set ${name}`);

/** An archive or an object that is compiled from the set `sources`. */
function resolveFile(
  row: RuntimeRow,
  unit: UnitOf<"archive" | "object">,
  sources: string,
  columns: Columns,
  context: RuntimeContext,
): ResolvedProduct {
  const output = fillColumns(unit.output, columns);
  const compilation = compile(row, unit, sources, context);
  return unit.kind === "archive"
    ? { ...fieldsOf(unit), kind: unit.kind, output, compilation, wholeArchives: unit.whole_archives }
    : { ...fieldsOf(unit), kind: unit.kind, output, compilation };
}

/** What a unit is compiled from, which is the set `set` of the import. */
function compile(row: RuntimeRow, unit: CompiledUnit, set: string, context: RuntimeContext): ResolvedCompilation {
  const { subject, columns } = context;
  const fill = (template: string) => fillColumns(template, columns);
  const imported = setNamed(set, context.imported);
  const search = searchIn(context);
  return {
    sources: {
      set,
      imported,
      variant: present(variantsFor(imported, subject)[0], `variant of ${set}`),
      flags: [...takeFlags(row.compile.flags, subject), ...takeFlags(unit.flags, subject)],
      cFlags: [...row.compile.c_flags, ...unit.c_flags],
      cxxFlags: [...row.compile.cxx_flags, ...unit.cxx_flags],
      include: [...(imported.include ?? []), ...[...unit.include, ...row.compile.include].map(fill)],
      headers: [...row.compile.headers, ...unit.headers].map(fill),
      ...(search === undefined ? {} : { search }),
      ...(unit.precompiled === undefined ? {} : { precompiled: precompile(unit.precompiled, context) }),
    },
    uses: unit.uses ?? row.compile.uses,
    batch: unit.batch,
  };
}

function precompile(
  { headers, except }: NonNullable<CompiledUnit["precompiled"]>,
  context: RuntimeContext,
): PrecompiledHeaders {
  return { headers: listNamed(headers, context), except: listNamed(except, context) };
}

/** How the sources of an import find what they include on the target's architecture. */
function searchOf({ imported, subject }: RuntimeContext) {
  return imported.search?.architectures[importedName(subject)];
}

function searchIn(context: RuntimeContext): ResolvedSearch | undefined {
  const own = searchOf(context);
  const common = context.imported.search?.headers;
  if (own === undefined || common === undefined) return undefined;
  return { architecture: importedName(context.subject), include: own.include, headers: own.headers, common };
}

/** The name by which imports know an architecture: a variant's is that of its base. */
const importedName = ({ architecture }: ConditionSubject): string => architecture.base ?? architecture.name;

/** The units of a runtime that a target has: those whose condition holds and that a link mode of its system takes. */
function unitsOf(row: RuntimeRow, subject: ConditionSubject): UnitRow[] {
  return row.units.filter((unit) => conditionHolds(unit.when, subject) && linkModesOf(unit, subject).length > 0);
}

function linkModesOf(unit: UnitRow, { system }: ConditionSubject): LinkMode[] {
  return system.link_modes.filter((mode) => unit.link_modes?.includes(mode) ?? true);
}

/** A unit's own name, or of the runtime that has this role: its shared libraries, else its archives, as a linker would choose. */
function librariesNamed(name: string, { stack, subject }: RuntimeContext): string[] {
  const units = stack.filter(({ role }) => role === name).flatMap((row) => unitsOf(row, subject));
  if (units.length === 0) return [name];
  const taken = units.filter(({ link }) => link !== "explicit" && typeof link === "string");
  const shared = taken.filter(({ kind }) => kind === "shared_library");
  const archives = taken.filter((unit) => unit.kind === "archive" && unit.sources !== undefined);
  const stubs = taken.filter(({ kind }) => kind === "symbol_stubs");
  // What the release has for programs alone, its stubs have not: both are the libc.
  if (stubs.length > 0) return [...stubs.map((unit) => sharedStubs(unit)), ...archives.map((unit) => unit.name)];
  return (shared.length > 0 ? shared : archives).map((unit) => unit.name);
}

/** Name of the target that has those stub libraries of a unit which links may take, and nothing else. */
const sharedStubs = ({ name }: UnitRow): string => `${name}.linked`;
