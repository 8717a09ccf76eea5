import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSourceTree } from "../../generator/import/open-source-tree";
import { readModule, type ModuleFacts } from "./module-facts";

/** Where the modules that this one depends on are developed. Their releases are tags, called by the version alone. */
export const repositoryOf = (module: string): string => `https://github.com/bazelbuild/${module}`;

/** The facts of a release, from its tree at `path`: a folder or an archive. */
export async function readRelease(module: string, version: string, path: string): Promise<ModuleFacts> {
  return readModule(await openSourceTree(path), { module, version, source: `${repositoryOf(module)}/tree/${version}` });
}

/** The facts of a release, which is downloaded. */
export async function downloadRelease(module: string, version: string): Promise<ModuleFacts> {
  const url = `${repositoryOf(module)}/archive/refs/tags/${version}.tar.gz`;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const folder = mkdtempSync(join(tmpdir(), `${module}-`));
  try {
    const archive = join(folder, "archive.tar.gz");
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
    return await readRelease(module, version, archive);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The version of the latest release: the tag that the page of the latest release leads to. */
export async function latestRelease(module: string): Promise<string> {
  const url = `${repositoryOf(module)}/releases/latest`;
  const response = await fetch(url, { method: "HEAD", redirect: "manual" });
  const version = response.headers.get("location")?.split("/tag/")[1];
  if (version === undefined) throw new Error(`${url}: ${response.status}, and leads to no release`);
  return version;
}
