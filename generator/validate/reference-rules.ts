import semver from "semver";

import { isRecord, type FieldPath } from "../read/parse-rows";
import type { Problem } from "../read/problem";
import { abiNames, osNames } from "../schema/target-words";
import {
  checkReference,
  findRow,
  mendReference,
  namesOf,
  problemAt,
  type Rule,
  type CheckedRows,
} from "./checked-rows";

export const architectureBases: Rule = function* (rows) {
  for (const { row, raw } of rows.architectures) {
    yield* checkReference(rows, raw, ["base"], "architecture", row.base);
    const seen = [row.name];
    for (let base = row.base; base !== undefined; base = findRow(rows.architectures, base)?.row.base) {
      if (base === row.name) {
        yield problemAt(
          raw,
          ["base"],
          `its bases lead back to it: ${[...seen, base].join(" → ")}`,
          "take base away from one of them",
        );
      }
      if (seen.includes(base)) break;
      seen.push(base);
    }
  }
};

export const systemReferences: Rule = function* (rows) {
  for (const { row, raw } of rows.systems) {
    yield* checkReference(rows, raw, ["libc"], "runtime", row.libc);
    const roles = new Map<string, string>();
    for (const [index, name] of row.stack.entries()) {
      yield* checkReference(rows, raw, ["stack", index], "runtime", name);
      if (row.stack.indexOf(name) < index) {
        yield problemAt(raw, ["stack", index], `${name} is in the stack twice`, "take one of the two away");
        continue;
      }
      const role = findRow(rows.runtimes, name)?.row.role;
      const other = role === undefined ? undefined : roles.get(role);
      // The others are found by their role; of instrumentation, each has links of its own.
      if (role === "instrumentation") continue;
      if (role !== undefined && other !== undefined) {
        yield problemAt(raw, ["stack", index], `${other} and ${name} are both its ${role}`, "take one of the two away");
      } else if (role !== undefined) roles.set(role, name);
    }
    if (row.libc !== undefined && !row.stack.includes(row.libc) && namesOf(rows, "runtime").includes(row.libc)) {
      yield problemAt(raw, ["libc"], `${row.libc} is not in the stack`, `add ${row.libc} to stack, or take libc away`);
    }
  }
};

/** The oldest release that programs run on is said once, among the flags. */
export const systemMinimumOs: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.systems) {
    const { minimum_os: minimum } = row;
    if (damaged || minimum === undefined) continue;
    if (!row.flags.some((flag) => typeof flag === "string" && flag.startsWith(minimum.flag)))
      yield problemAt(
        raw,
        ["minimum_os", "flag"],
        `no flag of the system begins with ${minimum.flag}`,
        "add one to flags, with the oldest version that programs run on",
      );
  }
};

export const targetReferences: Rule = function* (rows) {
  for (const { row, raw } of rows.targets) {
    yield* checkReference(rows, raw, ["architecture"], "architecture", row.architecture);
    yield* checkReference(rows, raw, ["system"], "system", row.system);
  }
};

export const hostReferences: Rule = function* (rows) {
  for (const { row, raw } of rows.hosts) {
    yield* checkReference(rows, raw, ["architecture"], "architecture", row.architecture);
  }
};

/** An archive has addresses, or says why it has none. */
export const archiveAddresses: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.archives) {
    if (damaged) continue;
    if (row.urls.length === 0 && row.unavailable === undefined)
      yield problemAt(raw, ["urls"], "there is no address", "add one, or say with unavailable why there is none");
    if (row.urls.length > 0 && row.unavailable !== undefined)
      yield problemAt(raw, ["unavailable"], "it has addresses", "take unavailable away, or the addresses");
  }
};

/** Archives that depend on the architecture are checked with the stacks, those of LLVM's versions with these. */
export const versionArchives: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.runtimes) {
    if (damaged || row.part_of !== undefined) continue;
    for (const [index, { archive }] of row.versions.entries()) {
      if (!archive.includes("{")) yield* checkReference(rows, raw, ["versions", index, "archive"], "archive", archive);
    }
  }
};

/** Every `when` of a runtime, of a system and of a feature, wherever it stands. */
export const conditionNames: Rule = function* (rows) {
  for (const raw of [...rows.raw.rows.system, ...rows.raw.rows.runtime, ...rows.raw.rows.feature])
    yield* checkConditions(rows, raw, raw.value, []);
};

function* checkConditions(
  rows: CheckedRows,
  raw: Parameters<typeof problemAt>[0],
  value: unknown,
  path: FieldPath,
): Generator<Problem> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* checkConditions(rows, raw, item, [...path, index]);
  } else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (name === "when" && isRecord(item)) yield* checkCondition(rows, raw, item, [...path, name]);
      else yield* checkConditions(rows, raw, item, [...path, name]);
    }
  }
}

function* checkCondition(
  rows: CheckedRows,
  raw: Parameters<typeof problemAt>[0],
  condition: Record<string, unknown>,
  path: FieldPath,
): Generator<Problem> {
  const known: Record<string, readonly string[]> = {
    architecture: namesOf(rows, "architecture"),
    elf_machine: rows.architectures.flatMap(({ row }) => row.elf_machine ?? []),
    system: namesOf(rows, "system"),
    os: [...osNames, ...rows.systems.map(({ row }) => row.os)],
    abi: [...abiNames, ...rows.systems.map(({ row }) => row.abi)],
  };
  const { llvm } = condition;
  if (typeof llvm === "string" && semver.validRange(llvm) === null)
    yield problemAt(raw, [...path, "llvm"], `"${llvm}" is not a range of versions`, 'write a range such as ">=22 <23"');
  for (const [field, names] of Object.entries(known)) {
    const values = condition[field];
    for (const [index, name] of Array.isArray(values) ? values.entries() : []) {
      if (typeof name !== "string" || names.includes(name)) continue;
      const mend = mendReference(name, names, `add a row that has it`);
      yield problemAt(
        raw,
        [...path, field, index],
        `no row has the ${field} "${name}", so the condition never holds`,
        mend,
      );
    }
  }
}
