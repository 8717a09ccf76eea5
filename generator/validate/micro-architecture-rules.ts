import { microArchitecturePlatform } from "../schema/micro-architectures";
import { checkReference, findRow, problemAt, type Rule } from "./checked-rows";

export const microArchitectureReferences: Rule = function* (rows) {
  for (const { row, raw } of rows.microArchitectures)
    yield* checkReference(rows, raw, ["architecture"], "architecture", row.architecture);
};

/** Each has a platform for every target of its architecture, which nothing else may be called. */
export const microArchitecturePlatforms: Rule = function* (rows) {
  const taken = new Set(rows.raw.rows.target.map(({ name }) => name));
  for (const { row, raw } of rows.microArchitectures) {
    for (const target of rows.targets.filter((other) => other.row.architecture === row.architecture)) {
      const architecture = findRow(rows.architectures, row.architecture);
      const system = findRow(rows.systems, target.row.system);
      if (architecture === undefined || system === undefined || system.damaged || target.raw.name.includes(" on "))
        continue;
      const platform = microArchitecturePlatform(row, target.row, architecture.row, system.row);
      if (!taken.has(platform)) continue;
      yield problemAt(
        raw,
        ["name"],
        `${target.raw.name} has the platform ${platform} for it, and a target is called so`,
        "rename one of the two, or take the target away: the micro-architecture's platform does what it does",
      );
    }
  }
};
