import type { CompilerContent, CompilerLibrary } from "../../schema/compiler-import";
import { findBuildTools } from "../cmake/build-tools";
import { withCMake, type ConfiguredBuild } from "../cmake/configure-cmake";
import { divideCommon } from "../common-flags";
import type { AskedPrograms, ImportContext } from "../importer";
import { checkRelease } from "../llvm/read-release";
import { ImportError, type SourceTree } from "../source-tree";
import { describeCompiler, type CompilerHost } from "./describe-compiler";
import { groupTables } from "./group-tables";
import { joinHosts } from "./join-hosts";
import { readResourceHeaders, readTexts, resourceHeadersTarget } from "./read-headers";
import { readLibraries } from "./read-libraries";
import { readTables } from "./read-tables";

/** The build of LLVM wants it. */
export const asks = { cmake: "3.20.0" } satisfies AskedPrograms;

/** What the compiler is built for, and what code it makes. */
export interface CompilerRows {
  readonly hosts: readonly CompilerHost[];
  /** LLVM's targets, as LLVM_TARGETS_TO_BUILD has them. */
  readonly backends: readonly string[];
  /** Tools that the seed has beside the one program, by upstream's targets. */
  readonly tools: readonly string[];
}

/** Upstream's target of the one program that is clang, lld and the binary tools. */
const driver = "llvm-driver";

/** What configuring reads of the tree, and the sources, which have to be there. */
const wants = (path: string): boolean =>
  /^(?:cmake|third-party|llvm|clang|lld|\w+\/include)\//.test(path) && (emptied.has(path) || !unwanted.test(path));

const unwanted = /^\w+\/(?:test|unittests|docs|benchmarks|examples)\/|\/(?:test|unittests)\//;

/** Files of folders that CMakeLists.txt name whatever is configured; with nothing in them, nothing of those folders is asked for. */
const emptied: ReadonlySet<string> = new Set(
  ["llvm/projects", "llvm/docs", "clang/docs", "clang/examples", "lld/docs"].map(
    (folder) => `${folder}/CMakeLists.txt`,
  ),
);

/**
 * Reads what the compiler is made of, by configuring upstream's build of it once for each host. Nothing is compiled.
 * Rejects with `ImportError` where the tree is not of `version` or not of a shape that is known.
 */
export async function importCompiler(
  tree: SourceTree,
  version: string,
  { hosts, backends, tools: wanted }: CompilerRows,
  { programs, llvm }: Pick<ImportContext, "programs" | "llvm">,
): Promise<CompilerContent> {
  checkRelease(tree, version);
  const tools = await findBuildTools(programs, { ...asks, llvm });
  return withCMake(emptyFolders(tree), wants, tools, async (configure) => {
    const read = await Promise.all(
      hosts.map(async (host) => ({
        host: host.name,
        content: await readBuild(await configure(describeCompiler(host, backends)), wanted),
      })),
    );
    return { version, backends: [...backends], ...joinHosts(read) };
  });
}

/** `tree` with `emptied`, whether it has them or not. */
function emptyFolders(tree: SourceTree): SourceTree {
  return {
    ...tree,
    files: [...new Set([...tree.files, ...emptied])].sort(),
    has: (path) => emptied.has(path) || tree.has(path),
    read: (path) => (emptied.has(path) ? "" : tree.read(path)),
    bytes: (path) => (emptied.has(path) ? Buffer.alloc(0) : tree.bytes(path)),
  };
}

/** What is read for one host; sources of libraries are all in `sources`. */
export type HostContent = Omit<CompilerContent, "version" | "backends" | "host_texts">;

async function readBuild(build: ConfiguredBuild, tools: readonly string[]): Promise<HostContent> {
  const { targets } = build.model;
  const missing = tools.find((tool) => !build.targets.includes(tool));
  if (missing !== undefined)
    throw new ImportError(`${missing}: upstream's build has no such program, and the manifest's seed_programs name it`);
  const programs = build.targets.filter((name) => name.endsWith("-tblgen") && targets.get(name)?.length !== 0);
  const [resources, ...others] = await Promise.all(
    [resourceHeadersTarget, driver, ...tools, ...programs].map((target) => build.shellCommands(target)),
  );
  const commands = others.flat();
  const tables = groupTables(build, readTables([...resources!, ...commands], build.read("build.ninja"), build));
  const libraries = [...readLibraries([driver, ...tools, ...programs], build, tables)];
  const { common } = divideCommon(libraries.map(([, { flags }]) => flags).filter(({ length }) => length > 0));
  const headers = readResourceHeaders(resources!, build, tables);
  const used = new Set([...libraries.flatMap(([, library]) => library.tables), ...headers.tables]);
  return {
    flags: [...common],
    libraries: sortByName(
      libraries.map(([name, library]): [string, CompilerLibrary] => [
        name,
        { ...library, flags: library.flags.filter((flag) => !common.includes(flag)) },
      ]),
    ),
    programs,
    compiler: driver,
    names: readNames(build.read("tools/llvm-driver/LLVMDriverTools.def")),
    tools: [...tools],
    tables: sortByName([...tables.groups].filter(([name]) => used.has(name))),
    texts: await readTexts(build, commands),
    resource_headers: headers,
  };
}

/** The names that the program's table of tools has. */
function readNames(table: string): string[] {
  return [...table.matchAll(/LLVM_DRIVER_TOOL\("([^"]+)"/g)].map(([, name]) => name!).sort();
}

function sortByName<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([left], [right]) => (left < right ? -1 : 1)));
}
