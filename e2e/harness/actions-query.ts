/** What an action would run, from `bazel aquery --output=jsonproto`. */
export interface QueriedAction {
  readonly mnemonic: string;
  readonly label: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Label of the platform that it runs on; empty where it runs in Bazel itself. */
  readonly executionPlatform: string;
  /** Paths below the execution root. */
  readonly outputs: readonly string[];
  /** Paths below the execution root, gathered when they are asked for. */
  readonly inputs: () => ReadonlySet<string>;
}

interface ActionGraph {
  readonly actions?: readonly {
    readonly mnemonic: string;
    readonly targetId: number;
    readonly arguments?: readonly string[];
    readonly environmentVariables?: readonly { readonly key: string; readonly value: string }[];
    readonly paramFiles?: readonly { readonly arguments?: readonly string[] }[];
    readonly executionPlatform?: string;
    readonly inputDepSetIds?: readonly number[];
    readonly outputIds?: readonly number[];
  }[];
  readonly targets?: readonly { readonly id: number; readonly label: string }[];
  readonly artifacts?: readonly { readonly id: number; readonly pathFragmentId: number }[];
  readonly pathFragments?: readonly { readonly id: number; readonly label: string; readonly parentId?: number }[];
  readonly depSetOfFiles?: readonly {
    readonly id: number;
    readonly directArtifactIds?: readonly number[];
    readonly transitiveDepSetIds?: readonly number[];
  }[];
}

/** Reads an action graph; the arguments of parameter files count as the action's own. */
export function readActionGraph(text: string): QueriedAction[] {
  const graph = JSON.parse(text) as ActionGraph;
  const labels = new Map((graph.targets ?? []).map(({ id, label }) => [id, label]));
  const { pathOf, filesOf } = readFiles(graph);
  return (graph.actions ?? []).map((action) => ({
    mnemonic: action.mnemonic,
    label: labels.get(action.targetId) ?? "",
    arguments: [...(action.arguments ?? []), ...(action.paramFiles ?? []).flatMap((file) => file.arguments ?? [])],
    environment: Object.fromEntries((action.environmentVariables ?? []).map(({ key, value }) => [key, value])),
    executionPlatform: action.executionPlatform ?? "",
    outputs: (action.outputIds ?? []).map(pathOf),
    inputs: () => filesOf(action.inputDepSetIds ?? []),
  }));
}

/** How a graph spells files: artifacts by the parts of their paths, and inputs as sets of sets. */
function readFiles(graph: ActionGraph): {
  pathOf: (artifact: number) => string;
  filesOf: (sets: readonly number[]) => Set<string>;
} {
  const fragments = new Map((graph.pathFragments ?? []).map((fragment) => [fragment.id, fragment]));
  const artifacts = new Map((graph.artifacts ?? []).map(({ id, pathFragmentId }) => [id, pathFragmentId]));
  const sets = new Map((graph.depSetOfFiles ?? []).map((set) => [set.id, set]));
  const pathOf = (artifact: number): string => {
    const parts: string[] = [];
    for (let at = fragments.get(artifacts.get(artifact) ?? 0); at !== undefined; at = fragments.get(at.parentId ?? 0))
      parts.unshift(at.label);
    return parts.join("/");
  };
  const filesOf = (ids: readonly number[]): Set<string> => {
    const files = new Set<string>();
    const seen = new Set(ids);
    for (const id of seen) {
      for (const inner of sets.get(id)?.transitiveDepSetIds ?? []) seen.add(inner);
      for (const artifact of sets.get(id)?.directArtifactIds ?? []) files.add(pathOf(artifact));
    }
    return files;
  };
  return { pathOf, filesOf };
}

/**
 * An absolute path of a host: `/usr/include`, `-I/usr/include`, `C:\\LLVM`. What is the same everywhere is none: `/dev/null`, and
 * `/execroot`, by which runtimes whose headers are precompiled see the execution root.
 */
const absolutePath =
  /(^|[=:,]|^@|^-(?:I|L|B|F|o|isystem|iquote|idirafter))\/(?!dev\/null|proc\/self\/cwd|execroot\/)[A-Za-z]|(^|[=:,])[A-Za-z]:[\\/]/;

/** The arguments that name an absolute path of the host. */
export function hostPathsIn(actions: readonly Pick<QueriedAction, "mnemonic" | "label" | "arguments">[]): string[] {
  return actions.flatMap(({ mnemonic, label, arguments: args }) =>
    args.filter((argument) => absolutePath.test(argument)).map((argument) => `${mnemonic} of ${label}: ${argument}`),
  );
}
