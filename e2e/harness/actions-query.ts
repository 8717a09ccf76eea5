/** What an action would run, from `bazel aquery --output=jsonproto`. */
export interface QueriedAction {
  readonly mnemonic: string;
  readonly label: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface ActionGraph {
  readonly actions?: readonly {
    readonly mnemonic: string;
    readonly targetId: number;
    readonly arguments?: readonly string[];
    readonly environmentVariables?: readonly { readonly key: string; readonly value: string }[];
    readonly paramFiles?: readonly { readonly arguments?: readonly string[] }[];
  }[];
  readonly targets?: readonly { readonly id: number; readonly label: string }[];
}

/** Reads an action graph; the arguments of parameter files count as the action's own. */
export function readActionGraph(text: string): QueriedAction[] {
  const graph = JSON.parse(text) as ActionGraph;
  const labels = new Map((graph.targets ?? []).map(({ id, label }) => [id, label]));
  return (graph.actions ?? []).map((action) => ({
    mnemonic: action.mnemonic,
    label: labels.get(action.targetId) ?? "",
    arguments: [...(action.arguments ?? []), ...(action.paramFiles ?? []).flatMap((file) => file.arguments ?? [])],
    environment: Object.fromEntries((action.environmentVariables ?? []).map(({ key, value }) => [key, value])),
  }));
}

/** An absolute path of a host: `/usr/include`, `-I/usr/include`, `C:\\LLVM`. */
const absolutePath = /(^|[=:,]|^@|^-(?:I|L|B|F|o|isystem|iquote|idirafter))\/(?!dev\/null|proc\/self\/cwd)[A-Za-z]|(^|[=:,])[A-Za-z]:[\\/]/;

/** The arguments that name an absolute path of the host. `/dev/null` is the same everywhere. */
export function hostPathsIn(actions: readonly QueriedAction[]): string[] {
  return actions.flatMap(({ mnemonic, label, arguments: args }) =>
    args.filter((argument) => absolutePath.test(argument)).map((argument) => `${mnemonic} of ${label}: ${argument}`),
  );
}
