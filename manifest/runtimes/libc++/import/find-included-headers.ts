import type { SourceTree } from "../../../../generator/import/source-tree";

const headersFolder = "libcxx/include";

const include = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/gm;
const macro = /^[ \t]*#[ \t]*(?:define|undef)[ \t]+(\w+)/gm;

/** Headers that sources include, and the sources that must not have seen any of them before they begin; both sorted. */
export interface IncludedHeaders {
  readonly headers: string[];
  readonly alone: string[];
}

/**
 * The public headers of libc++ that `sources` include, so that they can be parsed once for all, and the sources for which that is
 * not the same: those that define a macro first which headers read, and those that include no public header, since they may
 * define what these have.
 */
export function findIncludedHeaders(tree: SourceTree, sources: readonly string[]): IncludedHeaders {
  const mentioned = wordsOf(tree);
  const headers = new Set<string>();
  const alone: string[] = [];
  for (const source of sources) {
    const text = tree.read(source);
    const included = [...text.matchAll(include)];
    const beforeLast = text.slice(0, included.at(-1)?.index ?? 0);
    const hasReadMacro = [...beforeLast.matchAll(macro)].some(([, name]) => isRead(name!, mentioned));
    const taken = included.map(([, name]) => name!).filter((name) => isPublic(name, tree));
    if (hasReadMacro || taken.length === 0) alone.push(source);
    else for (const name of taken) headers.add(name);
  }
  return { headers: [...headers].sort(), alone: alone.sort() };
}

/** Headers of C's that libc++ wraps (`x.h`) are left out: a source may have its own reasons to include those of the libc. */
const isPublic = (name: string, tree: SourceTree): boolean =>
  /^[a-z]\w*$/.test(name) && tree.has(`${headersFolder}/${name}`);

/** Whether a header may read a macro: libc++'s own are those that its headers mention, and of other reserved names nobody here knows. */
const isRead = (name: string, mentioned: ReadonlySet<string>): boolean =>
  mentioned.has(name) || (/^_[A-Z_]/.test(name) && !name.startsWith("_LIBCPP_"));

function wordsOf(tree: SourceTree): Set<string> {
  const headers = tree.files.filter(
    (path) => path.startsWith(`${headersFolder}/`) && !path.startsWith(`${headersFolder}/__cxx03/`),
  );
  return new Set(headers.flatMap((path) => tree.read(path).match(/\w+/g) ?? []));
}
