import { posix } from "node:path";
import type { IncludeSearch, SourceSetImport } from "../../../../generator/schema/import-file";
import type { Role } from "../../../../generator/schema/roles";
import type { SystemRow } from "../../../../generator/schema/rows";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import type { Subdirectory } from "./ask-subdirectories";
import { findIncludedFiles, type IncludedFiles } from "./find-included-files";
import type { Machine } from "./machine";
import { toSourceSet, type SourceList } from "../../../../generator/import/source-variants";
import { preludeMacros, privateHeaders } from "./private-headers";

/** Objects that are compiled with the same flags for one machine. */
interface ObjectList {
  readonly machine: Machine;
  readonly sources: readonly string[];
}

/** The start files, by what upstream calls them, and the suffix that its objects have where they are compiled alike. */
const startFiles: Readonly<Record<string, ObjectSuffix>> = {
  crt1: ".o",
  rcrt1: ".o",
  Scrt1: ".os",
  gcrt1: ".os",
  crti: ".o",
  crtn: ".o",
};

type ObjectSuffix = ".o" | ".os" | ".oS";

/** `CPPFLAGS-<suffix>` and `CFLAGS-<suffix>` of Makeconfig, with a compiler that makes position-independent executables by default. */
const suffixFlags: Readonly<Record<ObjectSuffix, readonly string[]>> = {
  ".o": ["-DPIC", "-fPIE"],
  ".os": ["-DPIC", "-DSHARED", "-fPIC"],
  ".oS": ["-DPIC", "-DLIBC_NONSHARED=1", "-fPIC"],
};

/** What is linked into programs from the tree, and how it is compiled. */
export interface ReleaseSources {
  /** One set for each start file, and `libc_nonshared`. */
  readonly sets: Readonly<Record<string, SourceSetImport>>;
  readonly search: IncludeSearch;
}

export function readSources(
  tree: SourceTree,
  machines: readonly Machine[],
  systems: readonly SystemRow[],
): ReleaseSources {
  const lists = [...Object.entries(startFiles), ["libc_nonshared", ".oS"] as const].map(([name, suffix]) => ({
    name,
    suffix,
    lists: machines.map((machine): ObjectList => ({
      machine,
      sources:
        name === "libc_nonshared"
          ? nonsharedSources(tree, machine)
          : startFileObjects(tree, machine, name).map((object) => sourceOf(tree, machine, object, "csu")),
    })),
  }));
  const included = new Map(
    machines.map((machine) => [machine, { files: new Set<string>(), missing: new Set<string>() }]),
  );
  for (const { suffix, lists: all } of lists) {
    for (const { machine, sources } of all)
      sources.forEach((source) => addIncluded(included.get(machine)!, tree, source, searchOf(machine), suffix));
  }
  return {
    sets: Object.fromEntries(lists.map(({ name, suffix, lists: all }) => [name, toSet(tree, all, suffix, systems)])),
    search: toSearch(included),
  };
}

/** The names of the objects that a start file is linked of, by the rules of csu/Makefile. */
function startFileObjects(tree: SourceTree, { subdirectories, configuration }: Machine, name: string): string[] {
  const csu = subdirectories.find(({ folder }) => folder === "csu");
  // Rules that install a start file have another spelling of its folder, `csu//crt1.o`.
  const rules = new Map(
    [...csu!.rules]
      .map(([target, prerequisites]) => [target, prerequisites.filter((file) => /\.o[sS]?$/.test(file))] as const)
      .filter(([target, objects]) => objects.length > 0 && !target.includes("//"))
      .map(([target, objects]) => [posix.basename(target), objects]),
  );
  const objectsOf = (file: string): string[] => {
    const prerequisites = rules.get(file);
    return prerequisites === undefined
      ? [file.replace(/\.o[sS]?$/, "")]
      : prerequisites.flatMap((object) => objectsOf(posix.basename(object)));
  };
  const objects = [...new Set(objectsOf(`${name}.o`))];
  if (objects.includes(name) && !tree.files.some((file) => posix.basename(file) === `${name}.S`)) {
    throw new ImportError(`csu/Makefile: has no rule that links ${name}.o for ${configuration.architecture}`);
  }
  return objects;
}

/** `static-only-routines` of all subdirectories that are among their routines (Makerules): the members of libc_nonshared.a. */
function nonsharedSources(tree: SourceTree, machine: Machine): string[] {
  return machine.subdirectories.flatMap(({ folder, variables }) => {
    const routines = new Set(["routines", "aux", "sysdep_routines"].flatMap((name) => variables.words(name)));
    const chosen = [...new Set(variables.words("static-only-routines"))].filter((routine) => routines.has(routine));
    return chosen.map((routine) => sourceOf(tree, machine, routine, folder));
  });
}

/** By the rules of scripts/sysd-rules.awk: the first folder that has a source, in which assembly comes first. */
function sourceOf(
  tree: SourceTree,
  { sysdeps, configuration }: Machine,
  stem: string,
  folder: Subdirectory["folder"],
): string {
  const source = [...sysdeps, folder]
    .flatMap((name) => [`${name}/${stem}.S`, `${name}/${stem}.c`])
    .find((file) => tree.has(file));
  if (source === undefined)
    throw new ImportError(`${folder}/Makefile: names ${stem} for ${configuration.architecture}, which has no source`);
  return source;
}

function toSet(
  tree: SourceTree,
  lists: readonly ObjectList[],
  suffix: ObjectSuffix,
  systems: readonly SystemRow[],
): SourceSetImport {
  const perMachine = lists.map(({ machine, sources }): SourceList => ({
    architecture: machine.configuration.architecture,
    sources,
    flags: [`-D__ABI_TAG_VERSION=${minimumKernel(tree, machine).replaceAll(".", ",")}`],
  }));
  return { ...toSourceSet(perMachine, { systems }), flags: [...suffixFlags[suffix]] };
}

function searchOf({ sysdeps }: Machine): string[] {
  return ["include", "csu", ...sysdeps.flatMap((folder) => [`${folder}/include`, folder]), "."];
}

function toSearch(included: ReadonlyMap<Machine, IncludedFiles>): IncludeSearch {
  const all = [...included.values()].map(({ files }) => files);
  const common = new Set([...all[0]!].filter((file) => all.every((others) => others.has(file))));
  return {
    headers: [...common].sort(),
    architectures: Object.fromEntries(
      [...included].map(([machine, { files, missing }]) => [
        machine.configuration.architecture,
        {
          include: searchOf(machine).filter(
            (folder) => folder === "." || [...files].some((file) => file.startsWith(`${folder}/`)),
          ),
          headers: [...files].filter((file) => !common.has(file)).sort(),
          uses: rolesOf(missing),
        },
      ]),
    ),
  };
}

/** Headers that every C compiler brings along. */
const compilerHeaders = [
  "float.h",
  "iso646.h",
  "limits.h",
  "stdalign.h",
  "stdarg.h",
  "stdbool.h",
  "stddef.h",
  "stdint.h",
  "stdnoreturn.h",
];

/** Whose public headers have what the tree does not: the kernel's, or the release's own, of which the build writes some. */
function rolesOf(missing: ReadonlySet<string>): Role[] {
  const needed = [...missing]
    .filter((name) => !compilerHeaders.includes(name))
    .map((name) => (/^(?:linux|asm|asm-generic)\//.test(name) ? "kernel_headers" : "libc"));
  return (["libc", "kernel_headers"] as const).filter((role) => needed.includes(role));
}

function addIncluded(
  to: { readonly files: Set<string>; readonly missing: Set<string> },
  tree: SourceTree,
  source: string,
  folders: readonly string[],
  suffix: ObjectSuffix,
): void {
  const language = source.endsWith(".S") ? "assembly" : "c";
  const defined = [
    ...preludeMacros[language],
    "PIC",
    ...(suffix === ".os" ? ["SHARED"] : []),
    ...(language === "assembly" ? ["__ASSEMBLER__"] : []),
  ];
  const macros = { ...Object.fromEntries(defined.map((name) => [name, 1])), __GNUC__: 4 };
  const undefinedMacros = new Set(
    ["__cplusplus", "TEST_CC", "SHARED", "__ASSEMBLER__", ...(language === "c" ? ["_LIBC"] : [])].filter(
      (name) => !Object.hasOwn(macros, name),
    ),
  );
  const provided = new Set(Object.keys(privateHeaders));
  for (const file of [source, ...(language === "assembly" ? ["include/libc-symbols.h"] : [])]) {
    const { files, missing } = findIncludedFiles(tree, file, { folders, provided, macros, undefinedMacros });
    if (file !== source) to.files.add(file);
    files.forEach((name) => to.files.add(name));
    missing.forEach((name) => to.missing.add(name));
  }
}

/** `arch_minimum_kernel` of the configure fragments, of which the machine's own come first. */
function minimumKernel(tree: SourceTree, { sysdeps, configuration }: Machine): string {
  for (const file of sysdeps.map((folder) => `${folder}/configure`).filter((name) => tree.has(name))) {
    const version = /\barch_minimum_kernel=(\d[\d.]*)$/m.exec(tree.read(file))?.[1];
    if (version !== undefined) return version;
  }
  throw new ImportError(
    `sysdeps/unix/sysv/linux/configure: says no arch_minimum_kernel for ${configuration.architecture}`,
  );
}
