import { basename } from "node:path";

/**
 * The suites that run first, in this order. Two run at a time, and what two build at the same time they both build: so `programs`,
 * which fills the disk cache with the runtimes of all platforms, has those beside it that take nothing of it.
 */
export const firstSuites: readonly string[] = ["programs", "imports", "hermetic"];

/** Test files in the order that was given, but for the suites that run first. */
export function orderSuites<Test extends { readonly path: string }>(tests: readonly Test[]): Test[] {
  const placeOf = ({ path }: Test): number => {
    const place = firstSuites.indexOf(basename(path, ".test.ts"));
    return place < 0 ? firstSuites.length : place;
  };
  return [...tests].sort((left, right) => placeOf(left) - placeOf(right));
}
