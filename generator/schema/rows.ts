import { z } from "zod";

import {
  compileFields,
  flagListSchema,
  flagsSchema as flags,
  labelSchema as label,
  linkModes,
  nameSchema as name,
  sha256Schema as sha256,
  versionSchema,
} from "./fields";
import type { CompilerImport } from "./compiler-import";
import type { FeatureRow } from "./features";
import type { LlvmRow } from "./llvm-versions";
import type { MicroArchitectureRow } from "./micro-architectures";
import { prepareStepSchema } from "./prepare-steps";
import type { Recipes } from "./recipes";
import { roleSchema } from "./roles";
import { unitSchema } from "./units";

/** One CPU architecture: our one name, and other projects' spellings of it as columns, to which runtimes add more. */
export const architectureSchema = z.strictObject({
  name,
  base: name
    .optional()
    .describe(
      "Another architecture row from which this one takes every column it does not state (a CPU variant), but for the constraint, which tells the two apart.",
    ),
  bits: z.union([z.literal(32), z.literal(64)]).optional(),
  endian: z.enum(["little", "big"]).optional(),
  llvm: z.string().optional().describe("Architecture part of the LLVM target triple."),
  backend: z
    .string()
    .optional()
    .describe("The part of LLVM that makes its code, as LLVM_TARGETS_TO_BUILD has it (`AArch64`)."),
  rust: z.string().optional().describe("Architecture part of Rust's target; default: the llvm column."),
  zig: z.string().optional().describe("Architecture part of Zig's target; default: the llvm column."),
  go: z.string().optional().describe("GOARCH; absent where Go does not know it."),
  goarm: z.string().optional().describe("GOARM."),
  meson: z.string().optional().describe("Meson's CPU family; default: the llvm column."),
  eabi: z
    .string()
    .optional()
    .describe("What the triple's environment carries after the libc's name (`eabihf`); default: nothing."),
  bitcode: z.boolean().optional().describe("Whether the linker takes LLVM's bitcode of it; absent: yes."),
  elf_machine: z.string().optional().describe("e_machine of ELF files, as elf.h names it (`EM_AARCH64`)."),
  qemu: z.string().optional().describe("Suffix of the qemu user-mode emulator (`qemu-<suffix>-static`)."),
  qemu_cpu: z
    .string()
    .optional()
    .describe(
      "The emulator's model of the oldest CPU that programs run on (`-cpu`): what its code needs beyond that is a fault. Default: the emulator's own choice, often all that it knows.",
    ),
  constraint: label
    .optional()
    .describe("Bazel's constraint value for it; absent: one of this module's own, `//constraints/cpu:<name>`."),
  flags: flags.optional().describe("Flags that every compilation and link for it carries (`-march=…`)."),
});

/** What a column may be called: it stands in braces in templates, `{column}`. */
const columnName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, "a column's name: small letters, digits and _ after the first letter");

/** A CPU's row where runtimes have brought columns along: name → what it says. */
export function architectureSchemaWith(columns: Readonly<Record<string, string>>): z.ZodObject {
  return architectureSchema.extend(
    Object.fromEntries(
      Object.entries(columns).map(([column, meaning]) => [column, z.string().optional().describe(meaning)]),
    ),
  );
}

/** An operating system with one ABI: what all targets of, say, Linux with one libc share. */
export const systemSchema = z.strictObject({
  name,
  os: name.describe("`@platforms//os:<os>`; `none` for bare metal."),
  abi: name.describe("`//constraints/abi:<abi>` of this module."),
  libc: name.optional().describe("The runtime whose versions are the system's versions (`<platform>.1.2.5`)."),
  triple: z.string().describe("LLVM target triple; `{column}` takes a column of the architecture row."),
  gnu: z
    .string()
    .optional()
    .describe("GNU's triple, which build systems put before the names of tools; fields as in `triple`."),
  rust: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe("Rust's target, or its targets of which the first is the usual one; fields as in `triple`."),
  zig: z.string().optional().describe("Zig's target; fields as in `triple`."),
  emulation: z
    .string()
    .optional()
    .describe(
      "The linker's emulation (`-m`), which lld has to be told when it is called by itself and not by clang; fields as in `triple`. Default: it sees from its input.",
    ),
  platform: z
    .string()
    .default("{os}_{architecture}_{abi}")
    .describe("Platform name; fields as in `triple`, and os, abi, architecture."),
  object_format: z.enum(["elf", "coff", "macho", "spirv", "wasm"]),
  link_modes: z
    .array(z.enum(linkModes))
    .describe("The first is the default. None: objects are all that is made, and others link or load them."),
  stack: z.array(name).describe("Runtimes, in the order in which they build on each other."),
  flags: flagListSchema.describe("Flags that every compilation and link carries."),
  compile_flags: flagListSchema.describe("Flags that every compilation carries."),
  link_flags: flagListSchema.describe("Flags that every link carries."),
  minimum_os: z
    .strictObject({
      flag: z
        .string()
        .describe(
          "How a version is said: a flag that ends where the version begins. `flags` has it, with the oldest version that programs run on.",
        ),
      younger: z
        .array(versionSchema)
        .describe("Values of `//constraints/minimum_os` beside the oldest one, and platforms, `<platform>.min-13.0`."),
    })
    .optional()
    .describe("Of a system whose programs say the oldest release that they run on, by a flag."),
  default_for_os: z
    .boolean()
    .default(false)
    .describe(
      "Whether a platform of this OS that names no ABI gets this one. Of several systems, it is that of the first target row for the CPU.",
    ),
});

/** One target: an architecture on a system. */
export const targetSchema = z.strictObject({
  architecture: name,
  system: name,
  name: name.optional().describe("Platform name, where the system's rule does not give it."),
  flags: flags.optional().describe("Further flags for every compilation and link."),
  versions: z
    .string()
    .optional()
    .describe("Range of libc versions that exist for it, as semver writes ranges; default: all."),
  default_version: z.string().optional(),
});

/** A machine that the compiler runs on. */
export const hostSchema = z.strictObject({
  name,
  os: name,
  architecture: name,
  executable_suffix: z.string().default(""),
  compiler_platform: name
    .optional()
    .describe("The platform that a compiler from source is built for to run there; absent: there is none from source."),
});

/** A pinned download. */
export const archiveSchema = z.strictObject({
  name,
  urls: z.array(z.url()).describe("Tried in order. None: `unavailable` says why."),
  unavailable: z
    .string()
    .optional()
    .describe("Of an archive that no address is known for: what it is, told to whoever has to redirect it."),
  sha256,
  strip_prefix: z
    .string()
    .default("")
    .describe(
      "Folder inside the archive that becomes the repository's root; `*`: the one at its top, whatever it is called.",
    ),
  size: z.number().int().min(1).optional().describe("In bytes; only to be told to people."),
  alternatives: z
    .array(name)
    .default([])
    .describe(
      "Names of archives that serve as well: an index of redirected archives may have one of them in its place.",
    ),
  sdk: z
    .strictObject({
      tag: name.describe("The tag of the module extension by which users say it."),
      variable: z.string().describe("The environment variable that names a folder, and wins over the tag."),
      canonical: z
        .string()
        .describe("What its settings call it (`CanonicalName` of SDKSettings.json) before the version."),
      folder: z.string().describe("What its folder is usually called, for messages."),
      command: z.array(z.string()).min(1).describe("Prints where an installed one is."),
      installed: z.array(z.string()).describe("Where else installed ones are, each tried in order."),
    })
    .optional()
    .describe("Of an SDK of which this archive is a part: how users have the whole one in its place."),
});

/** One runtime: what it produces and from which units. */
export const runtimeSchema = z.strictObject({
  name,
  role: z
    .enum([...roleSchema.options, "instrumentation"])
    .describe(
      "What it is for the others; of `instrumentation` they include nothing, but where they are compiled with it.",
    ),
  language: z.enum(["c", "c++"]).default("c").describe("Which user code sees its public headers."),
  columns: z
    .record(columnName, z.string().min(1))
    .default({})
    .describe(
      "Columns that it brings to the rows of architectures: name → what the column says, for people and editors.",
    ),
  importer: name.optional().describe("The importer of `gen-bzl import` that reads its trees."),
  part_of: z
    .literal("llvm")
    .optional()
    .describe("What it is released with: its versions are those of llvm.yaml, and it states none itself."),
  versions: z
    .array(
      z.strictObject({
        version: versionSchema,
        archive: z.string().describe("`{column}` takes a column of the architecture row."),
        default: z.boolean().default(false),
      }),
    )
    .min(1)
    .optional()
    .describe("Absent where it is part of something that has versions."),
  include: z
    .array(z.string())
    .default([])
    .describe("Public include directories, in search order; `{column}` as above, `{system}`."),
  frameworks: z
    .array(z.string())
    .default([])
    .describe("Public folders of frameworks, in search order; fields as in `include`, patterns as for headers."),
  has: z
    .array(z.string())
    .default([])
    .describe(
      "Of a libc: what LLVM's configuration would find in it, by the names of its entries in CMake's cache (`HAVE_DLOPEN`). A compiler that is built for it is configured without one.",
    ),
  headers_after_compiler: z
    .boolean()
    .default(false)
    .describe(
      "Whether the compiler's own headers are searched before the public include directories, as by default, since headers there include its: `<stddef.h>`, by parts.",
    ),
  prebuilt_headers: z
    .strictObject({ archive: z.string().describe("`{column}` as above."), include: z.array(z.string()).min(1) })
    .optional()
    .describe(
      "Of versions that have not been imported: an archive with the headers as somebody installed them. What is compiled comes from the newest import that is older, else from the oldest.",
    ),
  public_headers: z.array(z.string()).default(["**/*"]).describe("Glob patterns below each include directory."),
  exclude_headers: z.array(z.string()).default([]),
  for_runtimes: z
    .strictObject({
      headers: z
        .array(z.string())
        .min(1)
        .optional()
        .describe(
          "Glob patterns as of `public_headers`: what their sources can reach by any `#include`; default: all.",
        ),
      exclude: z
        .array(z.string())
        .default([])
        .describe("Glob patterns as of `exclude_headers`: what they cannot reach."),
      assembly: z
        .array(z.string())
        .default([])
        .describe(
          "Glob patterns as of `public_headers`: what their preprocessed assembly includes; default: nothing, since headers are C.",
        ),
    })
    .prefault({})
    .describe(
      "Which of the public headers there are where runtimes are compiled: each costs a link in the sandbox of each compilation. One that is missing is an error of the compiler.",
    ),
  prepare: z.array(prepareStepSchema).default([]),
  compile: z
    .strictObject({ ...compileFields, uses: z.array(roleSchema).default([]) })
    .prefault({})
    .describe("What all its units share."),
  units: z.array(unitSchema).default([]),
});

/** What the emitted Bazel module is called, and what it depends on. */
export const moduleSchema = z.strictObject({
  extends: z
    .string()
    .optional()
    .describe("`builtin`, or the path of another manifest folder, whose rows this one's rows are laid over by name."),
  name: z.string().optional(),
  version: z.string().optional(),
  bazel: z.string().optional().describe("Range of Bazel versions, as Bazel's bazel_compatibility writes it."),
  dependencies: z.record(z.string(), z.string()).optional().describe("Bazel modules: name → version."),
  seed_tools: z.array(z.string()).optional().describe("Tools that a compiler seed must have, without a suffix."),
  further_seed_tools: z
    .array(z.string())
    .optional()
    .describe("Tools that a compiler seed may have besides, for those who run them or ask for what needs them."),
  seed_programs: z
    .array(z.string())
    .optional()
    .describe(
      "Those of a seed's tools that a compiler from source has as programs of their own, by upstream's targets.",
    ),
});

/** `columns`: those that runtimes have brought along, as far as the CPU has them. */
export type ArchitectureRow = z.infer<typeof architectureSchema> & {
  readonly columns: Readonly<Record<string, string>>;
};
export type SystemRow = z.infer<typeof systemSchema>;
export type TargetRow = z.infer<typeof targetSchema>;
export type HostRow = z.infer<typeof hostSchema>;
export type ArchiveRow = z.infer<typeof archiveSchema>;
/** `versions`: of a runtime that is part of LLVM, LLVM's. */
export type RuntimeRow = Omit<z.infer<typeof runtimeSchema>, "versions"> & {
  readonly versions: NonNullable<z.infer<typeof runtimeSchema>["versions"]>;
};
export type ModuleRow = z.infer<typeof moduleSchema>;

/** The module row with every field stated. */
export type CompleteModule = {
  readonly [Field in Exclude<keyof ModuleRow, "extends">]-?: NonNullable<ModuleRow[Field]>;
};

/** Every row of one manifest, after laying it over what it extends; architectures have their base's columns filled in. */
export interface Manifest {
  readonly module: CompleteModule;
  readonly architectures: readonly ArchitectureRow[];
  readonly microArchitectures: readonly MicroArchitectureRow[];
  readonly features: readonly FeatureRow[];
  readonly systems: readonly SystemRow[];
  readonly targets: readonly TargetRow[];
  readonly llvm: readonly LlvmRow[];
  readonly hosts: readonly HostRow[];
  readonly archives: readonly ArchiveRow[];
  readonly runtimes: readonly RuntimeRow[];
  readonly recipes: Recipes;
  /** Version of LLVM → what its compiler is built from; none of a version whose compiler is not imported. */
  readonly compilers: ReadonlyMap<string, CompilerImport>;
}
