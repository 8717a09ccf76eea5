import { isDeepStrictEqual } from "node:util";

import type { CompilerContent, CompilerLibrary } from "../../schema/compiler-import";
import { ImportError } from "../source-tree";
import type { HostContent } from "./import-compiler";

/** What upstream builds a compiler for a host from. */
interface ReadHost {
  readonly host: string;
  readonly content: HostContent;
}

/**
 * Puts together what was read for each host. What they may differ in is texts of headers and sources of libraries, where CPUs have
 * some of their own. Throws `ImportError` where anything else differs.
 */
export function joinHosts(read: readonly ReadHost[]): Omit<CompilerContent, "version" | "backends"> {
  const [first] = read;
  if (first === undefined)
    throw new ImportError("no host of the manifest says which platform its compiler is built for");
  const { texts, libraries, ...common } = first.content;
  for (const { host, content } of read) {
    const { texts: _, libraries: own, ...others } = content;
    const differs = Object.keys({ ...libraries, ...own }).find(
      (name) => !isDeepStrictEqual(withoutSources(libraries[name]), withoutSources(own[name])),
    );
    if (differs !== undefined || !isDeepStrictEqual(common, others))
      throw new ImportError(
        `${differs ?? "upstream's build"}: is another for ${host} than for ${first.host} in more than sources and headers that are written, and an import cannot say so`,
      );
  }
  const isShared = (path: string): boolean => read.every(({ content }) => content.texts[path] === texts[path]);
  const pick = (of: Readonly<Record<string, string>>, shared: boolean): Record<string, string> =>
    Object.fromEntries(Object.entries(of).filter(([path]) => isShared(path) === shared));
  return {
    ...common,
    libraries: Object.fromEntries(
      Object.keys(libraries).map((name) => [
        name,
        joinLibrary(read.map(({ host, content }) => ({ host, library: content.libraries[name]! }))),
      ]),
    ),
    texts: pick(texts, true),
    host_texts: Object.fromEntries(read.map(({ host, content }) => [host, pick(content.texts, false)])),
  };
}

function joinLibrary(read: readonly { readonly host: string; readonly library: CompilerLibrary }[]): CompilerLibrary {
  const first = read[0]!.library;
  const isShared = (source: string): boolean => read.every(({ library }) => library.sources.includes(source));
  const own = read.map(({ host, library }): [string, string[]] => [
    host,
    library.sources.filter((source) => !isShared(source)),
  ]);
  return {
    ...first,
    sources: first.sources.filter(isShared),
    host_sources: own.some(([, sources]) => sources.length > 0) ? Object.fromEntries(own) : {},
    source_flags: Object.assign(
      {},
      ...read.map(({ library }) => library.source_flags),
    ) as CompilerLibrary["source_flags"],
  };
}

function withoutSources(library: CompilerLibrary | undefined): unknown {
  return library && { ...library, sources: [], source_flags: {} };
}
