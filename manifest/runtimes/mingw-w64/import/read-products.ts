import {
  canonicalName,
  evaluateAutomake,
  type Automake,
} from "../../../../generator/import/automake/evaluate-automake";
import type { AutomakeOptions } from "../../../../generator/import/automake/parse-automake";
import { normalize } from "../../../../generator/import/make/expander";
import { divideFlags, splitShellWords, type SourceFlags } from "../../../../generator/import/make/split-flags";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { readMri } from "./read-mri";
import { readImport, readRecipe, type Recipe } from "./read-recipe";

export const crtFolder = "mingw-w64-crt";
const makefile = `${crtFolder}/Makefile.am`;

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

/** Conditionals of configure's options, which are not given, and of GNU's dlltool, in whose place is LLVM's. */
const optionsOfConfigure = {
  ARM64EC: false,
  DELAY_IMPORT_LIBS: false,
  DLLTOOL_HAS_TEMP_PREFIX: false,
  ENABLE_DFP: false,
  W32API: false,
  WITHSYSROOT: false,
};

/** What configure fills in where none of its options is given: flags of warnings and of hardening, folders of multilib. */
const substitutionsOfConfigure = Object.fromEntries(
  [
    "ADD_CXX_ONLY_WARNING_FLAGS",
    "ADD_C_CXX_WARNING_FLAGS",
    "ADD_C_ONLY_WARNING_FLAGS",
    "CFGUARD_CFLAGS",
    "IMAGEBASE_CFLAGS",
    "LIBARM32SUFFIXDIR",
    "LIBARM64SUFFIXDIR",
    "LIBX8632SUFFIXDIR",
    "LIBX8664SUFFIXDIR",
    "TARGET_SYSTEM_ROOT",
  ].map((name) => [name, ""]),
);

/** Reads what upstream installs in `folder` (`lib64`), which is also what its conditional is called. */
export function readProducts(tree: SourceTree, folder: string): Products {
  const options: AutomakeOptions = {
    conditions: {
      ...optionsOfConfigure,
      ...Object.fromEntries(
        ["LIB32", "LIB64", "LIBARM32", "LIBARM64"].map((name) => [name, name === folder.toUpperCase()]),
      ),
    },
    substitutions: { ...substitutionsOfConfigure, MSVCRT_LIB: `lib${defaultCrt(tree)}.a` },
  };
  return new ProductReader(tree, evaluateAutomake(tree, makefile, options), folder).read();
}

/** The C runtime that `libmsvcrt.a` stands for where configure is not told another. */
function defaultCrt(tree: SourceTree): string {
  const found = /\[with_default_msvcrt=(\w+)\]/.exec(tree.read(`${crtFolder}/configure.ac`));
  if (!found) throw new ImportError(`${crtFolder}/configure.ac: does not say the default of --with-default-msvcrt`);
  return found[1]!;
}

class ProductReader {
  private readonly libraries = new Map<string, Library>();
  private readonly startFiles = new Map<string, StartFile>();
  private readonly dlltoolFlags = new Map<string, readonly string[]>();
  private readonly definitionInclude = new Set<string>();
  /** Libraries with sources, installed or not. */
  private readonly compiled: ReadonlySet<string>;

  constructor(
    private readonly tree: SourceTree,
    private readonly automake: Automake,
    private readonly folder: string,
  ) {
    this.compiled = new Set(
      automake.names.filter((name) => name.endsWith("_LIBRARIES")).flatMap((name) => automake.words(name)),
    );
  }

  read(): Products {
    const installed = this.automake.names
      .filter((name) => /_(DATA|LIBRARIES)$/.test(name) && !/^(noinst|EXTRA)_/.test(name))
      .flatMap((name) => this.automake.words(name))
      .map(normalize)
      .filter((path) => path.startsWith(`${this.folder}/`));
    if (installed.length === 0) throw new ImportError(`${makefile}: installs nothing into ${this.folder}`);
    for (const path of new Set(installed)) {
      if (path.endsWith(".o")) this.addStartFile(path);
      else this.addLibrary(path, true);
    }
    if (this.dlltoolFlags.size !== 1)
      throw new ImportError(
        `${makefile}: dlltool is called in several ways for ${this.folder}: ${[...this.dlltoolFlags.keys()].join("; ")}`,
      );
    return {
      libraries: this.libraries,
      startFiles: this.startFiles,
      dlltoolFlags: [...this.dlltoolFlags.values()][0]!,
      definitionInclude: [...this.definitionInclude].sort(),
      headers: this.automake.words("dist_libsrc_DATA").map((file) => inTree(file)),
    };
  }

  private addLibrary(path: string, installed: boolean): string {
    const name = nameOf(path, this.folder);
    const known = this.libraries.get(name);
    if (known) {
      if (installed && !known.installed) this.libraries.set(name, { ...known, installed });
      return name;
    }
    const library = this.compiled.has(path) ? this.readCompiled(path) : this.readMade(path);
    this.libraries.set(name, { ...library, installed });
    return name;
  }

  /** A library with `_SOURCES`. Where `_AR` calls dlltool first, ar then adds the objects to an import library. */
  private readCompiled(path: string): Omit<Library, "installed"> {
    const prefix = canonicalName(path);
    const sources = ["", "nodist_"]
      .flatMap((kind) => this.automake.words(`${kind}${prefix}_SOURCES`))
      .filter((file) => /\.(c|S)$/.test(file));
    const imported = readImport(this.automake.text(`${prefix}_AR`, path), path);
    return {
      // What make builds itself is _libm_dummy.c, so that libm.a and libmoldname.a are not without any member; ours may be.
      sources: sources.map((file) => inTree(file)).filter((file) => !this.isBuilt(file)),
      flags: this.divide(["CPPFLAGS", "CFLAGS"].flatMap((kind) => this.flagWords(prefix, kind))),
      merge: [],
      ...(imported && { definition: this.readDefinition(imported) }),
    };
  }

  private isBuilt(file: string): boolean {
    return this.automake.words("BUILT_SOURCES").some((built) => inTree(built) === file);
  }

  /** A target's own flags stand in place of those of all (`AM_CFLAGS`). */
  private flagWords(prefix: string, kind: string): string[] {
    const own = `${prefix}_${kind}`;
    return splitShellWords(this.automake.text(this.automake.has(own) ? own : `AM_${kind}`));
  }

  private readMade(path: string): Omit<Library, "installed"> {
    const recipe = this.recipeFor(path);
    const empty = { sources: [], flags: { flags: [], include: [] }, merge: [] };
    switch (recipe.kind) {
      case "import":
        return { ...empty, definition: this.readDefinition(recipe) };
      case "merge":
        return {
          ...empty,
          merge: readMri(this.tree, inTree(recipe.script)).map((member) =>
            this.addLibrary(`${this.folder}/${member}`, false),
          ),
        };
      case "copy":
        return { ...empty, copyOf: this.addLibrary(recipe.of, false) };
      default:
        throw new ImportError(`${makefile}: ${path} is no library: its rule is to ${recipe.kind}`);
    }
  }

  private readDefinition({ definition, flags }: Extract<Recipe, { kind: "import" }>): Definition {
    this.dlltoolFlags.set(flags.join(" "), flags);
    if (this.tree.has(inTree(definition))) return { file: inTree(definition), preprocess: false, undecorate: false };
    const recipe = this.recipeFor(definition);
    if (recipe.kind !== "preprocess")
      throw new ImportError(`${makefile}: ${definition} is not made by the preprocessor`);
    const file = inTree(recipe.source);
    for (const folder of this.divide(recipe.words).include) this.definitionInclude.add(folder);
    return { file, preprocess: true, undecorate: recipe.undecorate && hasDecorations(this.tree.read(file)) };
  }

  private addStartFile(path: string): void {
    const recipe = this.recipeFor(path);
    if (recipe.kind === "copy") {
      this.addStartFile(recipe.of);
      this.startFiles.set(objectName(path), this.startFiles.get(objectName(recipe.of))!);
    } else if (recipe.kind === "compile") {
      this.startFiles.set(objectName(path), { source: inTree(recipe.source), flags: this.divide(recipe.words) });
    } else {
      throw new ImportError(`${makefile}: ${path} is no object: its rule is to ${recipe.kind}`);
    }
  }

  private recipeFor(path: string): Recipe {
    const rule = this.automake.ruleFor(path);
    if (!rule) throw new ImportError(`${makefile}: needs ${path}, but has no rule for it`);
    return readRecipe(rule, makefile);
  }

  private divide(words: readonly string[]): SourceFlags {
    const { flags, include } = divideFlags(words);
    return { flags, include: include.map((folder) => inTree(folder)) };
  }
}

/** Whether a name at the start of a line ends in `@n`. Names in a macro of func.def.in, `F_I386(f@4)`, are i386's already. */
function hasDecorations(text: string): boolean {
  return /^[^\s;#?()][^\s()]*@\d+(\s|$)/m.test(text);
}

function inTree(path: string): string {
  return `${crtFolder}/${normalize(path)}`;
}

function nameOf(path: string, folder: string): string {
  const name = path.startsWith(`${folder}/`) && /^lib(.+)\.a$/.exec(path.slice(folder.length + 1));
  if (!name) throw new ImportError(`${makefile}: ${path} is no library of ${folder}`);
  return name[1]!;
}

function objectName(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.o$/, "");
}
