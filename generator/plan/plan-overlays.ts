import type { ArchiveRow } from "../schema/rows";
import {
  compilationOf,
  type ResolvedPrepareStep,
  type ResolvedProduct,
  type ResolvedRuntime,
  type ResolvedSourceSet,
  type ResolvedTarget,
} from "../resolve/resolved-target";
import { mergeStatements } from "./merge-releases";
import { mergeSteps, prepareFile, printPrepare } from "./plan-prepare";
import { glob, printGenerated, visibleTo } from "./build-file";
import { definitionPatterns } from "./plan-libraries";
import { nameByTarget, type TargetNames } from "./name-by-target";
import { findSeries } from "./archive-series";
import { findFamilies, type ArchiveFamily, type OverlayContent } from "./archive-families";
import {
  Assignment,
  Call,
  Comment,
  Macro,
  Name,
  Operation,
  explicitAttributes,
  type StarlarkFile,
  type Statement,
  type Value,
} from "../starlark/syntax";
import type { Render } from "./render";
import { constantName, freeName, withSharedValues } from "./share-values";

/** Names of the targets in overlays, for whoever refers to them. */
export interface OverlayNames {
  /** Where a runtime's public headers are: a label, in which a `template` of `TargetNames` may stand. */
  readonly headers: (runtime: ResolvedRuntime) => string;
  /** What a unit of a runtime is compiled from: a `template` of `TargetNames`, in the runtime's archive. */
  readonly sourceSet: (runtime: ResolvedRuntime, product: ResolvedProduct) => string;
}

/** A runtime with a target that uses it. */
interface Use {
  readonly target: ResolvedTarget;
  readonly runtime: ResolvedRuntime;
}

/** What a product of a runtime is compiled from, for a target. */
interface SetUse extends Use {
  readonly sources: ResolvedSourceSet;
}

/** What is made of one archive. */
interface ArchiveUse {
  readonly archive: ArchiveRow;
  readonly includes: Map<string, Use[]>;
  readonly sets: Map<string, SetUse[]>;
  readonly products: { readonly runtime: ResolvedRuntime; readonly product: ResolvedProduct }[];
  readonly prepare: Map<string, ResolvedPrepareStep>;
}

/** The overlays of the archives that targets are made of, with the names of what is in them. */
export interface Overlays extends OverlayNames {
  readonly files: Map<string, string>;
  /** Archive → path of the overlay that is laid over it. */
  readonly pathOf: (archive: string) => string;
  /** Archive → path of the file that lists what is made after it has been unpacked, where that is something. */
  readonly prepareOf: ReadonlyMap<ArchiveRow, string>;
  readonly families: readonly ArchiveFamily[];
}

/** Plans `overlays/<archive>.BUILD.bazel` for every archive that a target uses. */
export function planOverlays(targets: readonly ResolvedTarget[], module: string, render: Render): Overlays {
  const uses = collectUses(targets);
  const files = new Map<string, string>();
  const includeNames = new Map<string, TargetNames>();
  const setNames = new Map<string, TargetNames>();
  const contents = new Map<ArchiveRow, OverlayContent>();
  for (const use of uses.values()) {
    for (const [runtime, list] of use.includes) {
      const contents = new Map(list.map((entry) => [entry.target, includeContent(entry.runtime)]));
      includeNames.set(`${use.archive.name}/${runtime}`, nameByTarget(`${runtime}_headers`, contents));
    }
    for (const [product, list] of use.sets) {
      const contents = new Map(list.map(({ target, sources }) => [target, setContent(sources)]));
      setNames.set(`${use.archive.name}/${product}`, nameByTarget(product, contents));
    }
    contents.set(use.archive, planOverlay(use, module, includeNames, setNames));
  }
  files.set("overlays/BUILD.bazel", render("overlays.BUILD.bazel", {}));
  const families = findFamilies(contents);
  const familyOf = new Map(
    families.flatMap((family) => [...family.members].map(([alias, { name }]) => [name, { family, alias }] as const)),
  );
  const pathOf = (archive: string): string => `overlays/${familyOf.get(archive)?.family.name ?? archive}.BUILD.bazel`;
  const prepareOf = new Map<ArchiveRow, string>();
  const macroOf = new Map<ArchiveRow, Call>();
  for (const { name, archives, releases } of findSeries(contents.keys())) {
    const steps = mergeSteps(
      archives.map((archive) => [...uses.get(archive.name)!.prepare.values()]),
      releases,
    );
    if (steps.length > 0) {
      files.set(prepareFile(name), printPrepare(steps));
      for (const archive of archives) prepareOf.set(archive, prepareFile(name));
    }
    if (archives.length === 1) continue;
    const all = archives.map((archive) => contents.get(archive)!);
    files.set(`overlays/${name}.bzl`, printGenerated(planSeries(name, all, releases)));
    const macro = new Name("overlay", `@${module}//overlays:${name}.bzl`);
    archives.forEach((archive, index) => macroOf.set(archive, new Call(macro, {}, [releases[index]!])));
  }
  for (const [archive, content] of contents) {
    const { name } = archive;
    const family = familyOf.get(name)?.family.name;
    const macro = macroOf.get(archive);
    const file: StarlarkFile = {
      comment:
        family === undefined
          ? `Laid over the archive ${name}; the source lists are read from it by \`gen-bzl import\`.`
          : `Laid over each of the archives ${family}-*.`,
      statements: [
        ...(family === undefined ? [] : [new Comment("An alias of another repository stands for it.")]),
        visibleTo(family === undefined ? `@${module}//:__subpackages__` : "//visibility:public"),
        ...(macro === undefined ? withSharedValues(content.statements, content.sets) : [macro]),
      ],
    };
    files.set(pathOf(name), printGenerated(file));
  }
  return {
    files,
    pathOf,
    prepareOf,
    families,
    headers: ({ archive, name }) => {
      const { family, alias } = familyOf.get(archive.name) ?? {};
      if (family !== undefined) return `@${family.name}//:${alias}`;
      return `@${archive.name}//:${includeNames.get(`${archive.name}/${name}`)!.template}`;
    },
    sourceSet: ({ archive }, { name }) => setNames.get(`${archive.name}/${name}`)!.template,
  };
}

/** Plans `overlays/<series>.bzl`: what the overlays of several releases have in common, and what some have. */
function planSeries(name: string, contents: readonly OverlayContent[], releases: readonly string[]): StarlarkFile {
  const runtimes = new Set(contents.flatMap(({ sets }) => [...sets.keys()]));
  const mergeSets = (runtime: string): Statement[] =>
    mergeStatements(
      contents.map(({ sets }) => sets.get(runtime) ?? []),
      releases,
    );
  const shared = mergeStatements(
    contents.map(({ statements }) => statements),
    releases,
  );
  const statements = withSharedValues(shared, new Map([...runtimes].map((name) => [name, mergeSets(name)])));
  const numbers = new Call(new Name("numbers", "//bzlmod/archives:versions.bzl"), {}, [new Name("version")]);
  return {
    docstring: `What is laid over the archives ${name}-*; the source lists are read from them by \`gen-bzl import\`.`,
    statements: [
      new Macro("overlay", "version", "Declares the targets of a release.", [
        new Assignment("release", numbers),
        ...statements,
      ]),
    ],
  };
}

function collectUses(targets: readonly ResolvedTarget[]): Map<string, ArchiveUse> {
  const uses = new Map<string, ArchiveUse>();
  for (const target of targets) {
    for (const runtime of target.runtimes) {
      const { archive } = runtime;
      const use: ArchiveUse = uses.get(archive.name) ?? {
        archive,
        includes: new Map(),
        sets: new Map(),
        products: [],
        prepare: new Map(),
      };
      uses.set(archive.name, use);
      if (runtime.include.length > 0) append(use.includes, runtime.name, { target, runtime });
      for (const product of runtime.products) {
        use.products.push({ runtime, product });
        const compilation = compilationOf(product);
        if (compilation !== undefined)
          append(use.sets, product.name, { target, runtime, sources: compilation.sources });
      }
      for (const step of runtime.prepare) {
        const planned = use.prepare.get(step.output);
        if (planned !== undefined && JSON.stringify(planned) !== JSON.stringify(step))
          throw new Error(`${archive.name}: two targets need ${step.output} with different contents`);
        use.prepare.set(step.output, step);
      }
    }
  }
  return uses;
}

const includeContent = ({
  include,
  frameworks,
  headersAfterCompiler,
  publicHeaders,
  excludeHeaders,
  forRuntimes,
}: ResolvedRuntime) => ({
  include,
  frameworks,
  headersAfterCompiler,
  publicHeaders,
  excludeHeaders,
  forRuntimes,
});

/** What tells source sets of one name apart. */
const setContent = ({ imported: _, variant, search, ...own }: ResolvedSourceSet) => ({
  ...own,
  variant: variant.name,
  search: search?.architecture,
});

function planOverlay(
  use: ArchiveUse,
  module: string,
  includeNames: ReadonlyMap<string, TargetNames>,
  setNames: ReadonlyMap<string, TargetNames>,
): OverlayContent {
  const rule = (file: string, name: string): Name => new Name(name, `@${module}//bzlmod/runtimes:${file}.bzl`);
  const includeDirs = rule("include_dirs", "include_dirs");
  const below: HeadersBelow = ({ include, frameworks, excludeHeaders }, patterns, exclude = []) =>
    new Call(
      rule("include_dirs", "headers_below"),
      explicitAttributes({
        directories: [...include, ...frameworks],
        exclude: [...excludeHeaders, ...exclude],
        include: patterns,
      }),
    );
  const includes = [...use.includes].flatMap(([runtime, list]) =>
    uniqueByName(list, includeNames.get(`${use.archive.name}/${runtime}`)!).map(
      ([name, { runtime: row }]): [string, Call] => [
        name,
        new Call(includeDirs, {
          name,
          directories: row.include,
          ...explicitAttributes({
            after_compiler: row.headersAfterCompiler ? true : undefined,
            frameworks: row.frameworks,
            sdk_version: use.archive.sdk === undefined ? undefined : new Name("SDK_VERSION", ":sdk.bzl"),
          }),
          headers: below(row, row.publicHeaders),
          ...headersForRuntimes(row, below),
        }),
      ],
    ),
  );
  const taken = new Set(["SEARCHED"]);
  const bases = new Map<string, Assignment>();
  const setsOf = new Map<string, Call[]>();
  const searches = new Map<string, Call>();
  for (const [unitName, list] of use.sets)
    for (const [name, entry] of uniqueByName(list, setNames.get(`${use.archive.name}/${unitName}`)!)) {
      const { runtime, sources: set } = entry;
      const { variant, search } = set;
      const key = `${runtime.name} ${set.set}`;
      const base = bases.get(key) ?? new Assignment(freeName(constantName(set.set), taken), set.imported.base);
      bases.set(key, base);
      if (search !== undefined) {
        const { architecture, include, headers } = search;
        const found = new Operation("+", [new Name("SEARCHED"), headers]);
        const attributes = { name: searchName(architecture), directories: include, headers: found };
        searches.set(architecture, new Call(includeDirs, attributes));
      }
      const sources = new Call(
        rule("source_set", "variant"),
        explicitAttributes({ add: variant.add, remove: variant.remove }),
        [new Name(base.name)],
      );
      append(
        setsOf,
        runtime.name,
        new Call(rule("source_set", "source_set"), { name, sources, ...setAttributes(set) }),
      );
    }
  const exported = use.products.flatMap(({ product }) => {
    if (product.kind === "file") return [product.source];
    return product.kind === "shared_library" ? Object.keys(product.linkScripts) : [];
  });
  return {
    includes: includes.map(([name]) => name),
    statements: [
      ...(exported.length === 0 ? [] : [new Call(exportsFiles, {}, [[...new Set(exported)].sort()])]),
      ...fileStatements(use),
      ...definitionStatements(use),
      ...includes.map(([, call]) => call),
      ...searchedStatements(use),
      ...searches.values(),
      ...bases.values(),
    ],
    sets: setsOf,
  };
}

/** A call that lists the headers of a runtime that match patterns. */
type HeadersBelow = (runtime: ResolvedRuntime, patterns: readonly string[], exclude?: readonly string[]) => Call;

/** Which of its public headers other runtimes are compiled with, where those are not all. */
function headersForRuntimes(runtime: ResolvedRuntime, below: HeadersBelow): Record<string, Value> {
  const { headers, exclude, assembly } = runtime.forRuntimes;
  const all = headers === undefined && exclude.length === 0;
  return explicitAttributes({
    for_assembly: assembly.length === 0 ? undefined : below(runtime, assembly),
    for_runtimes: all ? undefined : below(runtime, headers ?? runtime.publicHeaders, exclude),
  });
}

const exportsFiles = new Name("exports_files");

/** The files that targets have as they are: a group for each unit, by its name. */
function fileStatements({ products }: ArchiveUse): Statement[] {
  const units = new Map(
    products.flatMap(({ product }) => (product.kind === "files" ? [[product.name, product] as const] : [])),
  );
  return [...units].map(
    ([name, { files, excludeFiles }]) =>
      new Call(new Name("filegroup"), {
        name,
        srcs: glob(files, explicitAttributes({ allow_empty: true, exclude: excludeFiles })),
      }),
  );
}

/** The module definitions of which import libraries are made, and what they include. */
function definitionStatements({ products }: ArchiveUse): Statement[] {
  const tables = products.flatMap(({ runtime, product }) =>
    product.kind === "import_libraries" ? [definitionPatterns(runtime, product)] : [],
  );
  if (tables.length === 0) return [];
  return [
    new Call(exportsFiles, {}, [glob([...new Set(tables.flatMap(({ files }) => files))])]),
    new Comment("What module definitions include."),
    new Call(new Name("filegroup"), {
      name: "definition_headers",
      srcs: glob([...new Set(tables.flatMap(({ headers }) => headers))]),
    }),
  ];
}

const searchName = (architecture: string): string => `search_${architecture}`;

function searchedStatements({ sets }: ArchiveUse): Statement[] {
  const [common] = [...sets.values()].flat().flatMap(({ sources }) => (sources.search ? [sources.search.common] : []));
  return common === undefined
    ? []
    : [new Assignment("SEARCHED", common, "What the sources include on every architecture.")];
}

function setAttributes(set: ResolvedSourceSet): Record<string, Value> {
  const { imported, variant, flags, cFlags, cxxFlags, include, headers, search, precompiled } = set;
  const repeated = variant.repeated.map(({ name, file, passes }): [string, string[]] => [
    name,
    [file, ...passes.map((pass) => pass.join(" "))],
  ]);
  return explicitAttributes({
    c_flags: cFlags,
    cxx_flags: [...cxxFlags, ...(imported.cxx_flags ?? [])],
    flags: [...flags, ...(imported.flags ?? []), ...variant.flags],
    headers: headers.length === 0 ? undefined : glob(headers, { allow_empty: true }),
    not_precompiled: precompiled?.except,
    precompiled: precompiled?.headers,
    repeated: Object.fromEntries(repeated),
    search: search === undefined ? undefined : `:${searchName(search.architecture)}`,
    search_path: include,
    source_flags: imported.source_flags,
    textual: imported.textual,
  });
}

/** One entry per name, in the order of the names' first use. */
function uniqueByName<Item extends Use>(list: readonly Item[], { nameOf }: TargetNames): [string, Item][] {
  const unique = new Map<string, Item>();
  for (const use of list) if (!unique.has(nameOf(use.target))) unique.set(nameOf(use.target), use);
  return [...unique];
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
