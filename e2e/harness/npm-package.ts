import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { x as unpack } from "tar";

import { scratchRoot } from "./consumer-workspace";
import { runCommandSync } from "./run-command";

/** A package of npm's registry that others have linked. */
export interface NativePackage {
  /** Its name and version, as npm takes them. */
  readonly package: string;
  /** Of its archive, as npm has it: in base64. */
  readonly sha512: string;
}

/**
 * Unpacks a package, and returns the path of its shared object, or undefined where there is no network. Throws where npm has another
 * of that name and version.
 */
export function downloadNative(real: NativePackage, suite: string): string | undefined {
  const folder = join(scratchRoot, suite);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { status, stdout } = runCommandSync("npm", ["pack", "--json", "--pack-destination", folder, real.package]);
  if (status !== 0) return undefined;
  const [packed] = JSON.parse(stdout) as { filename: string; integrity: string }[];
  if (packed?.integrity !== `sha512-${real.sha512}`) throw new Error(`npm has another ${real.package}`);
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  unpack({ file: join(folder, archive), cwd: folder, sync: true });
  const name = readdirSync(join(folder, "package")).find((file) => file.endsWith(".node"))!;
  return join(folder, "package", name);
}
