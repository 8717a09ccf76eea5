import { architecturesWith, type ImportRows } from "../../../../generator/import/importer";
import { toSourceSet } from "../../../../generator/import/source-variants";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { columnOf } from "../../../../generator/import/zig/column-of";
import { readSymbolLists } from "../../../../generator/import/zig/read-symbol-lists";
import { toSymbolTable } from "../../../../generator/import/zig/to-symbol-table";
import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import { symbolsVersion } from "../../../../generator/schema/symbol-table";

const runtime = "netbsd-libc";
const folder = "lib/libc/netbsd";
const csu = `${folder}/lib/csu`;

/** The libraries that programs are linked with, by their shlib_version. The loader, which the lists have as well, is in no link. */
const sonames = {
  c: "libc.so.12",
  execinfo: "libexecinfo.so.0",
  m: "libm.so.0",
  pthread: "libpthread.so.1",
  rt: "librt.so.1",
  util: "libutil.so.7",
};

/** The start files, by lib/csu/common/Makefile.inc. A program is position-independent; crt0.o serves those that are not as well. */
const startFiles: Readonly<Record<string, readonly string[]>> = {
  crt0: ["-fPIE"],
  crtbegin: ["-fno-PIC"],
  crtbeginS: ["-fPIC", "-DSHARED"],
};

/** Reads what Zig's archive has of NetBSD: the start files of each architecture that has a target, and the symbols of the libraries. */
export function importNetbsd(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
): readonly [ImportContent, ImportContent] {
  const lists = readSymbolLists(tree.bytes(`${folder}/abilists`), `${folder}/abilists`);
  const newest = lists.versions.at(-1) ?? "none";
  if (newest.split(".")[0] !== version)
    throw new ImportError(`${folder}/abilists: its newest version is ${newest}, which is not of ${version}`);
  const architectures = architecturesWith(runtime, rows).map(({ architecture }) => architecture);
  const targets = new Map(
    architectures.map((architecture) => [architecture.name, columnOf(architecture, "netbsd_target")]),
  );
  const sets = Object.entries(startFiles).map(([name, flags]): [string, SourceSetImport] => {
    const lists = architectures.map((architecture) => ({
      architecture: architecture.name,
      sources: sourcesOf(tree, name, columnOf(architecture, "netbsd")),
    }));
    return [name, { ...toSourceSet(lists, { systems: [] }), flags: [...flags] }];
  });
  // What crti.o, crtn.o and crtend.o are made of here.
  const empty = toSourceSet([{ sources: ["generated/csu-netbsd/empty.c"] }], { systems: [] });
  return [
    { runtime, version, sets: { ...Object.fromEntries(sets), empty }, facts: {} },
    {
      runtime,
      version: symbolsVersion,
      sets: {},
      // Its libraries have no symbol versions.
      facts: { symbols: toSymbolTable(lists, { release: version, nodePrefix: "", targets, sonames }) },
    },
  ];
}

/** What a start file is made of: that of programs also of code for the architecture, and of the note by which the kernel knows them. */
function sourcesOf(tree: SourceTree, name: string, folderName: string): string[] {
  const sources =
    name === "crt0"
      ? [`${csu}/arch/${folderName}/crt0.S`, `${csu}/common/crt0-common.c`, `${csu}/common/sysident.S`]
      : [`${csu}/common/crtbegin.c`];
  const missing = sources.find((file) => !tree.has(file));
  if (missing !== undefined) throw new ImportError(`${missing}: no such file, which ${name}.o is made of`);
  return sources;
}
