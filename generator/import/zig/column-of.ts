import type { ArchitectureRow } from "../../schema/rows";
import { ImportError } from "../source-tree";

/** What a CPU's row says in a column that its target needs. Throws `ImportError` where it says nothing. */
export function columnOf({ name, columns }: ArchitectureRow, column: string): string {
  const value = columns[column];
  if (value === undefined)
    throw new ImportError(`architectures: ${name}: has no column "${column}", which targets here need`);
  return value;
}
