import type { ResolvedTarget } from "../resolve/resolved-target";
import { microArchitecturePlatform, type MicroArchitectureRow } from "../schema/micro-architectures";
import { Assignment, type StarlarkFile } from "../starlark/syntax";
import { microArchitectureConstraint, platformConstraints, type PlatformView } from "./constraint-labels";

/** The micro-architectures that some target has. */
export function microArchitecturesOf(targets: readonly ResolvedTarget[]): readonly MicroArchitectureRow[] {
  return [...new Set(targets.flatMap(({ microArchitectures }) => microArchitectures))];
}

/** What bzlmod/runtimes/micro_architectures.bzl is told. */
export function microArchitecturesTable(targets: readonly ResolvedTarget[]): StarlarkFile {
  const architectures = new Map(targets.map((target) => [target.architecture.name, target.microArchitectures]));
  const tables = [...architectures]
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => [name, Object.fromEntries(rows.map((row) => [row.name, row.flags]))] as const);
  return {
    docstring: "The micro-architectures of each CPU.",
    statements: [
      new Assignment(
        "MICRO_ARCHITECTURES",
        Object.fromEntries(tables),
        "CPU → micro-architecture → flags of every compilation and link for it.",
      ),
    ],
  };
}

/** The platforms of a target by default, one for each micro-architecture. */
export function microArchitectureViews(target: ResolvedTarget): PlatformView[] {
  const { architecture, microArchitectures, row, system } = target;
  return microArchitectures.map((micro) => ({
    name: microArchitecturePlatform(micro, row, architecture, system),
    constraints: [...platformConstraints(architecture, system), microArchitectureConstraint(micro.name)],
  }));
}
