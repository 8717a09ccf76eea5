/** An action that Bazel executed, or took from a disk cache: not one that the output base already had. */
export interface ExecutedAction {
  /** `CppCompile`, `CppLink`, … */
  readonly mnemonic: string;
  readonly label: string;
  /** Path of its first output, relative to the execution root. */
  readonly output: string;
}

/** What one Bazel command did, from its build event protocol. */
export interface BuildRecord {
  readonly actions: readonly ExecutedAction[];
  /** Label as it was given → files of its default output group, as absolute paths. */
  readonly outputs: ReadonlyMap<string, readonly string[]>;
}

interface FileSetReference {
  readonly id: string;
}

interface BuildEvent {
  readonly id: {
    readonly actionCompleted?: { readonly label?: string; readonly primaryOutput: string };
    readonly targetCompleted?: { readonly label: string };
    readonly namedSet?: FileSetReference;
  };
  readonly action?: { readonly type: string };
  readonly namedSetOfFiles?: {
    readonly files?: readonly { readonly uri?: string }[];
    readonly fileSets?: readonly FileSetReference[];
  };
  readonly completed?: {
    readonly outputGroup?: readonly { readonly name: string; readonly fileSets?: readonly FileSetReference[] }[];
  };
}

/** Reads the lines of `--build_event_json_file` with `--build_event_publish_all_actions`. */
export function readBuildEvents(text: string): BuildRecord {
  const events = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as BuildEvent);
  const sets = new Map(
    events.flatMap(({ id, namedSetOfFiles }) =>
      id.namedSet && namedSetOfFiles ? [[id.namedSet.id, namedSetOfFiles] as const] : [],
    ),
  );
  const filesOf = (references: readonly FileSetReference[] = []): string[] =>
    references.flatMap(({ id }) => {
      const set = sets.get(id);
      const own = (set?.files ?? []).flatMap(({ uri }) =>
        uri?.startsWith("file://") === true ? [decodeURIComponent(new URL(uri).pathname)] : [],
      );
      return [...own, ...filesOf(set?.fileSets)];
    });
  const outputs = new Map<string, readonly string[]>();
  const actions: ExecutedAction[] = [];
  for (const { id, action, completed } of events) {
    if (id.actionCompleted && action)
      actions.push({
        mnemonic: action.type,
        label: id.actionCompleted.label ?? "",
        output: id.actionCompleted.primaryOutput,
      });
    if (id.targetCompleted && completed) {
      outputs.set(
        id.targetCompleted.label,
        filesOf(completed.outputGroup?.find(({ name }) => name === "default")?.fileSets),
      );
    }
  }
  return { actions, outputs };
}
