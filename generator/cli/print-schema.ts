import { generatedMark } from "../plan/generated-tree";
import { schemaNames, tableSchema } from "../schema/json-schema";
import { builtinManifest, readManifest } from "../read/read-manifest";
import { nearest } from "../validate/check-schema";
import { declaredColumnsOf } from "../validate/validate-manifest";
import { BadInputError, exitCodes, type Io } from "./io";
import type { Options } from "./parse-arguments";

/** The folder of this package in which the JSON Schemas lie, for editors. */
export const schemaFolder = "schema";

/** Prints the JSON Schema of one table, or what tables there are. Returns the exit code; throws `BadInputError`. */
export function printSchema({ table }: Extract<Options, { command: "schema" }>, io: Io): number {
  if (table === undefined) {
    io.stdout(schemaNames.map((name) => `${name}\n`).join(""));
    return exitCodes.fine;
  }
  if (!schemaNames.includes(table)) {
    const near = nearest(table, schemaNames);
    throw new BadInputError(
      `there is no table ${table}\n    mend: write ${near ?? `one of ${schemaNames.join(", ")}`}`,
    );
  }
  io.stdout(tableSchema(table, comment, builtinColumns()));
  return exitCodes.fine;
}

/** The schemas as files of this package: path → text. */
export function planSchemas(): Map<string, string> {
  const columns = builtinColumns();
  return new Map(
    schemaNames.map((name) => [`${schemaFolder}/${name}.schema.json`, tableSchema(name, comment, columns)]),
  );
}

/** What the runtimes of this package's own manifest bring to the rows of architectures. */
const builtinColumns = (): Record<string, string> => declaredColumnsOf(readManifest(builtinManifest));

const comment = `${generatedMark} from generator/schema/rows.ts; do not edit.`;
