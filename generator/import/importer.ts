import type { ImportContent } from "../schema/import-file";
import type { ArchitectureRow, SystemRow, TargetRow } from "../schema/rows";
import type { ProgramPlaces } from "./cmake/build-tools";
import type { SourceTree } from "./source-tree";

/** The rows of the manifest that decide for what an importer reads a tree. Architectures have their base's columns filled in. */
export interface ImportRows {
  readonly architectures: readonly ArchitectureRow[];
  readonly systems: readonly SystemRow[];
  readonly targets: readonly TargetRow[];
}

/** What an importer is given beside the tree and the rows. */
export interface ImportContext {
  /** The runtime's import files as they are, by version. */
  readonly earlier: (version: string) => ImportContent | undefined;
  /** Where the programs are that ask upstream's own build. */
  readonly programs: ProgramPlaces;
}

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
) => ImportContent | readonly [ImportContent, ImportContent] | Promise<ImportContent>;
