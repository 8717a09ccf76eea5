import { existsSync } from "node:fs";
import { join } from "node:path";

import type { SourceTree } from "../import/source-tree";
import { compilersFolder, importsFolder } from "../read/read-imports";
import type { CompilerImport } from "../schema/compiler-import";
import type { ImportFile } from "../schema/import-file";
import { readArchivesIndex } from "./archives-index";
import { compareImports } from "./compare-imports";
import { digestImporter } from "./digest-importer";
import { compilerReasons, findCompilerSources, readCompilerImport } from "./import-compiler";
import { openTree } from "./import-runtime";
import { BadInputError, exitCodes, type Io } from "./io";
import { displayPath, loadManifest, type Loaded } from "./load-manifest";
import { compilerName, type Options } from "./parse-arguments";
import { chooseImporter, findInIndex, isMendedByImporting, pinOf, readImport, type Release } from "./read-import";

/** What is known of one import file without writing anything. */
interface Verdict {
  readonly isCurrent: boolean;
  /** A line for people, and more below it. */
  readonly told: string;
}

/**
 * Says which import files of the manifest a current importer would write differently. Those whose sources are at hand, by
 * `--from` or by the index of archives, are read anew; of the others the importer's code and the archive's pin are compared.
 * Returns the exit code; throws `BadInputError` where there is nothing to check.
 */
export async function checkImports(options: Extract<Options, { command: "check imports" }>, io: Io): Promise<number> {
  const loaded = loadManifest(options.manifest, io, isMendedByImporting);
  const files = releasesOf(loaded).filter(
    ({ runtime, version }) => runtime === (options.runtime ?? runtime) && version === (options.version ?? version),
  );
  const compilers = compilersOf(loaded).filter(
    ({ version }) => (options.runtime ?? compilerName) === compilerName && version === (options.version ?? version),
  );
  if (files.length + compilers.length === 0) {
    const what = [options.runtime ?? "any runtime", options.version].filter((word) => word !== undefined).join(" ");
    throw new BadInputError(
      `${displayPath(importsFolder(loaded.folder), io.cwd)} has no import of ${what}\n    mend: name one of ${releasesOf(
        loaded,
      )
        .map(({ runtime, version }) => `${runtime} ${version}`)
        .concat(compilersOf(loaded).map(({ version }) => `${compilerName} ${version}`))
        .join(", ")}`,
    );
  }
  const index = readArchivesIndex(io);
  const trees = new Map<string, SourceTree>();
  let outdated = 0;
  const check = async (
    { runtime, version }: Release,
    path: string,
    found: string | undefined,
    judge: (tree: SourceTree | undefined) => Verdict | Promise<Verdict>,
  ): Promise<void> => {
    const from = options.from ?? found;
    if (from !== undefined && !trees.has(from)) trees.set(from, await openTree(from, { runtime, version }, io));
    const verdict = await judge(from === undefined ? undefined : trees.get(from));
    io.stdout(`${displayPath(path, io.cwd)}: ${verdict.told}\n`);
    if (verdict.isCurrent) return;
    outdated += 1;
    const manifest = options.manifest === undefined ? "" : ` --manifest ${options.manifest}`;
    io.stderr(
      `    mend: npx gen-bzl import ${runtime} ${version} --from ${from === undefined ? "DIR_OR_ARCHIVE" : displayPath(from, io.cwd)}${manifest}\n`,
    );
  };
  for (const file of files)
    await check(file, pathOf(file, loaded), findInIndex(file, loaded, index), (tree) =>
      tree === undefined ? compareOrigin(reasons(file, loaded)) : readAnew(file, tree, loaded, io),
    );
  for (const file of compilers)
    await check(
      { runtime: compilerName, version: file.version },
      compilerPath(file, loaded),
      findCompilerSources(file.version, loaded, index),
      async (tree) => {
        const found = compilerReasons(file, loaded);
        if (tree === undefined) return compareOrigin(found);
        const { differs } = await readCompilerImport(file.version, tree, loaded, io);
        return differs ? { isCurrent: false, told: tellDifferent(found) } : { isCurrent: true, told: same };
      },
    );
  if (outdated === 0) return exitCodes.fine;
  io.stderr(
    `${outdated} of ${files.length + compilers.length} imports ${outdated === 1 ? "is" : "are"} not what a current importer writes\n`,
  );
  return exitCodes.drift;
}

/** The imports of versions that lie beside the manifest; those that it inherits are not its to write. */
function releasesOf(loaded: Loaded): ImportFile[] {
  return [...loaded.imports.values()].filter(
    (file) => file.provenance[file.version] !== undefined && existsSync(pathOf(file, loaded)),
  );
}

function pathOf({ runtime, version }: ImportFile, { folder }: Loaded): string {
  return join(importsFolder(folder), `${runtime}-${version}.json`);
}

/** Likewise, of compilers. */
function compilersOf(loaded: Loaded): CompilerImport[] {
  return [...loaded.manifest.compilers.values()].filter((file) => existsSync(compilerPath(file, loaded)));
}

function compilerPath({ version }: CompilerImport, { folder }: Loaded): string {
  return join(compilersFolder(folder), `${version}.json`);
}

async function readAnew(file: ImportFile, tree: SourceTree, loaded: Loaded, { programs }: Io): Promise<Verdict> {
  const differing = (await readImport(file, tree, loaded, { programs, anew: true })).filter(({ differs }) => differs);
  if (differing.length === 0) return { isCurrent: true, told: same };
  const compared = differing.map((pending) =>
    compareImports(loaded.imports.get(`${pending.file.runtime}-${pending.file.version}`), pending.file).trimEnd(),
  );
  return {
    isCurrent: false,
    told: [tellDifferent(reasons(file, loaded)), ...compared].join("\n"),
  };
}

const same = "read anew, the same";

/** That what was read anew is another, and what of it was to be expected. */
function tellDifferent(found: readonly string[]): string {
  return ["read anew, not the same", ...found.map((reason) => `  ${reason}`)].join("\n");
}

function compareOrigin(found: readonly string[]): Verdict {
  if (found.length > 0) return { isCurrent: false, told: `may not be what it was (${found.join("; ")})` };
  return {
    isCurrent: true,
    told: "of the same importer and the same archive; not read anew, since neither --from nor XLLVM_ARCHIVES says where its sources are",
  };
}

function reasons(file: ImportFile, loaded: Loaded): string[] {
  const { importer, pinned } = file.provenance[file.version]!;
  const { module } = chooseImporter(file.runtime, loaded);
  return [
    ...(importer === digestImporter(module) ? [] : ["the importer has changed since"]),
    ...(pinned === pinOf(file, loaded) ? [] : ["the archive's pin has changed since"]),
  ];
}
