import { z } from "zod";

const paths = z.array(z.string());

/** What program makes a file out of a description in LLVM's language of records (TableGen). */
export const tableSchema = z.strictObject({
  output: z.string().describe("The file, by the path that a source of the tree would have in its place."),
  further_outputs: paths.default([]).describe("Files that are made beside it, likewise."),
  source: z.string().describe("The description, relative to the tree's root."),
  arguments: z.array(z.string()).describe("Arguments of the program, but for include directories and the output."),
  include: paths.describe("Where the description finds others, relative to the tree's root, in search order."),
});

/** Files that one program makes, and that what needs them needs together. */
export const tableGroupSchema = z.strictObject({
  program: z.string().describe("The program, one of `programs`."),
  tables: z.array(tableSchema).min(1),
});

/** What upstream's build compiles into one archive or program. */
export const compilerLibrarySchema = z.strictObject({
  sources: paths.describe("Relative to the tree's root, in upstream's order."),
  host_sources: z
    .record(z.string(), paths)
    .default({})
    .describe("Host → sources that are there for it alone, or for it and some others."),
  headers: paths.describe("Folders whose headers its sources find, beside the public ones."),
  include: paths.describe("Private include directories, relative to the tree's root, in search order."),
  flags: z.array(z.string()).default([]).describe("Flags of its C++ sources beyond those of all."),
  source_flags: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe("Source → flags that upstream gives to it alone."),
  uses: z.array(z.string()).describe("Libraries that it links, by name."),
  tables: z
    .array(z.string())
    .describe("Groups of tables that its sources include, by name, with those that others bring."),
  whole: z
    .boolean()
    .optional()
    .describe("Whether programs have all its objects: some register what they do, and nothing names them."),
  backend: z.string().optional().describe("The LLVM target whose code it is; absent: it is part of every compiler."),
});

/**
 * `imports/compiler/<version>.json`: what upstream's build makes the compiler of, as one program that is clang, lld and the
 * binary tools by the name that it is called by.
 */
export const compilerImportSchema = z.strictObject({
  version: z.string().describe("The release of LLVM."),
  backends: z.array(z.string()).min(1).describe("LLVM's targets, as upstream's build calls them."),
  flags: z.array(z.string()).describe("Flags of all C++ sources."),
  libraries: z.record(z.string(), compilerLibrarySchema),
  programs: z.array(z.string()).describe("Those of `libraries` that are linked as programs, and run during the build."),
  compiler: z.string().describe("That of `libraries` which is linked as the compiler."),
  names: z.array(z.string()).describe("The names that the compiler answers to, each of another tool."),
  tools: z.array(z.string()).describe("Those of `libraries` that are tools of the seed beside the compiler."),
  tables: z.record(z.string(), tableGroupSchema),
  texts: z
    .record(z.string(), z.string())
    .describe("Headers that configuring writes: the path that a source of the tree would have → text."),
  host_texts: z
    .record(z.string(), z.record(z.string(), z.string()))
    .describe("Likewise, where they differ between the machines that the compiler runs on: host → path → text."),
  resource_headers: z.strictObject({
    root: z.string().describe("The folder of the tree that the compiler's own headers are in."),
    files: paths.describe("Headers of the tree, relative to `root`."),
    tables: z
      .array(z.string())
      .describe("Groups of tables whose files are headers as well; they have the paths of `root`."),
  }),
  provenance: z.strictObject({
    importer: z.string().describe("Digest of the importer's code."),
    pinned: z.string().optional().describe("SHA-256 of the manifest's archive."),
    archive: z.string().optional().describe("SHA-256 of the archive that was read."),
    files: z.string().describe("Digest of the files that were read."),
  }),
});

export type Table = z.infer<typeof tableSchema>;
export type TableGroup = z.infer<typeof tableGroupSchema>;
export type CompilerLibrary = z.infer<typeof compilerLibrarySchema>;
export type CompilerImport = z.infer<typeof compilerImportSchema>;
export type CompilerContent = Omit<CompilerImport, "provenance">;
