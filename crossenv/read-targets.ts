import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { TargetsFile } from "../generator/schema/outside-bazel";

/** The folder of the Bazel module whose targets these are: this package's. */
export const moduleFolder = resolve(__dirname, "..");

/** The platforms of the module, as gen-bzl has written them down. */
export function readTargets(folder: string = moduleFolder): TargetsFile {
  return JSON.parse(readFileSync(join(folder, "toolchains", "targets.json"), "utf8")) as TargetsFile;
}
