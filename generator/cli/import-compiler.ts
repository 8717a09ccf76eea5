import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { importCompiler as readCompiler, type CompilerRows } from "../import/compiler/import-compiler";
import { observeReads } from "../import/observe-reads";
import type { SourceTree } from "../import/source-tree";
import { compilersFolder } from "../read/read-imports";
import { present } from "../resolve/present";
import { fillColumns, platformName, targetColumns } from "../schema/columns";
import { compilerImportSchema, type CompilerImport } from "../schema/compiler-import";
import { compilerArchive, defaultLlvm, majorOf } from "../schema/llvm-versions";
import type { Manifest } from "../schema/rows";
import { readArchivesIndex } from "./archives-index";
import { digestImporter } from "./digest-importer";
import { openTree, writeTogether } from "./import-runtime";
import { BadInputError, exitCodes, type Io } from "./io";
import { displayPath, loadManifest, type Loaded } from "./load-manifest";
import { compilerName, type Options } from "./parse-arguments";
import { isMendedByImporting, preferPinned, withMend } from "./read-import";
import { showProgress } from "./show-progress";

/**
 * Reads the sources of LLVM and writes `imports/compiler/<version>.json` beside the manifest. Returns the exit code; throws
 * `BadInputError`, and then nothing was written.
 */
export async function importCompiler(options: Extract<Options, { command: "import" }>, io: Io): Promise<number> {
  const loaded = loadManifest(options.manifest, io, isMendedByImporting);
  const { version } = options;
  const from = options.from ?? findCompilerSources(version, loaded, readArchivesIndex(io));
  if (from === undefined)
    throw new BadInputError(
      `nothing says where the sources of LLVM ${version} are\n    mend: add --from DIR_OR_ARCHIVE, or name ${compilerArchive(version)} in the index of archives that XLLVM_ARCHIVES names`,
    );
  const progress = showProgress(io, `reading ${from}`);
  try {
    const tree = await openTree(from, { runtime: compilerName, version }, io);
    const { path, text, file, differs } = await readCompilerImport(version, tree, loaded, io);
    if (differs) writeTogether([{ path, text }]);
    const sources = Object.values(file.libraries).flatMap((library) => library.sources);
    io.stdout(
      `${displayPath(path, io.cwd)}: ${differs ? "written" : "unchanged"}\n  ${Object.keys(file.libraries).length} libraries of ${sources.length} sources; makes code for ${file.backends.join(", ")}\n`,
    );
    return exitCodes.fine;
  } finally {
    progress.end();
  }
}

/** What an import of a compiler writes. */
export interface PendingCompiler {
  readonly path: string;
  readonly file: CompilerImport;
  readonly text: string;
  /** Whether the file on the disk is another, or is not there. */
  readonly differs: boolean;
}

/** Where an index of archives has the sources of a version's compiler. */
export function findCompilerSources(
  version: string,
  { manifest }: Loaded,
  index: ReadonlyMap<string, string>,
): string | undefined {
  const sources = manifest.llvm.find((row) => row.version === version)?.sources;
  return index.get(compilerArchive(version)) ?? (sources === undefined ? undefined : index.get(sources));
}

/** What is known of an import of a compiler's without reading its sources: causes why it may be out of date. */
export function compilerReasons({ provenance, version }: CompilerImport, { manifest }: Loaded): string[] {
  return [
    ...(provenance.importer === digest() ? [] : ["the importer has changed since"]),
    ...(provenance.pinned === pinOf(version, manifest) ? [] : ["the archive's pin has changed since"]),
  ];
}

/** Reads what the compiler of a version is made of. Rejects with `BadInputError` where the tree is not what the importer knows. */
export async function readCompilerImport(
  version: string,
  tree: SourceTree,
  { manifest, folder }: Loaded,
  { programs }: Io,
): Promise<PendingCompiler> {
  const observed = observeReads(tree);
  const llvm = majorOf(present(defaultLlvm(manifest.llvm), "version of LLVM"));
  const content = await withMend(`LLVM ${version}`, () =>
    readCompiler(observed.tree, version, compilerRows(manifest), { programs, llvm }),
  );
  const pinned = pinOf(version, manifest);
  const read: CompilerImport["provenance"] = {
    importer: digest(),
    ...(pinned !== undefined && { pinned }),
    ...(tree.archive !== undefined && { archive: tree.archive }),
    files: observed.digest(),
  };
  const file = { ...content, provenance: preferPinned(read, manifest.compilers.get(version)?.provenance) };
  const path = join(compilersFolder(folder), `${version}.json`);
  const text = `${JSON.stringify(compilerImportSchema.parse(file), undefined, 1)}\n`;
  return { path, file, text, differs: !existsSync(path) || readFileSync(path, "utf8") !== text };
}

const digest = (): string => digestImporter(join(__dirname, "../import/compiler/import-compiler"));

function pinOf(version: string, { llvm, archives }: Manifest): string | undefined {
  const sources = llvm.find((row) => row.version === version)?.sources;
  return archives.find(({ name }) => name === sources)?.sha256;
}

/** What the manifest's rows say of compilers: the platforms that they are built for, and the CPUs of its targets. */
function compilerRows({ module, hosts, targets, architectures, systems, runtimes }: Manifest): CompilerRows {
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
      const has = runtimes
        .filter((runtime) => row.system.stack.includes(runtime.name))
        .flatMap((runtime) => runtime.has);
      return [{ name, triple: fillColumns(row.system.triple, columns), processor: String(columns["llvm"]), has }];
    }),
    backends: [...new Set(rows.flatMap(({ architecture }) => architecture.backend ?? []))].sort(),
    tools: module.seed_programs,
  };
}
