import { z } from "zod";

import { fillColumns } from "./columns";
import { nameSchema as name } from "./fields";
import type { HostRow } from "./rows";

/**
 * One version of LLVM: its compiler, and those runtimes that are released with it. It is a constraint value,
 * `//constraints/llvm:<version>`; packages of targets and of what they are made of are for one version each.
 */
export const llvmSchema = z.strictObject({
  version: z
    .string()
    .regex(/^\d+(?:\.\d+)+(?:-[0-9A-Za-z.]+)?$/, "a release of LLVM: numbers with dots between them, such as 22.1.8"),
  sources: name.describe("The archive of the sources of its runtimes, which are those with `part_of: llvm`."),
  seeds: z
    .string()
    .describe("The archive of the compiler seed of each host: `{host}`, `{os}` and `{architecture}` are the host's."),
  default: z.boolean().default(false).describe("Whether it is that of platforms that name none."),
});

export type LlvmRow = z.infer<typeof llvmSchema>;

/** The name of the constraint setting, and of what platforms for a version say before it. */
export const llvmConstraintSetting = "llvm";

/** The version of platforms that name none; undefined where there is none at all. */
export function defaultLlvm(rows: readonly LlvmRow[]): LlvmRow | undefined {
  return rows.find((row) => row.default) ?? rows[0];
}

/** `22.1.8` → 22: clang's resource directory has the major version alone, and so have the programs of a distribution. */
export function majorOf({ version }: Pick<LlvmRow, "version">): number {
  return Number.parseInt(version, 10);
}

/** What `seeds` may use in braces. */
export const seedColumns: readonly string[] = ["host", "os", "architecture"];

/** The name of the archive of a host's compiler seed. */
export function seedArchive(
  { seeds }: Pick<LlvmRow, "seeds">,
  { name: host, os, architecture }: Pick<HostRow, "name" | "os" | "architecture">,
): string {
  return fillColumns(seeds, { host, os, architecture });
}

/** The name of the repository that the compiler is built from, and of its archive where an index has it apart from that of the runtimes. */
export const compilerArchive = (version: string): string => `llvm-bootstrap-${version}`;

/** What the name of a platform ends in that asks for a version. */
export const llvmSuffix = (version: string): string => `.${llvmConstraintSetting}-${version}`;
