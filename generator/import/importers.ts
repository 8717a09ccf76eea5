import { importCompilerRt } from "./compiler-rt";
import type { Importer, SharingImporter } from "./importer";
import { importGlibc } from "./glibc/import-glibc";
import { importLibcxx } from "./libcxx";
import { importLibcxxabi } from "./libcxxabi";
import { importLibunwind } from "./libunwind";
import { importMingwW64 } from "./mingw-w64/import-mingw-w64";
import { importMusl } from "./musl";
import { importWasiLibc } from "./wasi-libc/import-wasi-libc";

/** An importer, and where its code is, which each of its imports records. */
export interface KnownImporter {
  /** Relative to this folder, without `.ts`. */
  readonly module: string;
  readonly read: Importer | SharingImporter;
}

/** Runtime name, as `gen-bzl import RUNTIME` takes it, → its importer. */
export const importers: ReadonlyMap<string, KnownImporter> = new Map<string, KnownImporter>([
  ["compiler-rt", { module: "compiler-rt", read: importCompilerRt }],
  ["glibc", { module: "glibc/import-glibc", read: importGlibc }],
  ["libc++", { module: "libcxx", read: importLibcxx }],
  ["libc++abi", { module: "libcxxabi", read: importLibcxxabi }],
  ["libunwind", { module: "libunwind", read: importLibunwind }],
  ["mingw-w64", { module: "mingw-w64/import-mingw-w64", read: importMingwW64 }],
  ["musl", { module: "musl", read: importMusl }],
  ["wasi-libc", { module: "wasi-libc/import-wasi-libc", read: importWasiLibc }],
]);
