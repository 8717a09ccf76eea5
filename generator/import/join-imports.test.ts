import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

import { globSync } from "fast-glob";

import { builtinManifest, readManifest } from "../read/read-manifest";
import type { ImportedLink } from "../schema/facts";
import { importFileSchema, type ImportContent, type SourceSetImport } from "../schema/import-file";
import { validateManifest } from "../validate/validate-manifest";
import { divideCommon } from "./common-flags";
import { toImportedLink } from "./imported-link";
import { joinImports, listsOf } from "./join-imports";
import { toSourceSet, type SourceList } from "./source-variants";

const rows = validateManifest(readManifest(builtinManifest)).manifest;

/** What is in this repository of what importers have asked upstream about target by target. */
const imports = globSync("imports/*.json", { cwd: dirname(builtinManifest), absolute: true })
  .sort()
  .map((file) => ({ file: basename(file), content: importFileSchema.parse(JSON.parse(readFileSync(file, "utf8"))) }))
  .flatMap(({ file, content: { provenance, ...content } }) => {
    const { targets } = provenance[content.version] ?? {};
    return targets === undefined ? [] : [{ file, content, targets: Object.keys(targets) }];
  });

const isOf = (target: string, { architecture, system }: SourceList): boolean =>
  [system, architecture].every((part, index) => part === undefined || part === target.split("/")[index]);

/** As its importer would have written it that had been asked about some of its targets alone. */
function partOf(content: ImportContent, targets: readonly string[]): ImportContent {
  const partOfSet = (set: SourceSetImport): SourceSetImport | undefined => {
    const lists = listsOf(set).filter((list) => targets.some((target) => isOf(target, list)));
    if (lists.length === 0) return undefined;
    const { common, others } = divideCommon(lists.map(({ flags = [] }) => flags));
    const divided = lists.map((list, index) => ({ ...list, ...(set.flags && { flags: others[index]! }) }));
    const options = { textual: set.textual, sourceFlags: set.source_flags, systems: rows.systems };
    return {
      ...toSourceSet(divided, options),
      ...(set.flags && { flags: [...common] }),
      ...(set.cxx_flags && { cxx_flags: set.cxx_flags }),
      ...(set.include && { include: set.include }),
    };
  };
  const sets = Object.entries(content.sets).flatMap(([name, set]) => {
    const part = partOfSet(set);
    return part === undefined ? [] : [[name, part] as const];
  });
  const { links, ...facts } = content.facts;
  const partOfLink = (link: ImportedLink): ImportedLink => {
    const all = Object.entries(link.architectures).map(([architecture, more]) => ({
      architecture,
      flags: [...link.flags, ...more],
      scripts: link.scripts,
    }));
    return toImportedLink(
      all.filter(({ architecture }) => targets.some((target) => isOf(target, { architecture, sources: [] }))),
    )!;
  };
  const partOfLinks =
    links && Object.fromEntries(Object.entries(links).map(([name, link]) => [name, partOfLink(link)]));
  return {
    ...content,
    sets: Object.fromEntries(sets),
    facts: { ...facts, ...(partOfLinks && { links: partOfLinks }) },
  };
}

test("some imports are of targets that were asked about one by one", () => {
  expect(imports.map(({ file }) => file)).toEqual(
    expect.arrayContaining(["compiler-rt-22.1.8.json", "libc++-22.1.8.json", "musl-1.2.5.json", "musl-1.2.6.json"]),
  );
});

test.each(imports)(
  "$file is the same when one of its targets was asked about after the others",
  ({ content, targets }) => {
    const hasAllSets = (part: ImportContent): boolean =>
      Object.keys(part.sets).length === Object.keys(content.sets).length;
    // Every one of them takes seconds.
    for (const last of targets.filter((_, index) => index % 3 === 0)) {
      const known = partOf(
        content,
        targets.filter((target) => target !== last),
      );
      if (targets.length === 1 || !hasAllSets(known)) continue;
      expect(joinImports(known, partOf(content, [last]), rows)).toEqual(content);
    }
  },
);

const set = (more: Partial<SourceSetImport> = {}): SourceSetImport => ({
  base: ["a.c"],
  textual: [],
  source_flags: {},
  variants: [{ name: "generic", architectures: ["arm64"], remove: [], add: [], repeated: [], flags: [] }],
  ...more,
});
const content = (more: Partial<ImportContent> = {}): ImportContent => ({
  runtime: "libc",
  version: "1",
  sets: { c: set() },
  facts: {},
  ...more,
});
const amd64 = [{ name: "generic", architectures: ["amd64"], remove: [], add: [], repeated: [], flags: ["-O3"] }];

test("a flag that the further target lacks is no more of the set, but of the variants that have it", () => {
  const known = content({ sets: { c: set({ flags: ["-a", "-b"] }) } });
  const added = content({ sets: { c: set({ flags: ["-b"], variants: [{ ...amd64[0]!, flags: [] }] }) } });
  const { c } = joinImports(known, added, rows)!.sets;
  expect(c).toMatchObject({ flags: ["-b"] });
  expect(c!.variants.map(({ name, flags }) => [name, flags])).toEqual([
    ["amd64", []],
    ["arm64", ["-a"]],
  ]);
});

test.each<[string, Partial<ImportContent>, Partial<ImportContent>]>([
  ["a set that only the further target has", {}, { sets: { c: set({ variants: amd64 }), more: set() } }],
  [
    "flags of a source that are others there",
    { sets: { c: set({ source_flags: { "a.c": ["-O3"] } }) } },
    { sets: { c: set({ source_flags: { "a.c": ["-Os"] }, variants: amd64 }) } },
  ],
  [
    "other include directories",
    { sets: { c: set({ include: ["a"] }) } },
    { sets: { c: set({ include: ["b"], variants: amd64 }) } },
  ],
  ["another text", { facts: { texts: { t: { "a.h": "1" } } } }, { facts: { texts: { t: { "a.h": "2" } } } }],
  ["a kind of facts whose items depend on each other", { facts: { files: {} } }, { facts: { files: {} } }],
])("%s: all has to be asked", (_, known, added) => {
  const further = { sets: { c: set({ variants: amd64 }) }, ...added };
  expect(joinImports(content(known), content(further), rows)).toBeUndefined();
});
