import type { ShellCommand } from "./shell-words";

/** A source that an upstream's build would compile. */
export interface Compilation {
  /** Relative to the build folder. */
  readonly object: string;
  /** Relative to the tree's root. */
  readonly source: string;
  /** Whether the build makes it: the tree has no such file. */
  readonly isGenerated: boolean;
  /** Words of the command line, in order, without the compiler, what the project was configured with, and include directories. */
  readonly flags: readonly string[];
  /** Private include directories of the tree, relative to its root, in search order. */
  readonly include: readonly string[];
}

/** Options of the compiler that say where its products go, with the next word. */
const placesOfProducts = new Set(["-o", "-MF", "-MT", "-MQ"]);

/**
 * Reads a call of the compiler with `-c`, as make and ninja print it: `… CC FLAGS -c -o OBJECT SOURCE` or `… -c SOURCE -o OBJECT`, be it
 * behind the words of another program that starts it.
 *
 * @param compiler The words by which the compiler is called.
 * @param tree `inTree` gives the path of a file or folder relative to the tree's root, undefined where it lies elsewhere; `has` says whether the tree has a file of such a path.
 */
export function readCompilation(
  { words }: ShellCommand,
  compiler: readonly string[],
  tree: { readonly inTree: (path: string) => string | undefined; readonly has: (path: string) => boolean },
): Compilation | undefined {
  const start = words.indexOf(compiler[0]!);
  const called = words.slice(start + compiler.length);
  const next = called[called.indexOf("-c") + 1];
  const source = next === undefined || next.startsWith("-") ? called.at(-1) : next;
  const object = called[called.indexOf("-o") + 1];
  if (start < 0 || source === undefined || object === undefined || !called.includes("-c") || !called.includes("-o"))
    return undefined;
  const flags: string[] = [];
  const include: string[] = [];
  for (let place = 0; place < called.length; place++) {
    const word = called[place]!;
    const folder = word.startsWith("-I") ? tree.inTree(word.slice(2)) : undefined;
    if (placesOfProducts.has(word)) place++;
    else if (folder !== undefined) include.push(folder);
    else if (word !== "-c" && word !== source && !word.startsWith("-I")) flags.push(word);
  }
  const file = tree.inTree(source);
  const isGenerated = file === undefined || !tree.has(file);
  return { object, source: file ?? source, isGenerated, flags, include: [...new Set(include)] };
}
