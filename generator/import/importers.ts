import type { Importer } from "./importer";
import { importMusl } from "./musl";
import { importWasiLibc } from "./wasi-libc/import-wasi-libc";

/** Runtime name, as `gen-bzl import RUNTIME` takes it, → its importer. */
export const importers: ReadonlyMap<string, Importer> = new Map<string, Importer>([
  ["musl", importMusl],
  ["wasi-libc", importWasiLibc],
]);
