/**
 * The words of a compiler command line as a POSIX shell splits them: white space separates, quotes and backslashes keep it.
 * `-DX="\"a b\""` is one word, `-DX="a b"`.
 */
export function splitShellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === "\\" && quote !== "'" && index + 1 < text.length) {
      word = (word ?? "") + text[++index]!;
    } else if (character === quote) {
      quote = undefined;
    } else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** What the flags of an upstream compilation say about macros and code generation, and about private include directories. */
export interface SourceFlags {
  readonly flags: readonly string[];
  /** Relative to the tree's root. */
  readonly include: readonly string[];
}

/**
 * Divides upstream's flags. Warnings are left out: they are upstream's own concern; so is what says the target (`-m…`,
 * `--target=…`) and system directories, which a target's row has.
 */
export function divideFlags(words: readonly string[]): SourceFlags {
  const flags: string[] = [];
  const include: string[] = [];
  for (const word of words) {
    if (/^-I./.test(word)) include.push(word.slice(2).replace(/^(\.\/)+/, ""));
    else if (/^-(D|U|f|std=)./.test(word)) flags.push(word);
  }
  return { flags: [...new Set(flags)], include: [...new Set(include)] };
}
