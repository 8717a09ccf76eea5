import { posix } from "node:path";

import type { CompilerContent } from "../../schema/compiler-import";
import type { ConfiguredBuild } from "../cmake/configure-cmake";
import type { ShellCommand } from "../shell-words";
import type { TableGroups } from "./group-tables";
import { placeOf } from "./read-tables";

/** Where upstream keeps the compiler's own headers. */
const root = "clang/lib/Headers";

/** Upstream's target that lays the compiler's own headers where it looks for them. */
export const resourceHeadersTarget = "clang-resource-headers";

/** What of the compiler's own headers upstream copies, and which groups of tables are others. */
export function readResourceHeaders(
  commands: readonly ShellCommand[],
  { inTree }: Pick<ConfiguredBuild, "inTree">,
  { groups }: TableGroups,
): CompilerContent["resource_headers"] {
  const copied = commands.flatMap(({ words }) => {
    const at = words.findIndex((word) => word === "copy" || word === "copy_if_different");
    return at < 0 ? [] : (inTree(words[at + 1] ?? "") ?? []);
  });
  return {
    root,
    files: [
      ...new Set(copied.filter((path) => path.startsWith(`${root}/`)).map((path) => posix.relative(root, path))),
    ].sort(),
    tables: [...groups]
      .filter(([, { tables }]) => tables.every(({ output }) => output.startsWith(`${root}/`)))
      .map(([name]) => name)
      .sort(),
  };
}

/**
 * Headers that configuring writes, and those in which the build says its revision: none, for a release.
 *
 * @param commands Of the build, among which are those that write its revision.
 */
export async function readTexts(
  build: ConfiguredBuild,
  commands: readonly ShellCommand[],
): Promise<Record<string, string>> {
  for (const command of commands)
    if (command.words.some((word) => word.endsWith("/GenerateVersionFromVCS.cmake"))) await build.run(command);
  const headers = build.written([".h", ".def", ".inc"]).filter((path) => !path.startsWith("tools/llvm-config/"));
  return Object.fromEntries(headers.map((path) => [placeOf(path), withoutComments(build.read(path))]));
}

/** What of a header is facts. */
function withoutComments(text: string): string {
  const lines = text.replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return `${lines
    .split("\n")
    .flatMap((line) => line.trimEnd() || [])
    .join("\n")}\n`;
}
