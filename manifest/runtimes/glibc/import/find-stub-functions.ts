import { posix } from "node:path";
import { wordsOf } from "../../../../generator/import/words";
import type { SourceTree } from "../../../../generator/import/source-tree";
import type { Machine } from "./machine";
import { splitByCondition } from "./split-by-condition";

/**
 * The functions that always fail, which gnu/stubs.h lists, sorted: those that the chosen sources declare with
 * `stub_warning`, and system calls of syscalls.list files that the machine's kernel has not. Before 2.32 a tree does not say
 * which system calls a machine has, and the latter are left out.
 */
export function findStubFunctions(tree: SourceTree, machine: Machine): string[] {
  const { calls, missing } = readSystemCalls(tree, machine);
  const names = new Set(missing);
  const folders = new Set(machine.subdirectories.map(({ folder }) => folder));
  for (const file of tree.files) {
    const stem = posix.basename(file, ".c");
    if (!file.endsWith(".c") || calls.has(stem) || !isChosen(tree, file, stem, machine.sysdeps, folders)) continue;
    if (mayDeclare.test(tree.read(file))) stubsOf(tree, file).forEach((name) => names.add(name));
  }
  return [...names].sort();
}

/** Most sources do neither, and need not be looked at closely. */
const mayDeclare = /stub_warning|^#include <[a-z].*\.c>$/m;

/** What a source, or one that it is only a name for, declares unconditionally. */
function stubsOf(tree: SourceTree, file: string): string[] {
  const source = tree.read(file);
  const included = /^\s*#include <([a-z].*\.c)>\s*$/.exec(source.replace(/\/\*[\s\S]*?\*\//g, ""))?.[1];
  const own = splitByCondition(source)
    .texts.filter(({ conditions }) => conditions.length === 0)
    .flatMap(({ text }) => [...text.matchAll(/\bstub_warning\s*\(\s*(\w+)\s*\)/g)].map(([, name]) => name!));
  return included !== undefined && tree.has(included) ? [...own, ...stubsOf(tree, included)] : own;
}

/** Whether the search for a source of this name finds `file` first. */
function isChosen(
  tree: SourceTree,
  file: string,
  stem: string,
  sysdeps: readonly string[],
  folders: ReadonlySet<string>,
): boolean {
  const folder = posix.dirname(file);
  const first = sysdeps.find((name) => tree.has(`${name}/${stem}.c`) || tree.has(`${name}/${stem}.S`));
  return first === undefined ? folders.has(folder) : first === folder;
}

/**
 * The system calls that need no source, and those that become stubs: by sysdeps/unix/make-syscalls.sh, extra calls without a
 * source and without a number.
 */
function readSystemCalls(
  tree: SourceTree,
  { sysdeps }: Machine,
): { readonly calls: ReadonlySet<string>; readonly missing: readonly string[] } {
  const numbers = sysdeps.map((folder) => `${folder}/arch-syscall.h`).find((file) => tree.has(file));
  const known =
    numbers === undefined
      ? undefined
      : new Set([...tree.read(numbers).matchAll(/^#define __NR_(\w+)/gm)].map(([, name]) => name!));
  const seen = new Set<string>();
  const calls = new Set<string>();
  const missing: string[] = [];
  for (const [place, folder] of sysdeps.entries()) {
    if (!tree.has(`${folder}/syscalls.list`)) continue;
    for (const line of tree.read(`${folder}/syscalls.list`).replace(/#.*$/gm, "").split("\n")) {
      const [file, caller, call, , ...names] = wordsOf(line);
      if (file === undefined || caller === undefined || call === undefined || seen.has(file)) continue;
      seen.add(file);
      const sources = [file, ...(caller === "-" ? [] : [caller])].flatMap((stem) => [`${stem}.c`, `${stem}.S`]);
      if (sysdeps.slice(0, place).some((earlier) => sources.some((source) => tree.has(`${earlier}/${source}`))))
        continue;
      if (known === undefined || call === "-" || known.has(call)) calls.add(file);
      else if (caller !== "-") missing.push(...names.filter((name) => !name.includes("@")));
    }
  }
  return { calls, missing };
}
