import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { askedTargets, digestWanted, withoutOthersColumns } from "../import/asked-targets";
import { MissingProgramError, type ProgramPlaces } from "../import/find-programs";
import { formatImportFile } from "../import/format-import-file";
import type { Division, ImportRows } from "../import/importer";
import { importers, type KnownImporter } from "../import/importers";
import { joinImports } from "../import/join-imports";
import { observeReads } from "../import/observe-reads";
import { ImportError, type SourceTree } from "../import/source-tree";
import type { Problem } from "../read/problem";
import { importsFolder } from "../read/read-imports";
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
  /** The targets that upstream was asked about, where it was not about all: the others are as they were. */
  readonly asked?: readonly string[];
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

/** What an importer has read, and of what. */
interface Reading extends Pick<Provenance, "files" | "targets">, Pick<PendingImport, "asked"> {
  readonly contents: readonly ImportContent[];
}

/** One run of an importer. */
interface Run {
  readonly importer: KnownImporter;
  readonly digest: string;
  readonly release: Release;
  readonly tree: SourceTree;
  readonly loaded: Loaded;
  readonly programs: ProgramPlaces;
  /** Whether all targets are asked about, whatever the import on the disk says of them. */
  readonly anew: boolean;
}

/**
 * What an import of `release` from `tree` writes: its file, and after it that of what its runtime's versions share. Rejects with
 * `BadInputError` where the tree is not what the importer knows.
 */
export async function readImport(
  release: Release,
  tree: SourceTree,
  loaded: Loaded,
  given: Pick<Run, "programs" | "anew">,
): Promise<PendingImport[]> {
  const importer = chooseImporter(release.runtime, loaded);
  const run: Run = { importer, digest: digestImporter(importer.module), release, tree, loaded, ...given };
  const division = importer.division();
  const { contents, files, targets, asked } = await (division === undefined
    ? readWhole(run)
    : readByTarget(run, division));
  const pinned = pinOf(release, loaded);
  const provenance: Provenance = {
    importer: run.digest,
    ...(pinned !== undefined && { pinned }),
    ...(tree.archive !== undefined && { archive: tree.archive }),
    files,
    ...(targets !== undefined && { targets }),
  };
  const [own] = contents;
  const entry =
    own === undefined ? provenance : preferPinned(provenance, findImport(loaded, own)?.provenance[release.version]);
  return contents.map((content) => {
    const others = content === own ? {} : findImport(loaded, content)?.provenance;
    const pending = pend({ ...content, provenance: sortByVersion({ ...others, [release.version]: entry }) }, loaded);
    return { ...pending, ...(asked !== undefined && { asked }) };
  });
}

async function readWhole(run: Run): Promise<Reading> {
  const observed = observeReads(run.tree);
  const contents = await runImporter({ ...run, tree: observed.tree }, run.loaded.manifest);
  return { contents, files: observed.digest() };
}

/**
 * Reads what the import on the disk does not have. That is taken over where the same importer made it of the same files, and the rows
 * still say of all its targets what they said; then upstream is asked about further targets alone. The result is the same as
 * when all are asked about.
 */
async function readByTarget(run: Run, division: Division): Promise<Reading> {
  const { release, tree, loaded, anew } = run;
  const { manifest } = loaded;
  const row = manifest.runtimes.find(({ name }) => name === release.runtime);
  const compiler = row?.part_of === "llvm" ? undefined : compilerOf(manifest);
  const rows = withoutOthersColumns(manifest);
  const all = askedTargets(release.runtime, division, rows, manifest.runtimes, compiler);
  const targets = Object.fromEntries(all.map(({ key, rows: digest }) => [key, digest]));
  const files = digestWanted(tree, division.wants);
  const known = findImport(loaded, release);
  const was = known?.provenance[release.version];
  const isKept =
    !anew &&
    was?.importer === run.digest &&
    was.files === files &&
    Object.entries(was.targets ?? {}).every(([key, digest]) => targets[key] === digest);
  if (isKept && known !== undefined && was.targets !== undefined) {
    const { provenance: _, ...content } = known;
    const added = all.filter(({ key }) => was.targets?.[key] === undefined);
    const asked = added.map(({ key }) => key);
    if (added.length === 0) return { contents: [content], files, targets, asked };
    const own = await readAlone(run, { ...rows, targets: added.map(({ target }) => target) });
    const joined = own && joinImports(content, own, rows);
    if (joined !== undefined) return { contents: [joined], files, targets, asked };
  }
  return { contents: await runImporter(run, rows), files, targets };
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

/** Undefined where there is nothing of these targets alone, such as CPUs that this version of upstream does not know. */
async function readAlone(run: Run, rows: ImportRows): Promise<ImportContent | undefined> {
  try {
    return (await runImporter(run, rows))[0];
  } catch (error) {
    if (error instanceof BadInputError) return undefined;
    throw error;
  }
}

function compilerOf({ llvm }: Loaded["manifest"]): number {
  return majorOf(present(defaultLlvm(llvm), "version of LLVM"));
}

async function runImporter(
  { importer, release, tree, loaded, programs }: Run,
  rows: ImportRows,
): Promise<ImportContent[]> {
  const { runtime, version } = release;
  const imported = await withMend(`${runtime} ${version}`, async () =>
    importer.read(tree, version, rows, {
      earlier: (other) => loaded.imports.get(`${runtime}-${other}`),
      programs,
      llvm: compilerOf(loaded.manifest),
    }),
  );
  return [imported].flat().map((content) => ({ ...content, runtime }));
}

/** What `read` reads of a tree of `what`; rejects with `BadInputError` where this machine or the tree lacks something. */
export async function withMend<Result>(what: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const isMissing = error instanceof MissingProgramError;
    if (!isMissing && !(error instanceof ImportError)) throw error;
    const mend = isMissing ? error.mend : `give --from the unpacked tree or the archive of ${what}`;
    throw new BadInputError(`${error.message}\n    mend: ${mend}\nnothing was written`);
  }
}

/**
 * The same importer finds the same in the same files, wherever they lay: an import from the pinned archive stays as it is,
 * so that neither a repack nor a folder changes it.
 */
export function preferPinned<Origin extends Provenance>(current: Origin, previous: Origin | undefined): Origin {
  if (previous === undefined || current.archive === current.pinned) return current;
  const isSame = (["importer", "pinned", "files", "targets"] as const).every((field) =>
    isDeepStrictEqual(previous[field], current[field]),
  );
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
