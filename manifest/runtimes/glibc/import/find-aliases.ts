import { posix } from "node:path";
import type { SymbolVersionScan } from "./scan-symbol-versions";

/**
 * The groups of `names` that are names of one address, by the aliases that the sources make, directly or through other
 * names. Of the sources below sysdeps/ only those in `sysdeps` count. Groups of one are left out.
 */
export function findAliases(
  scan: SymbolVersionScan,
  sysdeps: ReadonlySet<string>,
  names: ReadonlySet<string>,
): string[][] {
  const neighbours = new Map<string, Set<string>>();
  const join = (left: string, right: string): void => {
    neighbours.set(left, (neighbours.get(left) ?? new Set()).add(right));
    neighbours.set(right, (neighbours.get(right) ?? new Set()).add(left));
  };
  const counts = ({ file }: { readonly file: string }): boolean =>
    !file.startsWith("sysdeps/") || sysdeps.has(posix.dirname(file));
  scan.aliases.filter(counts).forEach(({ names: [left, right] }) => join(left, right));
  scan.uses.filter(counts).forEach(({ local, symbol }) => local !== undefined && join(local, symbol));

  const seen = new Set<string>();
  const groups: string[][] = [];
  for (const name of [...names].sort()) {
    if (seen.has(name)) continue;
    const group = new Set([name]);
    for (const member of group) neighbours.get(member)?.forEach((neighbour) => group.add(neighbour));
    const members = [...group].filter((member) => names.has(member)).sort();
    members.forEach((member) => seen.add(member));
    if (members.length > 1) groups.push(members);
  }
  return groups;
}
