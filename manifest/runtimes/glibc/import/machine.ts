import type { ArchitectureRow } from "../../../../generator/schema/rows";
import type { SourceTree } from "../../../../generator/import/source-tree";
import { configurationFor, type GlibcConfiguration } from "./configuration";
import type { AskSubdirectories, Subdirectory } from "./ask-subdirectories";
import { findSysdeps } from "./find-sysdeps";

/** A tree as a build for one architecture sees it. */
export interface Machine {
  readonly configuration: GlibcConfiguration;
  /** Folders below sysdeps/, in the order of the search. */
  readonly sysdeps: readonly string[];
  /** The root comes first. */
  readonly subdirectories: readonly Subdirectory[];
}

/**
 * The machines of the rows that have a `glibc` column, as far as the tree knows them: an architecture that upstream added
 * later has no list of libc's symbols in it. A variant of a CPU is its base's machine.
 */
export function readMachines(
  tree: SourceTree,
  architectures: readonly ArchitectureRow[],
  ask: AskSubdirectories,
): Promise<Machine[]> {
  const machines = architectures
    .filter(({ columns, base }) => columns["glibc"] !== undefined && base === undefined)
    .map((row) => {
      const configuration = configurationFor(row);
      return { configuration, sysdeps: findSysdeps(tree, configuration) };
    })
    .filter(({ sysdeps }) =>
      sysdeps.some(
        (folder) =>
          folder !== "sysdeps/generic" && (tree.has(`${folder}/libc.abilist`) || tree.has(`${folder}/libc-le.abilist`)),
      ),
    )
    .map(async ({ configuration, sysdeps }) => ({
      configuration,
      sysdeps,
      subdirectories: await ask(configuration, sysdeps),
    }));
  return Promise.all(machines);
}
