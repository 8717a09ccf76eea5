import { existsSync } from "node:fs";
import { join } from "node:path";

import type { SourceTree } from "../import/source-tree";
import { importsFolder } from "../read/read-manifest";
import type { ImportFile } from "../schema/import-file";
import { readArchivesIndex } from "./archives-index";
import { compareImports } from "./compare-imports";
import { digestImporter } from "./digest-importer";
import { openTree } from "./import-runtime";
import { BadInputError, exitCodes, type Io } from "./io";
import { displayPath, loadManifest, type Loaded } from "./load-manifest";
import type { Options } from "./parse-arguments";
import { chooseImporter, findInIndex, isMendedByImporting, pinOf, readImport } from "./read-import";

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
  if (files.length === 0) {
    const what = [options.runtime ?? "any runtime", options.version].filter((word) => word !== undefined).join(" ");
    throw new BadInputError(
      `${displayPath(importsFolder(loaded.folder), io.cwd)} has no import of ${what}\n    mend: name one of ${releasesOf(
        loaded,
      )
        .map(({ runtime, version }) => `${runtime} ${version}`)
        .join(", ")}`,
    );
  }
  const index = readArchivesIndex(io);
  const trees = new Map<string, SourceTree>();
  let outdated = 0;
  for (const file of files) {
    const from = options.from ?? findInIndex(file, loaded, index);
    if (from !== undefined && !trees.has(from)) trees.set(from, await openTree(from, file, io));
    const verdict =
      from === undefined ? compareOrigin(file, loaded) : await readAnew(file, trees.get(from)!, loaded, io);
    io.stdout(`${displayPath(pathOf(file, loaded), io.cwd)}: ${verdict.told}\n`);
    if (verdict.isCurrent) continue;
    outdated += 1;
    const manifest = options.manifest === undefined ? "" : ` --manifest ${options.manifest}`;
    io.stderr(
      `    mend: npx gen-bzl import ${file.runtime} ${file.version} --from ${from === undefined ? "DIR_OR_ARCHIVE" : displayPath(from, io.cwd)}${manifest}\n`,
    );
  }
  if (outdated === 0) return exitCodes.fine;
  io.stderr(
    `${outdated} of ${files.length} imports ${outdated === 1 ? "is" : "are"} not what a current importer writes\n`,
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

async function readAnew(file: ImportFile, tree: SourceTree, loaded: Loaded, { programs }: Io): Promise<Verdict> {
  const differing = (await readImport(file, tree, loaded, { programs, anew: true })).filter(({ differs }) => differs);
  if (differing.length === 0) return { isCurrent: true, told: "read anew, the same" };
  const compared = differing.map((pending) =>
    compareImports(loaded.imports.get(`${pending.file.runtime}-${pending.file.version}`), pending.file).trimEnd(),
  );
  return {
    isCurrent: false,
    told: ["read anew, not the same", ...reasons(file, loaded).map((reason) => `  ${reason}`), ...compared].join("\n"),
  };
}

function compareOrigin(file: ImportFile, loaded: Loaded): Verdict {
  const found = reasons(file, loaded);
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
