import type { MakeVariables } from "../make/evaluate-makefile";
import { normalize, wordsOf } from "../make/expander";
import { ImportError, type SourceTree } from "../source-tree";

/** Where the makefile installs headers, as the reader sets it; no folder of the tree bears this name. */
export const installedHeaders = "@headers@";

const copyCommand = /^\tcp -r (\S+) (\S+)$/gm;

/**
 * The headers that the makefile's rule `include_dirs` installs: path below the include directory → path in the tree.
 * The rule copies folders over one another, so that a later copy replaces a header of the same path, and then removes
 * those of `MUSL_OMIT_HEADERS`. Throws `ImportError` when it copies nothing, or from a folder that does not exist.
 */
export function readHeaders(tree: SourceTree, makefile: MakeVariables): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [, from, to] of tree.read("Makefile").matchAll(copyCommand)) {
    const target = normalize(unquote(makefile.expand(to!)));
    if (target !== installedHeaders && !target.startsWith(`${installedHeaders}/`)) continue;
    const folder = normalize(unquote(makefile.expand(from!))).replace(/\/?\*$/, "");
    const below = target.slice(installedHeaders.length + 1);
    const copied = tree.files.filter((file) => file.startsWith(`${folder}/`));
    if (copied.length === 0)
      throw new ImportError(`Makefile: installs the headers of ${folder}, but the tree has no such folder`);
    for (const file of copied)
      headers.set([below, file.slice(folder.length + 1)].filter((part) => part !== "").join("/"), file);
  }
  if (headers.size === 0) throw new ImportError("Makefile: has no `cp -r` that installs headers");
  for (const omitted of wordsOf(unquote(makefile.words("MUSL_OMIT_HEADERS").join(" ")))) headers.delete(omitted);
  return Object.fromEntries([...headers].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function unquote(text: string): string {
  return text.replaceAll('"', "");
}
