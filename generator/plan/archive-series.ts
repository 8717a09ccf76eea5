import { groupBy } from "../schema/group-by";
import { compareVersions } from "../schema/libc-versions";
import type { ArchiveRow } from "../schema/rows";

/** Archives of the releases of one project, which have nearly the same overlay; one that has no other beside it is a series by itself. */
export interface ArchiveSeries {
  /** What their names have before the version, `x` of `x-2.31` and `x-2.36`; of a single one, its name. */
  readonly name: string;
  /** Oldest first. */
  readonly archives: readonly ArchiveRow[];
  /** The version of each. */
  readonly releases: readonly string[];
}

/** Archives by their names, where these end in a version that is numbers with dots between them. */
export function findSeries(archives: Iterable<ArchiveRow>): ArchiveSeries[] {
  const versioned = [...archives].map((archive) => {
    const [, name = archive.name, version] = /^(.+)-(\d+(?:\.\d+)*)$/.exec(archive.name) ?? [];
    // What an SDK's overlay loads from its own repository cannot be named in a file for several.
    return { archive, name, version: archive.sdk === undefined ? version : undefined };
  });
  return groupBy(versioned, ({ name }) => name).flatMap((group): ArchiveSeries[] => {
    if (group.length === 1 || group.some(({ version }) => version === undefined))
      return group.map(({ archive }) => ({ name: archive.name, archives: [archive], releases: [""] }));
    group.sort((left, right) => compareVersions(left.version!, right.version!));
    const archives = group.map(({ archive }) => archive);
    return [{ name: group[0]!.name, archives, releases: group.map(({ version }) => version!) }];
  });
}
