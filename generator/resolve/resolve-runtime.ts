import { fillColumns, type Columns } from "../schema/columns";
import type { ImportFile } from "../schema/import-file";
import type { ArchiveRow, LinkMode, PrepareStep, RuntimeRow, UnitRow } from "../schema/rows";
import { variantsFor } from "../schema/choose-variant";
import { carriedLibraries, conditionHolds, takeFlags, type ConditionSubject } from "../schema/condition";
import type { ResolvedLibraries, ResolvedPrepareStep, ResolvedRuntime, ResolvedSourceSet, ResolvedUnit } from "./resolved-target";

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
    ...(row.library === undefined ? {} : { library: row.library }),
    publicHeaders: row.public_headers,
    excludeHeaders: row.exclude_headers,
    prepare: row.prepare.filter((step) => conditionHolds(step.when, context.subject)).flatMap((step) => resolveSteps(step, context)),
    units: unitsOf(row, context.subject).flatMap((unit) => resolveUnits(row, unit, context)),
  };
}

function resolveSteps(step: PrepareStep, context: RuntimeContext): ResolvedPrepareStep[] {
  if (step.for_each === undefined) return [resolveStep(step, context)];
  return itemsOf(step.for_each, context).map((item) => resolveStep(step, { ...context, columns: { ...context.columns, item } }));
}

function itemsOf(fact: string, { imported }: RuntimeContext): string[] {
  return imported!.facts[fact] as string[];
}

function resolveStep({ when: _when, for_each: _item, files, variables, ...step }: PrepareStep, { columns, subject, imported }: RuntimeContext): ResolvedPrepareStep {
  const fill = (template: string) => fillColumns(template, columns);
  return {
    ...step,
    ...(files === undefined ? {} : { files: imported!.facts[files] as Record<string, string> }),
    output: fill(step.output),
    inputs: step.inputs.map(fill),
    ...(step.content === undefined ? {} : { content: step.content.replaceAll("{version}", columns["version"] ?? "") }),
    ...(variables === undefined
      ? {}
      : {
          variables: Object.fromEntries(
            Object.entries(variables).map(([name, value]) => [
              name,
              typeof value === "string" ? value : (value.find((choice) => conditionHolds(choice.when, subject))?.value ?? ""),
            ]),
          ),
        }),
  };
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

function resolveUnit(row: RuntimeRow, unit: UnitRow, context: RuntimeContext, items: readonly (string | undefined)[]): ResolvedUnit {
  const { columns } = context;
  const sources = resolveSources(row, unit, context);
  return {
    name: unit.name,
    kind: unit.kind,
    outputs: unit.kind === "libraries" ? [] : items.map((item) => fillColumns(unit.output, item === undefined ? columns : { ...columns, item })),
    ...(sources === undefined ? {} : { sources }),
    ...(unit.table === undefined ? {} : { table: resolveTable(unit, unit.table, context) }),
    uses: (unit.uses ?? row.compile.uses).flatMap((role) => context.stack.filter((other) => other.role === role).map((other) => other.name)),
    batch: unit.batch,
    wholeArchives: unit.whole_archives,
    libraries: unit.libraries.flatMap((name) => librariesNamed(name, context)),
    linkScripts: unit.link_scripts,
    linkFlags: takeFlags(unit.link_flags, context.subject).map((flag) => fillColumns(flag, columns)),
    linkModes: linkModesOf(unit, context.subject),
    link: unit.link,
  };
}

function resolveTable(unit: UnitRow, table: string, { columns, subject }: RuntimeContext): ResolvedLibraries {
  return {
    table,
    architecture: subject.architecture.base ?? subject.architecture.name,
    carried: carriedLibraries(unit, subject),
    ...(unit.members === undefined ? {} : { members: unit.members }),
    output: fillColumns(unit.output, { ...columns, item: "{item}" }),
  };
}

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
  return (shared.length > 0 ? shared : taken.filter(({ kind, sources }) => kind === "archive" && sources !== undefined)).map((unit) => unit.name);
}

function resolveSources(row: RuntimeRow, unit: UnitRow, { subject, columns, imported }: RuntimeContext): ResolvedSourceSet | undefined {
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
  };
}
