import { posix } from "node:path";
import type { SourceSetImport, SourceVariant } from "../../schema/import-file";
import { ImportError, type SourceTree } from "../source-tree";
import type { Subdirectory } from "./evaluate-subdirectories";
import { findIncludedFiles } from "./find-included-files";
import type { Machine } from "./machine";
import { preludeMacros, privateHeaders } from "./private-headers";

/** Objects that are compiled with the same flags for one machine. */
interface ObjectList {
  readonly machine: Machine;
  readonly sources: readonly string[];
}

/** The start files, by what upstream calls them, and the suffix that its objects have where they are compiled alike. */
const startFiles: Readonly<Record<string, ObjectSuffix>> = { crt1: ".o", rcrt1: ".o", Scrt1: ".os", gcrt1: ".os", crti: ".o", crtn: ".o" };

type ObjectSuffix = ".o" | ".os" | ".oS";

/** `CPPFLAGS-<suffix>` and `CFLAGS-<suffix>` of Makeconfig, with a compiler that makes position-independent executables by default. */
const suffixFlags: Readonly<Record<ObjectSuffix, readonly string[]>> = {
  ".o": ["-DPIC", "-fPIE"],
  ".os": ["-DPIC", "-DSHARED", "-fPIC"],
  ".oS": ["-DPIC", "-DLIBC_NONSHARED=1", "-fPIC"],
};

/**
 * The sets of what is linked into programs from the tree: one for each start file, and `libc_nonshared`. A variant has the
 * include search of its machine, and the files that it finds there.
 */
export function readSources(tree: SourceTree, machines: readonly Machine[]): Record<string, SourceSetImport> {
  const sets: Record<string, SourceSetImport> = {};
  for (const [name, suffix] of Object.entries(startFiles)) {
    sets[name] = toSet(tree, machines.map((machine) => ({ machine, sources: startFileObjects(tree, machine, name).map((object) => sourceOf(tree, machine, object, "csu")) })), suffix);
  }
  sets["libc_nonshared"] = toSet(tree, machines.map((machine) => ({ machine, sources: nonsharedSources(tree, machine) })), ".oS");
  return sets;
}

/** The names of the objects that a start file is linked of, by the rules of csu/Makefile. */
function startFileObjects(tree: SourceTree, { subdirectories, configuration }: Machine, name: string): string[] {
  const csu = subdirectories.find(({ folder }) => folder === "csu");
  const rules = new Map(csu!.variables.rules().filter(({ prerequisites }) => prerequisites.some((file) => /\.o[sS]?$/.test(file))).map(({ target, prerequisites }) => [posix.basename(target), prerequisites]));
  const objectsOf = (file: string): string[] => {
    const prerequisites = rules.get(file);
    return prerequisites === undefined ? [file.replace(/\.o[sS]?$/, "")] : prerequisites.flatMap((object) => objectsOf(posix.basename(object)));
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
    const routines = new Set(["routines", "aux", "sysdep_routines"].flatMap((name) => variables.wordsIfSet(name)));
    const chosen = [...new Set(variables.wordsIfSet("static-only-routines"))].filter((routine) => routines.has(routine));
    return chosen.map((routine) => sourceOf(tree, machine, routine, folder));
  });
}

/** By the rules of scripts/sysd-rules.awk: the first folder that has a source, in which assembly comes first. */
function sourceOf(tree: SourceTree, { sysdeps, configuration }: Machine, stem: string, folder: Subdirectory["folder"]): string {
  const source = [...sysdeps, folder].flatMap((name) => [`${name}/${stem}.S`, `${name}/${stem}.c`]).find((file) => tree.has(file));
  if (source === undefined) throw new ImportError(`${folder}/Makefile: names ${stem} for ${configuration.architecture}, which has no source`);
  return source;
}

function toSet(tree: SourceTree, lists: readonly ObjectList[], suffix: ObjectSuffix): SourceSetImport {
  const base = [...new Set(lists.flatMap(({ sources }) => sources))].filter((source) => lists.every((list) => list.sources.includes(source))).sort();
  const variants = lists.map((list): SourceVariant => toVariant(tree, list, base, suffix));
  return { base, textual: [], flags: [...suffixFlags[suffix]], source_flags: {}, variants };
}

function toVariant(tree: SourceTree, { machine, sources }: ObjectList, base: readonly string[], suffix: ObjectSuffix): SourceVariant {
  const files = new Set<string>();
  const search = ["include", "csu", ...machine.sysdeps.flatMap((folder) => [`${folder}/include`, folder]), "."];
  for (const source of sources) {
    for (const file of includedBy(tree, source, search, suffix)) files.add(file);
  }
  return {
    name: machine.configuration.architecture,
    architectures: [machine.configuration.architecture],
    remove: [],
    add: [...new Set(sources)].filter((source) => !base.includes(source)).sort(),
    repeated: [],
    flags: [`-D__ABI_TAG_VERSION=${minimumKernel(tree, machine).replaceAll(".", ",")}`],
    include: search.filter((folder) => folder === "." || [...files].some((file) => file.startsWith(`${folder}/`))),
    headers: [...files].sort(),
  };
}

function includedBy(tree: SourceTree, source: string, folders: readonly string[], suffix: ObjectSuffix): string[] {
  const language = source.endsWith(".S") ? "assembly" : "c";
  const defined = [...preludeMacros[language], "PIC", ...(suffix === ".os" ? ["SHARED"] : []), ...(language === "assembly" ? ["__ASSEMBLER__"] : [])];
  const macros = { ...Object.fromEntries(defined.map((name) => [name, 1])), __GNUC__: 4 };
  const undefinedMacros = new Set(["__cplusplus", "TEST_CC", "SHARED", "__ASSEMBLER__", ...(language === "c" ? ["_LIBC"] : [])].filter((name) => !Object.hasOwn(macros, name)));
  const provided = new Set(Object.keys(privateHeaders));
  const included = [source, ...(language === "assembly" ? ["include/libc-symbols.h"] : [])].map((file) => [file, findIncludedFiles(tree, file, { folders, provided, macros, undefinedMacros }).files] as const);
  return included.flatMap(([file, files]) => [...(file === source ? [] : [file]), ...files]);
}

/** `arch_minimum_kernel` of the configure fragments, of which the machine's own come first. */
function minimumKernel(tree: SourceTree, { sysdeps, configuration }: Machine): string {
  for (const file of sysdeps.map((folder) => `${folder}/configure`).filter((name) => tree.has(name))) {
    const version = /\barch_minimum_kernel=(\d[\d.]*)$/m.exec(tree.read(file))?.[1];
    if (version !== undefined) return version;
  }
  throw new ImportError(`sysdeps/unix/sysv/linux/configure: says no arch_minimum_kernel for ${configuration.architecture}`);
}
