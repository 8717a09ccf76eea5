import { z } from "zod";

import { librariesSchema } from "./import-libraries";
import { releaseHeadersSchema } from "./release-headers";
import { symbolTableSchema } from "./symbol-table";

const text = z.union([z.string(), z.array(z.string())]);

/** What an import holds besides sets of sources. Of the first three kinds there are several, which rows name; of the others one each. */
export const factsSchema = z.strictObject({
  lists: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe("Name → items, for each of which a row makes something (`for_each`)."),
  files: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe("Name → path → the file of the tree that is installed there."),
  texts: z
    .record(z.string(), z.record(z.string(), text))
    .optional()
    .describe("Name → path → what is written there; as lines where people are to see what has changed in it."),
  loaders: z
    .record(z.string(), z.string().startsWith("/"))
    .optional()
    .describe(
      "Architecture row → where upstream installs the dynamic loader, which programs name, where the compiler takes it to be elsewhere.",
    ),
  release_headers: releaseHeadersSchema.optional(),
  import_libraries: librariesSchema.optional(),
  symbols: symbolTableSchema.optional(),
});

export type Facts = z.infer<typeof factsSchema>;

/** The kinds of facts that rows name. */
export type NamedFacts = "lists" | "files" | "texts";
