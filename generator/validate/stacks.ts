import { libcVersions } from "../schema/libc-versions";
import { conditionHolds, type ConditionSubject } from "../schema/condition";
import type { FieldPath } from "../read/parse-rows";
import type { RuntimeRow, TargetRow } from "../schema/rows";
import type { UnitOf, UnitRow } from "../schema/units";
import type { CheckedRow } from "./check-schema";
import { findRow, type CheckedRows } from "./checked-rows";

/** One runtime at one version, in the stack of one platform. */
export interface StackEntry {
  readonly platform: string;
  readonly target: CheckedRow<TargetRow>;
  readonly subject: ConditionSubject;
  readonly runtime: CheckedRow<RuntimeRow>;
  /** Position in the runtime's `versions`. */
  readonly versionIndex: number;
}

/** Everything that the platforms are made of, with each version of LLVM, but for rows with problems of their own, which other rules name. */
export function* stackEntries(rows: CheckedRows): Generator<StackEntry> {
  for (const target of rows.targets) {
    const architecture = findRow(rows.architectures, target.row.architecture);
    const system = findRow(rows.systems, target.row.system);
    if (
      architecture === undefined ||
      system === undefined ||
      [target, architecture, system].some(({ damaged }) => damaged)
    )
      continue;
    for (const [llvmIndex, { row: llvm }] of rows.llvm.entries()) {
      const subject = { architecture: architecture.row, system: system.row, llvm: llvm.version };
      for (const name of new Set(system.row.stack)) {
        const runtime = findRow(rows.runtimes, name);
        if (runtime === undefined || runtime.damaged) continue;
        const isPart = runtime.row.part_of !== undefined;
        for (const versionIndex of isPart
          ? [llvmIndex]
          : versionsOf(runtime.row, target.row, name === system.row.libc)) {
          yield { platform: target.raw.name, target, subject, runtime, versionIndex };
        }
      }
    }
  }
}

/** A text of a runtime's row whose `{columns}` a platform has to fill in. */
export interface Template {
  readonly path: FieldPath;
  readonly text: string;
  /** Names that it may use besides the columns. */
  readonly extra: readonly string[];
}

/** The templates of a runtime that one platform takes; without a subject, those that any platform may take. */
export function* templatesOf(runtime: RuntimeRow, subject?: ConditionSubject): Generator<Template> {
  const holds = (when: RuntimeRow["units"][number]["when"]): boolean =>
    subject === undefined || conditionHolds(when, subject);
  const each = (path: FieldPath, texts: readonly string[]): Template[] =>
    texts.map((text, index) => ({ path: [...path, index], text, extra: [] }));
  yield* each(["include"], runtime.include);
  yield* each(["frameworks"], runtime.frameworks);
  yield* each(["compile", "include"], runtime.compile.include);
  yield* each(["compile", "headers"], runtime.compile.headers);
  for (const [index, step] of runtime.prepare.entries()) {
    if (!holds(step.when)) continue;
    const inputs = "inputs" in step ? step.inputs : [];
    const extra = "for_each" in step && step.for_each !== undefined ? ["item"] : [];
    yield { path: ["prepare", index, "output"], text: step.output, extra };
    for (const template of each(["prepare", index, "inputs"], inputs)) yield { ...template, extra };
  }
  for (const [index, unit] of runtime.units.entries()) {
    if (!holds(unit.when)) continue;
    yield {
      path: ["units", index, "output"],
      text: unit.output,
      extra: hasItems(unit) ? ["item"] : [],
    };
    if (unit.kind === "file") yield { path: ["units", index, "source"], text: unit.source, extra: [] };
    if (!isCompiled(unit)) continue;
    yield* each(["units", index, "include"], unit.include);
    yield* each(["units", index, "headers"], unit.headers);
  }
}

/** A unit that may have sources of its own. */
export function isCompiled(unit: UnitRow): unit is UnitOf<"archive" | "object" | "shared_library"> {
  return unit.kind === "archive" || unit.kind === "object" || unit.kind === "shared_library";
}

/** Whether the unit is a product for each of some items. */
export function isOfItems(unit: UnitRow): boolean {
  return isCompiled(unit) && unit.sources === "{item}";
}

function hasItems(unit: UnitRow): boolean {
  if (!isCompiled(unit)) return unit.kind !== "file" && unit.kind !== "files";
  return unit.kind !== "shared_library" && unit.for_each !== undefined;
}

/** All versions that exist, of the libc; of other runtimes the default. A range that is none has a rule of its own. */
function versionsOf(runtime: RuntimeRow, target: TargetRow, isLibc: boolean): number[] {
  if (!isLibc)
    return [
      Math.max(
        0,
        runtime.versions.findIndex((version) => version.default),
      ),
    ];
  const existing = libcVersions(runtime, target);
  return [...runtime.versions.keys()].filter((index) => existing.includes(runtime.versions[index]?.version ?? ""));
}
