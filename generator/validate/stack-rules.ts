import { groupBy } from "../schema/group-by";
import { columnsIn, fillColumns, targetColumns, type Columns } from "../schema/columns";
import { conditionHolds } from "../schema/condition";
import { libraryFolders } from "../schema/import-libraries";
import { roleSchema } from "../schema/roles";
import type { RuntimeRow } from "../schema/rows";
import type { UnitRow } from "../schema/units";
import { mendReference, problemAt, type Rule, type CheckedRows } from "./checked-rows";
import { isCompiled, isOfItems, stackEntries, type StackEntry } from "./stacks";

/** A unit that a platform has, and where its row says it. */
interface StackUnit {
  readonly entry: StackEntry;
  readonly index: number;
  readonly unit: UnitRow;
}

/** What units of a platform name of each other: `whole_archives`, `libraries`, `members`. */
export const unitReferences: Rule = function* (rows) {
  yield* oncePerPlace(platformStacks(rows), function* (units) {
    for (const { entry, index, unit } of units) {
      const platform = entry.platform;
      const named = units.filter((other) => !isOfItems(other.unit));
      const archives = named.filter((other) => other.unit.kind === "archive");
      const linked = named.filter((other) => ["archive", "shared_library", "symbol_stubs"].includes(other.unit.kind));
      const roles = new Set(units.map((other) => other.entry.runtime.row.role));
      for (const [position, name] of (unit.kind === "archive" || unit.kind === "shared_library"
        ? unit.whole_archives
        : []
      ).entries()) {
        if (archives.some((other) => other.unit.name === name)) continue;
        yield unknownUnit(
          { entry, index, unit },
          ["whole_archives", position],
          `no archive of ${platform} is the unit ${name}`,
          name,
          archives.map((other) => other.unit.name),
        );
      }
      for (const [position, name] of (unit.kind === "shared_library" ? unit.libraries : []).entries()) {
        const isRole = roleSchema.safeParse(name).success;
        if (isRole && roles.has(name as RuntimeRow["role"])) continue;
        if (linked.some((other) => other.unit.name === name)) continue;
        const known = [...linked.map((other) => other.unit.name), ...roles];
        yield unknownUnit(
          { entry, index, unit },
          ["libraries", position],
          `no library of ${platform} is the unit or the role ${name}`,
          name,
          known,
        );
      }
      if (unit.kind !== "import_libraries" || unit.members === undefined) continue;
      const members = units
        .filter((other) => other.entry.runtime === entry.runtime && isOfItems(other.unit))
        .map((other) => other.unit.name);
      if (!members.includes(unit.members))
        yield unknownUnit(
          { entry, index, unit },
          ["members"],
          `no unit of ${entry.runtime.row.name} that has \`sources: "{item}"\` is called ${unit.members}`,
          unit.members,
          members,
        );
    }
  });
};

function unknownUnit(
  { entry, index }: StackUnit,
  path: readonly (string | number)[],
  message: string,
  name: string,
  known: readonly string[],
) {
  const mend = mendReference(
    name,
    known,
    `name one of ${known.join(", ") || "its own units"}, or say with \`when\` where the unit exists`,
  );
  return { ...problemAt(entry.runtime.raw, ["units", index, ...path], message, mend), platforms: [entry.platform] };
}

/** Units of one platform are targets of one package. */
export const stackUnitNames: Rule = function* (rows) {
  yield* oncePerPlace(platformStacks(rows), function* (units) {
    const givers = new Map<string, StackUnit>();
    for (const stackUnit of units) {
      const { entry, index, unit } = stackUnit;
      const first = givers.get(unit.name);
      if (first === undefined) givers.set(unit.name, stackUnit);
      // Within one runtime a rule of its own says so.
      if (first === undefined || first.entry.runtime === entry.runtime) continue;
      const problem = problemAt(
        entry.runtime.raw,
        ["units", index, "name"],
        `a unit of ${first.entry.runtime.row.name} has the same name on ${entry.platform}`,
        "rename one of the two, or say with `when` where each exists",
      );
      yield { ...problem, platforms: [entry.platform] };
    }
  });
};

/** What runtimes that share an archive are compiled from are targets of one package, wherever they are used. */
export const archiveUnitNames: Rule = function* (rows) {
  const named = new Map<string, { entry: StackEntry; index: number | undefined }>();
  const suffixes = new Map<string, Set<string>>();
  const problems = new Map<string, ReturnType<typeof problemAt>>();
  for (const entry of stackEntries(rows)) {
    const { architecture, system, llvm } = entry.subject;
    const archive = archiveOf(entry);
    if (archive === undefined) continue;
    const known = suffixes.get(archive) ?? new Set<string>();
    suffixes.set(archive, known);
    for (const suffix of [
      "",
      architecture.name,
      system.os,
      system.name,
      `${system.os}_${architecture.name}`,
      `${system.name}_${architecture.name}`,
      entry.platform,
    ]) {
      const byTarget = suffix === "" ? "" : `_${suffix}`;
      if (byTarget !== "") known.add(byTarget);
      known.add(`${byTarget}_${llvm}`);
    }
    const { row } = entry.runtime;
    const units = [...row.units.entries()].filter(
      ([, unit]) => isCompiled(unit) && unit.sources !== undefined && !isOfItems(unit),
    );
    const names: [string, number | undefined][] = [
      [`${row.name}_headers`, undefined],
      ...units.map(([index, { name }]): [string, number] => [name, index]),
    ];
    for (const [name, index] of names) {
      const key = `${archive} ${name}`;
      const first = named.get(key) ?? { entry, index };
      named.set(key, first);
      if (first.entry.runtime === entry.runtime && first.index === index) continue;
      // Two units of one name in one runtime have a rule of their own.
      if (first.entry.runtime === entry.runtime && first.index !== undefined && index !== undefined) continue;
      const at = index ?? first.index;
      const raw = index === undefined ? first.entry.runtime.raw : entry.runtime.raw;
      const other = index === undefined ? row.name : first.entry.runtime.row.name;
      problems.set(
        key,
        problemAt(
          raw,
          at === undefined ? ["name"] : ["units", at, "name"],
          `${other} has something of the name ${name} in the same archive, ${archive}`,
          "rename one of the two",
        ),
      );
    }
  }
  // A unit that differs between targets is called by its name and what tells them apart.
  for (const [key, { entry, index }] of named) {
    const [archive, name] = key.split(" ") as [string, string];
    for (const suffix of suffixes.get(archive) ?? []) {
      const other = named.get(`${archive} ${name}${suffix}`);
      if (other === undefined || index === undefined) continue;
      problems.set(
        `${key}${suffix}`,
        problemAt(
          entry.runtime.raw,
          ["units", index, "name"],
          `its form for some targets would be called ${name}${suffix}, which is a name in the same archive, ${archive}`,
          "rename one of the two",
        ),
      );
    }
  }
  yield* problems.values();
};

/** Two versions of a runtime are two trees. */
export const distinctArchives: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.runtimes) {
    if (damaged || row.part_of !== undefined) continue;
    for (const [index, { version, archive }] of row.versions.entries()) {
      const first = row.versions.findIndex((other) => other.archive === archive);
      if (row.versions[first]!.version === version || columnsIn(archive).includes("version")) continue;
      yield problemAt(
        raw,
        ["versions", index, "archive"],
        `${archive} is the archive of ${row.versions[first]!.version} as well`,
        `name the archive of ${version}`,
      );
    }
  }
};

/** Libraries that are named have a folder for their system. */
export const libraryTables: Rule = function* (rows) {
  yield* oncePerPlace(platformStacks(rows), function* (units) {
    for (const { entry, index, unit } of units) {
      const { os } = entry.subject.system;
      if (unit.kind !== "import_libraries" || libraryFolders.includes(os)) continue;
      const problem = problemAt(
        entry.runtime.raw,
        ["units", index, "kind"],
        `there is no folder for the libraries of ${os}, which ${entry.platform} has`,
        `say with \`when\` that they are of ${libraryFolders.join(", ")}`,
      );
      yield { ...problem, platforms: [entry.platform] };
    }
  });
};

/** Files that the repository rule makes in an archive are the same for whoever uses it. */
export const preparedFiles: Rule = function* (rows) {
  const makers = new Map<string, { content: string; platform: string; runtime: string }>();
  const reported = new Set<string>();
  for (const entry of stackEntries(rows)) {
    const { platform, subject, runtime } = entry;
    const archive = archiveOf(entry);
    const columns = columnsOf(entry);
    for (const [index, step] of archive === undefined ? [] : [...runtime.row.prepare.entries()]) {
      if (!conditionHolds(step.when, subject)) continue;
      let output: string;
      let content: string;
      try {
        const { when: _when, output: path, ...made } = step;
        const fill = (template: string): string => fillColumns(template, { item: "{item}", ...columns });
        output = fill(path);
        const filled =
          "inputs" in made
            ? { ...made, inputs: made.inputs.map(fill) }
            : "content" in made
              ? { ...made, content: made.content.replaceAll("{version}", columns["version"] ?? "") }
              : made;
        content = JSON.stringify(filled);
      } catch {
        continue; // A missing column has a rule of its own.
      }
      const key = `${archive!} ${output}`;
      const first = makers.get(key);
      if (first === undefined) makers.set(key, { content, platform, runtime: runtime.row.name });
      if (first === undefined || first.content === content || reported.has(`${key} ${runtime.row.name} ${index}`))
        continue;
      reported.add(`${key} ${runtime.row.name} ${index}`);
      const message = `${platform} needs ${output} otherwise than ${first.runtime} of ${first.platform} does, in the same archive, ${archive!}`;
      yield {
        ...problemAt(
          runtime.raw,
          ["prepare", index, "output"],
          message,
          "put what tells the two apart into the path, such as {architecture} or {system}",
        ),
        platforms: [platform],
      };
    }
  }
};

/** The units of each platform, at each version of its libc and of LLVM. */
function* platformStacks(rows: CheckedRows): Generator<StackUnit[]> {
  const entries = [...stackEntries(rows)];
  for (const ofPlatform of groupBy(entries, ({ platform, subject }) => `${platform} ${subject.llvm}`)) {
    // Units do not depend on the version.
    const runtimes = groupBy(ofPlatform, ({ runtime }) => runtime.row.name).map(([first]) => first!);
    yield runtimes.flatMap((entry) =>
      [...entry.runtime.row.units.entries()]
        .filter(([, unit]) => hasUnit(unit, entry))
        .map(([index, unit]) => ({ entry, index, unit })),
    );
  }
}

function hasUnit({ when, link_modes: modes }: UnitRow, { subject }: StackEntry): boolean {
  return (
    conditionHolds(when, subject) &&
    (modes === undefined || subject.system.link_modes.some((mode) => modes.includes(mode)))
  );
}

/** One problem per field of a row, however many platforms have it. */
function* oncePerPlace<Group>(
  groups: Iterable<Group>,
  problemsOf: (group: Group) => Iterable<ReturnType<typeof problemAt>>,
): Generator<ReturnType<typeof problemAt>> {
  const found = new Map<string, { problem: ReturnType<typeof problemAt>; platforms: string[] }>();
  for (const group of groups) {
    for (const problem of problemsOf(group)) {
      const key = `${problem.row?.name ?? ""} ${problem.field ?? ""}`;
      const known = found.get(key) ?? { problem, platforms: [] };
      known.platforms.push(...(problem.platforms ?? []));
      found.set(key, known);
    }
  }
  for (const { problem, platforms } of found.values()) yield { ...problem, platforms: [...new Set(platforms)] };
}

function columnsOf({ platform, subject, runtime, versionIndex }: StackEntry): Columns {
  const version = runtime.row.versions[versionIndex]?.version ?? "";
  return { ...targetColumns(subject.architecture, subject.system), platform, version, triple: subject.system.triple };
}

/** Undefined where a column is missing, which a rule of its own says. */
function archiveOf(entry: StackEntry): string | undefined {
  const template = entry.runtime.row.versions[entry.versionIndex]?.archive ?? "";
  const columns = columnsOf(entry);
  return columnsIn(template).every((column) => Object.hasOwn(columns, column))
    ? fillColumns(template, columns)
    : undefined;
}
