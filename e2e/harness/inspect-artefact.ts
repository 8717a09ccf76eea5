import { readFileSync } from "node:fs";

import { readElfFile, type ElfFile } from "./elf-file";

/** A built file, by its format. Another object format adds a member and a line in `readers`. */
export type Artefact = { readonly format: "elf"; readonly elf: ElfFile };

const readers: readonly { readonly magic: Buffer; readonly read: (bytes: Buffer) => Artefact }[] = [
  { magic: Buffer.from("\x7fELF", "latin1"), read: (bytes) => ({ format: "elf", elf: readElfFile(bytes) }) },
];

/** Reads the file at `path` by the format that its first bytes tell. Throws when it is none that is known. */
export function inspectArtefact(path: string): Artefact {
  const bytes = readFileSync(path);
  const reader = readers.find(({ magic }) => bytes.subarray(0, magic.length).equals(magic));
  if (reader === undefined) throw new Error(`${path}: of no known object format; it starts with ${bytes.subarray(0, 8).toString("hex")}`);
  return reader.read(bytes);
}

/** The ELF structure of the file at `path`. Throws when it is of another format. */
export function inspectElf(path: string): ElfFile {
  return inspectArtefact(path).elf;
}
