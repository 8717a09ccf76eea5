import { z } from "zod";

import { conditionSchema, nameSchema as name } from "./fields";

/** A file that the repository rule makes when it has unpacked an archive. `{column}` fields make one file per architecture. */
export const prepareStepSchema = z.strictObject({
  recipe: z
    .enum([
      "write",
      "copy",
      "configure",
      "replace",
      "install",
      "write_table",
      "release_headers",
      "musl_alltypes",
      "musl_syscalls",
      "undecorate",
    ])
    .describe(
      "write: `content`. copy: of `inputs[0]`. configure: configure_file of CMake, or AC_CONFIG_FILES of Autoconf, of `inputs[0]` with `variables`. replace: of `inputs[0]`, which may be the output itself, each of `variables`, a text that must be there, by its value. install: links to the files of the table `files`, below `output`. write_table: the texts of the table `files`, below `output`. release_headers: what a release installs, by the fact `files` (generator/schema/release-headers.ts), below `output`: one folder that all architectures share, `common`, and one for each. musl_alltypes, musl_syscalls: musl's own makefile rules. undecorate: of the module definition `inputs[0]`, without the `@n` that i386's stdcall functions have after their names.",
    ),
  when: conditionSchema.optional(),
  for_each: name
    .optional()
    .describe("A list of strings in the import's facts: one file for each, called `{item}` in `output` and `inputs`."),
  files: name
    .optional()
    .describe(
      "A table in the import's facts: path below `output` → file of the tree; or text, which may be a list of lines.",
    ),
  output: z.string(),
  inputs: z.array(z.string()).default([]),
  content: z.string().optional(),
  variables: z.record(z.string(), z.string()).optional().describe("configure: name → value."),
});

export type PrepareStep = z.infer<typeof prepareStepSchema>;
