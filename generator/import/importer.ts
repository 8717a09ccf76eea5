import type { ImportContent } from "../schema/import-file";
import type { ArchitectureRow, SystemRow, TargetRow } from "../schema/rows";
import type { ProgramPlaces } from "./find-programs";
import { ImportError, type SourceTree } from "./source-tree";

/** The rows of the manifest that decide for what an importer reads a tree. Architectures have their base's columns filled in. */
export interface ImportRows {
  readonly architectures: readonly ArchitectureRow[];
  readonly systems: readonly SystemRow[];
  readonly targets: readonly TargetRow[];
}

/** The systems of the manifest whose stack has `runtime` and that a target is on. Throws `ImportError` when there are none. */
export function systemsWith(runtime: string, rows: ImportRows): SystemRow[] {
  const used = new Set(rows.targets.map((target) => target.system));
  const systems = rows.systems.filter((system) => used.has(system.name) && system.stack.includes(runtime));
  if (systems.length === 0)
    throw new ImportError(`no target of the manifest is on a system whose stack has ${runtime}`);
  return systems;
}

/** The architectures that a target with `runtime` is on, in the order of the manifest, each with the first system that has it. */
export function architecturesWith(
  runtime: string,
  rows: ImportRows,
): { readonly architecture: ArchitectureRow; readonly system: SystemRow }[] {
  const systems = systemsWith(runtime, rows);
  return rows.architectures.flatMap((architecture) => {
    const system = systems.find(({ name }) =>
      rows.targets.some((target) => target.system === name && target.architecture === architecture.name),
    );
    return system === undefined ? [] : [{ architecture, system }];
  });
}

/** The architecture row of that name. Throws `ImportError` when there is none. */
export function architectureOf(name: string | undefined, { architectures }: ImportRows): ArchitectureRow {
  const row = architectures.find((architecture) => architecture.name === name);
  if (row === undefined) throw new ImportError(`targets: ${name ?? "none"}: there is no such architecture`);
  return row;
}

/** The programs by which an importer asks upstream's own build, each with the oldest version that serves. */
export interface AskedPrograms {
  /** CMake, and with it ninja and python3. */
  readonly cmake?: string;
  /** GNU make. */
  readonly make?: string;
  /** Meson, and with it ninja. */
  readonly meson?: string;
}

/** Of an importer that asks upstream about its targets one by one: how, so that a further one can be asked about alone. */
export interface Division {
  /** What it asks about once: a target; an architecture, on the first system that has it; a system, for its first target. */
  readonly by: "target" | "architecture" | "system";
  /** Whether it has a use for a file of the tree, whatever the targets are. */
  readonly wants: (path: string) => boolean;
}

/** What an importer is given beside the tree and the rows. */
export interface ImportContext {
  /** The runtime's import files as they are, by version. */
  readonly earlier: (version: string) => ImportContent | undefined;
  /** Where the programs are that ask upstream's own build. */
  readonly programs: ProgramPlaces;
  /** The release of LLVM that the manifest is for: its clang answers the probes of upstream's build. */
  readonly llvm: number;
}

/** An import file, or that of a release and after it that of what releases share. */
type Imported = ImportContent | readonly [ImportContent, ImportContent];

/**
 * Reads one upstream tree. The same tree and rows give the same import file, on every machine.
 * Where releases of a runtime have something in common there are two files: that of `version`, and one of what they share, with
 * a word in place of a version.
 * Throws `ImportError` when the tree is not of a shape that it knows, or not of `version`.
 */
export type Importer = (
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  context: ImportContext,
) => Imported | Promise<Imported>;
