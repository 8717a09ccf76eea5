import { join, posix } from "node:path";

import { askMakefile, writeDriver, type MakefileAnswer } from "../../../../generator/import/make/ask-makefile";
import type { MakeTools } from "../../../../generator/import/make/make-tools";
import { withScratchTree, writeInto } from "../../../../generator/import/scratch-tree";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { foldersOf } from "../../../../generator/import/tree-folders";
import { wordsOf } from "../../../../generator/import/words";
import type { GlibcConfiguration } from "./configuration";

/** What the makefile of one subdirectory says for one machine. */
export interface Subdirectory {
  /** Relative to the tree's root; "." for the root's own makefile. */
  readonly folder: string;
  readonly variables: {
    /** The words of a variable of `asked`; none where it is not set. */
    readonly words: (name: string) => string[];
    /** Its text; empty where it is not set. */
    readonly text: (name: string) => string;
  };
  /** Target → prerequisites; of csu alone. */
  readonly rules: MakefileAnswer["rules"];
}

/** Asks the makefiles of a machine's subdirectories. */
export type AskSubdirectories = (
  configuration: GlibcConfiguration,
  sysdeps: readonly string[],
) => Promise<Subdirectory[]>;

/** The variables that importers ask for, beside those that bits/stdio_lim.h is filled in with. */
const asked = [
  ...["all-subdirs", "headers", "sysdep_headers"],
  ...["routines", "aux", "sysdep_routines", "static-only-routines"],
  ...["abi-variants", "abi-includes", "abi-%-condition", "abilist-pattern"],
];

/** Subdirectories that build programs, data and documentation for a running system; nothing that a link or a compilation uses. */
const withoutProducts = new Set(["po", "manual", "localedata", "timezone", "support", "conform"]);

/**
 * What stands in the place of Rules and Makerules: of what these two do, only this part sets variables that importers ask for.
 * The rest is rules, and asks for files that a build makes.
 */
const sysdepMakefiles = "$(foreach folder,$(config-sysdirs),$(eval -include $(..)$(folder)/Makefile))\n";
const replaced = ["Rules", "Makerules"];

/**
 * Lets `use` ask GNU make what the root's makefile says, and those of all subdirectories that a build enters, in alphabetical
 * order. glibc's configure is not run, since it takes no compiler but GCC: what it would write into config.make is given.
 * The makefiles that make reads count as read.
 */
export async function withMakefiles<Result>(
  tree: SourceTree,
  tools: MakeTools,
  use: (ask: AskSubdirectories) => Promise<Result>,
): Promise<Result> {
  // Makefiles look for files of all kinds, by wildcards.
  return withScratchTree(
    tree,
    () => true,
    async (scratch) => {
      for (const name of replaced) writeInto(join(scratch.root, name), sysdepMakefiles);
      const place = scratch.createFolder();
      const driver = writeDriver(place);
      const objects = join(place, "objects");
      writeInto(join(objects, "config.make"), "");
      const names = [...asked, ...limitsOf(tree)];
      const askFolder = async (
        folder: string,
        configuration: GlibcConfiguration,
        given: Readonly<Record<string, string>>,
      ): Promise<Subdirectory> => {
        const { variables, rules, makefiles } = await scratch.turn(() =>
          askMakefile(tools, driver, {
            folder: join(scratch.root, folder),
            given,
            names,
            rules: folder === "csu",
            what: `${configuration.configMachine}, ${posix.join(folder, "Makefile")}`,
          }),
        );
        for (const file of makefiles.flatMap((path) => scratch.inTree(path) ?? []))
          if (!replaced.includes(file)) tree.read(file);
        const text = (name: string): string => variables.get(name) ?? "";
        return { folder, variables: { text, words: (name) => wordsOf(text(name)) }, rules };
      };
      return use(async (configuration, sysdeps) => {
        const given = configVariables(objects, tree, configuration, sysdeps);
        const root = await askFolder(".", configuration, given);
        const folders = findSubdirectories(tree, root.variables, sysdeps);
        // Makefiles ask which other subdirectories there are.
        const givenBelow = { ...given, "sorted-subdirs": folders.join(" ") };
        return [root, ...(await Promise.all(folders.map((folder) => askFolder(folder, configuration, givenBelow))))];
      });
    },
  );
}

/** The variables that bits/stdio_lim.h is filled in with, where a release makes it. */
function limitsOf(tree: SourceTree): string[] {
  const template = "stdio-common/stdio_lim.h.in";
  return tree.has(template) ? [...tree.read(template).matchAll(/@(\w+)@/g)].map(([, name]) => name!) : [];
}

/** `all-subdirs` of Makeconfig, and what the Subdirs files of sysdeps add and take away (scripts/gen-sorted.awk). */
function findSubdirectories(tree: SourceTree, root: Subdirectory["variables"], sysdeps: readonly string[]): string[] {
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

/** What configure writes into config.make with its default options, as far as makefiles decide by it what is built and installed. */
function configVariables(
  objects: string,
  tree: SourceTree,
  configuration: GlibcConfiguration,
  sysdeps: readonly string[],
): Record<string, string> {
  const yesOrNo = (condition: boolean): string => (condition ? "yes" : "no");
  return {
    objdir: objects,
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
