import type { ArchiveRow } from "../schema/rows";
import type { ImportFile, SourceSetImport, SourceVariant } from "../schema/import-file";
import type {
  Imports,
  ResolvedPrepareStep,
  ResolvedRuntime,
  ResolvedTarget,
  ResolvedUnit,
} from "../resolve/resolved-target";
import { definitionPatterns } from "./plan-libraries";
import { nameByTarget, type TargetNames } from "./name-by-target";
import { statedAttributes } from "./stated-attributes";
import { generatedComment } from "./generated-tree";
import { groupBy } from "../schema/group-by";
import type { Render } from "./render";

/** Names of the targets in overlays, for whoever refers to them. */
export interface OverlayNames {
  /** Where a runtime's public headers are: a label, in which a `template` of `TargetNames` may stand. */
  readonly headers: (runtime: ResolvedRuntime) => string;
  /** What a unit of a runtime is compiled from: a `template` of `TargetNames`, in the runtime's archive. */
  readonly sourceSet: (runtime: ResolvedRuntime, unit: ResolvedUnit) => string;
}

/** One thing of a runtime with the targets that use it. */
interface Use {
  readonly target: ResolvedTarget;
  readonly runtime: ResolvedRuntime;
  readonly unit?: ResolvedUnit;
}

/** What is made of one archive. */
interface ArchiveUse {
  readonly archive: ArchiveRow;
  readonly includes: Map<string, Use[]>;
  readonly sets: Map<string, Use[]>;
  /** Units that are not compiled from sources. */
  readonly others: Map<string, Use[]>;
  readonly prepare: Map<string, ResolvedPrepareStep>;
}

/** Path of the file that lists what is made after an archive has been unpacked; there is none where that is nothing. */
export const prepareFile = (archive: string): string => `overlays/${archive}.prepare.json`;

/** Archives of headers that are alike but for what the headers say: they share an overlay, and a repository of aliases stands for all. */
export interface ArchiveFamily {
  /** What their names have in common; the name of the repository. */
  readonly name: string;
  /** Name of the alias → the archive. */
  readonly members: ReadonlyMap<string, ArchiveRow>;
  /** The target that each of their overlays has. */
  readonly target: string;
}

/** The overlays of the archives that targets are made of, with the names of what is in them. */
export interface Overlays extends OverlayNames {
  readonly files: Map<string, string>;
  /** Archive → path of the overlay that is laid over it. */
  readonly pathOf: (archive: string) => string;
  readonly families: readonly ArchiveFamily[];
}

/** Plans `overlays/<archive>.BUILD.bazel` for every archive that a target uses. */
export function planOverlays(
  targets: readonly ResolvedTarget[],
  imports: Imports,
  module: string,
  render: Render,
): Overlays {
  const uses = collectUses(targets);
  const files = new Map<string, string>();
  const includeNames = new Map<string, TargetNames>();
  const setNames = new Map<string, TargetNames>();
  const views = new Map<ArchiveRow, OverlayView>();
  for (const use of uses.values()) {
    for (const [runtime, list] of use.includes) {
      const contents = new Map(list.map((entry) => [entry.target, includeContent(entry.runtime)]));
      includeNames.set(`${use.archive.name}/${runtime}`, nameByTarget(`${runtime}_headers`, contents));
    }
    for (const [unit, list] of use.sets) {
      const contents = new Map(list.map((entry) => [entry.target, entry.unit!.sources]));
      setNames.set(`${use.archive.name}/${unit}`, nameByTarget(unit, contents));
    }
    views.set(use.archive, overlayView(use, imports, module, includeNames, setNames));
    if (use.prepare.size > 0) files.set(prepareFile(use.archive.name), formatPrepare([...use.prepare.values()]));
  }
  files.set("overlays/BUILD.bazel", render("overlays.BUILD.bazel", {}));
  const families = findFamilies(views);
  const familyOf = new Map(
    families.flatMap((family) => [...family.members].map(([alias, { name }]) => [name, { family, alias }] as const)),
  );
  const pathOf = (archive: string): string => `overlays/${familyOf.get(archive)?.family.name ?? archive}.BUILD.bazel`;
  for (const [{ name }, view] of views) {
    const family = familyOf.get(name)?.family;
    files.set(pathOf(name), render("overlay.BUILD.bazel", { ...view, archive: name, family: family?.name ?? null }));
  }
  return {
    files,
    pathOf,
    families,
    headers: ({ archive, name }) => {
      const { family, alias } = familyOf.get(archive.name) ?? {};
      if (family !== undefined) return `@${family.name}//:${alias}`;
      return `@${archive.name}//:${includeNames.get(`${archive.name}/${name}`)!.template}`;
    },
    sourceSet: ({ archive }, unit) => setNames.get(`${archive.name}/${unit.name}`)!.template,
  };
}

/** Archives with nothing but one target for headers, which is the same in each, by what their names have in common. */
function findFamilies(views: ReadonlyMap<ArchiveRow, OverlayView>): ArchiveFamily[] {
  const alike = [...views].filter(
    ([, { includes, sets, searches, definitions, exported }]) =>
      includes.length === 1 && sets.length + searches.length + exported.length === 0 && definitions === null,
  );
  return groupBy(alike, ([, view]) => JSON.stringify(view)).flatMap((group) => {
    const archives = group.map(([archive]) => archive);
    const name = commonName(archives.map((archive) => archive.name));
    if (archives.length === 1 || name === "") return [];
    return [
      {
        name,
        members: new Map(archives.map((archive) => [archive.name.slice(name.length + 1), archive])),
        target: group[0]![1].includes[0]!.name,
      },
    ];
  });
}

/** The words, separated by dashes, that all names start with: `glibc-headers` of `glibc-headers-2.28-arm` and `glibc-headers-2.29-arm`. */
function commonName([first, ...others]: readonly string[]): string {
  const words = first!.split("-");
  const differs = words.findIndex((word, index) => others.some((other) => other.split("-")[index] !== word));
  return words.slice(0, differs < 0 ? words.length : differs).join("-");
}

function formatPrepare(steps: readonly ResolvedPrepareStep[]): string {
  return `${JSON.stringify({ $comment: generatedComment, steps }, undefined, 1)}\n`;
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
        others: new Map(),
        prepare: new Map(),
      };
      uses.set(archive.name, use);
      if (runtime.include.length > 0) append(use.includes, runtime.name, { target, runtime });
      for (const unit of runtime.units)
        append(unit.sources === undefined ? use.others : use.sets, unit.name, { target, runtime, unit });
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

const includeContent = ({ include, publicHeaders, excludeHeaders }: ResolvedRuntime) => ({
  include,
  publicHeaders,
  excludeHeaders,
});

function overlayView(
  use: ArchiveUse,
  imports: Imports,
  module: string,
  includeNames: ReadonlyMap<string, TargetNames>,
  setNames: ReadonlyMap<string, TargetNames>,
) {
  const includes = [...use.includes].flatMap(([runtime, list]) =>
    uniqueByName(list, includeNames.get(`${use.archive.name}/${runtime}`)!).map(([name, { runtime: row }]) => ({
      name,
      directories: row.include,
      include: row.publicHeaders,
      exclude: row.excludeHeaders,
    })),
  );
  const constants = new Map<string, string>();
  const bases = new Map<string, { name: string; sources: readonly string[] }>();
  const searches = new Map<string, SearchView>();
  const sets = [...use.sets].flatMap(([unitName, list]) =>
    uniqueByName(list, setNames.get(`${use.archive.name}/${unitName}`)!).map(([name, { runtime, unit }]) => {
      const file = imports.get(`${runtime.name}-${runtime.version}`)!;
      const { base, variant } = chooseSet(file, unit!);
      const baseName = constantName(`${runtime.name} ${unit!.sources!.set}`, unit!.sources!.set, constants);
      bases.set(baseName, { name: baseName, sources: base });
      const { search } = unit!.sources!;
      if (search !== undefined)
        searches.set(search, { name: searchName(search), ...file.search!.architectures[search]! });
      return { name, base: baseName, ...setView(unit!, variant, base, file.sets[unit!.sources!.set]!) };
    }),
  );
  const tables = [...use.others.values()]
    .flat()
    .flatMap(({ runtime, unit }) =>
      unit?.table === undefined ? [] : [definitionPatterns(runtime, unit.table, imports)],
    );
  const definitions =
    tables.length === 0
      ? null
      : {
          files: [...new Set(tables.flatMap(({ files }) => files))],
          headers: [...new Set(tables.flatMap(({ headers }) => headers))],
        };
  const exported = [...use.sets.values(), ...use.others.values()]
    .flat()
    .flatMap(({ unit }) => Object.keys(unit!.linkScripts));
  return {
    module,
    exported: [...new Set(exported)].sort(),
    definitions,
    includes,
    bases: [...bases.values()],
    ...searchView(use, imports, searches),
    sets,
  };
}

type OverlayView = ReturnType<typeof overlayView>;

/** How the sources of one architecture find what they include. */
interface SearchView {
  readonly name: string;
  readonly include: readonly string[];
  readonly headers: readonly string[];
}

const searchName = (architecture: string): string => `search_${architecture}`;

function searchView(use: ArchiveUse, imports: Imports, searches: ReadonlyMap<string, SearchView>) {
  const users = [...use.sets.values()].flat().filter(({ unit }) => unit?.sources?.search !== undefined);
  const common = users.map(({ runtime }) => imports.get(`${runtime.name}-${runtime.version}`)!.search!.headers)[0];
  return { searched: common ?? null, searches: [...searches.values()] };
}

function setView(unit: ResolvedUnit, variant: SourceVariant, base: readonly string[], imported: SourceSetImport) {
  const sources = new Set([...base.filter((source) => !variant.remove.includes(source)), ...variant.add]);
  const { flags, cFlags, cxxFlags, include, headers, search } = unit.sources!;
  const repeated = variant.repeated.map(({ name, file, passes }) => [
    name,
    [file, ...passes.map((pass) => pass.join(" "))],
  ]);
  return {
    headers,
    delta: statedAttributes({ add: variant.add, remove: variant.remove }),
    attributes: statedAttributes({
      c_flags: cFlags,
      cxx_flags: cxxFlags,
      flags: [...flags, ...(imported.flags ?? []), ...variant.flags],
      repeated: Object.fromEntries(repeated),
      search: search === undefined ? null : `:${searchName(search)}`,
      search_path: include,
      source_flags: Object.fromEntries(Object.entries(imported.source_flags).filter(([source]) => sources.has(source))),
      textual: imported.textual,
    }),
  };
}

function chooseSet(file: ImportFile, unit: ResolvedUnit) {
  const { set, variant } = unit.sources!;
  const imported = file.sets[set]!;
  return { ...imported, variant: imported.variants.find((candidate) => candidate.name === variant)! };
}

/** One entry per name, in the order of the names' first use. */
function uniqueByName(list: readonly Use[], { nameOf }: TargetNames): [string, Use][] {
  const unique = new Map<string, Use>();
  for (const use of list) if (!unique.has(nameOf(use.target))) unique.set(nameOf(use.target), use);
  return [...unique];
}

/** What the sources of a set are called; sets that a constant's letters do not tell apart (`a-b`, `a_b`) get a number. */
function constantName(key: string, set: string, known: Map<string, string>): string {
  const plain = set.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  let name = known.get(key) ?? plain;
  for (let number = 2; !known.has(key) && [...known.values(), "SEARCHED"].includes(name); number += 1)
    name = `${plain}_${number}`;
  known.set(key, name);
  return name;
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
