import { z } from "zod";

/** What a runtime is for the others. Apart from the rows, whose schemas are no concern of import files. */
export const roleSchema = z.enum(["kernel_headers", "libc", "builtins", "unwinder", "cxxabi", "cxx"]);

export type Role = z.infer<typeof roleSchema>;
