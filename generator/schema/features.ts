import { z } from "zod";

import { conditionSchema, flagListSchema, flagsSchema, linkModes } from "./fields";
import { roleSchema } from "./roles";

/**
 * A feature that users turn on by name (`features = ["…"]`, `--features=…`). A platform has it if it takes any of its flags, or has
 * any of the features that it implies, or is one of those that the row names; where a platform lacks it, whoever asks for it is told.
 */
export const featureSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, "a name: small letters, digits and _ after the first letter"),
  about: z.string().describe("What a program has by it, for people; ends a sentence that begins with its name."),
  when: conditionSchema
    .optional()
    .describe(
      "The targets that have it, of a feature whose flags Bazel's variables decide, so that they stand in no row.",
    ),
  compile_flags: flagListSchema.describe("Flags of every compilation, before those of users."),
  link_flags: flagListSchema.describe("Flags of every link, before those of users."),
  with: z
    .array(z.string())
    .default([])
    .describe("Features, such as `opt`, all of which must be on as well for the flags to be given."),
  provides: z
    .array(z.string())
    .default([])
    .describe(
      "Names of what one feature alone can provide: where two that are on do, Bazel refuses both by their names.",
    ),
  implies: z
    .array(z.string())
    .default([])
    .describe("Rows of features that it turns on, on the platforms that have them."),
  link_modes: z
    .array(z.enum(linkModes))
    .optional()
    .describe("Of a feature by which links get units: the link modes that have it; absent: all."),
  besides: z
    .array(z.string())
    .default([])
    .describe(
      "Of a feature by which links get units: others of the kind that a build may have besides, for it is linked with its own units alone.",
    ),
  companion: z
    .boolean()
    .default(false)
    .describe(
      "Of a feature by which links get units: whether a build may have it besides any other of the kind but another companion; its units come besides.",
    ),
  option: z
    .enum(["collect_code_coverage", "cs_fdo_instrument", "fdo_instrument"])
    .optional()
    .describe("Of a feature by which links get units: Bazel's own option that asks for it, in place of --features."),
  sanitizer: z
    .boolean()
    .default(false)
    .describe("Whether a platform may ask for it as well, by the constraint `//constraints/sanitizer:<name>`."),
  runtime_flags: flagsSchema
    .default([])
    .describe("Flags that the runtimes of C++ are compiled with where a build has it, since it has to see their code."),
  runtime_roles: z
    .array(roleSchema)
    .default(["unwinder", "cxxabi", "cxx"])
    .describe("The roles whose runtimes are compiled with these flags; the others are compiled as ever."),
});

export type FeatureRow = z.infer<typeof featureSchema>;
