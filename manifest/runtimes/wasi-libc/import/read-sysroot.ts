import { posix } from "node:path";
import type { ConfiguredBuild } from "../../../../generator/import/cmake/configure-cmake";
import { ImportError } from "../../../../generator/import/source-tree";

/** What upstream's build puts into the folder that it installs. */
export interface Sysroot {
  /** Archive, without `lib` and `.a` → the libraries of the build whose objects it has. */
  readonly archives: ReadonlyMap<string, readonly string[]>;
  /** Start file, without `.o` → the library whose only object it is. */
  readonly startFiles: ReadonlyMap<string, string>;
  /** Archives without members, sorted. */
  readonly emptyLibraries: readonly string[];
  /** Path below the include directory → path in the tree. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the commands that make the sysroot do, as far as it has been read. Paths are relative to the build folder. */
class SysrootReader {
  readonly #members = new Map<string, readonly string[]>();
  readonly archives = new Map<string, readonly string[]>();
  readonly objects = new Map<string, string>();
  readonly emptyLibraries: string[] = [];
  readonly headers = new Map<string, string>();

  constructor(
    private readonly build: ConfiguredBuild,
    private readonly triple: string,
  ) {}

  /** Reads one command; those that it does not know make nothing of the sysroot, or are refused. */
  read(words: readonly string[]): void {
    const [program = "", ...rest] = words;
    if (rest[0] === "-E" && rest[1] === "copy") this.#copy(rest[2]!, rest[3]!);
    else if (/ar$/.test(program)) this.#archive(rest);
  }

  /** `ar [--format=gnu] qc ARCHIVE OBJECT…`, and `ar crs ARCHIVE` for one without members. */
  #archive(words: readonly string[]): void {
    const [, file = "", ...objects] = words.filter((word) => !word.startsWith("--"));
    const archive = this.build.inBuild(file) ?? file;
    const libraries = [...new Set(objects.map(libraryOf))];
    if (this.#below("lib", archive) === undefined) this.#members.set(archive, libraries);
    else if (libraries.length === 0) this.emptyLibraries.push(archiveName(archive));
    else throw new ImportError(`CMakeLists.txt: makes ${archive} in a way that the importer does not know`);
  }

  #copy(from: string, to: string): void {
    const made = this.build.inBuild(to) ?? "";
    const source = this.build.inBuild(from) ?? "";
    const header = this.#below("include", made);
    const library = this.#below("lib", made);
    if (header !== undefined) {
      const file = this.build.inTree(from);
      if (file === undefined)
        throw new ImportError(`CMakeLists.txt: installs the header ${header}, which the source tree does not have`);
      this.headers.set(header, file);
    } else if (library?.endsWith(".o"))
      this.objects.set(library, this.objects.get(this.#below("lib", source) ?? "") ?? libraryOf(source));
    else if (library !== undefined) {
      const members = this.#members.get(source);
      if (members === undefined)
        throw new ImportError(`CMakeLists.txt: makes ${library} in a way that the importer does not know`);
      this.archives.set(archiveName(library), members);
    }
  }

  #below(kind: "include" | "lib", path: string): string | undefined {
    const folder = `sysroot/${kind}/${this.triple}/`;
    return path.startsWith(folder) ? path.slice(folder.length) : undefined;
  }
}

/** Reads the commands that make the sysroot. Throws `ImportError` where they are of no known form, or install nothing. */
export async function readSysroot(build: ConfiguredBuild, triple: string): Promise<Sysroot> {
  const reader = new SysrootReader(build, triple);
  for (const words of await build.commands("sysroot")) reader.read(words);
  const { archives, objects, emptyLibraries, headers } = reader;
  if (archives.size === 0 || headers.size === 0)
    throw new ImportError(`CMakeLists.txt: installs no ${archives.size === 0 ? "archives" : "headers"}`);
  return {
    archives,
    startFiles: new Map([...objects].map(([file, library]) => [file.slice(0, -2), library])),
    emptyLibraries: emptyLibraries.sort(),
    headers: Object.fromEntries([...headers].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The library that an object belongs to: CMake puts it below `CMakeFiles/<library>.dir`. */
function libraryOf(object: string): string {
  const library = /(?:^|\/)CMakeFiles\/([^/]+)\.dir\//.exec(object)?.[1];
  if (library === undefined)
    throw new ImportError(`CMakeLists.txt: installs ${object}, which is no object of a library`);
  return library;
}

function archiveName(file: string): string {
  return posix.basename(file).replace(/^lib|\.a$/g, "");
}
