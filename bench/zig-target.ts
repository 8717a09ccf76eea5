import type { Platform } from "../e2e/harness/target-rows";
import { fillColumns, targetColumns } from "../generator/schema/columns";

/** Zig's name of what a platform is built for, as the rows say it; undefined where zig has no such target. */
export function zigTarget({ architecture, system }: Platform): string | undefined {
  return system.zig === undefined ? undefined : fillColumns(system.zig, targetColumns(architecture, system));
}
