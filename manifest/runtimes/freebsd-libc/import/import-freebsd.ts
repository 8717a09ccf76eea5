import { architecturesWith, type ImportRows } from "../../../../generator/import/importer";
import { toSourceSet } from "../../../../generator/import/source-variants";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { columnOf } from "../../../../generator/import/zig/column-of";
import { readSymbolLists } from "../../../../generator/import/zig/read-symbol-lists";
import { toSymbolTable } from "../../../../generator/import/zig/to-symbol-table";
import type { ImportContent, SourceSetImport } from "../../../../generator/schema/import-file";
import type { ArchitectureRow } from "../../../../generator/schema/rows";
import { symbolsVersion } from "../../../../generator/schema/symbol-table";

const runtime = "freebsd-libc";
const folder = "lib/libc/freebsd";
const csu = `${folder}/lib/csu`;

/**
 * The libraries that programs are linked with, by SHLIB_MAJOR of their Makefiles. The loader, which the lists have as well, is
 * in no link.
 */
const sonames = {
  c: "libc.so.7",
  dl: "libdl.so.1",
  execinfo: "libexecinfo.so.1",
  m: "libm.so.5",
  rt: "librt.so.1",
  stdthreads: "libstdthreads.so.0",
  thr: "libthr.so.3",
  util: "libutil.so.9",
};

/** What start files are compiled with that shared libraries and position-independent programs take (lib/csu/Makefile.inc). */
const positionIndependent = ["-fPIC", "-DPIC"];

/** The start files, by lib/csu/Makefile.inc: which sources, and how they are compiled. */
const startFiles: Readonly<Record<string, { readonly flags: readonly string[]; readonly program: boolean }>> = {
  crt1: { program: true, flags: ["-fno-PIC"] },
  Scrt1: { program: true, flags: positionIndependent },
  crtbegin: { program: false, flags: ["-fno-PIC"] },
  crtbeginS: { program: false, flags: [...positionIndependent, "-DSHARED"] },
  crtend: { program: false, flags: ["-fno-PIC"] },
  crtendS: { program: false, flags: [...positionIndependent, "-DSHARED"] },
};

/** Sources of a program's start file beside its architecture's. The notes say which system it is for, and that the loader calls its initializers. */
const notes = ["crtbrand.S", "feature_note.S", "ignore_init_note.S"].map((name) => `${csu}/common/${name}`);

/** Reads what Zig's archive has of FreeBSD: the start files of each architecture that has a target, and the symbols of the libraries. */
export function importFreebsd(
  tree: SourceTree,
  version: string,
  rows: ImportRows,
): readonly [ImportContent, ImportContent] {
  const lists = readSymbolLists(tree.bytes(`${folder}/abilists`), `${folder}/abilists`);
  // A major release has a node of its own: FreeBSD 7 was the first, with FBSD_1.0.
  const newest = lists.versions.at(-1) ?? "none";
  const release = String(Number(newest.split(".")[1]) + 7);
  if (release !== version)
    throw new ImportError(
      `${folder}/abilists: its newest version is ${newest}, which is of ${release}, not ${version}`,
    );
  const architectures = architecturesWith(runtime, rows).map(({ architecture }) => architecture);
  const targets = new Map(
    architectures.map((architecture) => [architecture.name, columnOf(architecture, "freebsd_target")]),
  );
  const sets = Object.entries(startFiles).map(([name]) => [name, readStartFile(tree, name, architectures)] as const);
  // What crti.o and crtn.o are made of here.
  const empty = toSourceSet([{ sources: ["generated/csu/empty.c"] }], { systems: [] });
  return [
    { runtime, version, sets: { ...Object.fromEntries(sets), empty }, facts: {} },
    {
      runtime,
      version: symbolsVersion,
      sets: {},
      facts: {
        symbols: toSymbolTable(lists, {
          release: version,
          nodePrefix: "FBSD_",
          targets,
          sonames,
          taken: { c: readProgramData(tree) },
        }),
      },
    },
  ];
}

function readStartFile(tree: SourceTree, name: string, architectures: readonly ArchitectureRow[]): SourceSetImport {
  const { flags, program } = startFiles[name]!;
  const lists = architectures.map((architecture) => {
    const own = `${csu}/${columnOf(architecture, "freebsd")}`;
    const sources = program
      ? [...notes, ...["crt1_c.c", "crt1_s.S"].map((file) => `${own}/${file}`).filter((file) => tree.has(file))]
      : [`${csu}/common/${name.replace(/S$/, "")}.c`];
    const missing = [...sources, `${own}/crt.h`].find((file) => !tree.has(file));
    if (missing !== undefined) throw new ImportError(`${missing}: no such file, which ${name}.o is made of`);
    return { architecture: architecture.name, sources };
  });
  const assembly = [...new Set(lists.flatMap(({ sources }) => sources))].filter((file) => file.endsWith(".S")).sort();
  return {
    ...toSourceSet(lists, {
      systems: [],
      sourceFlags: Object.fromEntries(assembly.map((file) => [file, ["-DLOCORE"]])),
    }),
    flags: [...flags],
  };
}

/** The data of start files that libc refers to: it is built without them, so that each program has to export its own. */
function readProgramData(tree: SourceTree): string[] {
  const path = `${csu}/common/csu_common.h`;
  const names = [...tree.read(path).matchAll(/^(?:const )?char \*+(\w+)(?: = "")?;$/gm)].map((match) => match[1]!);
  if (names.length === 0) throw new ImportError(`${path}: defines no data, where environ was expected`);
  return names.sort();
}
