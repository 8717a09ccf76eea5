import type { ModuleFacts } from "./module-facts";

/** A label of another module's, and for a `load` what is loaded from it. */
export interface LabelInUse {
  /** The file that names it. */
  readonly file: string;
  readonly module: string;
  readonly package: string;
  readonly name: string;
  readonly symbols: readonly string[];
}

const label = String.raw`@([A-Za-z][\w.+-]*)//([\w./+-]*)(?::([\w./+-]+))?`;

/** The labels of other repositories that the text of a Starlark file names. */
export function labelsInUse(file: string, text: string): LabelInUse[] {
  const code = text.replaceAll(/^\s*#.*$/gm, "");
  return [...code.matchAll(new RegExp(`(load\\(\\s*)?"${label}"([^)]*\\))?`, "g"))].map(
    ([, load, module = "", folder = "", name, rest = ""]) => ({
      file,
      module,
      package: folder,
      name: name ?? folder.slice(folder.lastIndexOf("/") + 1),
      symbols: load === undefined ? [] : [...rest.matchAll(/"(\w+)"/g)].map(([, symbol]) => symbol as string),
    }),
  );
}

/** What a module does not have of the labels that name it: one line for each. */
export function missingFrom(facts: ModuleFacts, labels: readonly LabelInUse[]): string[] {
  const version = `${facts.module} ${facts.version}`;
  return labels
    .filter(({ module }) => module === facts.module)
    .flatMap(({ file, package: folder, name, symbols }) => {
      const path = `${folder}:${name}`;
      const defined = facts.symbols[path];
      if (defined === undefined && !facts.targets[folder]?.includes(name))
        return [`${file}: ${version} has no @${facts.module}//${path}`];
      return symbols
        .filter((symbol) => defined?.includes(symbol) === false)
        .map((symbol) => `${file}: ${version} defines no ${symbol} in @${facts.module}//${path}`);
    });
}
