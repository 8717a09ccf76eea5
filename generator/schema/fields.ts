import { z } from "zod";

/** What rows, units and platforms are called. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.+-]*$/, "a name: letters, digits, and _ . + - after the first letter");
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
export const labelSchema = z
  .string()
  .regex(/^(@[A-Za-z0-9_.+~-]*)?\/\/[^:]*(:.+)?$/, "a Bazel label that starts with // or @");
export const flagsSchema = z.array(z.string());

/** A version as upstream writes it: part of names of files, and ordered by its numbers. */
export const versionSchema = z
  .string()
  .regex(
    /^(?=.*\d)[0-9A-Za-z][0-9A-Za-z._+-]*$/,
    "a version: letters, digits, and . _ + - after the first, with a digit among them",
  );

/** A condition on a target, decided by the generator. Every named field must hold; an absent field holds. */
export const conditionSchema = z.strictObject({
  architecture: z.array(nameSchema).optional(),
  elf_machine: z.array(nameSchema).optional(),
  system: z.array(nameSchema).optional(),
  os: z.array(nameSchema).optional(),
  abi: z.array(nameSchema).optional(),
  endian: z.enum(["little", "big"]).optional(),
  bits: z.union([z.literal(32), z.literal(64)]).optional(),
  bitcode: z.boolean().optional().describe("Whether the linker takes LLVM's bitcode of the architecture."),
  llvm: z
    .string()
    .optional()
    .describe(
      'Range of versions of LLVM, as semver writes ranges (`"<23"`): of the compiler, and of what is part of LLVM.',
    ),
});

/** Flags, each a string or a group that holds only under a condition. */
export const flagListSchema = z
  .array(z.union([z.string(), z.strictObject({ when: conditionSchema, flags: flagsSchema })]))
  .default([]);

/** How the sources of a runtime, or of one unit of it, are compiled. A unit's lists follow its runtime's. */
export const compileFields = {
  flags: flagListSchema.describe("Flags of all sources."),
  c_flags: flagsSchema.default([]).describe("Flags of C sources alone."),
  cxx_flags: flagsSchema.default([]).describe("Flags of C++ sources alone."),
  include: z.array(z.string()).default([]).describe("Private include directories, relative to the tree's root."),
  headers: z.array(z.string()).default([]).describe("Glob patterns of the headers that the sources include."),
};

/** How an executable can be linked; each is a value of `//constraints/link_mode`. */
export const linkModes = ["static", "static_pie", "dynamic"] as const;

export type LinkMode = (typeof linkModes)[number];

export type Condition = z.infer<typeof conditionSchema>;
export type FlagList = z.infer<typeof flagListSchema>;
