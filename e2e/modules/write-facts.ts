import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { downloadRelease, readRelease } from "./upstream";

// Writes e2e/modules/facts/<module>-<version>.json: what a release of a Bazel module has.
//   npx tsx e2e/modules/write-facts.ts MODULE VERSION [FOLDER OR ARCHIVE OF ITS TREE]
const [module, version, path] = process.argv.slice(2);
if (module === undefined || version === undefined)
  throw new Error(
    "usage: npx tsx e2e/modules/write-facts.ts MODULE VERSION [TREE]; without TREE the release is downloaded",
  );

async function write(module: string, version: string): Promise<void> {
  const facts = path === undefined ? await downloadRelease(module, version) : await readRelease(module, version, path);
  const folder = join(__dirname, "facts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${module}-${version}.json`), JSON.stringify(facts, null, 1) + "\n");
}

void write(module, version);
