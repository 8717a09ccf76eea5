import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { repositoryRoot } from "./consumer-workspace";

const documents = [
  ...readdirSync(repositoryRoot),
  ...readdirSync(join(repositoryRoot, "docs")).map((name) => join("docs", name)),
].filter((path) => path.endsWith(".md"));

it.each(documents)("every file that %s links to exists", (path) => {
  const links = [...readFileSync(join(repositoryRoot, path), "utf8").matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(
    ([, target]) => target as string,
  );
  const missing = links.filter(
    (target) => !/^https?:/.test(target) && !existsSync(join(repositoryRoot, dirname(path), target)),
  );
  expect(missing).toEqual([]);
});
