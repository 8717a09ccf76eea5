import type { ConfiguredMake } from "../../../../generator/import/make/configure-make";
import { ImportError } from "../../../../generator/import/source-tree";
import { sourceFlagsOf, type SourceFlags } from "./source-flags";

/** The project of mingw-w64 that makes POSIX threads. */
export const winpthreadsFolder = "mingw-w64-libraries/winpthreads";
const makefile = `${winpthreadsFolder}/Makefile`;

export interface Winpthreads {
  /** As `-l` takes it. */
  readonly name: string;
  /** The name under which `make install` puts it a second time. */
  readonly alias: string;
  readonly sources: readonly string[];
  readonly flags: SourceFlags;
}

/** Asks a configured build of winpthreads what its static library is made of. */
export async function readWinpthreads(build: ConfiguredMake): Promise<Winpthreads> {
  const { lib_LTLIBRARIES: libraries } = await build.variables(["lib_LTLIBRARIES"]);
  const [library] = libraries;
  const name = /^lib(\w+)\.la$/.exec(library ?? "")?.[1];
  if (library === undefined || name === undefined)
    throw new ImportError(`${makefile}: names no library in lib_LTLIBRARIES`);
  const compiled = (await build.dryRun(library))
    .flatMap((command) => build.compilationOf(command) ?? [])
    .filter(({ object }) => object.endsWith(".lo"));
  if (compiled.length === 0) throw new ImportError(`${makefile}: compiles nothing for ${library}`);
  // alias=$(printf %s "${old_library}" | sed 's|winpthread|pthread|')
  const renaming = (await build.dryRun("install-exec-hook"))
    .flatMap(({ words }) => words.map((word) => /^s\|(\w+)\|(\w+)\|$/.exec(word)))
    .find(Boolean);
  if (!renaming)
    throw new ImportError(`${makefile}: install-exec-hook does not install ${library} under a second name`);
  return {
    name,
    alias: name.replace(renaming[1]!, renaming[2]!),
    sources: compiled.map(({ source }) => source),
    flags: sourceFlagsOf(compiled[0]!, winpthreadsFolder),
  };
}
