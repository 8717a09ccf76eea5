import { foldersOf, wordsOf } from "../../../../generator/import/make/expander";
import { evaluateMakefile, type MakeVariables } from "../../../../generator/import/make/evaluate-makefile";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import type { GlibcConfiguration } from "./configuration";

/** Where the build's own files would be; nothing of the tree is below it. */
export const objectFolder = "@objects@";

/** The makefile of one subdirectory, evaluated for one machine. */
export interface Subdirectory {
  /** Relative to the tree's root; "." for the root's own makefile. */
  readonly folder: string;
  readonly variables: MakeVariables;
}

/** Subdirectories that build programs, data and documentation for a running system; nothing that a link or a compilation uses. */
const withoutProducts = new Set(["po", "manual", "localedata", "timezone", "support", "conform"]);

/**
 * Evaluates the root's makefile and those of all subdirectories that a build for `configuration` enters, in alphabetical
 * order. `sysdeps` is what `findSysdeps` returns.
 */
export function evaluateSubdirectories(
  tree: SourceTree,
  configuration: GlibcConfiguration,
  sysdeps: readonly string[],
): Subdirectory[] {
  const given = configVariables(tree, configuration, sysdeps);
  const root = { folder: ".", variables: evaluateFolder(tree, ".", given, sysdeps) };
  const folders = findSubdirectories(tree, root.variables, sysdeps);
  // Makefiles ask which other subdirectories there are.
  const givenBelow = { ...given, "sorted-subdirs": folders.join(" ") };
  return [root, ...folders.map((folder) => ({ folder, variables: evaluateFolder(tree, folder, givenBelow, sysdeps) }))];
}

/** `all-subdirs` of Makeconfig, and what the Subdirs files of sysdeps add and take away (scripts/gen-sorted.awk). */
function findSubdirectories(tree: SourceTree, root: MakeVariables, sysdeps: readonly string[]): string[] {
  const folders = foldersOf(tree);
  const found = new Set(root.words("all-subdirs"));
  const inhibited = new Set<string>();
  for (const file of sysdeps.map((folder) => `${folder}/Subdirs`).filter((name) => tree.has(name))) {
    for (const line of tree.read(file).replace(/#.*$/gm, "").split("\n")) {
      const [first, second] = wordsOf(line);
      if (first === "inhibit" && second !== undefined) inhibited.add(second);
      else if (first !== undefined) found.add(second ?? first);
    }
  }
  const wanted = [...found].filter((folder) => !inhibited.has(folder) && !withoutProducts.has(folder)).sort();
  const missing = wanted.filter((folder) => !folders.has(folder));
  if (missing.length > 0)
    throw new ImportError(`Makeconfig: names the subdirectories ${missing.join(", ")}, which the source tree has not`);
  return wanted;
}

function evaluateFolder(
  tree: SourceTree,
  folder: string,
  given: Readonly<Record<string, string>>,
  sysdeps: readonly string[],
): MakeVariables {
  const sysdepMakefiles = sysdeps.map((name) => `${name}/Makefile`).filter((name) => tree.has(name));
  return evaluateMakefile(tree, "Makefile", given, {
    directory: folder,
    rules: folder === "csu",
    shell: (command) => answerCommand(command, folder),
    include(path) {
      if (path.includes(objectFolder)) return [];
      // Of what these two do, only this part sets variables that importers ask for.
      if (path === "Rules" || path === "Makerules") return sysdepMakefiles;
      return undefined;
    },
  });
}

/** Commands whose output decides nothing that is built or installed, and what they decide. */
const commandsWithoutProducts: readonly { readonly form: RegExp; readonly decides: string }[] = [
  { form: /^echo \S+ \| sed /, decides: "which folder of libraries ldd's and ldconfig's texts name" },
  { form: /^\s*echo "[^"]*" ?\| ?\s*sed /, decides: "for which locales tests are run" },
  { form: /^cat \/selinux\/enforce /, decides: "how the machine that installs labels files" },
];

function answerCommand(command: string, folder: string): string {
  if (commandsWithoutProducts.some(({ form }) => form.test(command))) return "";
  throw new ImportError(
    `${folder}/Makefile: asks what a command prints, which the importer does not run: $(shell ${command})`,
  );
}

/** What configure writes into config.make with its default options, as far as makefiles decide by it what is built and installed. */
function configVariables(
  tree: SourceTree,
  configuration: GlibcConfiguration,
  sysdeps: readonly string[],
): Record<string, string> {
  const yesOrNo = (condition: boolean): string => (condition ? "yes" : "no");
  return {
    objdir: objectFolder,
    "in-Makerules": "yes",
    "config-machine": configuration.configMachine,
    "base-machine": configuration.baseMachine,
    "config-vendor": "unknown",
    "config-os": configuration.configOs,
    "config-sysdirs": sysdeps.join(" "),
    "default-abi": configuration.defaultAbi,
    multidir: ".",
    "build-shared": "yes",
    "build-profile": "no",
    "build-crypt": yesOrNo(buildsCrypt(tree)),
    "build-mathvec": yesOrNo(sysdeps.some((folder) => tree.has(`${folder}/libmvec.abilist`))),
    "build-pic-default": "yes",
    "build-pie-default": "yes",
    "enable-static-pie": "yes",
    "cross-compiling": "yes",
    "pthread-in-libc": yesOrNo(/^pthread_in_libc=yes$/m.test(tree.read("configure"))),
  };
}

/** The default of `--enable-crypt`, which changed before the library went. */
function buildsCrypt(tree: SourceTree): boolean {
  const option = /enableval=\$enable_crypt;\s*build_crypt=\$enableval\s*else[\s\S]{0,40}?build_crypt=(\w+)/.exec(
    tree.read("configure"),
  );
  return option?.[1] === "yes";
}
