import type { ArchitectureRow, SystemRow, TargetRow } from "./rows";

/** Names that a template may use in braces, with what they stand for. */
export type Columns = Readonly<Record<string, string>>;

const field = /\{([a-z][a-z0-9_]*)\}/g;

/** The names in braces in a template, in order, each once: `"{llvm}-linux-gnu{eabi}"` → `["llvm", "eabi"]`. */
export function columnsIn(template: string): string[] {
  return [...new Set([...template.matchAll(field)].map((match) => match[1] as string))];
}

/** The template with its `{column}` fields filled in. Throws when a column is not there: validation has excluded that. */
export function fillColumns(template: string, columns: Columns): string {
  return template.replace(field, (_, name: string) => {
    const value = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (value === undefined) throw new Error(`there is no column {${name}} for "${template}"`);
    return value;
  });
}

/** The columns of an architecture row, with those defaults that follow from other columns. */
export function architectureColumns(architecture: Partial<ArchitectureRow>): Columns {
  const columns: Record<string, string> = { eabi: "", ...architecture.columns };
  for (const [name, value] of Object.entries(architecture)) {
    if (name !== "name" && name !== "base" && (typeof value === "string" || typeof value === "number"))
      columns[name] = String(value);
  }
  for (const name of ["rust", "zig", "meson"]) if (columns["llvm"] !== undefined) columns[name] ??= columns["llvm"];
  return columns;
}

/** What a system's `triple` and `platform` may use: the architecture's columns, and `os`, `abi`, `architecture`, `system`. */
export function targetColumns(architecture: Partial<ArchitectureRow>, system: Partial<SystemRow>): Columns {
  return {
    ...architectureColumns(architecture),
    architecture: String(architecture.name),
    system: String(system.name),
    os: String(system.os),
    abi: String(system.abi),
  };
}

/** The platform name of a target: its own, or the one that its system's rule gives. Throws as `fillColumns` does. */
export function platformName(
  target: Partial<TargetRow>,
  architecture: Partial<ArchitectureRow>,
  system: Partial<SystemRow>,
): string {
  if (target.name !== undefined) return target.name;
  const rule = system.platform ?? defaultPlatformRule;
  return fillColumns(rule, targetColumns(architecture, system));
}

/** How a platform is called where its system says nothing. */
export const defaultPlatformRule = "{os}_{architecture}_{abi}";

/** What the templates of a runtime may use besides `targetColumns`; and `{item}`, in a unit's output, with `for_each`. */
export const runtimeColumnNames = ["platform", "triple", "version"] as const;
