import type { IncludeFolder, ReleaseHeaders } from "../../../../generator/schema/release-headers";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import { findHeaders } from "./find-headers";
import { findStubFunctions } from "./find-stub-functions";
import type { Machine } from "./machine";
import { readSonames } from "./read-sonames";

/** The public headers for all machines: those that all take from the same file, once, and the rest for each. */
export function readHeaders(tree: SourceTree, machines: readonly Machine[]): ReleaseHeaders {
  const found = machines.map((machine) => ({ machine, ...findHeaders(tree, machine.subdirectories, machine.sysdeps) }));
  const isCommon = (header: string, source: string): boolean =>
    found.every(({ copied }) => copied.get(header) === source);
  const common = [...found[0]!.copied].filter(([header, source]) => isCommon(header, source));
  const commonNames = new Set(common.map(([header]) => header));
  return {
    common: { copied: groupByFolder(common), ...generatedFrom(tree, found[0]!.machine, found[0]!.generated) },
    architectures: Object.fromEntries(
      found.map(({ machine, copied }) => [
        machine.configuration.architecture,
        {
          copied: groupByFolder([...copied].filter(([header]) => !commonNames.has(header))),
          written: writtenHeaders(tree, machine),
        },
      ]),
    ),
  };
}

/** The headers that the build makes of a file of the tree; they are alike for all machines. */
function generatedFrom(
  tree: SourceTree,
  { subdirectories }: Machine,
  generated: readonly string[],
): Partial<IncludeFolder> {
  const limits = "bits/stdio_lim.h";
  const calls = "bits/syscall.h";
  const callList = "sysdeps/unix/sysv/linux/syscall-names.list";
  if (!generated.includes(calls) || !tree.has(callList))
    throw new ImportError(`${callList}: ${calls} is made of it, and it is not there`);
  const root = subdirectories[0]!.variables;
  return {
    ...(generated.includes(limits) && {
      configured: {
        [limits]: { input: "stdio-common/stdio_lim.h.in", variables: stdioLimits(tree, root.text) },
      },
    }),
    made: { [calls]: { function: "syscalls", inputs: [callList] } },
  };
}

/** What Makerules puts in: of sysdeps/posix/Makefile, of <linux/limits.h> (PATH_MAX), and 16 where there is no OPEN_MAX. */
function stdioLimits(tree: SourceTree, valueOf: (name: string) => string): Record<string, string> {
  const names = [...tree.read("stdio-common/stdio_lim.h.in").matchAll(/@(\w+)@/g)].map(([, name]) => name!);
  const fixed: Readonly<Record<string, string>> = { FILENAME_MAX: "4096", FOPEN_MAX: "16", L_cuserid: "9" };
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => {
      const value = fixed[name] ?? valueOf(name);
      if (value === "") throw new ImportError(`stdio-common/stdio_lim.h.in: nothing gives @${name}@ a value`);
      return [name, value];
    }),
  );
}

/** gnu/stubs.h and gnu/lib-names.h; where a CPU has several ABIs, they choose between files that are each of one. */
function writtenHeaders(tree: SourceTree, machine: Machine): Record<string, string> {
  const { variables } = machine.subdirectories[0]!;
  const variants = variables.words("abi-variants");
  const includes = variables
    .words("abi-includes")
    .map((header) => `#include <${header}>\n`)
    .join("");
  const choose = (name: string): string =>
    variants.map((variant) => choice(variables.text(`abi-${variant}-condition`), `gnu/${name}-${variant}.h`)).join("");
  const suffix = variants.length === 0 ? "" : `-${machine.configuration.defaultAbi}`;
  const stubs = `#ifdef _LIBC\n# error Applications may not define the macro _LIBC\n#endif\n\n${findStubFunctions(
    tree,
    machine,
  )
    .map((name) => `#define __stub_${name}\n`)
    .join("")}`;
  const names = libraryNames(tree, machine);
  const guard = (text: string): string => `#ifndef __GNU_LIB_NAMES_H\n#define __GNU_LIB_NAMES_H 1\n\n${text}\n#endif\n`;
  const files: Record<string, string> = {
    "gnu/lib-names.h": guard(suffix === "" ? names : includes + choose("lib-names")),
    "gnu/stubs.h": suffix === "" ? stubs : includes + choose("stubs"),
  };
  if (suffix !== "") {
    files[`gnu/lib-names${suffix}.h`] =
      `#ifndef __GNU_LIB_NAMES_H\n# error "Never use <gnu/lib-names${suffix}.h> directly; include <gnu/lib-names.h> instead."\n#endif\n\n${names}`;
    files[`gnu/stubs${suffix}.h`] = stubs;
  }
  return Object.fromEntries(Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function choice(condition: string, header: string): string {
  return condition === "" ? "" : `#if ${condition}\n# include <${header}>\n#endif\n`;
}

/** `#define LIBM_SO "libm.so.6"` and so on (scripts/lib-names.awk), sorted. */
function libraryNames(tree: SourceTree, { configuration, sysdeps, subdirectories }: Machine): string {
  const macroOf = (name: string): string => `${name.toUpperCase().replaceAll("-", "_")}_SO`;
  const macros = new Map<string, string>();
  for (const [name, { soname }] of readSonames(tree, configuration, sysdeps, subdirectories)) {
    macros.set(macroOf(name), soname);
    if (!soname.startsWith("lib")) macros.set(macroOf(soname.replace(/\.so.*$/, "")), soname);
  }
  return [...macros]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([macro, soname]) => `#define ${macro} "${soname}"\n`)
    .join("");
}

function groupByFolder(headers: readonly (readonly [header: string, source: string])[]): Record<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const [header, source] of headers) {
    const folder = source === header ? "." : source.slice(0, -header.length - 1);
    folders.set(folder, [...(folders.get(folder) ?? []), header]);
  }
  return Object.fromEntries(
    [...folders].sort(([left], [right]) => (left < right ? -1 : 1)).map(([folder, names]) => [folder, names.sort()]),
  );
}
