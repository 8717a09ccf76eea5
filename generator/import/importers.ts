import { importCompilerRt } from "./compiler-rt";
import type { Importer } from "./importer";
import { importLibcxx } from "./libcxx";
import { importLibcxxabi } from "./libcxxabi";
import { importLibunwind } from "./libunwind";
import { importMingwW64 } from "./mingw-w64/import-mingw-w64";
import { importMusl } from "./musl";
import { importWasiLibc } from "./wasi-libc/import-wasi-libc";

/** Runtime name, as `gen-bzl import RUNTIME` takes it, → its importer. */
export const importers: ReadonlyMap<string, Importer> = new Map<string, Importer>([
  ["compiler-rt", importCompilerRt],
  ["libc++", importLibcxx],
  ["libc++abi", importLibcxxabi],
  ["libunwind", importLibunwind],
  ["mingw-w64", importMingwW64],
  ["musl", importMusl],
  ["wasi-libc", importWasiLibc],
]);
