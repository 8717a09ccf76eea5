import type { ImportedLink } from "../schema/facts";
import { divideCommon } from "./common-flags";
import type { ShellCommand } from "./shell-words";

/** How a shared library is linked for one architecture. */
export interface ArchitectureLink {
  readonly architecture: string;
  /** Flags for the linker, as the compiler is given them. */
  readonly flags: readonly string[];
  /** Files of the tree that it reads → the flag before them. */
  readonly scripts: Readonly<Record<string, string>>;
}

/**
 * Reads what a command that links says to the linker (`-Wl,…`).
 *
 * @param inTree The path of a file relative to the tree's root, undefined where the tree has no such file.
 */
export function readLink(
  { words }: ShellCommand,
  inTree: (path: string) => string | undefined,
): Omit<ArchitectureLink, "architecture"> {
  const flags: string[] = [];
  const scripts: Record<string, string> = {};
  for (const word of words.filter((candidate) => candidate.startsWith("-Wl,"))) {
    const [, flag, value] = /^(.*[=,])(.*)$/.exec(word)!;
    const file = inTree(value!);
    if (file === undefined) flags.push(word);
    else scripts[file] = flag!;
  }
  return { flags, scripts };
}

/** One link of all architectures; undefined where they read different files. */
export function toImportedLink(links: readonly ArchitectureLink[]): ImportedLink | undefined {
  const { common, others } = divideCommon(links.map(({ flags }) => flags));
  const scripts = links[0]?.scripts ?? {};
  if (links.some((link) => JSON.stringify(link.scripts) !== JSON.stringify(scripts))) return undefined;
  return {
    flags: [...common],
    scripts,
    architectures: Object.fromEntries(
      links.map(({ architecture }, index): [string, string[]] => [architecture, [...others[index]!]]).sort(),
    ),
  };
}

/** What `toImportedLink` makes of the architectures of both. */
export function joinLinks(...links: readonly ImportedLink[]): ImportedLink | undefined {
  return toImportedLink(
    links.flatMap(({ flags, scripts, architectures }) =>
      Object.entries(architectures).map(([architecture, more]) => ({
        architecture,
        flags: [...flags, ...more],
        scripts,
      })),
    ),
  );
}
