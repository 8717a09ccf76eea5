import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { decompress } from "fzstd";
import { extract } from "tar";

/** Unpacks a `.tar.zst` into a folder, with nothing of the machine's. */
export async function unpackTarZst(archive: string, folder: string): Promise<void> {
  await pipeline(
    Readable.from([Buffer.from(decompress(readFileSync(archive)))]),
    extract({ cwd: folder, strict: true }),
  );
}
