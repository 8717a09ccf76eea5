import type { ConfiguredMake } from "../../../../generator/import/make/configure-make";
import type { Compilation } from "../../../../generator/import/read-compilation";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { readRecipes, type ImportRecipe, type ObservedRecipes } from "./observed-recipes";
import { sourceFlagsOf, type SourceFlags } from "./source-flags";

/** The project of mingw-w64 that makes the C runtime and import libraries. */
export const crtFolder = "mingw-w64-crt";
const makefile = `${crtFolder}/Makefile`;

/** A definition file with what happens to it before dlltool reads it; the path is relative to the tree's root. */
export interface Definition {
  readonly file: string;
  readonly preprocess: boolean;
  readonly undecorate: boolean;
}

export interface Library {
  readonly installed: boolean;
  readonly definition?: Definition;
  /** Compiled members, relative to the tree's root. */
  readonly sources: readonly string[];
  readonly flags: SourceFlags;
  /** Names of libraries whose members it takes. */
  readonly merge: readonly string[];
  readonly copyOf?: string;
}

export interface StartFile {
  readonly source: string;
  readonly flags: SourceFlags;
}

/** What mingw-w64-crt makes for one architecture. */
export interface Products {
  /** By the name that `-l` takes. */
  readonly libraries: ReadonlyMap<string, Library>;
  /** By file name without `.o`. */
  readonly startFiles: ReadonlyMap<string, StartFile>;
  /** dlltool's flags, the same for all its import libraries. */
  readonly dlltoolFlags: readonly string[];
  /** Folders in which module definitions include each other, relative to the tree's root. */
  readonly definitionInclude: readonly string[];
  /** Files that are installed beside the headers. */
  readonly headers: readonly string[];
}

/** Asks a configured build of the C runtime what it installs in `folder` (`lib64`), and how it is made. */
export async function readProducts(tree: SourceTree, build: ConfiguredMake, folder: string): Promise<Products> {
  const { ".VARIABLES": names } = await build.variables([".VARIABLES"]);
  const lists = names.filter((name) => /^(?!noinst_|EXTRA_|INSTALL).*_(?:DATA|LIBRARIES)$/.test(name)).sort();
  const values = await build.variables([...lists, "dist_libsrc_DATA"]);
  const installed = [...new Set(lists.flatMap((name) => values[name]!))].filter((path) =>
    path.startsWith(`${folder}/`),
  );
  if (installed.length === 0) throw new ImportError(`${makefile}: installs nothing into ${folder}`);
  const recipes = readRecipes(tree, build, await build.dryRun(...installed));
  const headers = values["dist_libsrc_DATA"]!.map((file) => `${crtFolder}/${file}`);
  return new ProductReader(tree, build, recipes, folder).read(installed, headers);
}

class ProductReader {
  readonly #libraries = new Map<string, Library>();
  readonly #startFiles = new Map<string, StartFile>();
  readonly #dlltoolFlags = new Map<string, readonly string[]>();
  readonly #definitionInclude = new Set<string>();

  constructor(
    private readonly tree: SourceTree,
    private readonly build: ConfiguredMake,
    private readonly recipes: ObservedRecipes,
    private readonly folder: string,
  ) {}

  read(installed: readonly string[], headers: readonly string[]): Products {
    for (const path of installed) {
      if (path.endsWith(".o")) this.#addStartFile(path);
      else this.#addLibrary(path, true);
    }
    if (this.#dlltoolFlags.size !== 1)
      throw new ImportError(
        `${makefile}: dlltool is called in several ways for ${this.folder}: ${[...this.#dlltoolFlags.keys()].join("; ")}`,
      );
    return {
      libraries: this.#libraries,
      startFiles: this.#startFiles,
      dlltoolFlags: [...this.#dlltoolFlags.values()][0]!,
      definitionInclude: [...this.#definitionInclude].sort(),
      headers,
    };
  }

  #addLibrary(path: string, installed: boolean): string {
    const name = nameOf(path, this.folder);
    const known = this.#libraries.get(name);
    if (known) {
      if (installed && !known.installed) this.#libraries.set(name, { ...known, installed });
      return name;
    }
    this.#libraries.set(name, { ...this.#readLibrary(path), installed });
    return name;
  }

  #readLibrary(path: string): Omit<Library, "installed"> {
    const { members, imported, merged, copies } = this.recipes;
    const objects = members.get(path);
    const definition = imported.get(path);
    const merge = merged.get(path);
    const original = copies.get(path);
    if ([objects, definition, merge, original].every((made) => made === undefined))
      throw new ImportError(`${makefile}: needs ${path}, and has no command that makes it`);
    // What make writes itself is _libm_dummy.c, so that libm.a and libmoldname.a are not without any member; ours may be.
    const compiled = (objects ?? [])
      .map((object) => this.#compilation(object))
      .filter(({ isGenerated }) => !isGenerated);
    return {
      sources: compiled.map(({ source }) => source),
      flags: this.#flagsOf(path, compiled),
      merge: (merge ?? []).map((member) => this.#addLibrary(member, false)),
      ...(definition && { definition: this.#readDefinition(definition) }),
      ...(original !== undefined && { copyOf: this.#addLibrary(original, false) }),
    };
  }

  #compilation(object: string): Compilation {
    const compilation = this.recipes.compiled.get(object);
    if (compilation === undefined) throw new ImportError(`${makefile}: needs ${object}, and does not compile it`);
    return compilation;
  }

  #flagsOf(path: string, compiled: readonly Compilation[]): SourceFlags {
    // Assembly has the macros of C, and lacks what says its language.
    const inC = compiled.filter(({ source }) => source.endsWith(".c"));
    const all = (inC.length > 0 ? inC : compiled).map((compilation) => sourceFlagsOf(compilation, crtFolder));
    const [first = { flags: [], include: [] }] = all;
    const other = all.find((flags) => JSON.stringify(flags) !== JSON.stringify(first));
    if (other !== undefined)
      throw new ImportError(
        `${makefile}: compiles members of ${path} with ${first.flags.join(" ")} and others with ${other.flags.join(" ")}`,
      );
    return first;
  }

  #readDefinition({ definition, flags }: ImportRecipe): Definition {
    this.#dlltoolFlags.set(flags.join(" "), flags);
    const made = this.recipes.preprocessed.get(definition);
    const file = this.build.inTree(definition);
    if (made === undefined && file !== undefined) return { file, preprocess: false, undecorate: false };
    if (made === undefined) throw new ImportError(`${makefile}: needs ${definition}, and has no command that makes it`);
    for (const folder of made.include) this.#definitionInclude.add(folder);
    const { source, undecorate } = made;
    return { file: source, preprocess: true, undecorate: undecorate && hasDecorations(this.tree.read(source)) };
  }

  #addStartFile(path: string): void {
    const original = this.recipes.copies.get(path);
    const compilation = this.#compilation(original ?? path);
    this.#startFiles.set(path.replace(/^.*\/|\.o$/g, ""), {
      source: compilation.source,
      flags: sourceFlagsOf(compilation, crtFolder),
    });
  }
}

/** Whether a name at the start of a line ends in `@n`. Names in a macro of func.def.in, `F_I386(f@4)`, are i386's already. */
function hasDecorations(text: string): boolean {
  return /^[^\s;#?()][^\s()]*@\d+(\s|$)/m.test(text);
}

function nameOf(path: string, folder: string): string {
  const name = path.startsWith(`${folder}/`) && /^lib(.+)\.a$/.exec(path.slice(folder.length + 1));
  if (!name) throw new ImportError(`${makefile}: ${path} is no library of ${folder}`);
  return name[1]!;
}
