import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { Decompress } from "fzstd";
import { extract } from "tar";

/** Unpacks a `.tar.zst` into a folder, with nothing of the machine's. */
export async function unpackTarZst(archive: string, folder: string): Promise<void> {
  await pipeline(Readable.from(decompress(archive)), extract({ cwd: folder, strict: true }));
}

async function* decompress(archive: string): AsyncGenerator<Uint8Array> {
  let chunks: Uint8Array[] = [];
  const stream = new Decompress((chunk) => void chunks.push(chunk));
  for await (const chunk of createReadStream(archive)) {
    stream.push(chunk as Buffer);
    yield* chunks;
    chunks = [];
  }
  stream.push(new Uint8Array(0), true);
  yield* chunks;
}
