import type { Condition, FlagList } from "./fields";
import { isInRange } from "./libc-versions";
import type { ArchitectureRow, SystemRow } from "./rows";
import type { UnitOf } from "./units";

/** What conditions of the manifest are about. */
export interface ConditionSubject {
  readonly architecture: ArchitectureRow;
  readonly system: SystemRow;
  /** The version of LLVM. */
  readonly llvm: string;
}

/** Whether every field that the condition names holds for a target. An absent condition holds. */
export function conditionHolds(
  condition: Condition | undefined,
  { architecture, system, llvm }: ConditionSubject,
): boolean {
  if (condition === undefined) return true;
  const includes = (values: readonly string[] | undefined, ...names: (string | undefined)[]) =>
    values === undefined || names.some((name) => name !== undefined && values.includes(name));
  return (
    includes(condition.architecture, architecture.name, architecture.base) &&
    includes(condition.elf_machine, architecture.elf_machine) &&
    includes(condition.system, system.name) &&
    includes(condition.os, system.os) &&
    includes(condition.abi, system.abi) &&
    (condition.endian === undefined || condition.endian === architecture.endian) &&
    (condition.bits === undefined || condition.bits === architecture.bits) &&
    (condition.bitcode === undefined || condition.bitcode === (architecture.bitcode ?? true)) &&
    (condition.llvm === undefined || isInRange(llvm, condition.llvm))
  );
}

/** The flags of a list that a target takes, in order. */
export function takeFlags(list: FlagList, subject: ConditionSubject): string[] {
  return list.flatMap((entry) =>
    typeof entry === "string" ? [entry] : conditionHolds(entry.when, subject) ? entry.flags : [],
  );
}

/** The libraries of a table that the links of a target take by themselves, in the order of the row. */
export function defaultLibraries(
  { default_libraries }: UnitOf<"import_libraries">,
  subject: ConditionSubject,
): string[] {
  return default_libraries.flatMap((entry) =>
    typeof entry === "string" ? [entry] : conditionHolds(entry.when, subject) ? entry.names : [],
  );
}
