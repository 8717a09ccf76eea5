import { posix } from "node:path";
import { z } from "zod";

import { splitShellWords } from "../shell-words";
import { ImportError } from "../source-tree";

/** The parts that are used of the replies of CMake's File API (cmake-file-api(7)). */
const indexSchema = z.object({ objects: z.array(z.object({ kind: z.string(), jsonFile: z.string() })) });

const codeModelSchema = z.object({
  paths: z.object({ source: z.string() }),
  configurations: z.array(z.object({ targets: z.array(z.object({ jsonFile: z.string() })) })),
});

const inputsSchema = z.object({
  paths: z.object({ source: z.string() }),
  inputs: z.array(z.object({ path: z.string(), isGenerated: z.boolean().default(false) })),
});

const targetSchema = z.object({
  name: z.string(),
  id: z.string(),
  type: z.string(),
  paths: z.object({ source: z.string() }),
  dependencies: z.array(z.object({ id: z.string() })).default([]),
  sources: z.array(z.object({ path: z.string(), isGenerated: z.boolean().default(false) })).default([]),
  compileGroups: z
    .array(
      z.object({
        language: z.string(),
        sourceIndexes: z.array(z.number()),
        compileCommandFragments: z.array(z.object({ fragment: z.string() })).default([]),
        defines: z.array(z.object({ define: z.string() })).default([]),
        includes: z.array(z.object({ path: z.string() })).default([]),
      }),
    )
    .default([]),
});

/** The objects of the File API that have to be asked for, for what `readCodeModel` reads. */
export const queries = ["codemodel-v2", "cmakeFiles-v1"];

/** A source as a build compiles it. */
export interface BuiltSource {
  /** Absolute path. */
  readonly path: string;
  /** Whether the build makes the file before it compiles it. */
  readonly isGenerated: boolean;
}

/** Sources of one target that are compiled by the same command line. */
export interface CompileGroup {
  /** CMake's name of the language: `C`, `CXX`, `ASM`. */
  readonly language: string;
  /** Words of the command line, in order, without macros and include directories. */
  readonly flags: readonly string[];
  /** `NAME` or `NAME=VALUE`. */
  readonly defines: readonly string[];
  /** Absolute paths, in search order. */
  readonly include: readonly string[];
  readonly sources: readonly BuiltSource[];
}

/** A target's place among the others. */
export interface TargetNode {
  /** What CMake calls its kind: `STATIC_LIBRARY`, `OBJECT_LIBRARY`, `EXECUTABLE`, `UTILITY` … */
  readonly type: string;
  /** Absolute path of the folder whose CMakeLists.txt has it. */
  readonly folder: string;
  /** The names of the targets that are brought up to date before it: what it links, and what makes files for it. */
  readonly dependencies: readonly string[];
  /** Absolute paths of the files that its own commands make. */
  readonly makes: readonly string[];
}

/** What a configured build knows of itself. */
export interface CodeModel {
  /** Name → what is compiled for it; nothing for a target that only runs commands. */
  readonly targets: ReadonlyMap<string, readonly CompileGroup[]>;
  readonly graph: ReadonlyMap<string, TargetNode>;
  /** Absolute paths of the files that configuring has read: those in CMake's language, and those that it filled in or copied. */
  readonly inputs: readonly string[];
}

/**
 * Reads what CMake's File API says of a configured build.
 *
 * @param replies File name → JSON value of every file of `.cmake/api/v1/reply`.
 */
export function readCodeModel(replies: ReadonlyMap<string, unknown>): CodeModel {
  const index = [...replies.keys()]
    .filter((name) => name.startsWith("index-"))
    .sort()
    .at(-1);
  const { objects } = parse(indexSchema, replies, index ?? "index");
  const fileOf = (kind: string): string => objects.find((object) => object.kind === kind)?.jsonFile ?? kind;
  const { paths, configurations } = parse(codeModelSchema, replies, fileOf("codemodel"));
  const files = configurations.flatMap(({ targets }) => targets.map(({ jsonFile }) => jsonFile));
  const { inputs } = parse(inputsSchema, replies, fileOf("cmakeFiles"));
  const targets = files.map((file) => parse(targetSchema, replies, file));
  const names = new Map(targets.map(({ id, name }) => [id, name]));
  return {
    targets: new Map(targets.map((target) => readTarget(target, paths.source))),
    graph: new Map(targets.map((target) => [target.name, readNode(target, paths.source, names)])),
    inputs: inputs.filter(({ isGenerated }) => !isGenerated).map(({ path }) => posix.resolve(paths.source, path)),
  };
}

function readTarget(
  { name, sources, compileGroups }: z.infer<typeof targetSchema>,
  root: string,
): [string, CompileGroup[]] {
  const all = sources.map(({ path, isGenerated }): BuiltSource => ({ path: posix.resolve(root, path), isGenerated }));
  const groups = compileGroups.map((group): CompileGroup => ({
    language: group.language,
    flags: group.compileCommandFragments.flatMap(({ fragment }) => splitShellWords(fragment)),
    defines: group.defines.map(({ define }) => define),
    include: group.includes.map(({ path }) => posix.resolve(root, path)),
    sources: group.sourceIndexes.flatMap((at) => all[at] ?? []),
  }));
  return [name, groups];
}

function readNode(
  { type, paths, dependencies, sources }: z.infer<typeof targetSchema>,
  root: string,
  names: ReadonlyMap<string, string>,
): TargetNode {
  return {
    type,
    folder: posix.resolve(root, paths.source),
    dependencies: dependencies.flatMap(({ id }) => names.get(id) ?? []),
    // CMake lists a file of this name for each custom command that a target runs, and for the target itself one below CMakeFiles.
    makes: sources.flatMap(({ path }) =>
      path.endsWith(".rule") && !path.includes("/CMakeFiles/")
        ? posix.resolve(root, path.slice(0, -".rule".length))
        : [],
    ),
  };
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  replies: ReadonlyMap<string, unknown>,
  file: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(replies.get(file));
  if (!parsed.success)
    throw new ImportError(`CMake's File API answers in a form that is not known: ${file}: ${parsed.error.message}`);
  return parsed.data;
}
