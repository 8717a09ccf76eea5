import { fillColumns, targetColumns } from "../schema/columns";
import { conditionHolds } from "../schema/condition";
import { problemAt, type Rule } from "./checked-rows";
import { stackEntries } from "./stacks";

export const unitNames: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.runtimes) {
    if (damaged) continue;
    for (const [index, { name }] of row.units.entries()) {
      const first = row.units.findIndex((unit) => unit.name === name);
      if (first < index)
        yield problemAt(
          raw,
          ["units", index, "name"],
          `unit ${first + 1} is called ${name} as well`,
          "rename one of the two",
        );
    }
  }
};

/** A product must lie inside the target's tree. */
export const unitOutputs: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.runtimes) {
    if (damaged) continue;
    for (const [index, { output }] of row.units.entries()) {
      const isInside = output !== "" && !output.startsWith("/") && !output.split("/").includes("..");
      if (!isInside)
        yield problemAt(
          raw,
          ["units", index, "output"],
          `"${output}" is no path inside of a target's tree`,
          "write a relative path such as lib/libc.a",
        );
    }
  }
};

/** Two units that give one platform the same file. */
export const unitCollisions: Rule = function* (rows) {
  const givers = new Map<string, string>();
  const reported = new Set<string>();
  for (const { platform, subject, runtime } of stackEntries(rows)) {
    const columns = {
      ...targetColumns(subject.architecture, subject.system),
      platform,
      triple: subject.system.triple,
      version: "",
      item: "{item}",
    };
    for (const [index, unit] of runtime.row.units.entries()) {
      if (!conditionHolds(unit.when, subject)) continue;
      let output: string;
      try {
        output = fillColumns(unit.output, columns);
      } catch {
        continue; // A missing column has a rule of its own.
      }
      const giver = `unit ${unit.name} of ${runtime.row.name}`;
      const key = `${platform} ${subject.llvm} ${output}`;
      const other = givers.get(key);
      if (other === undefined) givers.set(key, giver);
      if (other === undefined || other === giver || reported.has(`${giver} ${output}`)) continue;
      reported.add(`${giver} ${output}`);
      const problem = problemAt(
        runtime.raw,
        ["units", index, "output"],
        `${other} gives ${platform} the same file`,
        "write another path, or say with `when` where each of the two exists",
      );
      yield { ...problem, platforms: [platform] };
    }
  }
};
