import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { create } from "tar";

import type { HostRow, Manifest } from "../../generator/schema/rows";
import { scratchRoot } from "./consumer-workspace";
import { sha256Of, type IndexEntry } from "./pinned-archives";
import { llvmMajor } from "./target-rows";

export interface SyntheticSeed {
  readonly entry: IndexEntry;
  /** Paths in the archive. */
  readonly files: ReadonlySet<string>;
}

/**
 * Packs an archive that is laid out as the pinned compiler seed of a host is, with nothing in its files: one program
 * that is all tools, links to it by their names (hermetic-llvm's prebuilt/llvm/llvm_release.bzl), and clang's headers.
 * Where a host has no links, Bazel copies what they lead to as it unpacks them (WindowsFileSystem.createSymbolicLink):
 * there they are files here. `place` is a folder of the caller's own below `.e2e/`.
 */
export async function packSyntheticSeed(
  manifest: Manifest,
  host: HostRow,
  place: string,
  major = llvmMajor(manifest),
): Promise<SyntheticSeed> {
  const folder = join(scratchRoot, place, host.name);
  rmSync(folder, { recursive: true, force: true });
  const suffix = host.executable_suffix;
  const files = new Set<string>();
  const write = (path: string): void => {
    files.add(path);
    mkdirSync(join(folder, "tree", path, ".."), { recursive: true });
    writeFileSync(join(folder, "tree", path), "", { mode: 0o755 });
  };
  write(`bin/llvm${suffix}`);
  for (const tool of [...toolsBeside, ...(manifest.module.seed_tools ?? [])]) {
    write(`bin/${tool}${suffix}`);
    if (host.os === "windows") continue;
    rmSync(join(folder, "tree", "bin", tool));
    symlinkSync("llvm", join(folder, "tree", "bin", tool));
  }
  for (const path of ["include/stddef.h", "include/stdarg.h", "share/asan_ignorelist.txt"])
    write(`lib/clang/${major}/${path}`);
  const file = join(folder, "seed.tar.gz");
  await create({ file, cwd: join(folder, "tree"), gzip: { level: 1 }, portable: true }, ["bin", "lib"]);
  return { entry: { file, sha256: sha256Of(file) }, files };
}

/** Further names in the pinned seeds, which nothing here needs. */
const toolsBeside = [
  "c++filt",
  "clang-22",
  "clang-cl",
  "clang-cpp",
  "dsymutil",
  "lld",
  "lld-link",
  "llvm-cxxfilt",
  "llvm-rc",
  "sancov",
];
