import { createHash } from "node:crypto";

import { fillColumns, targetColumns } from "../schema/columns";
import type { ArchitectureRow, RuntimeRow, SystemRow, TargetRow } from "../schema/rows";
import { architectureOf, architecturesWith, systemsWith, type Division, type ImportRows } from "./importer";
import type { SourceTree } from "./source-tree";

/** One target that an importer asks upstream's build about. */
export interface AskedTarget {
  /** `system/architecture`, by which imports record it. */
  readonly key: string;
  readonly target: TargetRow;
  /** Digest of all that the rows say to the importer of this target. */
  readonly rows: string;
}

/** The columns of an architecture that say what is compiled, and how; the others are of those who run or name it. */
const askedColumns = ["name", "base", "bits", "endian", "llvm", "meson", "eabi", "elf_machine", "flags"] as const;

/** The fields of a system that say so, beside its triple. */
const askedFields = ["name", "os", "abi", "libc", "object_format", "gnu", "flags"] as const;

/**
 * The targets that the importer of `runtime` asks about, in the order of the manifest.
 *
 * @param runtimes The runtimes of the manifest: what those of a target's stack call a CPU counts, what others call it does not.
 * @param compiler The release of LLVM that answers probes; undefined where it is the one that is imported.
 */
export function askedTargets(
  runtime: string,
  { by }: Division,
  rows: ImportRows,
  runtimes: readonly RuntimeRow[],
  compiler: number | undefined,
): AskedTarget[] {
  return targetsOf(runtime, by, rows).map(({ target, architecture, system }) => {
    const brought = runtimes
      .filter(({ name }) => system.stack.includes(name))
      .flatMap(({ columns }) => Object.keys(columns));
    const said = {
      ...Object.fromEntries(askedColumns.map((field) => [field, architecture[field]])),
      columns: Object.fromEntries(brought.sort().map((name) => [name, architecture.columns[name]])),
      system: Object.fromEntries(askedFields.map((field) => [field, system[field]])),
      triple: fillColumns(system.triple, targetColumns(architecture, system)),
      compiler,
    };
    return { key: `${system.name}/${architecture.name}`, target, rows: sha256(JSON.stringify(said)) };
  });
}

interface PlacedTarget {
  readonly target: TargetRow;
  readonly architecture: ArchitectureRow;
  readonly system: SystemRow;
}

function targetsOf(runtime: string, by: Division["by"], rows: ImportRows): PlacedTarget[] {
  const place = (target: TargetRow, system: SystemRow): PlacedTarget => ({
    target,
    architecture: architectureOf(target.architecture, rows),
    system,
  });
  if (by === "architecture")
    return architecturesWith(runtime, rows).flatMap(({ architecture, system }) =>
      rows.targets
        .filter((target) => target.system === system.name && target.architecture === architecture.name)
        .slice(0, 1)
        .map((target) => place(target, system)),
    );
  return systemsWith(runtime, rows).flatMap((system) => {
    const targets = rows.targets.filter((target) => target.system === system.name);
    return (by === "system" ? targets.slice(0, 1) : targets).map((target) => place(target, system));
  });
}

/** The rows without what importers are not told, so that no import depends on it. */
export function withoutOthersColumns(rows: ImportRows): ImportRows {
  return {
    ...rows,
    architectures: rows.architectures.map((row) => ({
      ...(Object.fromEntries(askedColumns.map((field) => [field, row[field]])) as Pick<
        ArchitectureRow,
        (typeof askedColumns)[number]
      >),
      columns: row.columns,
    })),
  };
}

/** The SHA-256 of the files of a tree that an importer has a use for: a line `<SHA-256>  <path>` for each, in the order of paths. */
export function digestWanted(tree: SourceTree, wants: (path: string) => boolean): string {
  return sha256(
    tree.files
      .filter(wants)
      .map((path) => `${sha256(tree.bytes(path))}  ${path}\n`)
      .join(""),
  );
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
