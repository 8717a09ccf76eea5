import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Manifest } from "../../generator/schema/rows";

/** The repository that is tested. */
export const repositoryRoot = resolve(__dirname, "../..");

/** Where tests keep what they make: below the repository, since Bazel's sandbox hides /tmp and is slow there. */
export const scratchRoot = join(repositoryRoot, ".e2e");

export interface ConsumerWorkspace {
  /** Names the workspace's folder, and its Bazel's output base. */
  readonly name: string;
  /** Path → text of further files. */
  readonly files: Readonly<Record<string, string>>;
  /** Path in the workspace → file or folder that is copied there. */
  readonly copies?: Readonly<Record<string, string>>;
  /** What follows in MODULE.bazel. */
  readonly module?: string;
  /** Folder of the module under test; default: this repository. */
  readonly xllvm?: string;
}

/** Writes a Bazel module that depends on the module under test as any consumer's does. Returns its folder. */
export function writeConsumerWorkspace(manifest: Manifest, workspace: ConsumerWorkspace): string {
  const folder = writeWorkspace(workspace.name, {
    "MODULE.bazel": moduleFile(manifest, workspace),
    "BUILD.bazel": "",
    ...workspace.files,
  });
  for (const [path, source] of Object.entries(workspace.copies ?? {}))
    cpSync(source, join(folder, path), { recursive: true });
  return folder;
}

/** Writes the files of a workspace, path → text, into its folder, which is emptied before unless it is to be kept. Returns the folder. */
export function writeWorkspace(name: string, files: Readonly<Record<string, string>>, { keep = false } = {}): string {
  const folder = join(scratchRoot, "workspaces", name);
  if (!keep) rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function moduleFile(
  { module }: Manifest,
  { name, module: more = "", xllvm = repositoryRoot }: ConsumerWorkspace,
): string {
  const dependencies = { [String(module.name)]: module.version, ...module.dependencies };
  return [
    `module(name = "${name.replaceAll("-", "_")}")`,
    ...Object.entries(dependencies).map(
      ([dependency, version]) => `bazel_dep(name = "${dependency}", version = "${version}")`,
    ),
    `local_path_override(module_name = "${module.name}", path = "${xllvm}")`,
    more,
    "",
  ].join("\n");
}
