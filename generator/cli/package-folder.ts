import { existsSync, realpathSync } from "node:fs";
import { dirname } from "node:path";

import { builtinManifest } from "../read/read-manifest";

/** The folder that this package lies in: the module that its own manifest describes. */
export const packageFolder = dirname(builtinManifest);

/** Whether the folder, by whatever path, is that of the manifest that this package carries. */
export function isOwnManifest(folder: string): boolean {
  return isSameFolder(folder, builtinManifest);
}

export function isSameFolder(left: string, right: string): boolean {
  return existsSync(left) && existsSync(right) && realpathSync(left) === realpathSync(right);
}
