import { parseFunction, type Recipes } from "../schema/recipes";
import type { ResolvedTarget } from "../resolve/resolved-target";
import { Assignment, Name, type StarlarkFile } from "../starlark/syntax";
import { printGenerated } from "./build-file";
import { banner } from "./generated-tree";

const recipesFile = (runtime: string): string => `${runtime}.recipes.bzl`;

/**
 * Plans `overlays/<runtime>.recipes.bzl`, what runtimes' folders say of how files of theirs are made, and `overlays/recipes.bzl`, the table
 * by which bzlmod/archives/prepare.bzl finds the functions.
 */
export function planRecipes(targets: readonly ResolvedTarget[], recipes: Recipes): Map<string, string> {
  const steps = targets.flatMap(({ runtimes }) => runtimes.flatMap(({ prepare }) => prepare));
  const functions = [...new Set(steps.flatMap((step) => (step.recipe === "starlark" ? [step.function] : [])))].sort();
  const table = functions.map((written): [string, Name] => {
    const { runtime, name } = parseFunction(written, "");
    const local = `${runtime}_${name}`.replace(/\W/g, "_");
    return [written, new Name(local, `//overlays:${recipesFile(runtime)}`, name)];
  });
  const file: StarlarkFile = {
    docstring: "How runtimes make files of their archives: function → what it makes of the texts of a step's inputs.",
    statements: [new Assignment("RECIPES", Object.fromEntries(table))],
  };
  const used = new Set(functions.map((written) => parseFunction(written, "").runtime));
  return new Map([
    ["overlays/recipes.bzl", printGenerated(file)],
    ...[...used].map((runtime): [string, string] => [
      `overlays/${recipesFile(runtime)}`,
      `${banner}\n${recipes[runtime] ?? ""}`,
    ]),
  ]);
}
