import { fillColumns, type Columns } from "../schema/columns";
import type { ImportFile } from "../schema/import-file";
import type { ArchiveRow, LinkMode, RuntimeRow, UnitRow } from "../schema/rows";
import { variantsFor } from "../schema/choose-variant";
import { minorOf } from "../schema/libc-versions";
import { carriedLibraries, conditionHolds, takeFlags, type ConditionSubject } from "../schema/condition";
import { resolveSteps } from "./resolve-prepare";
import type {
  ResolvedLibraries,
  ResolvedRuntime,
  ResolvedSourceSet,
  ResolvedStubs,
  ResolvedUnit,
} from "./resolved-target";

/** What a runtime is resolved against: one target at one version. */
export interface RuntimeContext {
  readonly subject: ConditionSubject;
  readonly columns: Columns;
  readonly archive: ArchiveRow;
  readonly version: string;
  readonly imported: ImportFile | undefined;
  /** The runtimes of the same stack. */
  readonly stack: readonly RuntimeRow[];
}

/** The runtime's products for one target. Validation has made sure that every reference resolves. */
export function resolveRuntime(row: RuntimeRow, context: RuntimeContext): ResolvedRuntime {
  const fill = (template: string) => fillColumns(template, context.columns);
  return {
    name: row.name,
    version: context.version,
    role: row.role,
    language: row.language,
    archive: context.archive,
    include: row.include.map(fill),
    publicHeaders: row.public_headers,
    excludeHeaders: row.exclude_headers,
    prepare: resolveSteps(row, context),
    sourcesUse: searchOf(context)?.uses ?? [],
    units: unitsOf(row, context.subject).flatMap((unit) => resolveUnits(row, unit, context)),
  };
}

/**
 * A version that has not been imported: its headers are those of an archive of somebody's, its stub libraries follow from the
 * symbols of other versions, and what is compiled is an imported version's.
 */
export function resolveWithStandIn(
  row: RuntimeRow,
  context: RuntimeContext,
  standIn: RuntimeContext,
): ResolvedRuntime[] {
  const isStub = ({ kind }: UnitRow): boolean => kind === "stub_libraries";
  const headers = resolveRuntime(
    { ...row, include: row.prebuilt_headers!.include, prepare: [], units: row.units.filter(isStub) },
    context,
  );
  const compiled = resolveRuntime({ ...row, include: [], units: row.units.filter((unit) => !isStub(unit)) }, standIn);
  return [headers, { ...compiled, standsInFor: context.version }];
}

function itemsOf(fact: string, { imported }: RuntimeContext): string[] {
  return imported!.facts[fact] as string[];
}

/** One unit; where its sources are those of an item, one for each item whose set the target has. */
function resolveUnits(row: RuntimeRow, unit: UnitRow, context: RuntimeContext): ResolvedUnit[] {
  if (unit.for_each === undefined) return [resolveUnit(row, unit, context, [undefined])];
  const items = itemsOf(unit.for_each, context);
  if (unit.sources !== "{item}") return [resolveUnit(row, unit, context, items)];
  return items
    .filter((item) => variantsFor(context.imported!.sets[item]!, context.subject).length > 0)
    .map((item) => resolveUnit(row, { ...unit, name: `${unit.name}.${item}`, sources: item }, context, [item]));
}

function resolveUnit(
  row: RuntimeRow,
  unit: UnitRow,
  context: RuntimeContext,
  items: readonly (string | undefined)[],
): ResolvedUnit {
  const { columns } = context;
  const sources = resolveSources(row, unit, context);
  return {
    name: unit.name,
    kind: unit.kind,
    outputs:
      unit.kind === "libraries" || unit.kind === "stub_libraries"
        ? []
        : items.map((item) => fillColumns(unit.output, item === undefined ? columns : { ...columns, item })),
    ...(sources === undefined ? {} : { sources }),
    ...(unit.kind === "libraries" ? { table: resolveTable(unit, unit.table!, context) } : {}),
    ...(unit.kind === "stub_libraries" ? { stubs: resolveStubs(unit, context) } : {}),
    uses: unit.uses ?? row.compile.uses,
    batch: unit.batch,
    wholeArchives: unit.whole_archives,
    libraries: unit.libraries.flatMap((name) => librariesNamed(name, context)),
    linkScripts: unit.link_scripts,
    linkFlags: takeFlags(unit.link_flags, context.subject).map((flag) => fillColumns(flag, columns)),
    ...(unit.link_modes === undefined ? {} : { linkModes: unit.link_modes }),
    link: unit.link,
  };
}

function resolveTable(unit: UnitRow, table: string, { columns, subject }: RuntimeContext): ResolvedLibraries {
  return {
    table,
    architecture: importedName(subject),
    carried: carriedLibraries(unit, subject),
    ...(unit.members === undefined ? {} : { members: unit.members }),
    output: fillColumns(unit.output, { ...columns, item: "{item}" }),
  };
}

function resolveStubs(unit: UnitRow, { columns, subject, version }: RuntimeContext): ResolvedStubs {
  return {
    architecture: importedName(subject),
    release: minorOf(version),
    output: fillColumns(unit.output, { ...columns, item: "{item}" }),
  };
}

/** How the sources of an import find what they include on the target's architecture. */
function searchOf({ imported, subject }: RuntimeContext) {
  return imported?.search?.architectures[importedName(subject)];
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
  const taken = units.filter(({ link }) => link !== "explicit");
  const shared = taken.filter(({ kind }) => kind === "shared_library");
  const archives = taken.filter(({ kind, sources }) => kind === "archive" && sources !== undefined);
  const stubs = taken.filter(({ kind }) => kind === "stub_libraries");
  // What the release has for programs alone, its stubs have not: both are the libc.
  if (stubs.length > 0) return [...stubs.map((unit) => sharedStubs(unit)), ...archives.map((unit) => unit.name)];
  return (shared.length > 0 ? shared : archives).map((unit) => unit.name);
}

/** Name of the target that has those stub libraries of a unit which links may take, and nothing else. */
const sharedStubs = ({ name }: UnitRow): string => `${name}.linked`;

function resolveSources(
  row: RuntimeRow,
  unit: UnitRow,
  { subject, columns, imported }: RuntimeContext,
): ResolvedSourceSet | undefined {
  if (unit.sources === undefined) return undefined;
  const fill = (template: string) => fillColumns(template, columns);
  const variant = variantsFor(imported!.sets[unit.sources]!, subject)[0]!;
  return {
    set: unit.sources,
    variant: variant.name,
    flags: [...takeFlags(row.compile.flags, subject), ...takeFlags(unit.flags, subject)],
    cFlags: [...row.compile.c_flags, ...unit.c_flags],
    cxxFlags: [...row.compile.cxx_flags, ...unit.cxx_flags],
    include: [...(imported!.sets[unit.sources]!.include ?? []), ...[...unit.include, ...row.compile.include].map(fill)],
    headers: [...row.compile.headers, ...unit.headers].map(fill),
    ...(imported!.search === undefined ? {} : { search: importedName(subject) }),
  };
}
