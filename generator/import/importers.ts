import type { Importer } from "./importer";
import { importGlibc } from "./glibc/import-glibc";
import { importCompilerRt } from "./llvm/import-compiler-rt";
import { importLibcxx } from "./llvm/import-libcxx";
import { importLibcxxabi } from "./llvm/import-libcxxabi";
import { importLibunwind } from "./llvm/import-libunwind";
import { importMingwW64 } from "./mingw-w64/import-mingw-w64";
import { importMusl } from "./musl";
import { importWasiLibc } from "./wasi-libc/import-wasi-libc";

/** An importer, and where its code is, which each of its imports records. */
export interface KnownImporter {
  /** Relative to this folder, without `.ts`. */
  readonly module: string;
  readonly read: Importer;
}

/** Runtime name, as `gen-bzl import RUNTIME` takes it, → its importer. */
export const importers: ReadonlyMap<string, KnownImporter> = new Map<string, KnownImporter>([
  ["compiler-rt", { module: "llvm/import-compiler-rt", read: importCompilerRt }],
  ["glibc", { module: "glibc/import-glibc", read: importGlibc }],
  ["libc++", { module: "llvm/import-libcxx", read: importLibcxx }],
  ["libc++abi", { module: "llvm/import-libcxxabi", read: importLibcxxabi }],
  ["libunwind", { module: "llvm/import-libunwind", read: importLibunwind }],
  ["mingw-w64", { module: "mingw-w64/import-mingw-w64", read: importMingwW64 }],
  ["musl", { module: "musl", read: importMusl }],
  ["wasi-libc", { module: "wasi-libc/import-wasi-libc", read: importWasiLibc }],
]);
