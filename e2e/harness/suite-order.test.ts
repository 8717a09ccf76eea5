import { existsSync } from "node:fs";
import { join } from "node:path";

import { firstSuites, orderSuites } from "./suite-order";

const suite = (name: string): string => join(__dirname, "../suites", `${name}.test.ts`);

test("what fills the disk cache runs first, beside what takes nothing of it; others keep their order", () => {
  const tests = ["archives", "hermetic", "glibc", "programs", "imports"].map((name) => ({ path: suite(name) }));
  expect(orderSuites(tests).map(({ path }) => path)).toEqual(
    ["programs", "imports", "hermetic", "archives", "glibc"].map(suite),
  );
});

test.each(firstSuites)("%s is a suite", (name) => expect(existsSync(suite(name))).toBe(true));
