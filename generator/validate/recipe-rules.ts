import { functionsOf, parseFunction, type Recipes } from "../schema/recipes";
import type { ReleaseHeaders } from "../schema/release-headers";
import { mendReference, problemAt, type Rule } from "./checked-rows";

/** The functions that steps and imports name are in the `recipes.bzl` of a runtime. */
export const recipeFunctions: Rule = function* ({ runtimes, imports, raw: { recipes } }) {
  for (const { row, raw } of runtimes) {
    for (const [index, step] of row.prepare.entries()) {
      if (step.recipe === "starlark") {
        const missing = missingFunction(step.function, row.name, recipes);
        if (missing !== undefined) yield problemAt(raw, ["prepare", index, "function"], ...missing);
      }
      if (step.recipe !== "release_headers") continue;
      const files = [...imports.values()].filter(({ runtime }) => runtime === row.name);
      for (const called of new Set(files.flatMap(({ facts }) => functionsIn(facts.release_headers)))) {
        const missing = missingFunction(called, row.name, recipes);
        if (missing !== undefined) yield problemAt(raw, ["prepare", index, "recipe"], ...missing);
      }
    }
  }
};

function functionsIn(headers: ReleaseHeaders | undefined): string[] {
  const folders = headers === undefined ? [] : [headers.common, ...Object.values(headers.architectures)];
  return folders.flatMap(({ made = {} }) => Object.values(made).map(({ function: called }) => called));
}

/** What is wrong with a function, and what mends it; undefined where it is there. */
function missingFunction(written: string, caller: string, recipes: Recipes): [string, string] | undefined {
  const { runtime, name } = parseFunction(written, caller);
  const file = `runtimes/${runtime}/recipes.bzl`;
  const text = recipes[runtime];
  if (text === undefined) return [`there is no ${file}, which would have ${name}`, "write it, or take the step away"];
  const known = functionsOf(text);
  if (known.includes(name)) return undefined;
  return [`${file} has no function ${name}`, mendReference(name, known, "add it there")];
}
