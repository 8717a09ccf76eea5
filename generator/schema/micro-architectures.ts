import { z } from "zod";

import { platformName } from "./columns";
import type { ArchitectureRow, SystemRow, TargetRow } from "./rows";

/**
 * A micro-architecture: what CPUs of an architecture have beyond the oldest one that its platforms are for. It is a constraint
 * value of its own, `//constraints/micro_architecture:<name>`, beside the CPU's.
 */
export const microArchitectureSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_.]*$/, "a name: small letters, digits, and _ . after the first letter")
    .refine((name) => name !== "default", "the name of one: `default` is the oldest CPU of each architecture"),
  architecture: z.string().describe("The architecture row that it is of."),
  about: z.string().describe("What it has, and since when there are CPUs with it, for people."),
  flags: z
    .array(z.string())
    .min(1)
    .describe("Flags that every compilation and link for it carries, after the architecture's (`-march=…`)."),
  rust: z.array(z.string()).default([]).describe("rustc's arguments that mean the same."),
  go: z
    .string()
    .optional()
    .describe("Go's name of it, the value of GOAMD64 and the like; absent where Go does not know it."),
  qemu_cpu: z
    .string()
    .optional()
    .describe("The oldest of the emulator's models that has it (`-cpu`); absent where none has."),
  qemu_cpu_without: z
    .string()
    .optional()
    .describe(
      "One of the emulator's models that lacks so much of it that its programs do not run there, as young as there is.",
    ),
});

export type MicroArchitectureRow = z.infer<typeof microArchitectureSchema>;

/**
 * The platform of a target at a micro-architecture: its rule's name, with the micro-architecture in the architecture's place
 * (`amd64_v3` in `amd64`'s); behind a name that a row states.
 */
export function microArchitecturePlatform(
  { name }: MicroArchitectureRow,
  target: Partial<TargetRow>,
  architecture: Partial<ArchitectureRow>,
  system: Partial<SystemRow>,
): string {
  return target.name === undefined ? platformName(target, { ...architecture, name }, system) : `${target.name}_${name}`;
}
