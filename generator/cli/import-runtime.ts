import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { formatImportFile } from "../import/format-import-file";
import { importers } from "../import/importers";
import { openSourceTree } from "../import/open-source-tree";
import { ImportError } from "../import/source-tree";
import type { Problem } from "../read/problem";
import { importsFolder } from "../read/read-manifest";
import type { ImportFile } from "../schema/import-file";
import { compareVersions } from "../schema/libc-versions";
import { nearest } from "../validate/check-schema";
import { compareImports } from "./compare-imports";
import { BadInputError, exitCodes, type Io } from "./io";
import { displayPath, loadManifest, type Loaded } from "./load-manifest";
import type { Options } from "./parse-arguments";
import { showProgress } from "./show-progress";

/**
 * Reads an upstream tree and writes `imports/<runtime>-<version>.json` beside the manifest; says what is new in it.
 * Returns the exit code; throws `BadInputError`, and then nothing was written.
 */
export async function importRuntime(options: Extract<Options, { command: "import" }>, io: Io): Promise<number> {
  const { folder, manifest, imports } = loadManifest(options.manifest, io, isNoConcernOfImporters);
  const row = manifest.runtimes.find(({ name }) => name === options.runtime);
  const importer = importers.get(row?.importer ?? options.runtime);
  if (importer === undefined) {
    const known = [...new Set([...importers.keys(), ...manifest.runtimes.filter((runtime) => importers.has(runtime.importer ?? "")).map(({ name }) => name)])];
    const near = nearest(options.runtime, known);
    throw new BadInputError(`nothing is known of how to import ${options.runtime}\n    mend: ${near === undefined ? `name one of ${known.join(", ")}` : `write ${near}`}`);
  }
  checkVersion(options.version);
  const progress = showProgress(io, `reading ${options.from}`);
  let files: readonly ImportFile[];
  try {
    const tree = await openSourceTree(resolve(io.cwd, options.from));
    const imported = importer(tree, options.version, manifest, (version) => imports.get(`${options.runtime}-${version}`));
    files = [imported].flat().map((file) => ({ ...file, runtime: options.runtime }));
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    throw new BadInputError(`${error.message}\n    mend: give --from the unpacked tree or the archive of ${options.runtime} ${options.version}\nnothing was written`);
  } finally {
    progress.end();
  }
  for (const file of files) {
    const path = join(importsFolder(folder), `${file.runtime}-${file.version}.json`);
    const previous = findPrevious(imports, file);
    const text = formatImportFile(file);
    const isNew = !existsSync(path) || readFileSync(path, "utf8") !== text;
    if (isNew) writeAtomically(path, text);
    io.stdout(`${displayPath(path, io.cwd)}: ${isNew ? "written" : "unchanged"}\n${compareImports(previous, file)}`);
  }
  if (row?.versions.some(({ version }) => version === options.version) !== true) {
    io.stdout(`runtimes/${options.runtime}.yaml does not list version ${options.version} yet\n`);
  }
  return exitCodes.fine;
}

/** An import needs rows of architectures, systems and targets; that imports are missing is what it mends. */
function isNoConcernOfImporters({ row, platforms }: Problem): boolean {
  if (platforms !== undefined || row === undefined) return platforms !== undefined;
  return !["architecture", "system", "target", "module"].includes(row.kind);
}

/** The version becomes part of a file name. */
function checkVersion(version: string): void {
  if (/^[0-9A-Za-z][0-9A-Za-z._+-]*$/.test(version)) return;
  throw new BadInputError(`"${version}" is not a version\n    mend: write it as upstream does, such as 1.2.6`);
}

/** The import of the same version; else that of the runtime's latest release, whichever manifest it belongs to. */
function findPrevious(imports: Loaded["imports"], { runtime, version }: ImportFile): ImportFile | undefined {
  const ofRuntime = [...imports.values()]
    .filter((file) => file.runtime === runtime && (/^\d/.test(file.version) || file.version === version))
    .sort((left, right) => compareVersions(left.version, right.version));
  return ofRuntime.find((file) => file.version === version) ?? ofRuntime.at(-1);
}

function writeAtomically(path: string, text: string): void {
  const staged = `${path}.${process.pid}.new`;
  mkdirSync(resolve(path, ".."), { recursive: true });
  try {
    writeFileSync(staged, text);
    renameSync(staged, path);
  } catch (error) {
    rmSync(staged, { force: true });
    throw new BadInputError(`${path} cannot be written: ${(error as Error).message}\n    mend: make the folder writable`);
  }
}
