import type { ResolvedHost, ResolvedLlvm } from "../resolve/resolved-target";
import type { CompilerImport } from "../schema/compiler-import";
import { compilerArchive, majorOf } from "../schema/llvm-versions";
import type { ArchiveRow, Manifest } from "../schema/rows";
import { Call, Comment, Name, explicitAttributes, type Value } from "../starlark/syntax";
import { printGenerated, visibleTo } from "./build-file";
import { cpuConstraint } from "./constraint-labels";
import { shareValues } from "./share-values";

/** What is there so that the compiler can be built from source. */
export interface Bootstrap {
  readonly files: ReadonlyMap<string, string>;
  /** The sources of compilers: archives of the manifest, under names of their own, since another overlay is laid over them. */
  readonly archives: readonly ArchiveRow[];
}

/** A version of LLVM whose compiler can be built from source. */
interface Compiler {
  readonly llvm: ResolvedLlvm;
  readonly imported: CompilerImport;
  readonly archive: ArchiveRow;
}

/** What the labels of the parts of a host's compiler seed begin with. */
export const seedLabel = (host: string, llvm: ResolvedLlvm): string => `//bootstrap:${seedName(host, llvm)}`;

const seedName = (host: string, { suffix }: ResolvedLlvm): string => `${host}${suffix}`;

/** Plans `bootstrap/`, where each host's compiler seed is chosen, and the overlays of the sources of compilers. */
export function planBootstrap(hosts: readonly ResolvedHost[], manifest: Manifest): Bootstrap {
  const compilers = new Map(
    (hosts[0]?.seeds ?? []).flatMap(({ llvm }): [string, Compiler][] => {
      const imported = manifest.compilers.get(llvm.row.version);
      const sources = manifest.archives.find(({ name }) => name === llvm.row.sources);
      if (imported === undefined || sources === undefined) return [];
      const archive = {
        ...sources,
        name: compilerArchive(llvm.row.version),
        alternatives: [sources.name, ...sources.alternatives],
      };
      return [[llvm.row.version, { llvm, imported, archive }]];
    }),
  );
  const files = new Map([["bootstrap/BUILD.bazel", planPackage(hosts, compilers, manifest)]]);
  for (const { imported, archive } of compilers.values())
    files.set(`overlays/${archive.name}.BUILD.bazel`, planOverlay(imported, archive, hosts, manifest));
  return { files, archives: [...compilers.values()].map(({ archive }) => archive) };
}

const from = (name: string): Name => new Name(name, "//bzlmod/bootstrap:built_seed.bzl");

function planPackage(
  hosts: readonly ResolvedHost[],
  compilers: ReadonlyMap<string, Compiler>,
  { module }: Manifest,
): string {
  const backends = [...new Set([...compilers.values()].flatMap(({ imported }) => imported.backends))].sort();
  const seeds = hosts.flatMap(({ row, seeds: versions }) =>
    versions.flatMap(({ llvm, archive }): Call[] => {
      const compiler = compilers.get(llvm.row.version);
      const platform = row.compiler_platform;
      const built =
        compiler === undefined || platform === undefined
          ? {}
          : {
              compiler: compilerFacts(compiler, module),
              executable_suffix: row.executable_suffix,
              os: row.os,
              platform: `//platforms:${platform}`,
            };
      return [
        new Call(
          from("choose_seed"),
          explicitAttributes(
            {
              name: seedName(row.name, llvm),
              ...built,
              prebuilt: `@${archive.name}`,
            },
            { executable_suffix: "" },
          ),
        ),
      ];
    }),
  );
  const { constants, calls } = shareValues({ prefix: "SEED", calls: seeds, shared: ["compiler"] }, new Set());
  return printGenerated({
    comment: "The compiler seed of each host, and how one is built from source: docs/bootstrap.md.",
    statements: [
      visibleTo("//visibility:private"),
      ...constants,
      new Call(
        from("declare_bootstrap"),
        explicitAttributes({
          backends,
          hosts: hostConstraints(hosts),
          programs: programsOf(compilers.get(hosts[0]?.seeds[0]?.llvm.row.version ?? "")),
        }),
      ),
      ...calls,
    ],
  });
}

/** What a seed is made of, whichever host it is for. */
function compilerFacts(
  { llvm, imported, archive }: Compiler,
  { seed_tools, further_seed_tools }: Manifest["module"],
): Record<string, Value> {
  return {
    repository: `@${archive.name}`,
    program: imported.compiler,
    major: String(majorOf(llvm.row)),
    resource_root: imported.resource_headers.root,
    tools: [...seed_tools, ...further_seed_tools].filter((tool) => answersTo(tool, imported)),
    programs: imported.tools,
  };
}

/** The programs that a compiler's build runs: name → label. */
function programsOf(compiler: Compiler | undefined): Record<string, string> {
  return Object.fromEntries(
    (compiler?.imported.programs ?? []).map((name) => [name, `@${compiler!.archive.name}//:${name}`]),
  );
}

/** Whether the compiler's program is that tool where it is called by its name. */
function answersTo(tool: string, { names }: CompilerImport): boolean {
  return names.includes(tool) || names.includes(tool.replace(/^llvm-/, ""));
}

/** Hosts with a compiler from source → the constraint value of their CPUs. */
function hostConstraints(hosts: readonly ResolvedHost[]): Record<string, string> {
  return Object.fromEntries(
    hosts
      .filter(({ row }) => row.compiler_platform !== undefined)
      .map(({ row, architecture }) => [row.name, cpuConstraint(architecture)]),
  );
}

function planOverlay(
  { flags, libraries, programs, compiler, tools, tables, texts, host_texts, resource_headers }: CompilerImport,
  archive: ArchiveRow,
  hosts: readonly ResolvedHost[],
  { module }: Manifest,
): string {
  return printGenerated({
    comment: `Laid over the archive ${archive.name}; what the compiler is made of is read from it by \`gen-bzl import compiler\`.`,
    statements: [
      visibleTo(`@${module.name}//:__subpackages__`),
      new Call(new Name("exports_files"), {}, [["LICENSE.TXT"]]),
      new Comment("Everything is compiled by the platform's own C++ toolchain."),
      new Call(new Name("compiler", `@${module.name}//bzlmod/bootstrap:compiler.bzl`), {
        flags,
        libraries: Object.fromEntries(
          Object.entries(libraries).map(([name, library]) => [
            name,
            explicitAttributes(library as Record<string, Value>),
          ]),
        ),
        programs: [...programs, ...tools],
        compiler,
        tables: Object.fromEntries(
          Object.entries(tables).map(([name, { program, tables: rows }]) => [
            name,
            { program, tables: rows.map((row) => explicitAttributes(row)) },
          ]),
        ),
        texts,
        hosts: hostConstraints(hosts),
        host_texts,
        resource_headers,
      }),
    ],
  });
}
