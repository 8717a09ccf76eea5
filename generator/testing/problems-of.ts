import { join } from "node:path";

import { formatProblem } from "../read/problem";
import { readManifest } from "../read/read-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { writeTemporary, type Files } from "./sample-manifest";

/** Every problem of the manifest in `files`, as people read it, with paths relative to the folder of the files. */
export function problemsOf(files: Files): string[] {
  const folder = writeTemporary(files);
  try {
    const { problems } = validateManifest(readManifest(join(folder.path, "manifest")));
    return problems.map((problem) => formatProblem(problem).replaceAll(`${folder.path}/`, ""));
  } finally {
    folder.remove();
  }
}
