import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { importCompiler as readCompiler, type CompilerRows } from "../import/compiler/import-compiler";
import { MissingProgramError } from "../import/find-programs";
import { observeReads } from "../import/observe-reads";
import { ImportError } from "../import/source-tree";
import { compilersFolder } from "../read/read-manifest";
import { present } from "../resolve/present";
import { fillColumns, platformName, targetColumns } from "../schema/columns";
import { compilerImportSchema, type CompilerImport } from "../schema/compiler-import";
import { defaultLlvm, majorOf } from "../schema/llvm-versions";
import type { Manifest } from "../schema/rows";
import { readArchivesIndex } from "./archives-index";
import { digestImporter } from "./digest-importer";
import { openTree } from "./import-runtime";
import { BadInputError, exitCodes, type Io } from "./io";
import { displayPath, loadManifest } from "./load-manifest";
import { compilerName, type Options } from "./parse-arguments";
import { isMendedByImporting } from "./read-import";
import { showProgress } from "./show-progress";

/** The name of the archive that a compiler is built from, where an index has it apart from that of the runtimes. */
const archiveOf = (version: string): string => `llvm-bootstrap-${version}`;

/**
 * Reads the sources of LLVM and writes `imports/compiler/<version>.json` beside the manifest. Returns the exit code; throws
 * `BadInputError`, and then nothing was written.
 */
export async function importCompiler(options: Extract<Options, { command: "import" }>, io: Io): Promise<number> {
  const loaded = loadManifest(options.manifest, io, isMendedByImporting);
  const { version } = options;
  const sources = loaded.manifest.llvm.find((row) => row.version === version)?.sources;
  const index = readArchivesIndex(io);
  const from = options.from ?? [archiveOf(version), sources ?? ""].map((name) => index.get(name)).find((file) => file);
  if (from === undefined)
    throw new BadInputError(
      `nothing says where the sources of LLVM ${version} are\n    mend: add --from DIR_OR_ARCHIVE, or name ${archiveOf(version)} in the index of archives that XLLVM_ARCHIVES names`,
    );
  const progress = showProgress(io, `reading ${from}`);
  try {
    const { tree, digest } = observeReads(await openTree(from, { runtime: compilerName, version }, io));
    const content = await readCompiler(tree, version, compilerRows(loaded.manifest), {
      programs: io.programs,
      llvm: majorOf(present(defaultLlvm(loaded.manifest.llvm), "version of LLVM")),
    });
    const pinned = loaded.manifest.archives.find(({ name }) => name === sources)?.sha256;
    const file: CompilerImport = {
      ...content,
      provenance: {
        importer: digestImporter(join(__dirname, "../import/compiler/import-compiler")),
        ...(pinned !== undefined && { pinned }),
        ...(tree.archive !== undefined && { archive: tree.archive }),
        files: digest(),
      },
    };
    const path = join(compilersFolder(loaded.folder), `${version}.json`);
    const text = `${JSON.stringify(compilerImportSchema.parse(file), undefined, 1)}\n`;
    const isNew = !existsSync(path) || readFileSync(path, "utf8") !== text;
    if (isNew) write(path, text);
    const count = Object.values(content.libraries).reduce((sum, library) => sum + library.sources.length, 0);
    io.stdout(
      `${displayPath(path, io.cwd)}: ${isNew ? "written" : "unchanged"}: ${Object.keys(content.libraries).length} libraries of ${count} sources, ${content.backends.join(", ")}\n`,
    );
    return exitCodes.fine;
  } catch (error) {
    const isMissing = error instanceof MissingProgramError;
    if (!isMissing && !(error instanceof ImportError)) throw error;
    const mend = isMissing ? error.mend : `give --from the unpacked tree or the archive of LLVM ${version}`;
    throw new BadInputError(`${error.message}\n    mend: ${mend}\nnothing was written`);
  } finally {
    progress.end();
  }
}

/** What the manifest's rows say of compilers: the platforms that they are built for, and the CPUs of its targets. */
function compilerRows({ hosts, targets, architectures, systems }: Manifest): CompilerRows {
  const rows = targets.flatMap((target) => {
    const architecture = architectures.find(({ name }) => name === target.architecture);
    const system = systems.find(({ name }) => name === target.system);
    return architecture === undefined || system === undefined ? [] : [{ target, architecture, system }];
  });
  return {
    hosts: hosts.flatMap(({ name, compiler_platform }) => {
      const row = rows.find(
        ({ target, architecture, system }) => platformName(target, architecture, system) === compiler_platform,
      );
      if (row === undefined) return [];
      const columns = targetColumns(row.architecture, row.system);
      return [{ name, triple: fillColumns(row.system.triple, columns), processor: String(columns["llvm"]) }];
    }),
    backends: [...new Set(rows.flatMap(({ architecture }) => architecture.backend ?? []))].sort(),
  };
}

function write(path: string, text: string): void {
  const place = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(place, text);
    renameSync(place, path);
  } catch (error) {
    rmSync(place, { force: true });
    throw new BadInputError(
      `${dirname(path)} cannot be written to: ${(error as Error).message}\n    mend: make the folder writable`,
    );
  }
}
