import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";
import type { Subdirectory } from "./ask-subdirectories";

/** The public headers of one version for one machine. Paths as `#include <…>` names them. */
export interface InstalledHeaders {
  /** Header → the file of the tree that is installed as it is. */
  readonly copied: ReadonlyMap<string, string>;
  /** Headers that the build writes, sorted. */
  readonly generated: readonly string[];
}

/** What the build may write instead of copying it. bits/stdio_lim.h is a file of the tree since 2.38. */
const generatedHeaders = new Set(["bits/stdio_lim.h", "bits/syscall.h", "gnu/lib-names.h"]);

/**
 * The headers that `make install-headers` installs: `headers` and `sysdep_headers` of the root's and every subdirectory's
 * makefile, each found where make's search finds it. Throws `ImportError`, naming all, when some are nowhere.
 */
export function findHeaders(
  tree: SourceTree,
  subdirectories: readonly Subdirectory[],
  sysdeps: readonly string[],
): InstalledHeaders {
  const copied = new Map<string, string>();
  const generated = new Set<string>();
  const missing: string[] = [];
  for (const { folder, variables } of subdirectories) {
    // The rules that scripts/sysd-rules.awk makes come first; then Makerules', whose `vpath %.h` ends with the root.
    const searched = [...sysdeps, folder, ".", "include"].map((name) => (name === "." ? "" : `${name}/`));
    for (const header of [...variables.words("headers"), ...variables.words("sysdep_headers")]) {
      const source = searched.map((prefix) => prefix + header).find((file) => tree.has(file));
      if (source !== undefined) copied.set(header, source);
      else if (generatedHeaders.has(header)) generated.add(header);
      else missing.push(`${header} (${folder})`);
    }
  }
  if (missing.length > 0)
    throw new ImportError(`makefiles install headers that the source tree has not: ${missing.join(", ")}`);
  return { copied, generated: [...generated].sort() };
}
