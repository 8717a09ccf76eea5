import { wordsOf } from "../../../../generator/import/words";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import type { GlibcConfiguration } from "./configuration";
import type { Subdirectory } from "./ask-subdirectories";

/** One shared library as the shlib-versions files define it. */
export interface SharedLibrary {
  readonly soname: string;
  /** The symbol versions that stand for all older ones (`GLIBC_2.17`), oldest first; none where every version is distinct. */
  readonly baseVersions: readonly string[];
}

/**
 * The shared libraries' names for one machine, by the name that makefiles and abilists call them (`libc`, `ld`): the
 * sysdeps folders' shlib-versions come first, then the subdirectories', then the root's; of two entries the first counts.
 */
export function readSonames(
  tree: SourceTree,
  configuration: GlibcConfiguration,
  sysdeps: readonly string[],
  subdirectories: readonly Subdirectory[],
): Map<string, SharedLibrary> {
  const files = [...sysdeps, ...subdirectories.map(({ folder }) => folder).filter((folder) => folder !== "."), "."]
    .map((folder) => (folder === "." ? "shlib-versions" : `${folder}/shlib-versions`))
    .filter((file) => tree.has(file));
  const lines = files.flatMap((file) => preprocess(tree.read(file), configuration.macros, file));
  const defaults = lines.find((line) => line.startsWith("DEFAULT"));
  const libraries = new Map<string, SharedLibrary>();
  for (const line of lines) {
    const [entry, ...versions] = wordsOf(line);
    const assigned = /^([^=]+)=(.+)$/.exec(entry!);
    if (!assigned || libraries.has(assigned[1]!)) continue;
    const [, name, number] = assigned as unknown as [string, string, string];
    libraries.set(name, {
      soname: /^[0-9]/.test(number) ? `${name}.so.${number}` : number,
      baseVersions: versions.length > 0 ? versions : wordsOf(defaults ?? "").slice(1),
    });
  }
  return libraries;
}

/** Resolves the C-like conditionals of a shlib-versions file, whose directives start with `%`, and drops comments. */
function preprocess(text: string, macros: Readonly<Record<string, number>>, file: string): string[] {
  const kept: string[] = [];
  const open: { applies: boolean; taken: boolean }[] = [];
  for (const line of text
    .replace(/#.*$/gm, "")
    .split("\n")
    .map((raw) => raw.trim())) {
    const directive = /^%\s*(\w+)\s*(.*)$/.exec(line);
    const applies = open.every((branch) => branch.applies);
    if (!directive) {
      if (applies && line !== "") kept.push(line);
      continue;
    }
    const [, name, condition] = directive as unknown as [string, string, string];
    const branch = open.at(-1);
    if (name === "ifdef" || name === "ifndef" || name === "if") {
      const holds =
        applies &&
        (name === "if" ? evaluate(condition, macros, file) : Object.hasOwn(macros, condition) === (name === "ifdef"));
      open.push({ applies: holds, taken: holds });
    } else if (name === "elif" && branch) {
      branch.applies = !branch.taken && evaluate(condition, macros, file);
      branch.taken ||= branch.applies;
    } else if (name === "else" && branch) {
      branch.applies = !branch.taken;
    } else if (name === "endif") {
      open.pop();
    } else if (applies) {
      throw new ImportError(`${file}: %${name} ${condition} applies`);
    }
  }
  return kept;
}

/** `RISCV_ABI_XLEN == 64 && RISCV_ABI_FLEN == 0`; macros that are not set are 0, as for a C preprocessor. */
function evaluate(condition: string, macros: Readonly<Record<string, number>>, file: string): boolean {
  return condition.split("||").some((alternative) =>
    alternative.split("&&").every((term) => {
      const comparison = /^\s*(\w+)\s*(==|!=)\s*(\d+)\s*$/.exec(term);
      if (!comparison) throw new ImportError(`${file}: the importer does not know the condition "${condition}"`);
      return ((macros[comparison[1]!] ?? 0) === Number(comparison[3])) === (comparison[2] === "==");
    }),
  );
}
