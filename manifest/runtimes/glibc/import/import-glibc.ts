import { symbolsVersion } from "../../../../generator/schema/symbol-table";
import type { ImportContent } from "../../../../generator/schema/import-file";
import type { AskedPrograms, ImportContext, ImportRows } from "../../../../generator/import/importer";
import { findMake } from "../../../../generator/import/make/make-tools";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { withMakefiles } from "./ask-subdirectories";
import { readMachines } from "./machine";
import { mergeSymbols } from "./merge-symbols";
import { privateHeaders } from "./private-headers";
import { readHeaders } from "./read-headers";
import { readReleaseSymbols } from "./read-release-symbols";
import { readSources } from "./read-sources";

/** GNU make: what asks it wants version 4.0. */
export const asks = { make: "4.0" } satisfies AskedPrograms;

/**
 * Reads a source tree of glibc for every architecture that has a `glibc` column and that the tree knows. The release's own
 * file has the sets of the start files and of libc_nonshared.a, the headers that it
 * installs, and as texts `private_headers`, which the sets are compiled with. The symbols go into one file for all releases, with
 * what earlier imports put there.
 */
export async function importGlibc(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
  { earlier, programs }: Pick<ImportContext, "earlier" | "programs">,
): Promise<readonly [ImportContent, ImportContent]> {
  const found = /^#define VERSION "(\d+\.\d+)/m.exec(tree.read("version.h"))?.[1];
  if (found !== version) throw new ImportError(`version.h: says ${found ?? "no version"}, not ${version}`);
  const tools = await findMake(programs, asks.make);
  const machines = await withMakefiles(tree, tools, (ask) => readMachines(tree, rows.architectures, ask));
  if (machines.length === 0)
    throw new ImportError("no architecture of the manifest has a glibc column that names a machine of this tree");
  const { machines: symbols, aliases } = readReleaseSymbols(tree, machines);
  return [
    {
      runtime: "glibc",
      version,
      ...readSources(tree, machines, rows.systems),
      facts: { texts: { private_headers: privateHeaders }, release_headers: readHeaders(tree, machines) },
    },
    {
      runtime: "glibc",
      version: symbolsVersion,
      sets: {},
      facts: { symbols: mergeSymbols(earlier(symbolsVersion)?.facts.symbols, version, symbols, aliases) },
    },
  ];
}
