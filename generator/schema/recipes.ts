import { z } from "zod";

/** How a step names a function; see `parseFunction`. */
export const functionSchema = z
  .string()
  .regex(/^([^/]+\/)?[a-z]\w*$/, "a function, or runtime/function")
  .describe("A function of the runtime's `recipes.bzl`, or `runtime/function` for one of another.");

/** Runtime → the text of its `recipes.bzl`: functions that make a file's text of the texts of others. */
export type Recipes = Readonly<Record<string, string>>;

/** The functions of a `recipes.bzl` that steps may name. */
export function functionsOf(text: string): string[] {
  return [...text.matchAll(/^def ([a-z]\w*)\(/gm)].map(([, name]) => name!);
}

/** A function and the runtime whose folder it is in, from `function` or `runtime/function`, as a step of `runtime` writes it. */
export function parseFunction(written: string, runtime: string): { readonly runtime: string; readonly name: string } {
  const [first, second] = written.split("/");
  return second === undefined ? { runtime, name: written } : { runtime: first!, name: second };
}
