import { fillColumns, type Columns } from "../schema/columns";
import { conditionHolds } from "../schema/condition";
import type { IncludeFolder, ReleaseHeaders } from "../schema/release-headers";
import type { PrepareStep } from "../schema/prepare-steps";
import type { RuntimeRow } from "../schema/rows";
import type { RuntimeContext } from "./resolve-runtime";
import type { ResolvedPrepareStep } from "./resolved-target";

/** The files of a runtime that the repository rule makes for one target, each by a recipe that bzlmod/archives/prepare.bzl knows. */
export function resolveSteps(row: RuntimeRow, context: RuntimeContext): ResolvedPrepareStep[] {
  return row.prepare
    .filter(({ when }) => conditionHolds(when, context.subject))
    .flatMap((step) => resolveStep(step, context));
}

/** A text in an import's facts; as lines where people are to see what has changed in it. */
type TableText = string | readonly string[];

function resolveStep(step: PrepareStep, context: RuntimeContext): ResolvedPrepareStep[] {
  const { columns, imported } = context;
  const { recipe } = step;
  if (recipe === "release_headers") return headerSteps(step, imported!.facts[step.files!] as ReleaseHeaders, context);
  if (recipe === "write_table") {
    const texts = Object.entries(imported!.facts[step.files!] as Record<string, TableText>);
    return texts.map(([path, content]) => ({
      recipe: "write",
      output: `${fillColumns(step.output, columns)}/${path}`,
      inputs: [],
      content: typeof content === "string" ? content : content.join("\n"),
    }));
  }
  const items = step.for_each === undefined ? [undefined] : (imported!.facts[step.for_each] as string[]);
  return items.map((item) =>
    fillStep({ ...step, recipe }, item === undefined ? columns : { ...columns, item }, context),
  );
}

function fillStep(
  { when: _when, for_each: _item, files, ...step }: PrepareStep & { recipe: ResolvedPrepareStep["recipe"] },
  columns: Columns,
  { imported }: RuntimeContext,
): ResolvedPrepareStep {
  const fill = (template: string) => fillColumns(template, columns);
  return {
    ...step,
    ...(files === undefined ? {} : { files: imported!.facts[files] as Record<string, string> }),
    output: fill(step.output),
    inputs: step.inputs.map(fill),
    ...(step.content === undefined ? {} : { content: step.content.replaceAll("{version}", columns["version"] ?? "") }),
  };
}

/** The public headers of a release: the folder `common` that all architectures share, and the architecture's own. */
function headerSteps(
  { output }: PrepareStep,
  headers: ReleaseHeaders,
  { subject: { architecture } }: RuntimeContext,
): ResolvedPrepareStep[] {
  const own = headers.architectures[architecture.base ?? architecture.name]!;
  return [...folderSteps(headers.common, `${output}/common`), ...folderSteps(own, `${output}/${architecture.name}`)];
}

const resolved = new WeakMap<IncludeFolder, Map<string, ResolvedPrepareStep[]>>();

/** `resolveFolder`, done once for each folder: every architecture shares one, and releases without an import those of others. */
function folderSteps(folder: IncludeFolder, output: string): ResolvedPrepareStep[] {
  const known = resolved.get(folder) ?? new Map<string, ResolvedPrepareStep[]>();
  resolved.set(folder, known);
  const steps = known.get(output) ?? resolveFolder(folder, output);
  known.set(output, steps);
  return steps;
}

function resolveFolder(
  { copied, configured = {}, system_calls: calls = {}, written = {} }: IncludeFolder,
  output: string,
): ResolvedPrepareStep[] {
  const files = Object.entries(copied).flatMap(([folder, names]) =>
    names.map((name) => [name, folder === "." ? name : `${folder}/${name}`] as const),
  );
  return [
    {
      recipe: "install",
      output,
      inputs: [],
      files: Object.fromEntries(files.sort(([left], [right]) => (left < right ? -1 : 1))),
    },
    ...Object.entries(configured).map(([path, { input, variables }]) => ({
      recipe: "configure" as const,
      output: `${output}/${path}`,
      inputs: [input],
      variables,
    })),
    ...Object.entries(calls).map(([path, list]) => ({
      recipe: "glibc_syscalls" as const,
      output: `${output}/${path}`,
      inputs: [list],
    })),
    ...Object.entries(written).map(([path, content]) => ({
      recipe: "write" as const,
      output: `${output}/${path}`,
      inputs: [],
      content,
    })),
  ];
}
