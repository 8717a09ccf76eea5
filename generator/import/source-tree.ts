/**
 * A read-only view of an unpacked upstream source tree.
 *
 * Importers are pure functions of a tree; whether it came from a folder or from an archive is decided at the edge
 * (`open-source-tree.ts`).
 */
export interface SourceTree {
  /** The SHA-256 of the archive that it was unpacked from; absent for a folder. */
  readonly archive?: string;
  /** Paths of all regular files, relative to the tree's root, separated by "/", sorted by code unit. */
  readonly files: readonly string[];
  /** Whether `path` is a regular file of the tree. */
  has(path: string): boolean;
  /** The UTF-8 text of the file at `path`. Throws `ImportError` when the tree has no such file. */
  read(path: string): string;
  /** The bytes of the file at `path`, likewise. An importer that hands them on to a program without looking has not read them. */
  bytes(path: string): Buffer;
}

/** An upstream tree is not of the shape that an importer knows; the message names the file and what was expected. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}

/** A tree held in memory, for tests: path → text. */
export function sourceTreeOf(files: Readonly<Record<string, string>>): SourceTree {
  const read = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new ImportError(`${path}: no such file in the source tree`);
    return text;
  };
  return {
    files: Object.keys(files).sort(),
    has: (path) => Object.hasOwn(files, path),
    read,
    bytes: (path) => Buffer.from(read(path)),
  };
}
