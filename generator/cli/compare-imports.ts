import type { ImportFile, SourceSetImport } from "../schema/import-file";

/** How many names of added or removed sources are told; a reviewer sees the rest in the diff of the file. */
const shownNames = 8;

/**
 * What is in an import file, against another version of it or an earlier state: a line per set, with the sources that
 * came and went, whichever variant has them.
 */
export function compareImports(previous: ImportFile | undefined, current: ImportFile): string {
  const names = [...new Set([...Object.keys(current.sets), ...Object.keys(previous?.sets ?? {})])].sort();
  const lines = names.map(
    (name) => `  ${name}: ${compareSets(previous?.sets[name], current.sets[name], previous !== undefined)}`,
  );
  const against =
    previous === undefined
      ? []
      : [`against ${previous.runtime} ${previous.version}${previous.version === current.version ? " as it was" : ""}:`];
  return [...against, ...lines].map((line) => `${line}\n`).join("");
}

function compareSets(
  previous: SourceSetImport | undefined,
  current: SourceSetImport | undefined,
  isComparison: boolean,
): string {
  if (current === undefined) return "the set is gone";
  const now = sourcesOf(current);
  const variants = `${count(now.size, "source")}, ${count(current.variants.length, "variant")}`;
  if (previous === undefined) return isComparison ? `new set; ${variants}` : variants;
  const before = sourcesOf(previous);
  const added = [...now].filter((source) => !before.has(source)).sort();
  const removed = [...before].filter((source) => !now.has(source)).sort();
  return `${added.length} added, ${removed.length} removed; ${variants}${showNames("+", added)}${showNames("-", removed)}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function showNames(sign: string, names: readonly string[]): string {
  const rest = names.length - shownNames;
  const lines = [...names.slice(0, shownNames), ...(rest > 0 ? [`… ${rest} more`] : [])];
  return lines.map((line) => `\n    ${sign} ${line}`).join("");
}

function sourcesOf(set: SourceSetImport): Set<string> {
  return new Set([
    ...set.base,
    ...set.variants.flatMap(({ add, repeated }) => [...add, ...repeated.map(({ file }) => file)]),
  ]);
}
