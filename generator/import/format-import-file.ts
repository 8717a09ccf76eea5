import { importFileSchema, type ImportFile } from "../schema/import-file";

/**
 * The text of `imports/<runtime>-<version>.json`: the schema's key order, two spaces, a final newline; the same import
 * file gives the same text. Throws zod's error when the value is not of the schema.
 */
export function formatImportFile(file: ImportFile): string {
  return `${JSON.stringify(importFileSchema.parse(file), undefined, 2)}\n`;
}
