import { Dictionary } from "./render";

/** One attribute of a rule, as a template writes it. */
export interface Attribute {
  readonly name: string;
  readonly value: unknown;
}

/** The attributes that a careful person would write: those that are neither empty nor what the rule takes by itself. */
export function statedAttributes(
  values: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>> = {},
): Attribute[] {
  return Object.entries(values)
    .filter(([name, value]) => !isEmpty(value) && value !== defaults[name])
    .map(([name, value]) => ({ name, value }));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (value instanceof Dictionary) return value.entries.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}
