import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "../harness/consumer-workspace";
import { labelsInUse, type LabelInUse } from "./labels-in-use";

const notOurs = /^(\.|node_modules$|bazel-)/;
const starlark = /(\.bzl|\.bazel|\.bazel\.tpl)$/;

/** Every label of another repository that a Starlark file of this one names, whether generated or written by hand. */
export function labelsOfThisModule(): LabelInUse[] {
  return starlarkFiles().flatMap((path) => labelsInUse(path, readFileSync(join(repositoryRoot, path), "utf8")));
}

function starlarkFiles(folder = ""): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (notOurs.test(entry.name)) return [];
    if (entry.isDirectory()) return starlarkFiles(path);
    return starlark.test(entry.name) ? [path] : [];
  });
}
