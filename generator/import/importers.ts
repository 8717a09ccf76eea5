import { importCompilerRt } from "./compiler-rt";
import type { Importer, SharingImporter } from "./importer";
import { importGlibc } from "./glibc/import-glibc";
import { importLibcxx } from "./libcxx";
import { importLibcxxabi } from "./libcxxabi";
import { importLibunwind } from "./libunwind";
import { importMingwW64 } from "./mingw-w64/import-mingw-w64";
import { importMusl } from "./musl";
import { importWasiLibc } from "./wasi-libc/import-wasi-libc";

/** Runtime name, as `gen-bzl import RUNTIME` takes it, → its importer. */
export const importers: ReadonlyMap<string, Importer | SharingImporter> = new Map<string, Importer | SharingImporter>([
  ["compiler-rt", importCompilerRt],
  ["glibc", importGlibc],
  ["libc++", importLibcxx],
  ["libc++abi", importLibcxxabi],
  ["libunwind", importLibunwind],
  ["mingw-w64", importMingwW64],
  ["musl", importMusl],
  ["wasi-libc", importWasiLibc],
]);
