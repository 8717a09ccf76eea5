import type { SourceSetImport } from "../schema/import-file";
import type { SystemRow } from "../schema/rows";
import { divideCommon } from "./common-flags";
import { findIncludedSources } from "./find-included-sources";
import type { Compilation } from "./read-compilation";
import { ImportError, type SourceTree } from "./source-tree";
import { toSourceSet } from "./source-variants";

/** What an upstream's build compiles for one architecture. */
export interface CompiledList {
  readonly architecture: string;
  readonly sources: readonly Compilation[];
}

/** What of a set is asked of its importer. */
export interface CompiledSetOptions {
  /** Whether a flag says how code is made: warnings, and how the compiler works and speaks, are upstream's own concern. */
  readonly isAboutCode: (flag: string) => boolean;
  /** For the variants' names. */
  readonly systems: readonly SystemRow[];
}

/**
 * Writes what is compiled for each architecture as a set: flags that all sources have everywhere, that those of some
 * architectures have, and that a source has for itself. Throws `ImportError` where a source has other flags of its own on one
 * architecture than on another.
 */
export function toCompiledSet(
  tree: SourceTree,
  compiled: readonly CompiledList[],
  { isAboutCode, systems }: CompiledSetOptions,
): SourceSetImport {
  const lists = compiled.map(({ architecture, sources }) => {
    const { common, others } = divideCommon(sources.map(({ flags }) => [...new Set(flags.filter(isAboutCode))]));
    return { architecture, sources, flags: common, ownFlags: others };
  });
  const { common: flags, others } = divideCommon(lists.map((list) => list.flags));
  const sourceFlags = new Map<string, readonly string[]>();
  for (const { source, own } of lists.flatMap(({ sources, ownFlags }) =>
    sources.map(({ source }, index) => ({ source, own: ownFlags[index]! })),
  )) {
    const known = sourceFlags.get(source);
    if (known !== undefined && known.join() !== own.join())
      throw new ImportError(`upstream's build: compiles ${source} with ${known.join(" ")} and with ${own.join(" ")}`);
    sourceFlags.set(source, own);
  }
  const compared = [...sourceFlags].filter(([, own]) => own.length > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...toSourceSet(
      lists.map(({ architecture, sources }, index) => ({
        architecture,
        sources: sources.map(({ source }) => source),
        flags: others[index]!,
      })),
      {
        textual: lists.flatMap(({ sources }) =>
          findIncludedSources(
            tree,
            sources.map(({ source }) => source),
            sources[0]!.include,
          ),
        ),
        sourceFlags: Object.fromEntries(compared),
        systems,
      },
    ),
    flags: [...flags],
  };
}
