import { z } from "zod";

import { flagListSchema } from "./fields";

/**
 * A feature that users turn on by name (`features = ["…"]`, `--features=…`). A platform has it if it takes any of its flags, or has
 * any of the features that it implies; where a platform lacks it, whoever asks for it is told.
 */
export const featureSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, "a name: small letters, digits and _ after the first letter"),
  about: z.string().describe("What a program has by it, for people; ends a sentence that begins with its name."),
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
});

export type FeatureRow = z.infer<typeof featureSchema>;
