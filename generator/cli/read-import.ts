import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { MissingProgramError, type ProgramPlaces } from "../import/find-programs";
import { formatImportFile } from "../import/format-import-file";
import { importers, type KnownImporter } from "../import/importers";
import { observeReads } from "../import/observe-reads";
import { ImportError, type SourceTree } from "../import/source-tree";
import type { Problem } from "../read/problem";
import { importsFolder } from "../read/read-manifest";
import { present } from "../resolve/present";
import type { ImportContent, ImportFile, Provenance } from "../schema/import-file";
import { compareVersions } from "../schema/libc-versions";
import { defaultLlvm, majorOf } from "../schema/llvm-versions";
import { nearest } from "../validate/check-schema";
import { digestImporter } from "./digest-importer";
import { BadInputError } from "./io";
import type { Loaded } from "./load-manifest";

/** A file that an import is going to write, and what is there. */
export interface PendingImport {
  readonly path: string;
  readonly file: ImportFile;
  readonly text: string;
  /** Whether the file on the disk is another, or is not there. */
  readonly differs: boolean;
}

/** One version of one runtime. */
export interface Release {
  readonly runtime: string;
  readonly version: string;
}

/** What is wrong with a manifest that an import can be made for all the same: it needs architectures, systems and targets alone. */
export function isMendedByImporting({ row, platforms }: Problem): boolean {
  if (platforms !== undefined || row === undefined) return platforms !== undefined;
  return !["architecture", "system", "target", "module"].includes(row.kind);
}

/** The importer of a runtime, by its row or its name. Throws `BadInputError` where there is none. */
export function chooseImporter(runtime: string, { manifest }: Loaded): KnownImporter {
  const row = manifest.runtimes.find(({ name }) => name === runtime);
  const importer = importers.get(row?.importer ?? runtime);
  if (importer !== undefined) return importer;
  const known = [
    ...new Set([
      ...importers.keys(),
      ...manifest.runtimes.filter((other) => importers.has(other.importer ?? "")).map(({ name }) => name),
    ]),
  ];
  const near = nearest(runtime, known);
  throw new BadInputError(
    `nothing is known of how to import ${runtime}\n    mend: ${near === undefined ? `name one of ${known.join(", ")}` : `write ${near}`}`,
  );
}

/**
 * What an import of `release` from `tree` writes: its file, and after it that of what its runtime's versions share. Rejects with
 * `BadInputError` where the tree is not what the importer knows.
 */
export async function readImport(
  release: Release,
  tree: SourceTree,
  loaded: Loaded,
  programs: ProgramPlaces,
): Promise<PendingImport[]> {
  const importer = chooseImporter(release.runtime, loaded);
  const observed = observeReads(tree);
  const contents = await runImporter(importer, release, observed.tree, loaded, programs);
  const pinned = pinOf(release, loaded);
  const provenance: Provenance = {
    importer: digestImporter(importer.module),
    ...(pinned !== undefined && { pinned }),
    ...(tree.archive !== undefined && { archive: tree.archive }),
    files: observed.digest(),
  };
  const [own] = contents;
  const entry =
    own === undefined ? provenance : preferPinned(provenance, findImport(loaded, own)?.provenance[release.version]);
  return contents.map((content) => {
    const others = content === own ? {} : findImport(loaded, content)?.provenance;
    return pend({ ...content, provenance: sortByVersion({ ...others, [release.version]: entry }) }, loaded);
  });
}

/** The archive row that the manifest has for a version of a runtime; undefined where it has none, or one per platform. */
export function archiveNameOf({ runtime, version }: Release, { manifest }: Loaded): string | undefined {
  const archive = manifest.runtimes
    .find(({ name }) => name === runtime)
    ?.versions.find((row) => row.version === version)?.archive;
  return manifest.archives.find(({ name }) => name === archive)?.name;
}

/** Where an index of archives has the archive of a version, or one that serves as well. */
export function findInIndex(release: Release, loaded: Loaded, index: ReadonlyMap<string, string>): string | undefined {
  const row = loaded.manifest.archives.find(({ name }) => name === archiveNameOf(release, loaded));
  return row === undefined
    ? undefined
    : [row.name, ...row.alternatives].map((name) => index.get(name)).find((file) => file !== undefined);
}

/** What the manifest pins the archive of a version with. */
export function pinOf(release: Release, loaded: Loaded): string | undefined {
  const archive = archiveNameOf(release, loaded);
  return loaded.manifest.archives.find(({ name }) => name === archive)?.sha256;
}

async function runImporter(
  { read }: KnownImporter,
  { runtime, version }: Release,
  tree: SourceTree,
  { manifest, imports }: Loaded,
  programs: ProgramPlaces,
): Promise<ImportContent[]> {
  try {
    const imported = await read(tree, version, manifest, {
      earlier: (other) => imports.get(`${runtime}-${other}`),
      programs,
      llvm: majorOf(present(defaultLlvm(manifest.llvm), "version of LLVM")),
    });
    return [imported].flat().map((content) => ({ ...content, runtime }));
  } catch (error) {
    const isMissing = error instanceof MissingProgramError;
    if (!isMissing && !(error instanceof ImportError)) throw error;
    const mend = isMissing ? error.mend : `give --from the unpacked tree or the archive of ${runtime} ${version}`;
    throw new BadInputError(`${error.message}\n    mend: ${mend}\nnothing was written`);
  }
}

/**
 * The same importer finds the same in the same files, wherever they lay: an import from the pinned archive stays as it is,
 * so that neither a repack nor a folder changes it.
 */
function preferPinned(current: Provenance, previous: Provenance | undefined): Provenance {
  if (previous === undefined || current.archive === current.pinned) return current;
  const isSame = (["importer", "pinned", "files"] as const).every((field) => previous[field] === current[field]);
  return isSame ? previous : current;
}

function pend(file: ImportFile, { folder }: Loaded): PendingImport {
  const path = join(importsFolder(folder), `${file.runtime}-${file.version}.json`);
  const text = formatImportFile(file);
  return { path, file, text, differs: !existsSync(path) || readFileSync(path, "utf8") !== text };
}

function findImport({ imports }: Loaded, { runtime, version }: Release): ImportFile | undefined {
  return imports.get(`${runtime}-${version}`);
}

function sortByVersion<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => compareVersions(left, right)));
}
