import type { SymbolTable } from "../schema/symbol-table";
import type { ImportFile, SourceSetImport, SourceVariant } from "../schema/import-file";
import type { Libraries } from "../schema/import-libraries";
import type { LlvmRow } from "../schema/llvm-versions";
import type { MicroArchitectureRow } from "../schema/micro-architectures";
import type { LinkMode } from "../schema/fields";
import type { Role } from "../schema/roles";
import type { ArchitectureRow, ArchiveRow, HostRow, Manifest, RuntimeRow, SystemRow, TargetRow } from "../schema/rows";
import type { LinkerScript, UnitRow } from "../schema/units";

/** Import files by `<runtime>-<version>`. */
export type Imports = ReadonlyMap<string, ImportFile>;

/** Everything that the generator knows: the rows, and what was read from upstream trees. */
export interface Sources {
  readonly manifest: Manifest;
  readonly imports: Imports;
}

/** Headers that C++ sources are given in the form that the compiler has read. */
export interface PrecompiledHeaders {
  /** As sources include them, in the order of inclusion. */
  readonly headers: readonly string[];
  /** Sources that are compiled without. */
  readonly except: readonly string[];
}

/** What compiles alike for one target: a source set of an import with the flags of its runtime's row. */
export interface ResolvedSourceSet {
  /** Name of the set in the import. */
  readonly set: string;
  readonly imported: SourceSetImport;
  /** The set's variant that the target takes. */
  readonly variant: SourceVariant;
  readonly flags: readonly string[];
  readonly cFlags: readonly string[];
  readonly cxxFlags: readonly string[];
  readonly include: readonly string[];
  readonly headers: readonly string[];
  /** How its sources find what they include, where the import says it by architecture. */
  readonly search?: ResolvedSearch;
  readonly precompiled?: PrecompiledHeaders;
}

/** How the sources of one architecture find what they include. */
export interface ResolvedSearch {
  readonly architecture: string;
  readonly include: readonly string[];
  readonly headers: readonly string[];
  /** Headers that every architecture finds. */
  readonly common: readonly string[];
}

/** Sources, and what compiling them needs beside them. */
export interface ResolvedCompilation {
  readonly sources: ResolvedSourceSet;
  /** Roles whose public headers they include, in search order; a target may have no runtime of a role. */
  readonly uses: readonly Role[];
  /** Sources per compiler process. */
  readonly batch: number;
}

/** What all products have. Paths are in the target's tree. */
interface ProductFields {
  readonly name: string;
  /** Which links take it by themselves. */
  readonly link: UnitRow["link"];
  /** The link modes of these links; absent: all. */
  readonly linkModes?: readonly LinkMode[];
}

export interface ResolvedArchive extends ProductFields {
  readonly kind: "archive";
  readonly output: string;
  /** Absent where its members are those of other archives alone. */
  readonly compilation?: ResolvedCompilation;
  /** Products of the target, archives, whose members it has as well. */
  readonly wholeArchives: readonly string[];
}

/** Archives without members. */
export interface ResolvedEmptyArchives extends ProductFields {
  readonly kind: "empty_archives";
  readonly outputs: readonly string[];
}

export interface ResolvedObject extends ProductFields {
  readonly kind: "object";
  readonly output: string;
  readonly compilation: ResolvedCompilation;
}

export interface ResolvedSharedLibrary extends ProductFields {
  readonly kind: "shared_library";
  readonly output: string;
  readonly compilation?: ResolvedCompilation;
  readonly wholeArchives: readonly string[];
  /** Products of the target that it is linked against. */
  readonly libraries: readonly string[];
  readonly linkFlags: readonly string[];
  /** Files of the archive that the link reads → the flag before them. */
  readonly linkScripts: Readonly<Record<string, string>>;
}

/** A file of the archive as it is. */
export interface ResolvedFile extends ProductFields {
  readonly kind: "file";
  readonly output: string;
  /** Path in the archive. */
  readonly source: string;
}

/** Files of the archive as they are, each at its own path below a folder. */
export interface ResolvedFiles extends ProductFields {
  readonly kind: "files";
  readonly output: string;
  /** Glob patterns, relative to the archive's root. */
  readonly files: readonly string[];
  readonly excludeFiles: readonly string[];
}

/** Import libraries that a target can be linked with, each made when it is asked for. */
export interface ResolvedImportLibraries extends ProductFields {
  readonly kind: "import_libraries";
  readonly table: Libraries;
  /** The architecture row by whose name the table knows the target. */
  readonly architecture: string;
  /** Those that links take by themselves. */
  readonly defaultLibraries: readonly string[];
  /** Name of the unit whose products are the libraries' compiled members. */
  readonly members?: string;
  /** `{item}` is the library. */
  readonly output: string;
}

/** Shared libraries of names alone, of one release. */
export interface ResolvedSymbolStubs extends ProductFields {
  readonly kind: "symbol_stubs";
  /** The symbols of all releases. */
  readonly table: SymbolTable;
  /** The architecture row by whose name the table knows the target. */
  readonly architecture: string;
  /** The release's minor version. */
  readonly release: number;
  /** Library of the table → what its linker script names besides it. */
  readonly linkerScripts: Readonly<Record<string, LinkerScript>>;
  /** `{item}` is the file. */
  readonly output: string;
}

/** One product of a runtime, for one target. */
export type ResolvedProduct =
  | ResolvedArchive
  | ResolvedEmptyArchives
  | ResolvedObject
  | ResolvedSharedLibrary
  | ResolvedFile
  | ResolvedFiles
  | ResolvedImportLibraries
  | ResolvedSymbolStubs;

/** What a product is compiled from; undefined of one that is not compiled. */
export function compilationOf(product: ResolvedProduct): ResolvedCompilation | undefined {
  return "compilation" in product ? product.compilation : undefined;
}

/** Paths of the files that a product is by itself; import libraries and stubs are many, of which a table tells. */
export function outputsOf(product: ResolvedProduct): readonly string[] {
  switch (product.kind) {
    case "empty_archives":
      return product.outputs;
    case "import_libraries":
    case "symbol_stubs":
      return [];
    default:
      return [product.output];
  }
}

/** One runtime of a target's stack. */
export interface ResolvedRuntime {
  readonly name: string;
  readonly version: string;
  /** The version in whose place this one is compiled, since that has not been imported. */
  readonly standsInFor?: string;
  readonly role: RuntimeRow["role"];
  readonly language: RuntimeRow["language"];
  readonly archive: ArchiveRow;
  /** Public include directories in search order, relative to the archive's root. */
  readonly include: readonly string[];
  /** Public folders of frameworks, likewise. */
  readonly frameworks: readonly string[];
  /** Whether the compiler's own headers are searched before. */
  readonly headersAfterCompiler: boolean;
  readonly publicHeaders: readonly string[];
  readonly excludeHeaders: readonly string[];
  /** Which of the public headers runtimes are compiled with. */
  readonly forRuntimes: Readonly<RuntimeRow["for_runtimes"]>;
  /** Files that the repository rule makes, for this target. */
  readonly prepare: readonly ResolvedPrepareStep[];
  /** Roles whose public headers all its sources include, after those that its units name: upstream's own folders decide it. */
  readonly sourcesUse: readonly Role[];
  readonly products: readonly ResolvedProduct[];
  /** Where its dynamic loader is on the target machine, if the compiler takes it to be elsewhere. */
  readonly loader?: string;
}

/** What the repository rule makes, and by which recipe of bzlmod/archives/prepare.bzl; paths are below the archive's root. */
export type ResolvedPrepareStep = { readonly output: string } & (
  | { readonly recipe: "write"; readonly content: string; readonly unless_there?: true }
  | { readonly recipe: "link"; readonly inputs: readonly string[]; readonly unless_there?: true }
  | { readonly recipe: "install"; readonly files: Readonly<Record<string, string>> }
  | {
      readonly recipe: "configure" | "replace";
      readonly inputs: readonly string[];
      readonly variables: Readonly<Record<string, string>>;
    }
  | {
      readonly recipe: "starlark";
      readonly inputs: readonly string[];
      /** `runtime/function`. */
      readonly function: string;
    }
  | { readonly recipe: "copy" | "undecorate"; readonly inputs: readonly string[] }
);

/** A feature that users turn on by name, as a platform has it. */
export interface ResolvedFeature {
  readonly name: string;
  readonly compileFlags: readonly string[];
  readonly linkFlags: readonly string[];
  /** Features that must be on as well for the flags to be given. */
  readonly with: readonly string[];
  /** What no other feature that is on may provide as well. */
  readonly provides: readonly string[];
  /** Those that it turns on; the platform has each. */
  readonly implies: readonly string[];
  /** The link modes that have it; absent: all. */
  readonly linkModes?: readonly LinkMode[];
}

/** One platform at one version of its libc, made of one version of LLVM. */
export interface ResolvedTarget {
  /** The platform's name, and the libc's version where the system has one. Its package below `targets/` ends in the suffix of the version of LLVM as well. */
  readonly name: string;
  /** Name of the platform without a version. */
  readonly platform: string;
  /** The libc's version, absent for a system without one. */
  readonly version?: string;
  readonly llvm: ResolvedLlvm;
  /** Whether the platform without a version means this one. */
  readonly isDefault: boolean;
  readonly row: TargetRow;
  readonly architecture: ArchitectureRow;
  /** Those of its architecture. */
  readonly microArchitectures: readonly MicroArchitectureRow[];
  readonly system: SystemRow;
  readonly triple: string;
  /** Flags of every compilation and link, of every compilation, of every link. */
  readonly flags: readonly string[];
  readonly compileFlags: readonly string[];
  readonly linkFlags: readonly string[];
  /** Of a system whose programs say it. */
  readonly minimumOs?: MinimumOs;
  /** Those that the platform has, in the order of their rows. */
  readonly features: readonly ResolvedFeature[];
  readonly runtimes: readonly ResolvedRuntime[];
}

/** The oldest release of a system that programs run on. */
export interface MinimumOs {
  /** The flag that says one, without it. */
  readonly flag: string;
  /** For which the runtimes are compiled; what `flags` of the target say. */
  readonly oldest: string;
  /** Others that have a constraint value and a platform. */
  readonly younger: readonly string[];
}

/** A version of LLVM. */
export interface ResolvedLlvm {
  readonly row: LlvmRow;
  /** What the names of packages and files for it end in; empty for the default. */
  readonly suffix: string;
}

/** A host and the archives of its compiler seeds. */
export interface ResolvedHost {
  readonly row: HostRow;
  readonly architecture: ArchitectureRow;
  /** One for each version of LLVM, the default first. */
  readonly seeds: readonly { readonly llvm: ResolvedLlvm; readonly archive: ArchiveRow }[];
}
