import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { AskedPrograms, Division, Importer } from "./importer";

/** An importer, and where its code is, which each of its imports records. */
export interface KnownImporter {
  /** Path without `.ts`. */
  readonly module: string;
  readonly read: Importer;
  /** The programs that have to be on this machine, as the importer says them; none where it reads its tree alone. */
  readonly asks: () => AskedPrograms;
  /** How it asks about targets one by one; undefined of one that reads for all together. */
  readonly division: () => Division | undefined;
}

/** What an `importer.ts` exports. */
interface ImporterModule {
  readonly importer: Importer;
  readonly asks?: AskedPrograms;
  readonly division?: Division;
}

/** The folders of the runtimes that this package has rows of. One that is imported has its importer there, `importer.ts`. */
const runtimes = join(__dirname, "../../manifest/runtimes");

/** Runtime name, as `gen-bzl import RUNTIME` takes it, → its importer. Each is loaded when it is asked for. */
export const importers: ReadonlyMap<string, KnownImporter> = new Map(
  readdirSync(runtimes)
    .map((name): [string, string] => [name, join(runtimes, name, "importer")])
    .filter(([, module]) => existsSync(`${module}.ts`))
    .map(([name, module]) => [
      name,
      {
        module,
        read: (...given) => load(module).importer(...given),
        asks: () => load(module).asks ?? {},
        division: () => load(module).division,
      },
    ]),
);

function load(module: string): ImporterModule {
  // A runtime is a plug-in: nothing but its folder's name says that it is there.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(module) as ImporterModule;
}
