import { z } from "zod";

/** The generated folders that libraries which users name have: one per operating system. */
export const libraryFolders: readonly string[] = ["windows"];

const architectures = z.array(z.string()).describe("Architecture rows.");
const installed = z.boolean().describe("Whether upstream installs it; else it is only a part of others.");

/** The module definition of an import library, and what is done to it before llvm-dlltool reads it. */
export const definitionSchema = z.strictObject({
  file: z.string().describe("`.def`, or `.def.in` for the C preprocessor; relative to the tree's root."),
  preprocess: z.boolean().optional(),
  undecorate: z
    .boolean()
    .optional()
    .describe("Take away the `@n` that ends a name: only i386 has it, and the file is for all."),
});

/** How one library of upstream is made, for some architectures. Its parts, in this order, are put into one archive. */
export const libraryRecipeSchema = z.strictObject({
  architectures,
  installed,
  definition: definitionSchema.optional(),
  sources: z.string().optional().describe("A source set of the import file."),
  merge: z.array(z.string()).optional().describe("Other libraries whose members it has."),
  copy_of: z.string().optional().describe("Another name of this library."),
});

/** Import libraries of which each is made from the definition of its own name, `<folder>/<name>.def`, and of nothing else. */
export const plainLibrariesSchema = z.strictObject({
  architectures,
  installed,
  folder: z.string().describe("Relative to the tree's root."),
  names: z.array(z.string()).describe("As `-l` takes them."),
});

/** The import libraries of one version of a runtime. For an architecture each name is in one place at most. */
export const librariesSchema = z.strictObject({
  dlltool_flags: z.record(z.string(), z.array(z.string())).describe("Architecture row → flags of llvm-dlltool."),
  definition_include: z
    .array(z.string())
    .describe("Where definitions include others from, relative to the tree's root."),
  plain: z.array(plainLibrariesSchema),
  composed: z.record(z.string(), z.array(libraryRecipeSchema)).describe("Library, as `-l` names it → its recipes."),
});

export type LibraryDefinition = z.infer<typeof definitionSchema>;
export type LibraryRecipe = z.infer<typeof libraryRecipeSchema>;
export type PlainLibraries = z.infer<typeof plainLibrariesSchema>;
export type Libraries = z.infer<typeof librariesSchema>;

/** How the libraries of an architecture are made, by their names; sorted. */
export function librariesFor(
  { plain, composed }: Libraries,
  architecture: string,
): ReadonlyMap<string, Omit<LibraryRecipe, "architectures">> {
  const found = new Map<string, Omit<LibraryRecipe, "architectures">>();
  for (const { architectures: list, installed: isInstalled, folder, names } of plain) {
    if (!list.includes(architecture)) continue;
    for (const name of names)
      found.set(name, { installed: isInstalled, definition: { file: `${folder}/${name}.def` } });
  }
  for (const [name, recipes] of Object.entries(composed)) {
    for (const { architectures: list, ...recipe } of recipes) if (list.includes(architecture)) found.set(name, recipe);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
