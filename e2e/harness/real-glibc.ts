import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { fillColumns, targetColumns } from "../../generator/schema/columns";
import { inspectElf } from "./inspect-artefact";
import type { Platform } from "./target-rows";

/** A glibc that is installed here: this machine's own, or one for another architecture. */
export interface RealGlibc {
  /** Release, as `2.36`. */
  readonly version: string;
  /** Folder of the shared libraries. */
  readonly folder: string;
  /** What an emulator takes for the root folder. */
  readonly root: string;
}

/** The glibc for a platform that is installed here, or undefined: libraries of other architectures lie below /usr/<GNU triple>. */
export function findRealGlibc({ architecture, system }: Platform): RealGlibc | undefined {
  if (system.gnu === undefined) return undefined;
  const triple = fillColumns(system.gnu, targetColumns(architecture, system));
  const foreign = `/usr/${triple}`;
  const debian = triple.replace(/^i686/, "i386");
  const places = [
    ...["lib", "lib64"].map((name) => ({ root: foreign, folder: join(foreign, name) })),
    ...[`/lib/${debian}`, "/lib64", "/usr/lib"].map((folder) => ({ root: "/", folder })),
  ];
  for (const { root, folder } of places) {
    const libc = join(folder, "libc.so.6");
    if (!existsSync(libc)) continue;
    const { machine, bits, endian } = inspectElf(libc);
    if (machine !== architecture.elf_machine || bits !== architecture.bits || endian !== architecture.endian) continue;
    const version = /GNU C Library [^\0]*? version (\d+\.\d+)/.exec(readFileSync(libc).toString("latin1"))?.[1];
    if (version !== undefined) return { version, folder, root };
  }
  return undefined;
}

/** Path of a library by its soname, or undefined where the installation lacks it. */
export function realLibrary({ folder }: RealGlibc, soname: string): string | undefined {
  return readdirSync(folder).includes(soname) ? join(folder, soname) : undefined;
}
