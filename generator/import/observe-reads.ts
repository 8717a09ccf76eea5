import { createHash } from "node:crypto";
import type { SourceTree } from "./source-tree";

/** A tree that remembers what its reader read. */
export interface ObservedTree {
  readonly tree: SourceTree;
  /**
   * The SHA-256 of a line `<SHA-256 of its text>  <path>` for each file that was read, in the order of their paths: the same
   * for a folder, for its archive, and for a repack that lacks files which nobody reads.
   */
  digest(): string;
}

/** `tree`, with its reads observed. */
export function observeReads(tree: SourceTree): ObservedTree {
  const seen = new Map<string, string>();
  return {
    tree: {
      ...tree,
      read(path) {
        const text = tree.read(path);
        if (!seen.has(path)) seen.set(path, sha256(text));
        return text;
      },
    },
    digest() {
      const paths = [...seen.keys()].sort();
      return sha256(paths.map((path) => `${seen.get(path)!}  ${path}\n`).join(""));
    },
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
