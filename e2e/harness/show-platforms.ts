import { join } from "node:path";

import { repositoryRoot } from "./consumer-workspace";
import { outputOf } from "./run-command";

const shown = /(<!-- gen-bzl list -->\n```\n)[^]*?(```\n<!-- end -->)/;

/** What `gen-bzl list` prints. */
export function listAsPrinted(): string {
  return outputOf(process.execPath, [join(repositoryRoot, "generator/bin/gen-bzl.js"), "list"]);
}

/** The README with the list of platforms in the place that its markers name. Throws when it has none. */
export function showPlatforms(readme: string, printed: string): string {
  if (!shown.test(readme)) throw new Error("README.md has no place between <!-- gen-bzl list --> and <!-- end -->");
  return readme.replace(shown, (_, before: string, after: string) => before + printed + after);
}
