import { createHash } from "node:crypto";
import { join } from "node:path";

import { buildSync } from "esbuild";

import { packageFolder } from "./package-folder";

/**
 * Identifies the code of the importer in `module` (a path) and of what writes its files, in `folder`: the SHA-256
 * of its bundle, in which comments, types, layout and local names do not count. Libraries are left out of it.
 */
export function digestImporter(module: string, folder = join(packageFolder, "generator/import")): string {
  const contents = [module, join(folder, "format-import-file")]
    .map((file) => `export * from ${JSON.stringify(file)};\n`)
    .join("");
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    packages: "external",
    write: false,
    // The settings are those above, whatever the package's own compiler is told.
    tsconfigRaw: {},
  });
  return createHash("sha256").update(outputFiles[0]!.contents).digest("hex");
}
