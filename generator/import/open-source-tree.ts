import { createHash } from "node:crypto";
import { createReadStream, readFileSync, readlinkSync, type Stats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { glob } from "fast-glob";
import { Parser, type ReadEntry } from "tar";
import { ImportError, type SourceTree } from "./source-tree";
import { detectCompression, detectionLength, unpackStream } from "./unpack-stream";

/** Path in the tree → its bytes, read when they are asked for. */
type Contents = Map<string, () => Buffer>;

/**
 * Opens the upstream tree at `path`: a folder, or a tar archive (plain, gzip, bzip2, xz or zstd; told by its content).
 * Where all files lie in one top folder, that folder is left out of the paths, as archives are commonly made.
 * Symbolic links are what they lead to. A folder's files are read when asked for; an archive's are held in memory.
 * Rejects with `ImportError`, naming `path`, when there is nothing to read, the archive is damaged, or it holds no file.
 */
export async function openSourceTree(path: string): Promise<SourceTree> {
  const found = await statOf(path);
  const contents = found.isDirectory() ? await readFolder(path) : await readArchive(path);
  if (contents.size === 0) throw new ImportError(`${path}: holds no files`);
  const tree = treeOf(path, stripTopFolder(contents));
  return found.isDirectory() ? tree : { ...tree, archive: await digestFile(path) };
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw new ImportError(`${path}: cannot be opened: ${messageOf(error)}`);
  }
}

async function readFolder(root: string): Promise<Contents> {
  const contents: Contents = new Map();
  const links = new Map<string, string>();
  try {
    // Links are resolved below, as those of archives are.
    const entries = await glob("**", {
      cwd: root,
      dot: true,
      onlyFiles: false,
      followSymbolicLinks: false,
      objectMode: true,
    });
    for (const { path, dirent } of entries) {
      if (dirent.isSymbolicLink()) links.set(path, readlinkSync(join(root, path)));
      else if (dirent.isFile()) contents.set(path, () => readFileSync(join(root, path)));
    }
  } catch (error) {
    throw new ImportError(`${root}: cannot be read: ${messageOf(error)}`);
  }
  return resolveLinks(contents, links);
}

/** The contents with links in place of what they lead to, files or folders; a link that leads out of the tree cannot be read. */
function resolveLinks(contents: Contents, links: ReadonlyMap<string, string>): Contents {
  const targetOf = (path: string, followed: readonly string[] = []): string | undefined => {
    const parts = path.split("/");
    // A link may lead through others.
    for (let length = 1; length <= parts.length; length++) {
      const link = parts.slice(0, length).join("/");
      const to = links.get(link);
      if (to === undefined) continue;
      const target = posix.join(posix.dirname(link), to, ...parts.slice(length));
      return to.startsWith("/") || target.startsWith("../") || followed.includes(target)
        ? undefined
        : targetOf(target.replace(/\/$/, ""), [...followed, target]);
    }
    return path;
  };
  const resolved: Contents = new Map(contents);
  for (const [link, to] of links) {
    const target = targetOf(link);
    const content = target === undefined ? undefined : contents.get(target);
    if (content !== undefined) {
      resolved.set(link, content);
      continue;
    }
    const below = target === undefined ? [] : [...contents].filter(([path]) => path.startsWith(`${target}/`));
    for (const [path, file] of below) resolved.set(link + path.slice(target!.length), file);
    if (below.length > 0) continue;
    resolved.set(link, () => {
      throw new ImportError(`${link}: a link to ${to}, which is not in the source tree`);
    });
  }
  return resolved;
}

async function readArchive(path: string): Promise<Contents> {
  const compression = detectCompression(await readStart(path));
  if (compression === undefined) {
    throw new ImportError(`${path}: neither a folder nor a tar archive (plain, gzip, bzip2, xz or zstd)`);
  }
  const contents: Contents = new Map();
  // Strict: a damaged archive is an error, where the parser would else skip what it cannot read.
  const links = new Map<string, string>();
  const parser = new Parser({ strict: true, onReadEntry: (entry) => collectEntry(entry, contents, links) });
  try {
    await pipeline(
      unpackStream(createReadStream(path, { highWaterMark: 1 << 20 }), compression),
      parser as unknown as NodeJS.WritableStream,
    );
  } catch (error) {
    throw new ImportError(`${path}: damaged archive: ${messageOf(error)}`);
  }
  return resolveLinks(contents, links);
}

async function readStart(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(detectionLength), 0, detectionLength, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ImportError(`${path}: cannot be read: ${messageOf(error)}`);
  }
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

function collectEntry(entry: ReadEntry, contents: Contents, links: Map<string, string>): void {
  const path = entry.path.replace(/^(\.?\/)+/, "");
  if (entry.type === "Link") {
    const target = entry.linkpath?.replace(/^(\.?\/)+/, "");
    const content = target === undefined ? undefined : contents.get(target);
    if (content !== undefined) contents.set(path, content);
  } else if (entry.type === "SymbolicLink") {
    links.set(path, entry.linkpath ?? "");
  } else if (entry.type === "File" || entry.type === "OldFile" || entry.type === "ContiguousFile") {
    const chunks: Buffer[] = [];
    entry.on("data", (chunk) => chunks.push(chunk));
    entry.on("end", () => {
      const content = Buffer.concat(chunks);
      contents.set(path, () => content);
    });
  }
  entry.resume();
}

function stripTopFolder(contents: Contents): Contents {
  let top: string | undefined;
  for (const path of contents.keys()) {
    const end = path.indexOf("/");
    const first = end < 0 ? undefined : path.slice(0, end + 1);
    if (first === undefined || (top !== undefined && first !== top)) return contents;
    top = first;
  }
  const length = top?.length ?? 0;
  return new Map([...contents].map(([path, content]) => [path.slice(length), content]));
}

function treeOf(root: string, contents: Contents): SourceTree {
  const bytes = (path: string): Buffer => {
    const content = contents.get(path);
    if (content === undefined) throw new ImportError(`${path}: no such file in the source tree ${root}`);
    return content();
  };
  return {
    files: [...contents.keys()].sort(),
    has: (path) => contents.has(path),
    read: (path) => bytes(path).toString("utf8"),
    bytes,
  };
}

function messageOf(error: unknown): string {
  // Not instanceof: errors of Node's own modules can be of another realm.
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
