import type { Libraries, LibraryRecipe, PlainLibraries } from "../../../../generator/schema/import-libraries";

/** How a library is made for one architecture. */
export interface ArchitectureRecipe {
  readonly architecture: string;
  readonly name: string;
  readonly recipe: Omit<LibraryRecipe, "architectures">;
}

/** Joins architectures that make a library alike, and libraries that are made alike but for their names. */
export function groupLibraries(recipes: readonly ArchitectureRecipe[]): Pick<Libraries, "plain" | "composed"> {
  const byName = new Map<string, LibraryRecipe[]>();
  for (const { architecture, name, recipe } of recipes) {
    const known = byName.get(name) ?? [];
    byName.set(name, known);
    const same = known.find(({ architectures: _, ...other }) => JSON.stringify(other) === JSON.stringify(recipe));
    if (same) same.architectures.push(architecture);
    else known.push({ architectures: [architecture], ...recipe });
  }
  const plain = new Map<string, PlainLibraries>();
  const composed: Record<string, LibraryRecipe[]> = {};
  for (const [name, list] of [...byName].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const recipe of list) {
      const folder = folderOfPlain(name, recipe);
      if (folder === undefined) (composed[name] ??= []).push(recipe);
      else addPlain(plain, name, folder, recipe);
    }
  }
  return { plain: [...plain.keys()].sort().map((key) => plain.get(key)!), composed };
}

function addPlain(
  plain: Map<string, PlainLibraries>,
  name: string,
  folder: string,
  { architectures, installed }: LibraryRecipe,
): void {
  const key = JSON.stringify([folder, architectures, installed]);
  const group = plain.get(key) ?? { architectures, installed, folder, names: [] };
  plain.set(key, group);
  group.names.push(name);
}

/** The folder of the definition when the library is made from that of its own name alone. */
function folderOfPlain(
  name: string,
  { definition, sources, merge, copy_of: copyOf }: LibraryRecipe,
): string | undefined {
  if (
    definition === undefined ||
    definition.preprocess ||
    sources !== undefined ||
    merge !== undefined ||
    copyOf !== undefined
  )
    return undefined;
  const suffix = `/${name}.def`;
  return definition.file.endsWith(suffix) ? definition.file.slice(0, -suffix.length) : undefined;
}
