import { join } from "node:path";

import { repositoryRoot } from "./consumer-workspace";
import { outputOf } from "./run-command";

/** The lists that README.md shows, by the words of the command that prints each. */
const lists: readonly (readonly string[])[] = [["list"], ["list", "--features"]];

/**
 * The README with what `gen-bzl list` prints in the places that its markers name: `<!-- gen-bzl list -->`, a code block, `<!-- end -->`.
 * Throws when it lacks one.
 */
export function showLists(readme: string, print: (words: readonly string[]) => string = asPrinted): string {
  return lists.reduce((text, words) => {
    const marker = `<!-- gen-bzl ${words.join(" ")} -->`;
    const shown = new RegExp(`(${marker}\\n\`\`\`\\n)[^]*?(\`\`\`\\n<!-- end -->)`);
    if (!shown.test(text)) throw new Error(`README.md has no place between ${marker} and <!-- end -->`);
    return text.replace(shown, (_, before: string, after: string) => before + print(words) + after);
  }, readme);
}

function asPrinted(words: readonly string[]): string {
  return outputOf(process.execPath, [join(repositoryRoot, "generator/bin/gen-bzl.js"), ...words]);
}
