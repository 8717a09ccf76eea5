import type { ImportFile } from "../schema/import-file";
import type {
  ArchitectureRow,
  ArchiveRow,
  HostRow,
  LinkMode,
  Manifest,
  PrepareStep,
  Role,
  RuntimeRow,
  SystemRow,
  TargetRow,
  UnitRow,
} from "../schema/rows";

/** Import files by `<runtime>-<version>`. */
export type Imports = ReadonlyMap<string, ImportFile>;

/** Everything that the generator knows: the rows, and what was read from upstream trees. */
export interface Sources {
  readonly manifest: Manifest;
  readonly imports: Imports;
}

/** What compiles alike for one target: a source set of the import with the flags of its runtime's row. */
export interface ResolvedSourceSet {
  /** Name of the set in the import. */
  readonly set: string;
  /** Name of the set's variant that the target takes. */
  readonly variant: string;
  readonly flags: readonly string[];
  readonly cFlags: readonly string[];
  readonly cxxFlags: readonly string[];
  readonly include: readonly string[];
  readonly headers: readonly string[];
  /** The architecture under which the import says how its sources find what they include, where it does. */
  readonly search?: string;
}

/** Libraries that a target can be linked with, each made when it is asked for. */
export interface ResolvedLibraries {
  /** The table among the facts of the runtime's import. */
  readonly table: string;
  /** The architecture row by whose name the table knows the target. */
  readonly architecture: string;
  /** Those that links take by themselves. */
  readonly carried: readonly string[];
  /** Name of the unit whose products are the libraries' compiled members. */
  readonly members?: string;
  /** Path in the target's tree; `{item}` is the library. */
  readonly output: string;
}

/** Libraries of names alone, of one release. */
export interface ResolvedStubs {
  /** The architecture row by whose name the table of symbols knows the target. */
  readonly architecture: string;
  /** The release's minor version. */
  readonly release: number;
  /** Path in the target's tree; `{item}` is the file. */
  readonly output: string;
}

/** One product of a runtime, for one target. */
export interface ResolvedUnit {
  readonly name: string;
  readonly kind: UnitRow["kind"];
  /** Paths in the target's tree: one, or one per item of `for_each`. */
  readonly outputs: readonly string[];
  /** Absent for archives without members. */
  readonly sources?: ResolvedSourceSet;
  /** Roles whose public headers it includes, in search order; a target may have no runtime of a role. */
  readonly uses: readonly Role[];
  readonly batch: number;
  /** Of shared libraries: units that they take in whole, units that they are linked against, and flags of the link. */
  readonly wholeArchives: readonly string[];
  readonly libraries: readonly string[];
  readonly linkFlags: readonly string[];
  /** Files of the archive that the link reads → the flag before them. */
  readonly linkScripts: Readonly<Record<string, string>>;
  /** Of units that are a table of libraries. */
  readonly table?: ResolvedLibraries;
  /** Of units that are stub libraries. */
  readonly stubs?: ResolvedStubs;
  /** The link modes that take it; absent: all. */
  readonly linkModes?: readonly LinkMode[];
  readonly link: UnitRow["link"];
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
  readonly publicHeaders: readonly string[];
  readonly excludeHeaders: readonly string[];
  /** Files that the repository rule makes, for this target. */
  readonly prepare: readonly ResolvedPrepareStep[];
  /** Roles whose public headers all its sources include, after those that its units name: upstream's own folders decide it. */
  readonly sourcesUse: readonly Role[];
  readonly units: readonly ResolvedUnit[];
}

/** A prepare step with its conditions decided and its columns filled in. */
export type ResolvedPrepareStep = Omit<PrepareStep, "recipe" | "when" | "for_each" | "files" | "variables"> & {
  readonly recipe: Exclude<PrepareStep["recipe"], "glibc_headers" | "write_table"> | "glibc_syscalls";
  readonly variables?: Readonly<Record<string, string>>;
  /** Path below `output` → file of the tree. */
  readonly files?: Readonly<Record<string, string>>;
};

/** One platform at one version of its libc. */
export interface ResolvedTarget {
  /** Name of its package below `targets/`: the platform's, and the libc's version where the system has one. */
  readonly name: string;
  /** Name of the platform without a version. */
  readonly platform: string;
  /** The libc's version, absent for a system without one. */
  readonly version?: string;
  /** Whether the platform without a version means this one. */
  readonly isDefault: boolean;
  readonly row: TargetRow;
  readonly architecture: ArchitectureRow;
  readonly system: SystemRow;
  readonly triple: string;
  /** Flags of every compilation and link, of every compilation, of every link. */
  readonly flags: readonly string[];
  readonly compileFlags: readonly string[];
  readonly linkFlags: readonly string[];
  readonly runtimes: readonly ResolvedRuntime[];
}

/** A host and the archive of its compiler seed. */
export interface ResolvedHost {
  readonly row: HostRow;
  readonly architecture: ArchitectureRow;
  readonly archive: ArchiveRow;
}
