import { posix } from "node:path";
import type { RepeatedSource } from "../schema/import-file";
import type { SystemRow } from "../schema/rows";
import { sourceRoot, type CMakeResult, type RecordedCall } from "./cmake/evaluate-cmake";
import { listElements } from "./cmake/cmake-list";
import type { ImportRows } from "./importer";
import { ImportError, type SourceTree } from "./source-tree";

/** Throws `ImportError` unless `tree` is an LLVM tree of `version`. */
export function checkLlvmVersion(tree: SourceTree, version: string): void {
  const file = "cmake/Modules/LLVMVersion.cmake";
  const text = tree.read(file);
  const parts = ["MAJOR", "MINOR", "PATCH"].map(
    (part) => new RegExp(`set\\(LLVM_VERSION_${part} (\\d+)\\)`).exec(text)?.[1],
  );
  if (parts.join(".") !== version) throw new ImportError(`${file}: says ${parts.join(".")}, not ${version}`);
}

/** The systems of the manifest whose stack has `runtime` and that a target is on. Throws `ImportError` when there are none. */
export function systemsWith(runtime: string, rows: ImportRows): SystemRow[] {
  const used = new Set(rows.targets.map((target) => target.system));
  const systems = rows.systems.filter((system) => used.has(system.name) && system.stack.includes(runtime));
  if (systems.length === 0)
    throw new ImportError(`no target of the manifest is on a system whose stack has ${runtime}`);
  return systems;
}

/** A compiled set, as upstream's build has it for one target. */
export interface CompiledSources {
  readonly sources: readonly string[];
  readonly repeated: readonly RepeatedSource[];
  readonly flags?: readonly string[];
}

const compiledName = /\.(?:c|cc|cpp|cxx|s|S)$/;

const headerName = /\.(?:h|hh|hpp|hxx|inc|ipp|def)$/;
const keywords = new Set(["STATIC", "SHARED", "MODULE", "OBJECT", "EXCLUDE_FROM_ALL"]);

/**
 * What is compiled of `named`, the sources that a recorded call names: headers are left out, paths are made relative to the
 * tree, and files that the build would copy from one of the tree's become repeated sources.
 */
export function compiledSources(
  tree: SourceTree,
  result: CMakeResult,
  call: RecordedCall,
  named: readonly string[],
): CompiledSources {
  const copies = copiesOf(result);
  const sources: string[] = [];
  const passes: CopiedSource[] = [];
  for (const name of named) {
    const objects = /^\$<TARGET_OBJECTS:([^>]+)>$/.exec(name)?.[1];
    if (objects !== undefined) {
      const other = objectLibrary(result, call, objects);
      const compiled = compiledSources(tree, result, other, other.arguments.slice(1));
      sources.push(...compiled.sources);
      if (compiled.repeated.length > 0)
        throw new ImportError(
          `${inTree(call.directory)}: ${call.name} takes in ${objects}, whose sources are copies, which the importer cannot join`,
        );
      continue;
    }
    if (keywords.has(name) || headerName.test(name)) continue;
    if (!compiledName.test(name))
      throw new ImportError(
        `${inTree(call.directory)}: ${call.name}(${call.arguments[0]} …) names ${name}, of which the importer does not know whether it is compiled`,
      );
    const path = posix.resolve(call.directory, name);
    const copied = copies.get(path);
    const file = inTree(copied?.file ?? path);
    if (file === undefined || !tree.has(file))
      throw new ImportError(
        `${inTree(call.directory)}: ${call.name} names ${name}, which the source tree does not have`,
      );
    if (copied) passes.push({ ...copied, file });
    else sources.push(file);
  }
  return { sources, repeated: repeatedSources(tree, passes) };
}

function objectLibrary({ calls }: CMakeResult, { name, directory }: RecordedCall, library: string): RecordedCall {
  const found = calls.find(
    (other) => other.name === "add_library" && other.arguments[0] === library && other.arguments[1] === "OBJECT",
  );
  if (!found)
    throw new ImportError(
      `${inTree(directory)}: ${name} takes in the objects of ${library}, which no add_library makes`,
    );
  return found;
}

interface CopiedSource {
  readonly name: string;
  readonly file: string;
  readonly defines: readonly string[];
}

/** Files that `cmake -E create_symlink` or `copy` makes, with the macros that `set_source_files_properties` defines for them. */
function copiesOf({ calls }: CMakeResult): Map<string, CopiedSource> {
  const copies = new Map<string, CopiedSource>();
  for (const { name, arguments: words } of calls) {
    const at = words.indexOf("-E");
    if (name === "add_custom_command" && (words[at + 1] === "create_symlink" || words[at + 1] === "copy")) {
      const path = words[at + 3]!;
      copies.set(path, { name: posix.parse(path).name, file: words[at + 2]!, defines: [] });
    }
    if (name === "set_source_files_properties") {
      const definitions = words[words.indexOf("COMPILE_DEFINITIONS") + 1];
      const copy = copies.get(words[0] ?? "");
      if (copy && words.includes("COMPILE_DEFINITIONS"))
        copies.set(words[0]!, { ...copy, defines: listElements(definitions ?? "") });
    }
  }
  return copies;
}

/**
 * One repeated source per file and first macro: upstream makes an object for each pass, which costs a compiler process each;
 * together they are one, of the same symbols.
 */
function repeatedSources(tree: SourceTree, copies: readonly CopiedSource[]): RepeatedSource[] {
  const groups = new Map<string, CopiedSource[]>();
  for (const copy of copies) {
    const key = `${copy.file} ${copy.defines[0]}`;
    groups.set(key, [...(groups.get(key) ?? []), copy]);
  }
  return [...groups.values()].map((group) => ({
    name: commonName(group.map((copy) => copy.name)),
    file: group[0]!.file,
    passes: group.map((copy) => [...copy.defines, ...assemblerMacros(tree.read(copy.file), copy.name)]),
  }));
}

/** `outline_atomic_cas1_1`, `outline_atomic_cas1_2`, … → `outline_atomic_cas`. */
function commonName(names: readonly string[]): string {
  let length = 0;
  while (length < names[0]!.length && names.every((name) => name[length] === names[0]![length])) length++;
  return names[0]!.slice(0, length).replace(/[\d_]+$/, "") || names[0]!;
}

/** The assembler refuses to define a macro twice (`macro 'X' is already defined`), so that each pass has to give it a name of its own. */
function assemblerMacros(text: string, pass: string): string[] {
  return [...text.matchAll(/^\s*\.macro\s+(\w+)/gm)].map((match) => `${match[1]}=${match[1]}_${pass}`);
}

function inTree(path: string): string | undefined {
  return path.startsWith(`${sourceRoot}/`) ? path.slice(sourceRoot.length + 1) : undefined;
}
