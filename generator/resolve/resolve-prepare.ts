import { fillColumns } from "../schema/columns";
import { conditionHolds } from "../schema/condition";
import type { PrepareStep } from "../schema/prepare-steps";
import type { IncludeFolder } from "../schema/release-headers";
import { parseFunction } from "../schema/recipes";
import type { RuntimeRow } from "../schema/rows";
import { present } from "./present";
import type { RuntimeContext } from "./resolve-runtime";
import type { ResolvedPrepareStep } from "./resolved-target";

/** The files of a runtime that the repository rule makes for one target, each by a recipe that bzlmod/archives/prepare.bzl knows. */
export function resolveSteps(row: RuntimeRow, context: RuntimeContext): ResolvedPrepareStep[] {
  return row.prepare
    .filter(({ when }) => conditionHolds(when, context.subject))
    .flatMap((step) => resolveStep(step, context))
    .map((step) => (step.recipe === "starlark" ? { ...step, function: qualified(step.function, row.name) } : step));
}

/** `runtime/function`, by which the table of all functions has one that a runtime calls. */
function qualified(written: string, caller: string): string {
  const { runtime, name } = parseFunction(written, caller);
  return `${runtime}/${name}`;
}

function resolveStep(step: PrepareStep, context: RuntimeContext): ResolvedPrepareStep[] {
  const { facts } = context.imported;
  if ("inputs" in step) return madeFiles(step, context);
  const output = fillColumns(step.output, context.columns);
  switch (step.recipe) {
    case "write":
      return [
        {
          recipe: step.recipe,
          output,
          content: step.content.replaceAll("{version}", context.version),
          ...whereAbsent(step),
        },
      ];
    case "install":
      return [{ recipe: step.recipe, output, files: present(facts.files?.[step.files], `table ${step.files}`) }];
    case "write_table":
      return Object.entries(present(facts.texts?.[step.texts], `table ${step.texts}`)).map(([path, text]) => ({
        recipe: "write",
        output: `${output}/${path}`,
        content: typeof text === "string" ? text : text.join("\n"),
      }));
    case "release_headers":
      return headerSteps(output, context);
  }
}

/** Said of a step only where it is so. */
const whereAbsent = ({ unless_there: isOptional }: { readonly unless_there: boolean }): { unless_there?: true } =>
  isOptional ? { unless_there: true } : {};

/** A file that is made of others, or one for each item of a list. */
function madeFiles(
  step: Extract<PrepareStep, { inputs: unknown }>,
  { columns, imported }: RuntimeContext,
): ResolvedPrepareStep[] {
  const { when: _, for_each: list, ...made } = step;
  const items = list === undefined ? [undefined] : present(imported.facts.lists?.[list], `list ${list}`);
  return items.map((item) => {
    const filled = item === undefined ? columns : { ...columns, item };
    const paths = {
      output: fillColumns(step.output, filled),
      inputs: step.inputs.map((input) => fillColumns(input, filled)),
    };
    return made.recipe === "link" ? { recipe: made.recipe, ...paths, ...whereAbsent(made) } : { ...made, ...paths };
  });
}

/** The public headers of a release: the folder `common` that all architectures share, and the architecture's own. */
function headerSteps(output: string, { imported, subject: { architecture } }: RuntimeContext): ResolvedPrepareStep[] {
  const headers = present(imported.facts.release_headers, "headers");
  const own = present(headers.architectures[architecture.base ?? architecture.name], `headers of ${architecture.name}`);
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
  { copied, configured = {}, made = {}, written = {} }: IncludeFolder,
  output: string,
): ResolvedPrepareStep[] {
  const files = Object.entries(copied).flatMap(([folder, names]) =>
    names.map((name) => [name, folder === "." ? name : `${folder}/${name}`] as const),
  );
  const place = (path: string): string => `${output}/${path}`;
  return [
    {
      recipe: "install",
      output,
      files: Object.fromEntries(files.sort(([left], [right]) => (left < right ? -1 : 1))),
    },
    ...Object.entries(configured).map(([path, { input, variables }]): ResolvedPrepareStep => ({
      recipe: "configure",
      output: place(path),
      inputs: [input],
      variables,
    })),
    ...Object.entries(made).map(([path, call]): ResolvedPrepareStep => ({
      recipe: "starlark",
      output: place(path),
      ...call,
    })),
    ...Object.entries(written).map(([path, content]): ResolvedPrepareStep => ({
      recipe: "write",
      output: place(path),
      content,
    })),
  ];
}
