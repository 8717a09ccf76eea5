import { groupBy } from "../schema/group-by";
import type { ArchiveRow } from "../schema/rows";
import { printFile } from "../starlark/print-file";
import type { Call, Statement } from "../starlark/syntax";

/** What is laid over an archive, but for what it says of itself on top. */
export interface OverlayContent {
  /** Names of the targets for public headers. */
  readonly includes: readonly string[];
  readonly statements: readonly Statement[];
  /** Runtime → its source sets. */
  readonly sets: ReadonlyMap<string, readonly Call[]>;
}

/** Archives of headers that are alike but for what the headers say: they share an overlay, and a repository of aliases stands for all. */
export interface ArchiveFamily {
  /** What their names have in common; the name of the repository. */
  readonly name: string;
  /** Name of the alias → the archive. */
  readonly members: ReadonlyMap<string, ArchiveRow>;
  /** The target that each of their overlays has. */
  readonly target: string;
}

/** Archives with nothing but one target for headers, which is the same in each, by what their names have in common. */
export function findFamilies(contents: ReadonlyMap<ArchiveRow, OverlayContent>): ArchiveFamily[] {
  const alike = [...contents].filter(
    ([, { includes, statements, sets }]) => includes.length === 1 && statements.length === 1 && sets.size === 0,
  );
  return groupBy(alike, ([, { statements }]) => printFile({ statements })).flatMap((group) => {
    const archives = group.map(([archive]) => archive);
    const name = commonName(archives.map((archive) => archive.name));
    if (archives.length === 1 || name === "") return [];
    return [
      {
        name,
        members: new Map(archives.map((archive) => [archive.name.slice(name.length + 1), archive])),
        target: group[0]![1].includes[0]!,
      },
    ];
  });
}

/** The words, separated by dashes, that all names start with: `x-headers` of `x-headers-2.28-arm` and `x-headers-2.29-arm`. */
function commonName([first, ...others]: readonly string[]): string {
  const words = first!.split("-");
  const differs = words.findIndex((word, index) => others.some((other) => other.split("-")[index] !== word));
  return words.slice(0, differs < 0 ? words.length : differs).join("-");
}
