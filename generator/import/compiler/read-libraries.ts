import { posix } from "node:path";

import type { CompilerLibrary } from "../../schema/compiler-import";
import type { CompileGroup } from "../cmake/code-model";
import type { ConfiguredBuild } from "../cmake/configure-cmake";
import { divideCommon } from "../common-flags";
import type { TableGroups } from "./group-tables";
import { placeOf } from "./read-tables";

/** A library, with all flags of its C++ sources. */
export type ReadLibrary = CompilerLibrary & { readonly flags: string[] };

/** Public include directories, which every source sees. */
export const publicInclude: readonly string[] = ["llvm/include", "clang/include", "lld/include"];

/** The folder of the code for one of LLVM's targets. */
const backendFolder = /^llvm\/lib\/Target\/([^/]+)\//;

/** CMake compiles the sources of some libraries as a target of their own, of this name, from which the archive is made. */
const libraryOf = (target: string): string => target.replace(/^obj\./, "");

/** What `roots` and all that they are linked from are compiled from: name → library. */
export function readLibraries(
  roots: readonly string[],
  build: ConfiguredBuild,
  tables: TableGroups,
): Map<string, ReadLibrary> {
  const { graph, targets } = build.model;
  const visited = closure(roots, (name) => graph.get(name)?.dependencies ?? []);
  const partsOf = new Map<string, string[]>();
  for (const target of visited) {
    const name = libraryOf(target);
    partsOf.set(name, [...(partsOf.get(name) ?? []), target]);
  }
  const compiled = new Map(
    [...partsOf]
      .map(([name, parts]): [string, readonly CompileGroup[]] => [
        name,
        parts.flatMap((part) => targets.get(part) ?? []),
      ])
      .filter(([, groups]) => groups.length > 0),
  );
  const dependenciesOf = (name: string): string[] =>
    (partsOf.get(name) ?? []).flatMap((part) => graph.get(part)?.dependencies ?? []);
  // Programs are what roots are: nothing is linked from one.
  const usesOf = (name: string): string[] => [
    ...new Set(
      dependenciesOf(name)
        .map(libraryOf)
        .filter((other) => compiled.has(other) && other !== name && !roots.includes(other)),
    ),
  ];
  // What only makes files, such as `intrinsics_gen`, brings what it depends on itself.
  const ownTablesOf = (name: string): Set<string> =>
    new Set(
      [
        ...closure(dependenciesOf(name), (other) =>
          compiled.has(libraryOf(other)) ? [] : (graph.get(other)?.dependencies ?? []),
        ),
      ].flatMap((other) => tables.broughtBy(other)),
    );
  // What makes them was compiled before, and so is there what that needed: upstream's libraries rest on it without saying so.
  const tablesOf = (name: string): Set<string> => {
    const known = ownTablesOf(name);
    for (const group of known)
      for (const part of closure([tables.groups.get(group)!.program], usesOf))
        for (const other of ownTablesOf(part)) known.add(other);
    return known;
  };
  // Objects that upstream makes no archive of are all linked.
  const isWhole = (name: string): boolean => {
    const types = partsOf.get(name)!.map((part) => graph.get(part)?.type);
    return types.includes("OBJECT_LIBRARY") && !types.includes("STATIC_LIBRARY");
  };
  const backendOf = (name: string): string | undefined =>
    compiled
      .get(name)!
      .flatMap(({ sources }) => sources.map(({ path }) => backendFolder.exec(build.inTree(path) ?? "")?.[1]))
      .find((backend) => backend !== undefined);
  return new Map(
    [...compiled].map(([name, groups]): [string, ReadLibrary] => {
      const backend = backendOf(name);
      const uses = usesOf(name);
      // What is reached through a backend's library is not there where the backend is left out.
      const isPassed = (other: string): boolean => backend !== undefined || backendOf(other) === undefined;
      const indirect = new Set(
        uses
          .filter(isPassed)
          .flatMap((use) => [...closure(usesOf(use), (other) => (isPassed(other) ? usesOf(other) : []))]),
      );
      const kept = uses.filter((use) => !indirect.has(use)).sort();
      const brought = new Set([...closure(kept, usesOf)].flatMap((use) => [...tablesOf(use)]));
      return [
        name,
        {
          ...readCompilation(groups, build),
          uses: kept,
          tables: [...tablesOf(name)].filter((group) => !brought.has(group)).sort(),
          ...(isWhole(name) && { whole: true }),
          ...(backend !== undefined && { backend }),
        },
      ];
    }),
  );
}

function readCompilation(
  groups: readonly CompileGroup[],
  build: ConfiguredBuild,
): Pick<ReadLibrary, "sources" | "host_sources" | "headers" | "include" | "flags" | "source_flags"> {
  const place = (path: string): string | undefined => {
    const built = build.inBuild(path);
    return build.inTree(path) ?? (built === undefined ? undefined : placeOf(built));
  };
  const sources = groups.flatMap(({ sources }) => sources.flatMap(({ path }) => place(path) ?? []));
  const include = [...new Set(groups.flatMap((group) => group.include.flatMap((path) => place(path) ?? [])))].filter(
    (folder) => !publicInclude.includes(folder),
  );
  const cxx = groups.filter(({ language }) => language === "CXX");
  const { common } = divideCommon(cxx.map(codeFlags));
  const others = groups.flatMap((group): [string, string[]][] => {
    // C and assembly have what their own command lines say beyond C++'s.
    const own = codeFlags(group).filter(
      (flag) => !common.includes(flag) && (group.language === "CXX" || flag.startsWith("-m")),
    );
    return own.length === 0
      ? []
      : group.sources.flatMap(({ path }) => (place(path) === undefined ? [] : [[place(path)!, own]]));
  });
  const folders = [...new Set([...sources.map((source) => posix.dirname(source)), ...include])];
  const headers = folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`))).sort();
  return {
    sources,
    host_sources: {},
    headers,
    include,
    flags: [...common],
    source_flags: Object.fromEntries(others),
  };
}

/** What of a command line says how code is made; not what our toolchains say for every program, warnings, and how the compiler speaks. */
function codeFlags({ flags, defines }: CompileGroup): string[] {
  const code = /^-(?:[fm]|std=)/;
  const others = /^-(?:fPIC|ffreestanding|fdiagnostics-color|fno-semantic-interposition)$/;
  // <inttypes.h> and <stdint.h> wanted to be told before C++11.
  const macros = defines.filter((define) => !/^__STDC_\w+_MACROS$/.test(define)).map((define) => `-D${define}`);
  return [...new Set([...flags.filter((flag) => code.test(flag) && !others.test(flag)), ...macros])];
}

/** `from`, and all that is reached from there, each once. */
function closure(from: readonly string[], next: (name: string) => readonly string[]): Set<string> {
  const seen = new Set(from);
  // A set that grows while it is walked is walked to its end.
  for (const name of seen) for (const other of next(name)) seen.add(other);
  return seen;
}
