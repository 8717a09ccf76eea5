import {
  compilationOf,
  outputsOf,
  type ResolvedHost,
  type ResolvedLlvm,
  type ResolvedPrepareStep,
  type ResolvedProduct,
  type ResolvedRuntime,
  type ResolvedTarget,
} from "../resolve/resolved-target";
import { librariesFor } from "../schema/import-libraries";
import type { MicroArchitectureRow } from "../schema/micro-architectures";
import type { ArchiveRow } from "../schema/rows";

/** One platform, as `gen-bzl explain --json` prints it: what the rows and the imports come to. */
export interface ExplainedPlatform {
  /** With the libc's version, and LLVM's where it is not the default. */
  readonly name: string;
  readonly triple: string;
  readonly architecture: {
    readonly name: string;
    readonly bits?: number | undefined;
    readonly endian?: string | undefined;
  };
  readonly system: { readonly name: string; readonly os: string; readonly abi: string; readonly object_format: string };
  /** Absent for a system without one. */
  readonly libc?: {
    readonly name: string;
    readonly versions: readonly { readonly version: string; readonly default: boolean }[];
  };
  /** The version of LLVM that it is made of, and those that there are. */
  readonly llvm: {
    readonly version: string;
    readonly versions: readonly { readonly version: string; readonly default: boolean }[];
  };
  /** The first is the default. */
  readonly link_modes: readonly string[];
  /** Those that there are for its architecture. */
  readonly micro_architectures: readonly string[];
  /** Absent where the platform is for the oldest CPU. */
  readonly micro_architecture?: string | undefined;
  /** Of every compilation and link, of every compilation, of every link. */
  readonly flags: readonly string[];
  readonly compile_flags: readonly string[];
  readonly link_flags: readonly string[];
  /** In the order in which they build on each other. */
  readonly runtimes: readonly ExplainedRuntime[];
  readonly archives: readonly ExplainedArchive[];
  readonly compilers: readonly { readonly host: string; readonly archive: ExplainedArchive }[];
}

export interface ExplainedRuntime {
  readonly name: string;
  readonly version: string;
  readonly role: string;
  readonly archive: string;
  /** The import file that it is made by, in `imports/`; absent where there is none. */
  readonly import?: string | undefined;
  /** The version in whose place it is compiled, since that has not been imported. */
  readonly in_place_of?: string | undefined;
  /** Public include directories, in search order. */
  readonly include: readonly string[];
  /** Files that are made of the archive. */
  readonly prepare: readonly ResolvedPrepareStep[];
  readonly products: readonly ExplainedProduct[];
}

export interface ExplainedProduct {
  readonly name: string;
  readonly kind: ResolvedProduct["kind"];
  /** Which links take it by themselves: a word, or the features of the builds that do. */
  readonly link: string | readonly string[];
  /** The link modes of these links; absent: all. */
  readonly link_modes?: readonly string[] | undefined;
  /** Paths in the target's tree; of import libraries and stubs `{item}` stands for each. */
  readonly outputs: readonly string[];
  readonly compiled_from?: {
    readonly set: string;
    readonly variant: string;
    readonly sources: readonly string[];
    readonly flags: readonly string[];
    readonly c_flags: readonly string[];
    readonly cxx_flags: readonly string[];
    readonly include: readonly string[];
    /** Roles whose public headers they include. */
    readonly uses: readonly string[];
  };
  readonly whole_archives?: readonly string[] | undefined;
  /** What it is linked against; of import libraries, all that there are. */
  readonly libraries?: readonly string[] | undefined;
  readonly link_flags?: readonly string[] | undefined;
}

export interface ExplainedArchive {
  readonly name: string;
  /** In bytes. */
  readonly size?: number | undefined;
  readonly sha256: string;
  /** Empty where no address is known: it has to be redirected, and `unavailable` says what it is. */
  readonly urls: readonly string[];
  readonly unavailable?: string | undefined;
}

/**
 * What is known of `target`.
 *
 * @param versions The same platform at each version of its libc.
 * @param llvm The versions of LLVM, the default first.
 * @param imports The names of the import files, `<runtime>-<version>`.
 */
export function explainTarget(
  target: ResolvedTarget,
  versions: readonly ResolvedTarget[],
  llvm: readonly ResolvedLlvm[],
  hosts: readonly ResolvedHost[],
  imports: ReadonlySet<string>,
  microArchitecture?: MicroArchitectureRow,
): ExplainedPlatform {
  const { system, architecture } = target;
  const listed = versions.flatMap(({ version, isDefault }) =>
    version === undefined ? [] : [{ version, default: isDefault }],
  );
  const archives = new Map(target.runtimes.map(({ archive }) => [archive.name, archive])).values();
  return {
    name: target.name + target.llvm.suffix,
    triple: target.triple,
    architecture: { name: architecture.name, bits: architecture.bits, endian: architecture.endian },
    system: { name: system.name, os: system.os, abi: system.abi, object_format: system.object_format },
    ...(listed.length === 0 ? {} : { libc: { name: system.libc ?? "libc", versions: listed } }),
    llvm: {
      version: target.llvm.row.version,
      versions: llvm.map(({ row, suffix }) => ({ version: row.version, default: suffix === "" })),
    },
    link_modes: system.link_modes,
    micro_architectures: target.microArchitectures.map(({ name }) => name),
    micro_architecture: microArchitecture?.name,
    flags: [`--target=${target.triple}`, ...target.flags, ...(microArchitecture?.flags ?? [])],
    compile_flags: target.compileFlags,
    link_flags: target.linkFlags,
    runtimes: target.runtimes.map((runtime) => explainRuntime(runtime, imports)),
    archives: [...archives].map(explainArchive),
    compilers: hosts.flatMap(({ row, seeds }) =>
      seeds
        .filter((seed) => seed.llvm.row === target.llvm.row)
        .map(({ archive }) => ({ host: row.name, archive: explainArchive(archive) })),
    ),
  };
}

function explainRuntime(runtime: ResolvedRuntime, imports: ReadonlySet<string>): ExplainedRuntime {
  const file = `${runtime.name}-${runtime.version}`;
  return {
    name: runtime.name,
    version: runtime.version,
    role: runtime.role,
    archive: runtime.archive.name,
    import: imports.has(file) ? `${file}.json` : undefined,
    in_place_of: runtime.standsInFor,
    include: runtime.include,
    prepare: runtime.prepare,
    products: runtime.products.map(explainProduct),
  };
}

function explainProduct(product: ResolvedProduct): ExplainedProduct {
  const { name, kind, link, linkModes: link_modes } = product;
  const shared = {
    name,
    kind,
    link: typeof link === "string" ? link : link.features,
    link_modes,
    outputs: "table" in product ? [product.output] : outputsOf(product),
    ...explainCompilation(product),
  };
  switch (product.kind) {
    case "archive":
      return { ...shared, whole_archives: product.wholeArchives };
    case "shared_library":
      return {
        ...shared,
        whole_archives: product.wholeArchives,
        libraries: product.libraries,
        link_flags: product.linkFlags,
      };
    case "import_libraries":
      return { ...shared, libraries: [...librariesFor(product.table, product.architecture).keys()] };
    default:
      return shared;
  }
}

function explainCompilation(product: ResolvedProduct): Pick<ExplainedProduct, "compiled_from"> {
  const compilation = compilationOf(product);
  if (compilation === undefined) return {};
  const { set, imported, variant, flags, cFlags, cxxFlags, include } = compilation.sources;
  const base = imported.base.filter((source) => !variant.remove.includes(source));
  return {
    compiled_from: {
      set,
      variant: variant.name,
      sources: [...base, ...variant.add, ...variant.repeated.map(({ file }) => file)].sort(),
      flags: [...flags, ...(imported.flags ?? []), ...variant.flags],
      c_flags: cFlags,
      cxx_flags: cxxFlags,
      include,
      uses: compilation.uses,
    },
  };
}

const explainArchive = ({ name, size, sha256, urls, unavailable }: ArchiveRow): ExplainedArchive => ({
  name,
  size,
  sha256,
  urls,
  unavailable,
});
