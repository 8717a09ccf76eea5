import { basename } from "node:path";

import { columnsIn } from "../schema/columns";
import { seedArchive, seedColumns } from "../schema/llvm-versions";
import { findRow, mendReference, namesOf, problemAt, type Rule } from "./checked-rows";

/** There is one, and one of them is what platforms mean that name none. */
export const llvmVersions: Rule = function* (rows) {
  const { raw, llvm } = rows;
  if (raw.rows.llvm.length === 0) {
    // A table, or a manifest, that could not be read has been told of.
    if (raw.problems.some(({ place }) => ["llvm.yaml", "module.yaml"].includes(basename(place.file)))) return;
    yield problemAt(raw.module, [], "there is no version of LLVM", "add a row to llvm.yaml");
    return;
  }
  const defaults = llvm.filter(({ row }) => row.default);
  const [first, second] = defaults;
  if (first !== undefined && second !== undefined)
    yield problemAt(
      second.raw,
      ["default"],
      `${defaults.map(({ row }) => row.version).join(" and ")} are both the default`,
      "leave default: true with one of them",
    );
  const [any] = llvm;
  if (defaults.length === 0 && llvm.length > 1 && any !== undefined && llvm.every(({ damaged }) => !damaged))
    yield problemAt(any.raw, ["default"], "none of the versions is the default", "add default: true to one of them");
};

/** Of each version the sources of its runtimes, and the compiler seed of each host: archives that are of nothing else. */
export const llvmArchives: Rule = function* (rows) {
  const known = namesOf(rows, "archive");
  const owners = new Map<string, string>();
  for (const { row, raw, damaged } of rows.llvm) {
    if (damaged) continue;
    const unknown = columnsIn(row.seeds).find((column) => !seedColumns.includes(column));
    if (unknown !== undefined) {
      yield problemAt(
        raw,
        ["seeds"],
        `there is no column {${unknown}}`,
        `write ${seedColumns.map((column) => `{${column}}`).join(", ")}, which are the host's`,
      );
      continue;
    }
    const needed = [
      { field: "sources", archive: row.sources, what: `the sources of ${row.version}`, host: undefined },
      ...rows.hosts.map(({ row: host }) => ({
        field: "seeds",
        archive: seedArchive(row, host),
        what: `the compiler of ${row.version} for ${host.name}`,
        host: host.name,
      })),
    ];
    for (const { field, archive, what, host } of needed) {
      const owner = owners.get(archive);
      if (owner !== undefined)
        yield problemAt(
          raw,
          [field],
          `${archive} is the archive of ${owner}, and of ${what}`,
          host === undefined ? `name the archive of ${what}` : "write {host} where names of hosts differ",
        );
      else if (!known.includes(archive))
        yield problemAt(
          raw,
          [field],
          `there is no archive "${archive}", of ${what}`,
          mendReference(
            archive,
            known.filter((name) => !owners.has(name)),
            `add an archive row of this name${host === undefined ? "" : `, or take the host ${host} away`}`,
          ),
        );
      owners.set(archive, what);
    }
  }
};

/** What is part of LLVM has LLVM's versions, and whatever else there is has its own. */
export const versionsOfParts: Rule = function* (rows) {
  for (const raw of rows.raw.rows.runtime) {
    const { part_of: whole, versions } = raw.value;
    if (whole === "llvm" && versions !== undefined)
      yield problemAt(
        raw,
        ["versions"],
        "its versions are those of LLVM, of which it is a part",
        "take versions away, and state them in llvm.yaml; or take part_of away",
      );
    if (whole === undefined && versions === undefined)
      yield problemAt(
        raw,
        ["versions"],
        "the field is missing",
        "add versions, or part_of: llvm where they are LLVM's",
      );
  }
  for (const { row, raw } of rows.systems) {
    if (findRow(rows.runtimes, row.libc)?.row.part_of === undefined) continue;
    yield problemAt(
      raw,
      ["libc"],
      `the versions of ${String(row.libc)} are LLVM's, which a constraint of their own chooses`,
      "take libc away; the stack has it",
    );
  }
};
