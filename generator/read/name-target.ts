import { platformName } from "../schema/columns";
import type { ArchitectureRow, SystemRow, TargetRow } from "../schema/rows";

/**
 * What a target is called: by its platform's name; or, where that cannot be told for want of a row or a column,
 * `<architecture> on <system>`. Undefined where the row does not even say these. The rows may break their schemas.
 */
export function nameTarget(
  target: Partial<TargetRow>,
  architectures: readonly Partial<ArchitectureRow>[],
  systems: readonly Partial<SystemRow>[],
): string | undefined {
  if (typeof target.name === "string") return target.name;
  if (typeof target.architecture !== "string" || typeof target.system !== "string") return undefined;
  const architecture = architectures.find((row) => row.name === target.architecture);
  const system = systems.find((row) => row.name === target.system);
  if (architecture !== undefined && system !== undefined) {
    try {
      return platformName({}, architecture, system);
    } catch {
      // A column is missing; validation says which.
    }
  }
  return `${target.architecture} on ${target.system}`;
}
