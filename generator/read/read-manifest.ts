import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { nameTarget } from "./name-target";
import { dropNullFields, fillFromBase, layDefaults, layRowOver, layRuntimeOver } from "./lay-over";
import { isRecord, parseYaml, partsOf, placeOf, type Located } from "./parse-rows";
import { compilersFolder, importsFolder, isFolder, readImports, readText, type RawImport } from "./read-imports";
import { joinParts, nameOf, versionOf } from "./row-parts";
import { groupBy } from "../schema/group-by";
import type { Recipes } from "../schema/recipes";
import type { Place, Problem } from "./problem";

/**
 * The tables of a manifest folder: the kind of their rows → file name. Runtimes have one file each, `runtimes/<name>.yaml`, or one
 * folder each: `runtimes/<name>/runtime.yaml`, beside which tables have the rows that are there for this runtime's sake; of
 * those that others have as well, in `joinedTables`, what they are for this runtime alone.
 */
export const tables = {
  architecture: "architectures.yaml",
  "micro-architecture": "micro-architectures.yaml",
  feature: "features.yaml",
  system: "systems.yaml",
  target: "targets.yaml",
  llvm: "llvm.yaml",
  host: "hosts.yaml",
  archive: "archives.yaml",
} as const;

export type RowKind = keyof typeof tables | "runtime";

/** The tables that a manifest may do without, even one that extends no other. */
const optionalTables: readonly string[] = [tables["micro-architecture"], tables.feature];

/** Tables of whose rows several files may state parts: kind → the fields whose lists are then put together. */
const joinedTables: Partial<Record<RowKind, readonly string[]>> = {
  architecture: [],
  feature: ["implies"],
  host: [],
};

const rowKinds: readonly RowKind[] = [
  "architecture",
  "micro-architecture",
  "feature",
  "system",
  "target",
  "llvm",
  "host",
  "archive",
  "runtime",
];

/** A row as it was written, before its schema is checked. */
export interface RawRow extends Located {
  readonly kind: RowKind | "module";
  /** For targets the platform's name; for rows without a name, `#` and their position. */
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The rows of a manifest folder laid over those of the folders that it extends. */
export interface RawManifest {
  readonly module: RawRow;
  readonly rows: Readonly<Record<RowKind, readonly RawRow[]>>;
  /** Of this manifest and those that it extends; the nearest manifest's file wins over others of its name. */
  readonly imports: readonly RawImport[];
  /** What compilers are built from, likewise: those of the folder `compiler` beside other imports. */
  readonly compilers: readonly RawImport[];
  /** Of the folders of runtimes; the nearest manifest's wins. */
  readonly recipes: Recipes;
  /** Unreadable files, syntax errors, rows that are not maps, and duplicate names. */
  readonly problems: readonly Problem[];
}

interface Folder {
  readonly path: string;
  readonly module: Located;
  readonly rows: Readonly<Record<RowKind, readonly Located[]>>;
  readonly recipes: Recipes;
}

/** The folder of the manifest that this package carries, which `extends: builtin` names. */
export const builtinManifest = resolve(__dirname, "../../manifest");

/**
 * Reads the manifest in the folder `path`, and those that it extends, with its import files. Nothing is thrown for bad
 * input: what is wrong is in `problems`, and what could be read is in the rest.
 */
export function readManifest(path: string): RawManifest {
  const problems: Problem[] = [];
  const folders = readChain(resolve(path), problems);
  const rows = {} as Record<RowKind, RawRow[]>;
  const layers = (kind: RowKind): readonly (readonly Located[])[] =>
    folders.map((folder) => joinParts(kind, folder.rows[kind], joinedTables[kind], problems));
  for (const kind of rowKinds.filter((kind) => kind !== "target" && kind !== "llvm"))
    rows[kind] = layRows(kind, layers(kind), nameOf, problems);
  rows.llvm = layRows("llvm", layDefaults(layers("llvm")), versionOf, problems);
  rows.architecture = fillBases(rows.architecture);
  const [architectures, systems] = [rows.architecture, rows.system].map((table) => table.map(({ value }) => value));
  const nameOfTarget = (row: Located): string | undefined =>
    nameTarget(row.value as object, architectures ?? [], systems ?? []);
  const osOf = ({ value }: RawRow): string => String(systems?.find(({ name }) => name === value["system"])?.["os"]);
  rows.target = groupBy(layRows("target", layers("target"), nameOfTarget, problems), osOf).flat();
  const module = folders.map((folder) => folder.module).reduce((under, over) => layRowOver(under, over));
  return {
    module: toRow("module", "", module),
    rows,
    imports: readImports(
      folders.map(({ path }) => importsFolder(path)),
      problems,
    ),
    compilers: readImports(
      folders.map(({ path }) => compilersFolder(path)),
      problems,
    ),
    recipes: folders.reduce<Recipes>((under, { recipes }) => ({ ...under, ...recipes }), {}),
    problems,
  };
}

/** The folders from the outermost base to `path` itself. */
function readChain(path: string, problems: Problem[], above: readonly string[] = []): Folder[] {
  const module = readModule(path, problems);
  const extended =
    isRecord(module.value) && typeof module.value["extends"] === "string" ? module.value["extends"] : undefined;
  const base = extended === undefined ? undefined : extended === "builtin" ? builtinManifest : resolve(path, extended);
  const folder = readFolder(path, module, base !== undefined, problems);
  if (base === undefined) return [folder];
  const place = placeOf(module.places, ["extends"]);
  const problem = { place, row: { kind: "module", name: "" } as const, field: "extends" };
  if ([...above, path].includes(base)) {
    problems.push({
      ...problem,
      message: `${base} extends this manifest in turn`,
      mend: "let one of the two stand alone",
    });
    return [folder];
  }
  if (!existsSync(join(base, "module.yaml"))) {
    problems.push({
      ...problem,
      message: `${base} is not a manifest folder: it has no module.yaml`,
      mend: "write builtin, or the path of a manifest folder relative to this one",
    });
    return [folder];
  }
  return [...readChain(base, problems, [...above, path]), folder];
}

function readModule(path: string, problems: Problem[]): Located {
  const file = join(path, "module.yaml");
  const empty = { value: {}, places: new Map([["", { file, line: 1 }]]) };
  if (!existsSync(file)) {
    const exists = isFolder(path);
    problems.push({
      place: { file, line: 1 },
      message: exists ? "the manifest folder has no module.yaml" : `there is no folder ${path}`,
      mend: exists
        ? "write one; `extends: builtin` is enough for a manifest that adds rows to the built-in one"
        : "name a manifest folder with --manifest",
    });
    return empty;
  }
  const located = readYaml(file, problems);
  if (located === undefined) return empty;
  if (!isRecord(located.value)) {
    problems.push({
      place: placeOf(located.places, []),
      message: "module.yaml is not a map",
      mend: "write `field: value` lines",
    });
    return empty;
  }
  return located;
}

function readFolder(path: string, module: Located, extendsOther: boolean, problems: Problem[]): Folder {
  const rows: Record<RowKind, Located[]> = {
    architecture: [],
    "micro-architecture": [],
    feature: [],
    system: [],
    target: [],
    llvm: [],
    host: [],
    archive: [],
    runtime: [],
  };
  const recipes: Record<string, string> = {};
  if (!isFolder(path)) return { path, module, rows, recipes };
  reportUnknownTables(path, ["module.yaml", ...Object.values(tables)], problems);
  const runtimes = join(path, "runtimes");
  for (const name of isFolder(runtimes) ? readdirSync(runtimes).sort() : []) {
    if (isFolder(join(runtimes, name))) {
      readRuntimeFolder(join(runtimes, name), rows, problems);
      const functions = join(runtimes, name, recipesFile);
      if (existsSync(functions)) recipes[name] = readText(functions, problems) ?? "";
      continue;
    }
    if (/\.ya?ml$/i.test(name) && !name.endsWith(".yaml")) {
      const mend = `call it ${name.replace(/\.ya?ml$/i, ".yaml")}, or move it away`;
      problems.push({
        place: { file: join(runtimes, name), line: 1 },
        message: "the rows of runtimes are read from files that end in .yaml",
        mend,
      });
    }
    if (!name.endsWith(".yaml")) continue;
    const row = readRuntime(join(runtimes, name), basename(name, ".yaml"), problems);
    if (row !== undefined) rows.runtime.push(row);
  }
  for (const [kind, name] of Object.entries(tables)) {
    const file = join(path, name);
    // What runtimes say of a row comes after what it is for all.
    const add = kind in joinedTables ? "unshift" : "push";
    if (existsSync(file)) rows[kind as RowKind][add](...readTable(file, problems));
    else if (!extendsOther && !optionalTables.includes(name)) {
      const mend = "write the table, or `extends: builtin` in module.yaml";
      problems.push({ place: { file, line: 1 }, message: "a manifest that extends no other needs this file", mend });
    }
  }
  return { path, module, rows, recipes };
}

/** The row of a runtime in a folder of its own. */
const runtimeFile = "runtime.yaml";

/** The Starlark functions that make files of a runtime's archives, in its folder. */
const recipesFile = "recipes.bzl";

/** The manifest folder that the row of a runtime in `file` is of. */
export function manifestOf(file: string): string {
  const folder = dirname(dirname(file));
  return basename(file) === runtimeFile ? dirname(folder) : folder;
}

/** A folder of one runtime: its row, and those rows of the tables that are there for its sake. */
function readRuntimeFolder(path: string, rows: Record<RowKind, Located[]>, problems: Problem[]): void {
  const files = readdirSync(path);
  if (!files.includes(runtimeFile)) {
    const place = { file: join(path, runtimeFile), line: 1 };
    problems.push({
      place,
      message: "the folder of a runtime has no row of it",
      mend: `write ${runtimeFile}, or move the folder away`,
    });
  } else {
    const row = readRuntime(join(path, runtimeFile), basename(path), problems);
    if (row !== undefined) rows.runtime.push(row);
  }
  for (const [kind, name] of Object.entries(tables)) {
    if (files.includes(name)) rows[kind as RowKind].push(...readTable(join(path, name), problems));
  }
  reportUnknownTables(path, [runtimeFile, ...Object.values(tables)], problems);
}

function reportUnknownTables(path: string, known: readonly string[], problems: Problem[]): void {
  for (const name of readdirSync(path).sort()) {
    if (!/\.ya?ml$/.test(name) || known.includes(name)) continue;
    problems.push({
      place: { file: join(path, name), line: 1 },
      message: "no table of a manifest has this name",
      mend: `call it one of ${known.join(", ")}, or move it away`,
    });
  }
}

function readTable(file: string, problems: Problem[]): Located[] {
  const located = readYaml(file, problems);
  if (located === undefined || located.value === null) return [];
  if (!Array.isArray(located.value)) {
    problems.push({
      place: placeOf(located.places, []),
      message: "the file is not a list of rows",
      mend: "begin each row with `- `",
    });
    return [];
  }
  return [...partsOf(located).values()].filter((row) => isRow(row, problems));
}

/** The row of a runtime from `file`, which its place says the name of. */
function readRuntime(file: string, expected: string, problems: Problem[]): Located | undefined {
  const row = readYaml(file, problems);
  if (row === undefined || !isRow(row, problems)) return undefined;
  const name = (row.value as Record<string, unknown>)["name"];
  if (typeof name === "string" && name !== expected) {
    const place = placeOf(row.places, ["name"]);
    problems.push({
      place,
      row: { kind: "runtime", name },
      field: "name",
      message:
        basename(file) === runtimeFile ? `the folder is called ${expected}` : `the file is called ${expected}.yaml`,
      mend:
        basename(file) === runtimeFile
          ? `rename the folder to ${name}, or write name: ${expected}`
          : `rename the file to ${name}.yaml, or write name: ${expected}`,
    });
  }
  return row;
}

function isRow(row: Located, problems: Problem[]): boolean {
  if (isRecord(row.value)) return true;
  problems.push({
    place: placeOf(row.places, []),
    message: "the row is not a map",
    mend: "write `field: value` pairs",
  });
  return false;
}

function readYaml(file: string, problems: Problem[]): Located | undefined {
  const text = readText(file, problems);
  if (text === undefined) return undefined;
  const parsed = parseYaml(text, file);
  problems.push(...parsed.problems);
  return parsed.located;
}

/** The rows of one table of all layers, laid over each other by name. */
function layRows(
  kind: RowKind,
  layers: readonly (readonly Located[])[],
  name: (row: Located) => string | undefined,
  problems: Problem[],
): RawRow[] {
  const rows = new Map<string, Located>();
  for (const layer of layers) {
    const inLayer = new Map<string, Place>();
    for (const row of layer) {
      const key = name(row) ?? `#${rows.size + 1}`;
      const place = placeOf(row.places, []);
      const first = inLayer.get(key);
      if (first !== undefined) {
        const message = `the name is taken by the row at ${first.file}:${first.line}`;
        problems.push({ place, row: { kind, name: key }, message, mend: "rename or delete one of the two rows" });
        continue;
      }
      inLayer.set(key, place);
      const under = rows.get(key);
      rows.set(
        key,
        under === undefined ? row : kind === "runtime" ? layRuntimeOver(under, row) : layRowOver(under, row),
      );
    }
  }
  return [...rows].map(([key, row]) => toRow(kind, key, row));
}

/** Fills in the columns of each row's `base`. Unknown and circular bases are left for validation to name. */
function fillBases(rows: readonly RawRow[]): RawRow[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const fill = (row: RawRow, above: readonly string[]): Located => {
    const base = byName.get(String(row.value["base"]));
    if (base === undefined || [...above, row.name].includes(base.name)) return row;
    return fillFromBase(row, fill(base, [...above, row.name]));
  };
  return rows.map((row) => toRow(row.kind, row.name, fill(row, [])));
}

function toRow(kind: RawRow["kind"], name: string, source: Located): RawRow {
  const { value, places } = dropNullFields(source);
  return { kind, name, value: value as Record<string, unknown>, places };
}
