import type { Compilation } from "../../../../generator/import/read-compilation";

/** What upstream compiles a set with, beside what is the target's. */
export interface SourceFlags {
  readonly flags: readonly string[];
  /** Relative to the tree's root. */
  readonly include: readonly string[];
}

/**
 * What of a compilation says how code is made. Warnings are left out, upstream's own concern, and `-m…`, which the target says;
 * so is the header that configure writes: what it defines is what the sources take without it.
 *
 * @param folder The project's, which automake has every source look for headers in, and where there are none.
 */
export function sourceFlagsOf({ flags, include }: Compilation, folder: string): SourceFlags {
  return {
    flags: [...new Set(flags.filter((flag) => /^-(?:[DUf]|std=)./.test(flag) && flag !== "-DHAVE_CONFIG_H"))],
    include: include.filter((place) => place !== folder),
  };
}
