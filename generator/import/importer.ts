import type { ImportContent } from "../schema/import-file";
import type { ArchitectureRow, SystemRow, TargetRow } from "../schema/rows";
import type { SourceTree } from "./source-tree";

/** The rows of the manifest that decide for what an importer reads a tree. Architectures have their base's columns filled in. */
export interface ImportRows {
  readonly architectures: readonly ArchitectureRow[];
  readonly systems: readonly SystemRow[];
  readonly targets: readonly TargetRow[];
}

/**
 * Reads one upstream tree. Pure: the same tree and rows give the same import file.
 * Throws `ImportError` when the tree is not of a shape that it knows, or not of `version`.
 */
export type Importer = (tree: SourceTree, version: string, rows: ImportRows) => ImportContent;

/**
 * An importer of a runtime whose releases have something in common. The first file is that of `version`, the other holds
 * what they share, with a word in place of a version. `earlier` gives the runtime's import files as they are, by version.
 */
export type SharingImporter = (
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  earlier: (version: string) => ImportContent | undefined,
) => readonly [ImportContent, ImportContent];
