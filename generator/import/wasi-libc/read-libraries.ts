import { posix } from "node:path";
import { sourceRoot, type CMakeResult, type RecordedCall } from "../cmake/evaluate-cmake";
import { ImportError, type SourceTree } from "../source-tree";

/** A library of upstream's build: objects that are compiled alike, or an archive of other libraries' objects. */
export interface Library {
  /** Paths in the tree. */
  readonly sources: readonly string[];
  /** The libraries whose objects it takes. */
  readonly members: readonly string[];
  /** The libraries whose flags for others it takes over. */
  readonly linked: readonly string[];
  /** Compiler options for itself, and for who links it. */
  readonly own: Options;
  readonly forOthers: Options;
}

interface Options {
  readonly flags: readonly string[];
  /** Paths in the tree. */
  readonly include: readonly string[];
}

const kinds = ["STATIC", "SHARED", "OBJECT", "INTERFACE"];
const scopes = ["PRIVATE", "PUBLIC", "INTERFACE"];

/** The libraries that `result` makes, by name. Throws `ImportError` where one names a source that the tree does not have. */
export function collectLibraries(tree: SourceTree, result: CMakeResult): Map<string, Library> {
  const everywhere = optionsOf(
    result.calls.filter(({ name }) => ["add_compile_options", "include_directories"].includes(name)),
    [],
  );
  const made = result.calls.filter(
    ({ name, arguments: words }) => name === "add_library" && kinds.includes(words[1] ?? ""),
  );
  return new Map(
    made.map((call) => {
      const name = call.arguments[0]!;
      const about = result.calls.filter((other) => other.name.startsWith("target_") && other.arguments[0] === name);
      const own = optionsOf(about, ["PRIVATE", "PUBLIC"]);
      const named = call.arguments.slice(2).filter((word) => word !== "EXCLUDE_FROM_ALL");
      const library: Library = {
        sources: named.filter((word) => /\.[csS]$/.test(word)).map((source) => pathOf(tree, call, source)),
        members: named.flatMap((word) => /^\$<TARGET_OBJECTS:(.+)>$/.exec(word)?.[1] ?? []),
        linked: about
          .filter((other) => other.name === "target_link_libraries")
          .flatMap(({ arguments: words }) => words.slice(1).filter((word) => !scopes.includes(word))),
        own: { flags: [...everywhere.flags, ...own.flags], include: [...everywhere.include, ...own.include] },
        forOthers: optionsOf(about, ["PUBLIC", "INTERFACE"]),
      };
      return [name, library];
    }),
  );
}

/** What a library is compiled with: flags about macros and code, and private include directories, both in upstream's order. */
export function readFlags(library: Library, libraries: ReadonlyMap<string, Library>): Options {
  const all = [library.own, ...library.linked.flatMap((name) => libraries.get(name)?.forOthers ?? [])];
  return { flags: all.flatMap(({ flags }) => flags), include: [...new Set(all.flatMap(({ include }) => include))] };
}

/** The options that some calls give, in the scopes that count where the calls name any. */
function optionsOf(calls: readonly RecordedCall[], counted: readonly string[]): Options {
  const flags: string[] = [];
  const include: string[] = [];
  for (const { name, arguments: words, directory } of calls) {
    const isOfTarget = name.startsWith("target_");
    let counts = !isOfTarget;
    for (let index = isOfTarget ? 1 : 0; index < words.length; index++) {
      const word = words[index]!;
      if (isOfTarget && scopes.includes(word)) counts = counted.includes(word);
      else if (!counts) continue;
      // Public headers come from the runtime's row.
      else if (name === "include_directories" && word === "SYSTEM") break;
      else if (name.endsWith("include_directories"))
        include.push(posix.relative(sourceRoot, posix.resolve(directory, word)) || ".");
      else if (name.endsWith("compile_definitions")) flags.push(word.startsWith("-D") ? word : `-D${word}`);
      else if (name.endsWith("compile_options") && word === "-mllvm") flags.push(word, words[++index] ?? "");
      else if (name.endsWith("compile_options") && isAboutCode(word)) flags.push(word);
    }
  }
  return { flags, include };
}

/** Warnings are upstream's own concern; the target is said by its row. */
function isAboutCode(flag: string): boolean {
  return !/^(?:-W|--target=|\$<\$<COMPILE_LANGUAGE:ASM>:-W)/.test(flag);
}

function pathOf(tree: SourceTree, { directory }: RecordedCall, source: string): string {
  const path = posix.relative(sourceRoot, posix.resolve(directory, source));
  if (!tree.has(path))
    throw new ImportError(
      `${posix.join(posix.relative(sourceRoot, directory), "CMakeLists.txt")}: names ${source}, which the source tree does not have`,
    );
  return path;
}
