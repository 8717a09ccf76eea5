import { basename } from "node:path";

import { nameSchema } from "../schema/fields";
import { moduleSchema } from "../schema/rows";
import { findRow, problemAt, type Rule } from "./checked-rows";

/** What a manifest must say when the manifests that it extends do not. */
export const moduleFields: Rule = function* ({ raw }) {
  // A module.yaml that could not be read has been told of.
  if (raw.problems.some(({ place }) => basename(place.file) === "module.yaml")) return;
  for (const field of Object.keys(moduleSchema.shape)) {
    if (field === "extends" || raw.module.value[field] !== undefined) continue;
    yield problemAt(raw.module, [field], "the field is missing", `add ${field} to module.yaml`);
  }
};

/** Bazel could not tell two hosts of one kind apart. */
export const hostMachines: Rule = function* (rows) {
  const machines = new Map<string, string>();
  for (const { row, raw } of rows.hosts) {
    const machine = `${row.os} ${row.architecture}`;
    const other = machines.get(machine);
    if (other === undefined) machines.set(machine, row.name);
    else yield problemAt(raw, [], `${other} is the same machine: ${machine}`, "take one of the two away");
  }
};

/** Platforms are targets and folders. */
export const platformNames: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.targets) {
    const system = findRow(rows.systems, row.system);
    // Where a row or a column is missing, that is said, and the name is none.
    if (damaged || row.name !== undefined || system === undefined || system.damaged || raw.name.includes(" on "))
      continue;
    if (nameSchema.safeParse(raw.name).success) continue;
    yield problemAt(
      system.raw,
      ["platform"],
      `it calls a platform "${raw.name}", which is no name`,
      "write letters, digits, _ . + - and {columns}, or give the target a name",
    );
  }
};

/** Bazel tells platforms apart by OS, CPU and ABI alone. */
export const distinctPlatforms: Rule = function* (rows) {
  const platforms = new Map<string, string>();
  for (const { row, raw } of rows.targets) {
    const architecture = findRow(rows.architectures, row.architecture)?.row;
    const system = findRow(rows.systems, row.system)?.row;
    if (architecture === undefined || system === undefined) continue;
    const constraints = `${system.os}, ${architecture.constraint ?? architecture.name}, ${system.abi}`;
    const other = platforms.get(constraints);
    if (other === undefined) platforms.set(constraints, raw.name);
    else
      yield problemAt(
        raw,
        [],
        `Bazel cannot tell it from ${other}: both are ${constraints}`,
        "give its architecture another constraint, or none, or its system another abi",
      );
  }
};

/** Where several systems of an OS are its default, the first that has a target for a CPU is the one for it. */
export const defaultSystems: Rule = function* (rows) {
  const systems = rows.systems.filter(({ damaged }) => !damaged);
  for (const os of new Set(systems.map(({ row }) => row.os))) {
    const ofOs = systems.filter(({ row }) => row.os === os);
    if (ofOs[0] === undefined || ofOs.some(({ row }) => row.default_for_os)) continue;
    const names = ofOs.map(({ row }) => row.name).join(", ");
    yield problemAt(
      ofOs[0].raw,
      ["default_for_os"],
      `none of the systems of ${os} is its default`,
      `add default_for_os: true to one of ${names}`,
    );
  }
};
