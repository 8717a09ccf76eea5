import { readFileSync } from "node:fs";

import { readCoffFile, type CoffFile } from "./coff-file";
import { readElfFile, type ElfFile } from "./elf-file";
import { readMachoFile, type MachoFile } from "./macho-file";
import { readWasmFile, type WasmFile } from "./wasm-file";

/** A built file, by its format. Another object format adds a member and a line in `readers`. */
export type Artefact =
  | { readonly format: "coff"; readonly coff: CoffFile }
  | { readonly format: "elf"; readonly elf: ElfFile }
  | { readonly format: "macho"; readonly macho: MachoFile }
  | { readonly format: "wasm"; readonly wasm: WasmFile };

const readers: readonly { readonly magic: Buffer; readonly read: (bytes: Buffer) => Artefact }[] = [
  { magic: Buffer.from("\x7fELF", "latin1"), read: (bytes) => ({ format: "elf", elf: readElfFile(bytes) }) },
  { magic: Buffer.from("MZ", "latin1"), read: (bytes) => ({ format: "coff", coff: readCoffFile(bytes) }) },
  { magic: Buffer.from("cffaedfe", "hex"), read: (bytes) => ({ format: "macho", macho: readMachoFile(bytes) }) },
  { magic: Buffer.from("\0asm", "latin1"), read: (bytes) => ({ format: "wasm", wasm: readWasmFile(bytes) }) },
];

/** Reads the file at `path` by the format that its first bytes tell. Throws when it is none that is known. */
export function inspectArtefact(path: string): Artefact {
  const bytes = readFileSync(path);
  const reader = readers.find(({ magic }) => bytes.subarray(0, magic.length).equals(magic));
  if (reader === undefined)
    throw new Error(`${path}: of no known object format; it starts with ${bytes.subarray(0, 8).toString("hex")}`);
  return reader.read(bytes);
}

/** The ELF structure of the file at `path`. Throws when it is of another format. */
export function inspectElf(path: string): ElfFile {
  const artefact = inspectArtefact(path);
  if (artefact.format !== "elf") throw new Error(`${path}: is of the format ${artefact.format}, not elf`);
  return artefact.elf;
}

/** The structure of the Windows image at `path`. Throws when it is of another format. */
export function inspectCoff(path: string): CoffFile {
  const artefact = inspectArtefact(path);
  if (artefact.format !== "coff") throw new Error(`${path}: is of the format ${artefact.format}, not coff`);
  return artefact.coff;
}

/** The structure of the Mach-O file at `path`. Throws when it is of another format. */
export function inspectMacho(path: string): MachoFile {
  const artefact = inspectArtefact(path);
  if (artefact.format !== "macho") throw new Error(`${path}: is of the format ${artefact.format}, not macho`);
  return artefact.macho;
}

/** The structure of the WebAssembly module at `path`. Throws when it is of another format. */
export function inspectWasm(path: string): WasmFile {
  const artefact = inspectArtefact(path);
  if (artefact.format !== "wasm") throw new Error(`${path}: is of the format ${artefact.format}, not wasm`);
  return artefact.wasm;
}

/** Names of the sections of the file at `path`; of a WebAssembly module those of its custom sections. */
export function sectionNamesOf(path: string): readonly string[] {
  const artefact = inspectArtefact(path);
  switch (artefact.format) {
    case "coff":
      return artefact.coff.sectionNames;
    case "elf":
      return artefact.elf.sectionNames;
    case "macho":
      return artefact.macho.sectionNames;
    case "wasm":
      return artefact.wasm.customSections;
  }
}
