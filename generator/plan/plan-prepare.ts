import type { ResolvedPrepareStep } from "../resolve/resolved-target";
import { generatedComment } from "./generated-tree";
import { groupByReleases, rangesOf, type Range } from "./merge-releases";
import { mergeOrders } from "./plan-runtimes";

/** Path of the file that lists what is made after an archive, or one of a series, has been unpacked; there is none where that is nothing. */
export const prepareFile = (archive: string): string => `overlays/${archive}.prepare.json`;

/** The text of such a file. */
export const printPrepare = (steps: readonly (ResolvedPrepareStep & Range)[]): string =>
  `${JSON.stringify({ $comment: generatedComment, steps }, undefined, 1)}\n`;

/** The steps of several releases: those that some have say which, and so do links of one folder that some have. */
export function mergeSteps(
  lists: readonly (readonly ResolvedPrepareStep[])[],
  releases: readonly string[],
): (ResolvedPrepareStep & Range)[] {
  const outputs = mergeOrders(lists.map((steps) => steps.map(({ output }) => output)));
  return outputs.flatMap((output) => {
    const found = lists.map((steps) => steps.filter((step) => step.output === output).flatMap(splitStep));
    return groupByReleases(found, (step) => JSON.stringify(step)).flatMap(({ has, items }) => {
      const step = joinSteps(items);
      return rangesOf(has, releases).map((range) => ({ ...range, ...step }));
    });
  });
}

/** A step for each link that it makes. */
const splitStep = (step: ResolvedPrepareStep): ResolvedPrepareStep[] =>
  step.recipe === "install"
    ? Object.entries(step.files).map((file) => ({ ...step, files: Object.fromEntries([file]) }))
    : [step];

/** The opposite, for steps that have the same output. */
function joinSteps(steps: readonly ResolvedPrepareStep[]): ResolvedPrepareStep {
  const files = Object.fromEntries(
    steps.flatMap((step) => (step.recipe === "install" ? Object.entries(step.files) : [])),
  );
  const [first] = steps as [ResolvedPrepareStep];
  return first.recipe === "install" ? { ...first, files } : first;
}
