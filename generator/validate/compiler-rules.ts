import { basename } from "node:path";

import { findRow, mendReference, problemAt, type Rule } from "./checked-rows";

/** A compiler from source is built for a platform of the manifest, for which its import has what differs between hosts. */
export const compilerPlatforms: Rule = function* (rows) {
  const platforms = rows.targets.map(({ raw }) => raw.name);
  for (const { row, raw } of rows.hosts) {
    const { compiler_platform: platform, name } = row;
    if (platform === undefined) continue;
    if (!platforms.includes(platform)) {
      yield problemAt(
        raw,
        ["compiler_platform"],
        `there is no platform "${platform}"`,
        mendReference(
          platform,
          platforms,
          "leave the field out, so that no compiler is built from source for this host",
        ),
      );
      continue;
    }
    for (const { version, host_texts } of rows.compilers.values())
      if (host_texts[name] === undefined)
        yield problemAt(
          raw,
          ["compiler_platform"],
          `the import of the compiler ${version} does not know this host`,
          `gen-bzl import compiler ${version}`,
        );
  }
};

/** A compiler from source makes code for every target, as the prebuilt one does. */
export const compilerBackends: Rule = function* (rows) {
  if (rows.compilers.size === 0) return;
  for (const name of new Set(rows.targets.map(({ row }) => row.architecture))) {
    const architecture = findRow(rows.architectures, name);
    if (architecture === undefined || architecture.damaged) continue;
    const { backend } = architecture.row;
    if (backend === undefined) {
      yield problemAt(
        architecture.raw,
        ["backend"],
        "nothing says which part of LLVM makes its code, and there is a compiler that is built from source",
        "add backend: as LLVM_TARGETS_TO_BUILD has it, such as AArch64",
      );
      continue;
    }
    for (const { version, backends } of rows.compilers.values()) {
      if (backends.includes(backend)) continue;
      const file = rows.raw.compilers.find((other) => basename(other.file) === `${version}.json`)?.file ?? version;
      yield {
        place: { file, line: 1 },
        row: { kind: "import file", name: basename(file) },
        field: "backends",
        message: `lacks ${backend}, which makes the code of ${name}`,
        mend: `gen-bzl import compiler ${version}`,
      };
    }
  }
};
