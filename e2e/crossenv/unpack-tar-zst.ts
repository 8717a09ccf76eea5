import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

import { extract } from "tar";

import { unpackStream } from "../../generator/import/unpack-stream";

/** Unpacks a `.tar.zst` into a folder, with nothing of the machine's. */
export async function unpackTarZst(archive: string, folder: string): Promise<void> {
  await pipeline(unpackStream(createReadStream(archive), "zstd"), extract({ cwd: folder, strict: true }));
}
