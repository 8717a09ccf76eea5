import type { ConfiguredBuild } from "../cmake/configure-cmake";
import { ImportError } from "../source-tree";
import type { MadeTable } from "./read-tables";
import type { TableGroup } from "../../schema/compiler-import";

/** Tables by the target of upstream's build that makes them, and what else such a target brings. */
export interface TableGroups {
  readonly groups: ReadonlyMap<string, TableGroup>;
  /** Target of the build → the groups whose files are there when it is up to date, itself among them. */
  readonly broughtBy: (target: string) => readonly string[];
}

/**
 * Groups tables by the targets that make them. Where several targets make one file, as those of one CMakeLists.txt do, it is the
 * one's that makes the fewest.
 *
 * @param made Path in the build folder → table.
 */
export function groupTables(
  { model: { graph }, inBuild }: Pick<ConfiguredBuild, "model" | "inBuild">,
  made: ReadonlyMap<string, MadeTable>,
): TableGroups {
  const makers = [...graph]
    .map(([name, { makes }]) => ({
      name,
      outputs: makes.flatMap((path) => inBuild(path) ?? []).filter((path) => made.has(path)),
    }))
    .filter(({ outputs }) => outputs.length > 0)
    .sort((left, right) => left.outputs.length - right.outputs.length || (left.name < right.name ? -1 : 1));
  const ownerOf = new Map<string, string>();
  for (const { name, outputs } of makers)
    for (const output of outputs) if (!ownerOf.has(output)) ownerOf.set(output, name);
  const groups = new Map<string, TableGroup>();
  for (const [output, name] of ownerOf) {
    const { program, ...table } = made.get(output)!;
    const group = groups.get(name) ?? { program, tables: [] };
    if (group.program !== program) throw new ImportError(`${name}: runs both ${group.program} and ${program}`);
    groups.set(name, { program, tables: [...group.tables, table] });
  }
  const outputsOf = new Map(makers.map(({ name, outputs }) => [name, outputs]));
  return {
    groups,
    broughtBy: (target) => [...new Set((outputsOf.get(target) ?? []).map((output) => ownerOf.get(output)!))],
  };
}
