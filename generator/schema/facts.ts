import { z } from "zod";

import { librariesSchema } from "./import-libraries";
import { releaseHeadersSchema } from "./release-headers";
import { symbolTableSchema } from "./symbol-table";

const text = z.union([z.string(), z.array(z.string())]);

const linkSchema = z.strictObject({
  flags: z.array(z.string()).describe("Flags that it has on every architecture."),
  scripts: z
    .record(z.string(), z.string())
    .describe("Files of the tree that it reads → the flag before them (`-Wl,--dynamic-list=`)."),
  architectures: z
    .record(z.string(), z.array(z.string()))
    .describe("Each architecture row for which it is linked → flags that not all have."),
});

/** What an import holds besides sets of sources. Of those that `NamedFacts` lists there are several, which rows name. */
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
  links: z.record(z.string(), linkSchema).optional().describe("Name of a shared library → how upstream links it."),
  release_headers: releaseHeadersSchema.optional(),
  import_libraries: librariesSchema.optional(),
  symbols: symbolTableSchema.optional(),
});

export type Facts = z.infer<typeof factsSchema>;

/** The kinds of facts that rows name. */
export type NamedFacts = "lists" | "files" | "texts" | "links";

/** How upstream links a shared library. */
export type ImportedLink = z.infer<typeof linkSchema>;
