import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { openSourceTree } from "../import/open-source-tree";
import { ImportError, type SourceTree } from "../import/source-tree";
import type { ImportFile } from "../schema/import-file";
import { compareVersions } from "../schema/libc-versions";
import { versionSchema } from "../schema/fields";
import { readArchivesIndex } from "./archives-index";
import { compareImports } from "./compare-imports";
import { BadInputError, exitCodes, type Io } from "./io";
import { displayPath, loadManifest, type Loaded } from "./load-manifest";
import type { Options } from "./parse-arguments";
import {
  archiveNameOf,
  chooseImporter,
  findInIndex,
  isMendedByImporting,
  readImport,
  type PendingImport,
  type Release,
} from "./read-import";
import { showProgress } from "./show-progress";

/**
 * Reads an upstream tree and writes `imports/<runtime>-<version>.json` beside the manifest; says what is new in it.
 * Returns the exit code; throws `BadInputError`, and then nothing was written.
 */
export async function importRuntime(options: Extract<Options, { command: "import" }>, io: Io): Promise<number> {
  const loaded = loadManifest(options.manifest, io, isMendedByImporting);
  chooseImporter(options.runtime, loaded);
  checkVersion(options.version);
  const from = options.from ?? findArchive(options, loaded, io);
  const progress = showProgress(io, `reading ${from}`);
  let pending: readonly PendingImport[];
  try {
    pending = await readImport(options, await openTree(from, options, io), loaded, {
      programs: io.programs,
      anew: options.anew,
    });
  } finally {
    progress.end();
  }
  writeTogether(pending.filter(({ differs }) => differs));
  for (const { path, file, differs, asked } of pending) {
    io.stdout(
      `${displayPath(path, io.cwd)}: ${differs ? "written" : "unchanged"}${tellAsked(asked)}\n${compareImports(findPrevious(loaded.imports, file), file)}`,
    );
  }
  const row = loaded.manifest.runtimes.find(({ name }) => name === options.runtime);
  if (row?.versions.some(({ version }) => version === options.version) !== true) {
    io.stdout(`runtimes/${options.runtime}.yaml does not list version ${options.version} yet\n`);
  }
  return exitCodes.fine;
}

/** What of an import was asked of upstream, where that is not all. */
function tellAsked(asked: readonly string[] | undefined): string {
  if (asked === undefined) return "";
  return asked.length === 0
    ? ", and nothing asked: it was made of the same rows and files (--anew asks all the same)"
    : `, asked about ${asked.join(", ")} alone`;
}

/** Opens the tree of a release; throws `BadInputError` where there is none at `from`. */
export async function openTree(from: string, { runtime, version }: Release, io: Io): Promise<SourceTree> {
  try {
    return await openSourceTree(resolve(io.cwd, from));
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    throw new BadInputError(
      `${error.message}\n    mend: give --from the unpacked tree or the archive of ${runtime} ${version}\nnothing was written`,
    );
  }
}

/** The archive of a version, where the index of archives has it. */
function findArchive(release: Release, loaded: Loaded, io: Io): string {
  const file = findInIndex(release, loaded, readArchivesIndex(io));
  if (file !== undefined) return file;
  const name = archiveNameOf(release, loaded);
  const index = name === undefined ? "" : `, or name ${name} in the index of archives that XLLVM_ARCHIVES names`;
  throw new BadInputError(
    `nothing says where the sources of ${release.runtime} ${release.version} are\n    mend: add --from DIR_OR_ARCHIVE${index}`,
  );
}

function checkVersion(version: string): void {
  if (versionSchema.safeParse(version).success) return;
  throw new BadInputError(`"${version}" is not a version\n    mend: write it as upstream does, such as 1.2.6`);
}

/** The import of the same version; else that of the runtime's latest release, whichever manifest it belongs to. */
function findPrevious(imports: Loaded["imports"], { runtime, version }: ImportFile): ImportFile | undefined {
  const releases = [...imports.values()]
    .filter((file) => file.runtime === runtime && file.provenance[file.version] !== undefined)
    .sort((left, right) => compareVersions(left.version, right.version));
  return imports.get(`${runtime}-${version}`) ?? releases.at(-1);
}

/**
 * Writes all files beside their places before the first is moved there. A run that is killed between two moves leaves files
 * whose provenances contradict each other, which validation tells.
 */
export function writeTogether(pending: readonly Pick<PendingImport, "path" | "text">[]): void {
  const staged = pending.map(({ path, text }) => ({ path, text, place: `${path}.${process.pid}.new` }));
  try {
    for (const { place, text } of staged) {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
    for (const { place, path } of staged) renameSync(place, path);
  } catch (error) {
    for (const { place } of staged) rmSync(place, { force: true });
    throw new BadInputError(
      `${dirname(staged[0]!.path)} cannot be written to: ${(error as Error).message}\n    mend: make the folder writable`,
    );
  }
}
