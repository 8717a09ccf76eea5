import { canonicalName, evaluateAutomake } from "../../../../generator/import/automake/evaluate-automake";
import { normalize } from "../../../../generator/import/make/expander";
import { divideFlags, splitShellWords, type SourceFlags } from "../../../../generator/import/make/split-flags";
import { ImportError, type SourceTree } from "../../../../generator/import/source-tree";

const folder = "mingw-w64-libraries/winpthreads";
const makefile = `${folder}/Makefile.am`;

export interface Winpthreads {
  /** As `-l` takes it. */
  readonly name: string;
  /** The name under which `make install` puts it a second time. */
  readonly alias: string;
  readonly sources: readonly string[];
  readonly flags: SourceFlags;
}

/** Reads the static library of winpthreads. */
export function readWinpthreads(tree: SourceTree): Winpthreads {
  const automake = evaluateAutomake(tree, makefile, { conditions: { MSVC: false }, substitutions: {} });
  const [library] = automake.words("lib_LTLIBRARIES");
  const name = /^lib(\w+)\.la$/.exec(library ?? "")?.[1];
  if (library === undefined || name === undefined)
    throw new ImportError(`${makefile}: names no library in lib_LTLIBRARIES`);
  const prefix = canonicalName(library);
  const renaming = automake
    .ruleFor("install-exec-hook")
    ?.recipe.map((line) => /'s\|(\w+)\|(\w+)\|'/.exec(line))
    .find(Boolean);
  if (!renaming)
    throw new ImportError(`${makefile}: install-exec-hook does not install ${library} under a second name`);
  const { flags, include } = divideFlags(
    ["CPPFLAGS", "CFLAGS"].flatMap((kind) => splitShellWords(automake.text(`${prefix}_${kind}`))),
  );
  return {
    name,
    alias: name.replace(renaming[1]!, renaming[2]!),
    sources: automake
      .words(`${prefix}_SOURCES`)
      .filter((file) => file.endsWith(".c"))
      .map((file) => `${folder}/${normalize(file)}`),
    flags: { flags, include: include.map((path) => `${folder}/${path}`) },
  };
}
