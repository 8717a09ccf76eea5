import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { generatedMark } from "../plan/generated-tree";
import { copiesList } from "./compare-tree";

/**
 * The files of the hand-written folder `root` below `from`, for copying them into another module, with the list that
 * marks them there as copies. Path → text.
 */
export function readCopies(from: string, root: string): Map<string, string> {
  const paths = listBelow(join(from, root), "").sort();
  const list = [`# ${generatedMark}: these files are copied from xllvm's folder ${root}/; edit them there.`, ...paths];
  const copies = new Map(paths.map((path) => [`${root}/${path}`, readFileSync(join(from, root, path), "utf8")]));
  return copies.set(`${root}/${copiesList}`, `${list.join("\n")}\n`);
}

function listBelow(folder: string, prefix: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? listBelow(join(folder, entry.name), `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
  );
}
