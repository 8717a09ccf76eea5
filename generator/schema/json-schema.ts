import { z } from "zod";

import { featureSchema } from "./features";
import { llvmSchema } from "./llvm-versions";
import { microArchitectureSchema } from "./micro-architectures";
import {
  architectureSchemaWith,
  archiveSchema,
  hostSchema,
  moduleSchema,
  runtimeSchema,
  systemSchema,
  targetSchema,
} from "./rows";

/** Fields without which a row is not known to be one; others may come from the row that it is laid over. */
const keys: Readonly<Record<string, readonly string[]>> = {
  targets: ["architecture", "system"],
  llvm: ["version"],
  module: [],
};

const rows: Readonly<Record<string, z.ZodType>> = {
  architectures: architectureSchemaWith({}),
  "micro-architectures": microArchitectureSchema,
  // A runtime's folder may state a part of a row.
  features: featureSchema.partial({ about: true }),
  systems: systemSchema,
  targets: targetSchema,
  llvm: llvmSchema,
  hosts: hostSchema,
  archives: archiveSchema,
};

/** Files that are one map, not a list of rows. */
const maps: Readonly<Record<string, z.ZodType>> = { module: moduleSchema, runtime: runtimeSchema };

/** The names of the tables of a manifest that have a JSON Schema. */
export const schemaNames: readonly string[] = [...Object.keys(maps), ...Object.keys(rows)];

/**
 * The JSON Schema (draft 7, which editors know) of a table of the manifest; `comment` says where the file comes from.
 * Throws for a name that is not in `schemaNames`.
 *
 * @param columns Columns that runtimes bring to the rows of architectures, with what they say.
 */
export function tableSchema(name: string, comment: string, columns: Readonly<Record<string, string>> = {}): string {
  const row = name === "architectures" ? architectureSchemaWith(columns) : (rows[name] ?? maps[name]);
  if (row === undefined) throw new Error(`no table is called ${name}`);
  const { $schema, ...schema } = z.toJSONSchema(row, { target: "draft-7", io: "input" });
  const laidOver = { ...schema, required: keys[name] ?? ["name"] };
  const table = name in rows ? { type: "array", items: laidOver } : laidOver;
  return `${JSON.stringify({ $comment: comment, $schema, ...table }, undefined, 2)}\n`;
}
