import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import type { ResolvedTarget } from "../../generator/resolve/resolved-target";
import type { Manifest } from "../../generator/schema/rows";
import { scratchRoot } from "./consumer-workspace";

/** An entry of an archive index. */
export interface IndexEntry {
  readonly file?: string;
  readonly urls?: readonly string[];
  readonly sha256?: string;
  readonly strip_prefix?: string;
}

/** An archive on this disk. */
export interface LocalArchive {
  readonly path: string;
  readonly sha256: string;
  readonly stripPrefix: string;
}

/** The entries of the index that XLLVM_ARCHIVES names, with absolute files; none where the variable is not set. */
export function readMachineIndex(): Record<string, IndexEntry> {
  const path = process.env["XLLVM_ARCHIVES"];
  if (!path) return {};
  const { archives } = JSON.parse(readFileSync(path, "utf8")) as { archives: Record<string, IndexEntry> };
  const absolute = (entry: IndexEntry): IndexEntry =>
    entry.file === undefined ? entry : { ...entry, file: resolve(dirname(path), entry.file) };
  return Object.fromEntries(Object.entries(archives).map(([name, entry]) => [name, absolute(entry)]));
}

/**
 * Why a target cannot be built here, or undefined: where XLLVM_ARCHIVES is set there is taken to be no other way to an
 * archive, so that the index has to have each one.
 */
export function missingArchives({ runtimes }: ResolvedTarget): string | undefined {
  const index = readMachineIndex();
  if (Object.keys(index).length === 0) return undefined;
  const missing = runtimes
    .filter(({ archive }) => ![archive.name, ...archive.alternatives].some((name) => name in index))
    .map(({ archive }) => archive.name);
  return missing.length === 0 ? undefined : `the index of archives has no ${[...new Set(missing)].join(", ")}`;
}

/** A pinned archive as a file here: where this machine's index has it, else downloaded. */
export async function fetchArchive(manifest: Manifest, name: string): Promise<LocalArchive> {
  const row = manifest.archives.find((archive) => archive.name === name);
  if (row === undefined) throw new Error(`the manifest has no archive ${name}`);
  const index = readMachineIndex();
  const entry = [name, ...row.alternatives].map((known) => index[known]).find((found) => found !== undefined);
  if (entry?.file !== undefined)
    return {
      path: entry.file,
      sha256: entry.sha256 ?? row.sha256,
      stripPrefix: entry.strip_prefix ?? row.strip_prefix,
    };
  const path = join(scratchRoot, "downloads", basename(row.urls[0] as string));
  if (!existsSync(path)) await download(row.urls, path);
  return { path, sha256: sha256Of(path), stripPrefix: row.strip_prefix };
}

/** Writes an index of redirected archives and returns its path. */
export function writeIndex(path: string, archives: Readonly<Record<string, IndexEntry>>): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ archives }, undefined, 2));
  return path;
}

export function sha256Of(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

async function download(urls: readonly string[], path: string): Promise<void> {
  const failures: string[] = [];
  for (const url of urls) {
    const response = await fetch(url).catch((error: unknown) => String(error));
    if (typeof response !== "string" && response.ok) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.from(await response.arrayBuffer()));
      return;
    }
    failures.push(`${url}: ${typeof response === "string" ? response : response.status}`);
  }
  throw new Error(`cannot download ${failures.join(", ")}`);
}
