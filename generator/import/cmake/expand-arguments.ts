import type { Argument } from "./parse-cmake";
import { listElements } from "./cmake-list";
import type { CMakeScope } from "./cmake-scope";

/** An argument after expansion. Only unquoted ones can name a variable in `if()`. */
export interface ExpandedArgument {
  readonly text: string;
  readonly quoted: boolean;
}

/** What a command is called with: references and escapes resolved, unquoted arguments split as lists. */
export function expandArguments(written: readonly Argument[], scope: CMakeScope): ExpandedArgument[] {
  return written.flatMap((argument): ExpandedArgument[] => {
    if (argument.quoting === "bracket") return [{ text: argument.text, quoted: true }];
    const text = expandText(argument.text, scope);
    if (argument.quoting === "quoted") return [{ text, quoted: true }];
    return listElements(text)
      .filter((element) => element !== "")
      .map((element) => ({ text: element, quoted: false }));
  });
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** `text` with `${name}` (names may be made of references), `$CACHE{name}` and escapes resolved. The environment counts as empty. */
export function expandText(text: string, scope: CMakeScope): string {
  return expandUntil(text, 0, false, scope).text;
}

function expandUntil(
  text: string,
  start: number,
  inReference: boolean,
  scope: CMakeScope,
): { text: string; end: number } {
  let result = "";
  let index = start;
  while (index < text.length) {
    const character = text[index]!;
    if (inReference && character === "}") return { text: result, end: index + 1 };
    const reference = /^\$(ENV|CACHE|)\{/.exec(text.slice(index, index + 7));
    if (reference) {
      const name = expandUntil(text, index + reference[0].length, true, scope);
      result += resolve(reference[1]!, name.text, scope);
      index = name.end;
    } else if (character === "\\" && index + 1 < text.length) {
      const next = text[index + 1]!;
      // `\;` stays escaped until the list is split.
      result += next === ";" ? "\\;" : (escapes[next] ?? next);
      index += 2;
    } else {
      result += character;
      index++;
    }
  }
  return { text: result, end: index };
}

function resolve(space: string, name: string, scope: CMakeScope): string {
  if (space === "ENV") return "";
  return (space === "CACHE" ? scope.cache.entries.get(name) : scope.get(name)) ?? "";
}
