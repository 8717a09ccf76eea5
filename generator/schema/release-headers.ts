import { z } from "zod";

import { functionSchema } from "./recipes";

const text = z.record(z.string(), z.string()).describe("Path → text.");

/** What one include directory is made of. */
export const includeFolderSchema = z.strictObject({
  copied: z
    .record(z.string(), z.array(z.string()))
    .describe("Folder of the tree → the headers below it that are installed as they are, under their path below it."),
  configured: z
    .record(z.string(), z.strictObject({ input: z.string(), variables: z.record(z.string(), z.string()) }))
    .optional()
    .describe("Path → a file of the tree with `@NAME@` filled in."),
  made: z
    .record(z.string(), z.strictObject({ function: functionSchema, inputs: z.array(z.string()).min(1) }))
    .optional()
    .describe("Path → what a function makes of files of the tree."),
  written: text.optional(),
});

/** The public headers of one release: what all architectures have alike, and what each has for itself. */
export const releaseHeadersSchema = z.strictObject({
  common: includeFolderSchema,
  architectures: z.record(z.string(), includeFolderSchema),
});

export type IncludeFolder = z.infer<typeof includeFolderSchema>;
export type ReleaseHeaders = z.infer<typeof releaseHeadersSchema>;
