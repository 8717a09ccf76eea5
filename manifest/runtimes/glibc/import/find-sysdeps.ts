import { foldersOf } from "../../../../generator/import/tree-folders";
import { wordsOf } from "../../../../generator/import/words";
import type { SourceTree } from "../../../../generator/import/source-tree";
import type { GlibcConfiguration } from "./configuration";

/**
 * The folders below sysdeps/ that a build for `configuration` looks into, in order: what glibc's configure script computes
 * as `sysnames` ("checking sysdep dirs") with its default options. Folders of the tree that hold no file do not exist.
 */
export function findSysdeps(tree: SourceTree, configuration: GlibcConfiguration): string[] {
  const folders = foldersOf(tree);
  const pending = candidates(configuration).filter((folder) => folders.has(folder));
  const found: string[] = [];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (found.includes(name)) continue;
    found.push(name);
    const implied = (file: string): string[] =>
      readImplied(tree, `${name}/${file}`).filter((folder) => folders.has(folder));
    pending.unshift(...implied("Implies"));
    pending.push(...implied("Implies-before"), ...parentOf(name), ...implied("Implies-after"));
  }
  return [...found, "sysdeps/generic"];
}

/** Every combination of machine, base system and operating system, in the order of configure's nested loops. */
function candidates({ machine, configOs }: GlibcConfiguration): string[] {
  const machines = prefixesOf(machine).flatMap((folder) =>
    ["/fpu", ""].flatMap((fpu) => ["/multiarch", ""].map((multiarch) => `/${folder}${fpu}${multiarch}`)),
  );
  const names: string[] = [];
  for (const base of ["/unix/sysv", "/unix", ""]) {
    for (const outer of [...machines, ""]) {
      for (const os of [`/${configOs}`, "/linux", ""]) {
        for (const inner of [...machines, ""]) {
          const suffix = outer + base + os + inner;
          if (suffix !== "") names.push(`sysdeps${suffix}`);
        }
      }
    }
  }
  return names;
}

/** `riscv/rv64/rvd` → itself, `riscv/rv64`, `riscv`. */
function prefixesOf(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

/** The folders that an `Implies` file names. Comments start with `#`. */
function readImplied(tree: SourceTree, file: string): string[] {
  if (!tree.has(file)) return [];
  return wordsOf(tree.read(file).replace(/#.*$/gm, "")).map((folder) => `sysdeps/${folder}`);
}

function parentOf(name: string): string[] {
  const parent = name.slice(0, name.lastIndexOf("/"));
  return parent === "sysdeps" ? [] : [parent];
}
