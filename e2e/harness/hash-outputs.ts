import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file that a build made. */
export interface OutputFile {
  /** Path below `bazel-out`. */
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * Files that Bazel itself writes for local runs and that hold absolute paths by design; they are no actions' outputs
 * that a remote cache would share.
 */
const bazelsOwn = /(\.runfiles_manifest|\.runfiles\/MANIFEST|-status\.txt|\.repo_mapping)$/;

/** Every file below `bazel-out/<configuration>/bin` of an output base, sorted by path. */
export function listOutputs(outputBase: string): OutputFile[] {
  const root = join(outputBase, "execroot", "_main", "bazel-out");
  const configurations = readdirSync(root).filter((name) => readdirIfThere(join(root, name)).includes("bin"));
  const paths = configurations.flatMap((name) => walk(root, join(name, "bin"))).filter((path) => !bazelsOwn.test(path));
  return paths.sort().map((path) => ({ path, bytes: readFileSync(join(root, path)) }));
}

/** SHA-256 of each output, by path. */
export function hashOutputs(outputs: readonly OutputFile[]): Record<string, string> {
  return Object.fromEntries(outputs.map(({ path, bytes }) => [path, createHash("sha256").update(bytes).digest("hex")]));
}

/** `path: text` for each output that holds one of the texts. */
export function findTexts(outputs: readonly OutputFile[], texts: readonly string[]): string[] {
  return outputs.flatMap(({ path, bytes }) =>
    texts.filter((text) => bytes.includes(text)).map((text) => `${path}: ${text}`),
  );
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(root, path);
    // Runfiles are links to outputs, which are listed by themselves, or to what a failing build never made; links may also lead to folders.
    return !path.includes(".runfiles/") && statSync(join(root, path)).isFile() ? [path] : [];
  });
}

function readdirIfThere(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path) : [];
}
