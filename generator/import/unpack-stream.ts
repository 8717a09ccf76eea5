import { Duplex, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import { Zstd } from "@hpcc-js/wasm-zstd";
import unbzip2Stream from "unbzip2-stream";
import { XzReadableStream } from "xz-decompress";

/** How a tar archive can be compressed. */
export type Compression = "none" | "gzip" | "bzip2" | "xz" | "zstd";

/** Bytes of the file's start that `detectCompression` wants to see. */
export const detectionLength = 512;

const magics: readonly { readonly compression: Compression; readonly offset: number; readonly bytes: Buffer }[] = [
  { compression: "gzip", offset: 0, bytes: Buffer.from([0x1f, 0x8b]) },
  { compression: "bzip2", offset: 0, bytes: Buffer.from("BZh", "latin1") },
  { compression: "xz", offset: 0, bytes: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) },
  { compression: "zstd", offset: 0, bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  { compression: "none", offset: 257, bytes: Buffer.from("ustar", "latin1") },
];

/** How the archive that starts with `start` is compressed; undefined when it is no archive of a known form. Its name does not count. */
export function detectCompression(start: Buffer): Compression | undefined {
  return magics.find(({ offset, bytes }) => start.subarray(offset, offset + bytes.length).equals(bytes))?.compression;
}

/** The uncompressed bytes of `packed`. Damage is reported as the stream's error. */
export function unpackStream(packed: Readable, compression: Compression): Readable {
  switch (compression) {
    case "none":
      return packed;
    case "gzip":
      return through(packed, createGunzip());
    case "bzip2":
      return unpackBzip2(packed);
    case "xz":
      return Readable.fromWeb(new XzReadableStream(Readable.toWeb(packed) as never));
    case "zstd":
      return Readable.from(unpackZstd(packed));
  }
}

/** `packed` piped into `transform`, so that an error of either ends the result. */
function through(packed: Readable, transform: Duplex): Readable {
  packed.once("error", (error) => transform.destroy(error));
  return packed.pipe(transform);
}

/** unbzip2-stream is a stream of Node's oldest kind: it ends up in `wrap`, which is made for these, not in a pipeline. */
function unpackBzip2(packed: Readable): Readable {
  const unpacked = unbzip2Stream();
  packed.once("error", (error) => unpacked.emit("error", error));
  return new Readable().wrap(packed.pipe(unpacked));
}

/** What the decompressor is given at once, and the most that it may make of it: a frame that says more is no archive of sources. */
const zstdBytes = { packed: 1 << 15, unpacked: 1 << 26 };

/** The library has one decompressor, which streams take one after the other. */
let isFree: Promise<void> = Promise.resolve();

async function* unpackZstd(packed: Readable): AsyncGenerator<Buffer> {
  const turn = isFree;
  let release = (): void => undefined;
  isFree = new Promise((resolve) => (release = resolve));
  await turn;
  try {
    const decompressor = await Zstd.load();
    decompressor.reset();
    for await (const chunk of packed as AsyncIterable<Buffer>)
      for (let at = 0; at < chunk.length; at += zstdBytes.packed) {
        const unpacked = decompressor.decompressChunk(chunk.subarray(at, at + zstdBytes.packed), zstdBytes.unpacked);
        if (unpacked.length === zstdBytes.unpacked) throw new Error("zstd: more than 64 MiB in a single block");
        yield Buffer.from(unpacked);
      }
  } finally {
    release();
  }
}
