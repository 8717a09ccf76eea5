import type { Platform } from "../e2e/harness/target-rows";
import { fillColumns, targetColumns } from "../generator/schema/columns";

/** Zig's name of what a platform is built for, as the rows say it; undefined where zig has no such target. */
export function zigTarget({ architecture, system }: Platform): string | undefined {
  return system.zig === undefined ? undefined : fillColumns(system.zig, targetColumns(architecture, system));
}

/** What a program is built for: to be built soon, as Bazel's fastbuild is, or to be small. */
export type Purpose = "fast build" | "small";

/**
 * How zig is called: as someone types it who leaves the rest to zig, or so that it does what xllvm's own build does.
 * Without -O zig instruments programs with UBSan, for which it builds a runtime, and fastbuild does not. A section for
 * each function and datum, which lets the linker drop them one by one, is part of `-c opt`.
 */
export const zigStyles = {
  alike: {
    "fast build": ["-fno-sanitize=undefined"],
    small: ["-O2", "-s", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"],
  },
  "as typed": { "fast build": [], small: ["-O2", "-s"] },
} as const satisfies Record<string, Record<Purpose, readonly string[]>>;

export type ZigStyle = keyof typeof zigStyles;
