import { posix } from "node:path";
import { sourceRoot, type CMakeResult } from "../cmake/evaluate-cmake";
import { ImportError, type SourceTree } from "../source-tree";

/** What upstream's build puts into the folder that it installs. */
export interface Sysroot {
  /** Archive, without `lib` and `.a` → the library that it is. */
  readonly archives: ReadonlyMap<string, string>;
  /** Start file, without `.o` → the library whose only object it is. */
  readonly startFiles: ReadonlyMap<string, string>;
  /** Archives without members, sorted. */
  readonly emptyLibraries: readonly string[];
  /** Path below the include directory → path in the tree. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that the build writes; how is said by the runtime's row. */
const writtenHeaders = ["bits/alltypes.h", "wasi/version.h"];

/**
 * Reads the commands that copy into the sysroot, `add_custom_command(OUTPUT … COMMAND cmake -E copy FROM TO)`.
 * Throws `ImportError` where one of them is of no known form, or nothing is installed.
 */
export function readSysroot(tree: SourceTree, result: CMakeResult): Sysroot {
  const folders = ["SYSROOT_INC", "SYSROOT_LIB"].map((name) => result.variable(name));
  const [include, lib] = folders;
  if (include === undefined || lib === undefined)
    throw new ImportError("CMakeLists.txt: sets no SYSROOT_INC or no SYSROOT_LIB");
  const archives = new Map<string, string>();
  const startFiles = new Map<string, string>();
  const emptyLibraries: string[] = [];
  const headers = new Map<string, string>();
  const copiedObjects = new Map<string, string>();
  for (const { name, arguments: words, directory } of result.calls) {
    const output = name === "configure_file" ? words[1]! : (words[words.indexOf("OUTPUT") + 1] ?? "");
    if (
      !["add_custom_command", "configure_file"].includes(name) ||
      ![include, lib].some((folder) => output.startsWith(`${folder}/`))
    )
      continue;
    const file = posix.relative(output.startsWith(`${include}/`) ? include : lib, output);
    const from = copiedFile(words, output);
    const library = /^\$<TARGET_FILE:(.+)>$/.exec(from ?? "")?.[1];
    const object = /^\$<TARGET_OBJECTS:(.+)>$/.exec(from ?? "")?.[1] ?? copiedObjects.get(from ?? "");
    const archive = /^lib(.+)\.a$/.exec(file)?.[1];
    if (output.startsWith(`${include}/`)) {
      if (from !== undefined) headers.set(file, pathOf(tree, posix.resolve(directory, from)));
      else if (!writtenHeaders.includes(file))
        throw new ImportError(
          `${directoryFile(directory)}: makes the header ${file} in a way that the importer does not know`,
        );
    } else if (object !== undefined && file.endsWith(".o")) {
      copiedObjects.set(output, object);
      startFiles.set(file.slice(0, -2), object);
    } else if (archive !== undefined && library !== undefined) archives.set(archive, library);
    else if (archive !== undefined && words.includes("crs") && words.at(-1) === output) emptyLibraries.push(archive);
    // Programs are linked statically.
    else if (!file.endsWith(".so"))
      throw new ImportError(`${directoryFile(directory)}: makes ${file} in a way that the importer does not know`);
  }
  if (archives.size === 0 || headers.size === 0)
    throw new ImportError(`CMakeLists.txt: installs no ${archives.size === 0 ? "archives" : "headers"}`);
  return {
    archives,
    startFiles,
    emptyLibraries: emptyLibraries.sort(),
    headers: Object.fromEntries([...headers].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** FROM of `cmake -E copy FROM OUTPUT`. */
function copiedFile(words: readonly string[], output: string): string | undefined {
  const at = words.indexOf("copy");
  return at > 0 && words[at - 1] === "-E" && words[at + 2] === output ? words[at + 1] : undefined;
}

function pathOf(tree: SourceTree, path: string): string {
  const inTree = posix.relative(sourceRoot, path);
  if (!tree.has(inTree))
    throw new ImportError(`CMakeLists.txt: installs the header ${inTree}, which the source tree does not have`);
  return inTree;
}

function directoryFile(directory: string): string {
  return posix.join(posix.relative(sourceRoot, directory), "CMakeLists.txt");
}
