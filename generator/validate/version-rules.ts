import semver from "semver";

import { defaultLibcVersion, libcVersions } from "../schema/libc-versions";
import { findRow, problemAt, type Rule } from "./checked-rows";

export const runtimeVersions: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.runtimes) {
    // LLVM's have rules of their own.
    if (row.part_of !== undefined) continue;
    for (const [index, { version }] of row.versions.entries()) {
      const first = row.versions.findIndex((other) => other.version === version);
      if (first < index)
        yield problemAt(raw, ["versions", index, "version"], `${version} is there twice`, "take one of the two away");
    }
    const defaults = [...row.versions.entries()].filter(([, { default: isDefault }]) => isDefault);
    const second = defaults[1];
    if (second !== undefined) {
      const names = defaults.map(([, { version }]) => version).join(" and ");
      yield problemAt(
        raw,
        ["versions", second[0], "default"],
        `${names} are both the default`,
        "leave default: true with one of them",
      );
    }
    if (defaults.length === 0 && row.versions.length > 1 && !damaged) {
      yield problemAt(raw, ["versions"], "none of the versions is the default", "add default: true to one of them");
    }
  }
};

export const targetVersions: Rule = function* (rows) {
  for (const { row, raw, damaged } of rows.targets) {
    const system = findRow(rows.systems, row.system);
    if (damaged || system === undefined || system.damaged) continue;
    const field = row.versions === undefined ? "default_version" : "versions";
    if (system.row.libc === undefined) {
      const stated = row.versions ?? row.default_version;
      if (stated !== undefined)
        yield problemAt(
          raw,
          [field],
          `its system ${system.row.name} has no libc, so no versions`,
          `take ${field} away`,
        );
      continue;
    }
    if (row.versions !== undefined && semver.validRange(row.versions) === null) {
      yield problemAt(
        raw,
        ["versions"],
        `"${row.versions}" is not a range of versions`,
        'write a range such as ">=2.17 <2.34"',
      );
      continue;
    }
    const libc = findRow(rows.runtimes, system.row.libc);
    if (libc === undefined || libc.damaged) continue;
    const existing = libc.row.versions.map(({ version }) => version).join(", ");
    const versions = libcVersions(libc.row, row);
    if (versions.length === 0) {
      yield problemAt(
        raw,
        ["versions"],
        `no version of ${libc.row.name} is in the range ${String(row.versions)}`,
        `widen the range: there are ${existing}`,
      );
    } else if (row.default_version !== undefined && defaultLibcVersion(libc.row, row) !== row.default_version) {
      yield problemAt(
        raw,
        ["default_version"],
        `${libc.row.name} ${row.default_version} does not exist for this platform`,
        `write one of ${versions.join(", ")}`,
      );
    }
  }
};
