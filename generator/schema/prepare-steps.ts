import { z } from "zod";

import { functionSchema } from "./recipes";
import { conditionSchema, nameSchema as name } from "./fields";

const when = conditionSchema.optional();
const output = z
  .string()
  .describe("Path of the file, or of the folder of files; `{column}` fields make one for each architecture.");

/** What steps have that make a file of others. */
const madeOf = {
  when,
  for_each: name
    .optional()
    .describe("A list of the import: one file for each of its items, called `{item}` in `output` and `inputs`."),
  output,
  inputs: z.array(z.string()).min(1).describe("Files of the tree; `{column}` fields as in `output`."),
};
const unlessThere = z
  .boolean()
  .default(false)
  .describe(
    "Whether what the archive has there already stays as it is: an archive of another form may stand in its place.",
  );
const madeOfOne = { ...madeOf, inputs: madeOf.inputs.max(1) };
const variables = z.record(z.string(), z.string());

/** What the repository rule makes when it has unpacked an archive. */
export const prepareStepSchema = z.discriminatedUnion("recipe", [
  z.strictObject({
    recipe: z.literal("write").describe("A text."),
    when,
    output,
    content: z.string().describe("`{version}` is the runtime's."),
    unless_there: unlessThere,
  }),
  z.strictObject({
    recipe: z.literal("link").describe("A link to a file or a folder of the tree."),
    ...madeOfOne,
    unless_there: unlessThere,
  }),
  z.strictObject({ recipe: z.literal("copy").describe("A copy of a file."), ...madeOfOne }),
  z.strictObject({
    recipe: z.literal("configure").describe("As configure_file of CMake, or AC_CONFIG_FILES of Autoconf."),
    ...madeOfOne,
    variables: variables.describe("Name → value."),
  }),
  z.strictObject({
    recipe: z.literal("replace").describe("A file, which may be the output itself, with other texts in it."),
    ...madeOfOne,
    variables: variables.describe("A text that must be there → what stands in its place."),
  }),
  z.strictObject({
    recipe: z
      .literal("undecorate")
      .describe("A module definition without the `@n` that i386's stdcall functions have after their names."),
    ...madeOfOne,
  }),
  z.strictObject({
    recipe: z.literal("install").describe("Links to files of the tree, below `output`."),
    when,
    output,
    files: name.describe("A table of files of the import."),
  }),
  z.strictObject({
    recipe: z.literal("write_table").describe("Texts, below `output`."),
    when,
    output,
    texts: name.describe("A table of texts of the import."),
  }),
  z.strictObject({
    recipe: z
      .literal("release_headers")
      .describe(
        "What a release installs, by the import (generator/schema/release-headers.ts), below `output`: one folder that all architectures share, `common`, and one for each.",
      ),
    when,
    output,
  }),
  z.strictObject({
    recipe: z.literal("starlark").describe("By a function of the `recipes.bzl` in a runtime's folder."),
    ...madeOf,
    function: functionSchema,
  }),
]);

export type PrepareStep = z.infer<typeof prepareStepSchema>;
