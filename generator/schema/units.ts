import { z } from "zod";

import { compileFields, conditionSchema, flagListSchema, linkModes, nameSchema as name } from "./fields";
import { roleSchema } from "./roles";

/** Sources per compiler process where a unit says nothing; what `COMPILE_ATTRS` of bzlmod/runtimes/compile.bzl has as well. */
export const defaultBatch = 84;

/** What every unit has, whatever it is. */
const unitFields = {
  name,
  when: conditionSchema.optional(),
  output: z
    .string()
    .describe("Path in the target's tree: `lib/libc.a`; `{triple}` and architecture columns may be used."),
  link_modes: z.array(z.enum(linkModes)).optional().describe("Links of these modes alone take it; absent: all."),
  link: z
    .union([
      z.enum(["c", "c++", "c++_shared", "explicit"]),
      z.strictObject({
        features: z
          .array(z.string())
          .min(1)
          .describe(
            "Rows of features: it is there where the whole build has one of them, and the compiler's driver names it.",
          ),
      }),
    ])
    .default("explicit")
    .describe(
      "Which links take it by themselves: all; those with C++ that link its runtime statically, or dynamically; those of builds with a feature; or only those that name it (-l).",
    ),
};

/** The features by which links get a unit. */
export const featuresOf = ({ link }: Pick<UnitRow, "link">): readonly string[] =>
  typeof link === "string" ? [] : link.features;

/** What is compiled, and how. */
const sourceFields = {
  ...compileFields,
  uses: z
    .array(roleSchema)
    .optional()
    .describe("Roles whose public headers it includes, in search order; default: the runtime's."),
  batch: z.number().int().min(1).default(defaultBatch).describe("Sources per compiler process."),
  precompiled: z
    .strictObject({
      headers: name.describe("A list of the import: headers, as sources include them, in the order of inclusion."),
      except: name.optional().describe("A list of the import: sources that must not have seen these headers before."),
    })
    .optional()
    .describe("Headers that are parsed once for all C++ sources of the set, and not once for each."),
};

const forEach = name
  .optional()
  .describe(
    "A list of the import: one product for each, called `{item}` in `output` and `sources`. Where `sources` names it, there is a product for each set that the target has.",
  );
const sources = z.union([name, z.literal("{item}")]);
const wholeArchives = z.array(name).default([]);

/** A linker script `GROUP ( … AS_NEEDED ( … ) )`. */
const linkerScriptSchema = z.strictObject({
  group: z.array(z.string()).default([]).describe("Files that stand beside the library, as the linker finds them."),
  as_needed: z
    .array(z.string())
    .default([])
    .describe("Libraries of the table that stand there AS_NEEDED, where the release has them."),
  optional: z
    .boolean()
    .default(false)
    .describe("Whether programs that use nothing of it do not need it at run time, though their links name it."),
});

/** One product of a runtime: a file, or a family of files, that links or start-up read. */
export const unitSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("archive").describe("A static archive."),
    ...unitFields,
    ...sourceFields,
    for_each: forEach,
    sources: sources
      .optional()
      .describe("Source set of the import file; absent for an archive without members of its own."),
    whole_archives: wholeArchives.describe("Units of the stack, archives, all of whose members it has as well."),
  }),
  z.strictObject({
    kind: z.literal("object").describe("An object file, as start files are."),
    ...unitFields,
    ...sourceFields,
    for_each: forEach,
    sources: sources.describe("Source set of the import file."),
  }),
  z.strictObject({
    kind: z.literal("shared_library").describe("A shared library, linked against nothing but what it names."),
    ...unitFields,
    ...sourceFields,
    sources: name.optional().describe("Source set of the import file; absent: it has whole archives alone."),
    whole_archives: wholeArchives.describe("Units of the stack, archives, all of whose members it takes in."),
    libraries: z
      .array(name)
      .default([])
      .describe(
        "What it is linked against: units of the stack, or roles, which stand for what links take of that runtime.",
      ),
    linked_as: z
      .string()
      .optional()
      .describe("A link of the import, whose flags it has, and the files of the archive that it reads."),
    link_flags: flagListSchema.describe("Flags of its link after those; `{column}` as in `output`."),
  }),
  z.strictObject({
    kind: z
      .literal("file")
      .describe("A file of the archive as it is, such as a linker script that links find by its name."),
    ...unitFields,
    source: z
      .string()
      .describe(
        "Path in the archive, of a file that it has or that a step of `prepare` makes; `{column}` as in `output`.",
      ),
  }),
  z.strictObject({
    kind: z
      .literal("files")
      .describe(
        "Files of the archive as they are, each at its own path below `output`, such as what a linker looks for below its sysroot.",
      ),
    ...unitFields,
    files: z.array(z.string()).min(1).describe("Glob patterns, relative to the archive's root."),
    exclude_files: z.array(z.string()).default([]).describe("Glob patterns of those that are left out."),
  }),
  z.strictObject({
    kind: z
      .literal("import_libraries")
      .describe(
        "All import libraries of the import (generator/schema/import-libraries.ts), made when they are asked for.",
      ),
    ...unitFields,
    members: name
      .optional()
      .describe("The unit whose products are the compiled members of libraries, by the library's name."),
    default_libraries: z
      .array(z.union([z.string(), z.strictObject({ when: conditionSchema, names: z.array(z.string()) })]))
      .default([])
      .describe("Those that links take by themselves, as `-l` names them; the others are //windows:<name>."),
  }),
  z.strictObject({
    kind: z
      .literal("symbol_stubs")
      .describe(
        "Shared libraries of names alone, which stand for those of the target machine at one release, by the symbols in the import file `<runtime>-symbols` (generator/schema/symbol-table.ts).",
      ),
    ...unitFields,
    linker_scripts: z
      .record(z.string(), linkerScriptSchema)
      .default({})
      .describe(
        "Library of the table → what the linker script, by which `-l` finds it, names besides the library itself.",
      ),
  }),
]);

export type LinkerScript = z.infer<typeof linkerScriptSchema>;
export type UnitRow = z.infer<typeof unitSchema>;

/** A unit of some kinds: `UnitOf<"archive" | "object">`. */
export type UnitOf<Kind extends UnitRow["kind"]> = Extract<UnitRow, { kind: Kind }>;
