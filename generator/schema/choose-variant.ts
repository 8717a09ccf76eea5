import type { SourceSetImport, SourceVariant } from "./import-file";
import type { ConditionSubject } from "./condition";

/** The variants of a set that apply to a target; exactly one where the set exists for it. */
export function variantsFor(set: SourceSetImport, { architecture, system }: ConditionSubject): SourceVariant[] {
  const architectures = [architecture.name, architecture.base].filter((name) => name !== undefined);
  return set.variants.filter(
    (variant) =>
      (variant.architectures === undefined || architectures.some((name) => variant.architectures?.includes(name))) &&
      (variant.systems === undefined || variant.systems.includes(system.name)),
  );
}
