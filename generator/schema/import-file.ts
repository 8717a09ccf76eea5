import { z } from "zod";

import { factsSchema } from "./facts";
import { roleSchema } from "./roles";

/**
 * One object made by including the same source several times under different macros, as upstream's build does by
 * compiling it several times (outline atomics, for one).
 */
export const repeatedSourceSchema = z.strictObject({
  name: z.string().describe("Base name of the object, without an extension; unique in the set."),
  file: z.string().describe("The included source, relative to the tree's root."),
  passes: z
    .array(z.array(z.string()))
    .min(1)
    .describe("Per inclusion, the macros defined for it: `NAME` or `NAME=VALUE`."),
});

const sourcesDelta = {
  remove: z.array(z.string()).default([]).describe("Sources of the base list that this variant does not have."),
  add: z.array(z.string()).default([]).describe("Sources that only this variant has."),
  repeated: z.array(repeatedSourceSchema).default([]),
  flags: z.array(z.string()).default([]).describe("Flags that upstream's configuration gives to all its sources."),
};

/** The sources of one variant of a set are `base − remove + add`, sorted. */
export const sourceVariantSchema = z.strictObject({
  name: z.string().describe("Unique in the set; the overlay's target is `<set>_<name>`."),
  architectures: z.array(z.string()).optional().describe("Architecture rows it is for; absent: every one."),
  systems: z.array(z.string()).optional().describe("System rows it is for; absent: every one."),
  ...sourcesDelta,
});

export const sourceSetSchema = z.strictObject({
  base: z.array(z.string()).describe("Sources, relative to the tree's root, sorted."),
  textual: z
    .array(z.string())
    .default([])
    .describe('Files that sources include and that are not headers by name (`#include "x.c"`).'),
  flags: z
    .array(z.string())
    .optional()
    .describe("Flags that upstream compiles this set with and other sets without; the runtime's row has the rest."),
  cxx_flags: z.array(z.string()).optional().describe("Flags that upstream gives to this set's C++ sources alone."),
  include: z
    .array(z.string())
    .optional()
    .describe("Private include directories of this set, before those of the runtime's row."),
  source_flags: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe("Source → flags that upstream gives to it alone."),
  variants: z
    .array(sourceVariantSchema)
    .min(1)
    .describe("For each target exactly one variant applies, or the set does not exist there."),
});

/** How the sources of all sets find what they include, where that differs between architectures. */
export const includeSearchSchema = z.strictObject({
  headers: z.array(z.string()).describe("Files that they include on every architecture, sorted."),
  architectures: z.record(
    z.string(),
    z.strictObject({
      include: z
        .array(z.string())
        .describe("Private include directories, in search order; the runtime's row has more, which come first."),
      headers: z.array(z.string()).describe("Files that they include on this architecture alone, sorted."),
      uses: z.array(roleSchema).default([]).describe("Roles whose public headers they include, in search order."),
    }),
  ),
});

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, { message: "the 64 hexadecimal digits of a SHA-256" });

/** What an import was read from, and by what: whether reading it anew may give something else. */
export const provenanceSchema = z.strictObject({
  importer: sha256Schema.describe("Digest of the importer's code, without comments, types and layout."),
  pinned: sha256Schema
    .optional()
    .describe("What the manifest pinned the version's archive with; absent: it did not have the version yet."),
  archive: sha256Schema
    .optional()
    .describe("The archive that was read, which may be a repack of the pinned one; absent: an unpacked tree."),
  files: sha256Schema.describe(
    "Digest of the paths and contents of those files that the importer read, or has a use for: the same for a tree, its archive and a repack.",
  ),
  targets: z
    .record(z.string(), sha256Schema)
    .optional()
    .describe("`system/architecture` that upstream was asked about by itself → digest of what the rows say of it."),
});

/** What `gen-bzl import` writes: the facts about one version of one runtime that are read from its source tree. */
export const importFileSchema = z.strictObject({
  runtime: z.string(),
  version: z.string(),
  provenance: z
    .record(z.string(), provenanceSchema)
    .describe(
      "By version: the one that the file is of, or all that are in the file, where it holds what versions share.",
    ),
  sets: z.record(z.string(), sourceSetSchema),
  search: includeSearchSchema
    .optional()
    .describe("Where upstream's folders hold many more headers than the sources need."),
  facts: factsSchema.default({}),
});

export type RepeatedSource = z.infer<typeof repeatedSourceSchema>;
export type SourceVariant = z.infer<typeof sourceVariantSchema>;
export type SourceSetImport = z.infer<typeof sourceSetSchema>;
export type IncludeSearch = z.infer<typeof includeSearchSchema>;
export type Provenance = z.infer<typeof provenanceSchema>;
export type ImportFile = z.infer<typeof importFileSchema>;

/** What an importer finds in a tree; where the tree came from is not its concern. */
export type ImportContent = Omit<ImportFile, "provenance">;
