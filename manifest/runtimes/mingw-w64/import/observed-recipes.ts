import type { ConfiguredMake } from "../../../../generator/import/make/configure-make";
import type { Compilation } from "../../../../generator/import/read-compilation";
import type { ShellCommand } from "../../../../generator/import/shell-words";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { readMri } from "./read-mri";

/** How an import library is made. `flags` are dlltool's, of which `-m` and `-k` change what is made. */
export interface ImportRecipe {
  /** The module definition, as the command has it. */
  readonly definition: string;
  readonly flags: readonly string[];
}

/** How a module definition is made by the preprocessor. */
export interface PreprocessRecipe {
  /** Relative to the tree's root. */
  readonly source: string;
  /** Folders in which definitions include each other, likewise. */
  readonly include: readonly string[];
  /** Whether the `@n` that ends names of i386's stdcall functions is taken away then. */
  readonly undecorate: boolean;
}

/** What a build's commands make. Products go by their path in the build folder. */
export interface ObservedRecipes {
  /** Objects. */
  readonly compiled: ReadonlyMap<string, Compilation>;
  /** Archives to which objects are added. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly imported: ReadonlyMap<string, ImportRecipe>;
  readonly preprocessed: ReadonlyMap<string, PreprocessRecipe>;
  /** Archives that `ar -M` puts together of others. */
  readonly merged: ReadonlyMap<string, readonly string[]>;
  readonly copies: ReadonlyMap<string, string>;
}

/** Reads the commands by which make would bring products up to date; those that make nothing of them are passed over. */
export function readRecipes(
  tree: SourceTree,
  build: Pick<ConfiguredMake, "compilationOf" | "inTree">,
  commands: readonly ShellCommand[],
): ObservedRecipes {
  const recipes = {
    compiled: new Map<string, Compilation>(),
    members: new Map<string, readonly string[]>(),
    imported: new Map<string, ImportRecipe>(),
    preprocessed: new Map<string, PreprocessRecipe>(),
    merged: new Map<string, readonly string[]>(),
    copies: new Map<string, string>(),
  };
  for (const [place, command] of commands.entries()) {
    const { words, input, folder } = command;
    const [program = "", ...args] = words;
    const compilation = build.compilationOf(command);
    if (compilation !== undefined) recipes.compiled.set(compilation.object, compilation);
    else if (words.includes("--input-def")) recipes.imported.set(after(words, "--output-lib"), readImport(words));
    else if (words.includes("-E") && words.includes("-P")) {
      const next = commands[place + 1];
      const last = next?.isPiped ? next : command;
      if (last.output !== undefined) recipes.preprocessed.set(last.output, readPreprocessing(words, last, build));
    } else if (program === "ar" && input !== undefined) {
      const script = readMri(tree, build.inTree(input) ?? input);
      const below = (name: string): string => `${folder === undefined ? "" : folder.replace(/\/*$/, "/")}${name}`;
      recipes.merged.set(below(script.creates), script.adds.map(below));
    } else if (program === "ar") recipes.members.set(args[1] ?? "", args.slice(2));
    else if (program === "cp") recipes.copies.set(args[1] ?? "", args[0] ?? "");
  }
  return recipes;
}

function readImport(words: readonly string[]): ImportRecipe {
  return {
    definition: after(words, "--input-def"),
    flags: [...(words.includes("-m") ? ["-m", after(words, "-m")] : []), ...(words.includes("-k") ? ["-k"] : [])],
  };
}

function readPreprocessing(
  words: readonly string[],
  last: ShellCommand,
  { inTree }: Pick<ConfiguredMake, "inTree">,
): PreprocessRecipe {
  const [source, ...others] = words.filter((word) => word.endsWith(".def.in"));
  const file = source === undefined ? undefined : inTree(source);
  if (file === undefined || others.length > 0)
    throw new ImportError(`Makefile: makes ${last.output} of no definition of the tree: ${words.join(" ")}`);
  return {
    source: file,
    include: words.flatMap((word) => (word.startsWith("-I") ? (inTree(word.slice(2)) ?? []) : [])),
    undecorate: last.isPiped && last.words.some((word) => word.startsWith("s/^([^ ]+)@[0-9]+")),
  };
}

function after(words: readonly string[], option: string): string {
  const value = words[words.indexOf(option) + 1];
  if (value === undefined) throw new ImportError(`Makefile: ${option} is without a value: ${words.join(" ")}`);
  return value;
}
