import type { AppliedRule } from "../../../../generator/import/automake/evaluate-automake";
import { normalize } from "../../../../generator/import/make/expander";
import { splitShellWords } from "../../../../generator/import/make/split-flags";
import { ImportError } from "../../../../generator/import/source-tree";

/** What a rule of mingw-w64 does to make its target. Paths are relative to the `Makefile.am`. */
export type Recipe =
  /** An import library from a module definition. `flags` are dlltool's, of which `-m` and `-k` change what is made. */
  | { readonly kind: "import"; readonly definition: string; readonly flags: readonly string[] }
  /** `ar -M` with a script. */
  | { readonly kind: "merge"; readonly script: string }
  | { readonly kind: "copy"; readonly of: string }
  | { readonly kind: "compile"; readonly source: string; readonly words: readonly string[] }
  /** A module definition through the C preprocessor; `undecorate`: then without the `@n` that ends names of i386's stdcall functions. */
  | {
      readonly kind: "preprocess";
      readonly source: string;
      readonly words: readonly string[];
      readonly undecorate: boolean;
    };

/** Interprets the recipe of `rule`. Throws `ImportError`, quoting it, when it does something else than the kinds above. */
export function readRecipe(rule: AppliedRule, path: string): Recipe {
  const [first = ""] = rule.prerequisites;
  // What was there before, and the index of an archive that has just been made.
  const [line, ...others] = rule.recipe.filter(
    (command) => command.trim() !== rule.target && command.trim() !== `rm -f ${rule.target}`,
  );
  if (line !== undefined && others.length === 0) {
    const imported = readImport(line, rule.target);
    if (imported) return imported;
    const words = splitShellWords(line);
    if (words[0] === "cp") return { kind: "copy", of: first };
    if (/\s-M < /.test(line)) return { kind: "merge", script: normalize(first) };
    if (words.includes("-P"))
      return {
        kind: "preprocess",
        source: normalize(first),
        words,
        undecorate: /\| sed -E 's\/\^\(\[\^ \]\+\)@\[0-9\]\+/.test(line),
      };
    if (words.includes("-c")) return { kind: "compile", source: normalize(first), words };
  }
  throw new ImportError(
    `${path}: the importer does not understand how ${rule.target} is made: ${rule.recipe.join("; ") || "no recipe"}`,
  );
}

/** The call of dlltool in `command`, which makes `target`, if there is one. */
export function readImport(command: string, target: string): Extract<Recipe, { kind: "import" }> | undefined {
  const words = splitShellWords(evaluateEcho(command, target));
  const place = words.indexOf("--input-def");
  const definition = words[place + 1];
  if (place < 0 || definition === undefined) return undefined;
  const machine = words.indexOf("-m");
  return {
    kind: "import",
    definition: normalize(definition),
    flags: [...(machine >= 0 ? ["-m", words[machine + 1]!] : []), ...(words.includes("-k") ? ["-k"] : [])],
  };
}

/** Puts the result in place of `` `echo $@ | sed 's|a|b|;s|c|d|'` ``, by which a definition is named after its library. */
function evaluateEcho(command: string, target: string): string {
  return command.replace(/`echo (\S+) \| \S*\s*'((?:s\|[^|]*\|[^|]*\|;?)+)'`/g, (_, echoed: string, script: string) => {
    const substitutions = [...script.matchAll(/s\|([^|]*)\|([^|]*)\|/g)];
    return substitutions.reduce(
      (text, [, pattern, replacement]) => text.replace(new RegExp(pattern!), () => replacement!),
      echoed === "" ? target : echoed,
    );
  });
}
