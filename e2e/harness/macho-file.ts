import { createHash } from "node:crypto";

/** What the tests ask of a Mach-O file for one CPU (mach-o/loader.h, mach-o/nlist.h; for signatures xnu's cs_blobs.h). */
export interface MachoFile {
  /** As `-arch` names it. */
  readonly architecture: string;
  readonly type: "object" | "executable" | "dylib" | "bundle" | "dsym" | "another";
  readonly pie: boolean;
  /** Of the segments and sections, as `__TEXT,__text`. */
  readonly sectionNames: readonly string[];
  /** Whether a segment is both written to and run. */
  readonly writableCode: boolean;
  readonly platform: string | undefined;
  readonly minimumVersion: string | undefined;
  readonly sdkVersion: string | undefined;
  /** What loads it. */
  readonly loader: string | undefined;
  readonly hasEntry: boolean;
  readonly uuid: string | undefined;
  /** By which name programs ask for the library that it is. */
  readonly installName: string | undefined;
  /** The libraries that it asks for, in order. */
  readonly needed: readonly NeededLibrary[];
  readonly rpaths: readonly string[];
  /** Undefined symbols, and the library that each is taken from: its name, or a word of the linker's. */
  readonly undefinedSymbols: readonly UndefinedSymbol[];
  /** Symbols that others may use. */
  readonly exports: readonly string[];
  /** The objects that debug information is in. */
  readonly debugMap: readonly { readonly object: string; readonly time: number }[];
  readonly signature: Signature | undefined;
  /** Kinds of load commands, as loader.h names them without `LC_`; of those that are not known, the number. */
  readonly commands: readonly string[];
}

export interface NeededLibrary {
  readonly name: string;
  /** Whether programs start without it. */
  readonly weak: boolean;
}

export interface UndefinedSymbol {
  readonly name: string;
  readonly library: string;
  readonly weak: boolean;
}

export interface Signature {
  readonly identifier: string;
  /** Whether nobody has signed it: it says what is in the file, and no more. */
  readonly adhoc: boolean;
  /** Whether each page of the file is what the signature says. */
  readonly matches: boolean;
}

const architectures: Readonly<Record<number, string>> = { 0x01000007: "x86_64", 0x0100000c: "arm64" };
const types: Readonly<Record<number, MachoFile["type"]>> = {
  1: "object",
  2: "executable",
  6: "dylib",
  8: "bundle",
  10: "dsym",
};
const platforms: Readonly<Record<number, string>> = { 1: "macos", 2: "ios", 6: "maccatalyst" };
const commandNames: Readonly<Record<number, string>> = {
  0x2: "SYMTAB",
  0xb: "DYSYMTAB",
  0xc: "LOAD_DYLIB",
  0xd: "ID_DYLIB",
  0xe: "LOAD_DYLINKER",
  0x19: "SEGMENT_64",
  0x1b: "UUID",
  0x1d: "CODE_SIGNATURE",
  0x24: "VERSION_MIN_MACOSX",
  0x26: "FUNCTION_STARTS",
  0x29: "DATA_IN_CODE",
  0x2a: "SOURCE_VERSION",
  0x32: "BUILD_VERSION",
  0x80000018: "LOAD_WEAK_DYLIB",
  0x8000001c: "RPATH",
  0x8000001f: "REEXPORT_DYLIB",
  0x80000022: "DYLD_INFO_ONLY",
  0x80000028: "MAIN",
  0x80000033: "DYLD_EXPORTS_TRIE",
  0x80000034: "DYLD_CHAINED_FIXUPS",
};
const flag = { pie: 0x200000, write: 2, execute: 4, external: 1, type: 0xe, stab: 0xe0, weak: 0x40 } as const;
const stab = { object: 0x66 } as const;
const specialLibraries: Readonly<Record<number, string>> = { 0: "itself", 0xfe: "any", 0xff: "the program" };

/** Reads the structure of a Mach-O file of 64 bits for one CPU. Throws when `bytes` are none. */
export function readMachoFile(bytes: Buffer): MachoFile {
  if (bytes.readUInt32LE(0) !== 0xfeedfacf) throw new Error("not a Mach-O file of 64 bits for one CPU");
  const commands = readCommands(bytes);
  const of = (...names: string[]): Command[] => commands.filter(({ name }) => names.includes(name));
  const first = (name: string): Command | undefined => of(name)[0];
  const segments = of("SEGMENT_64").map(readSegment);
  const build = first("BUILD_VERSION")?.bytes;
  const older = first("VERSION_MIN_MACOSX")?.bytes;
  const needed = of("LOAD_DYLIB", "LOAD_WEAK_DYLIB", "REEXPORT_DYLIB").map((command) => ({
    name: textAt(command, 8),
    weak: command.name === "LOAD_WEAK_DYLIB",
  }));
  const symbols = readSymbols(bytes, first("SYMTAB"));
  const own = (name: string, place: number): string | undefined => {
    const command = first(name);
    return command === undefined ? undefined : textAt(command, place);
  };
  const signature = first("CODE_SIGNATURE");
  return {
    architecture: architectures[bytes.readUInt32LE(4)] ?? `cpu ${bytes.readUInt32LE(4)}`,
    type: types[bytes.readUInt32LE(12)] ?? "another",
    pie: (bytes.readUInt32LE(24) & flag.pie) !== 0,
    sectionNames: segments.flatMap(({ sections }) => sections),
    writableCode: segments.some(
      ({ protection }) => (protection & flag.write) !== 0 && (protection & flag.execute) !== 0,
    ),
    platform: build === undefined ? older && "macos" : (platforms[build.readUInt32LE(8)] ?? "another"),
    minimumVersion: versionAt(build, 12) ?? versionAt(older, 8),
    sdkVersion: versionAt(build, 16) ?? versionAt(older, 12),
    loader: own("LOAD_DYLINKER", 8),
    hasEntry: first("MAIN") !== undefined,
    uuid: first("UUID")?.bytes.toString("hex", 8, 24),
    installName: own("ID_DYLIB", 8),
    needed,
    rpaths: of("RPATH").map((command) => textAt(command, 8)),
    undefinedSymbols: symbols
      .filter(({ type }) => (type & flag.stab) === 0 && (type & flag.type) === 0 && (type & flag.external) !== 0)
      .map(({ name, description }) => {
        const ordinal = description >> 8;
        return {
          name,
          library: specialLibraries[ordinal] ?? needed[ordinal - 1]?.name ?? `library ${ordinal}`,
          weak: (description & flag.weak) !== 0,
        };
      }),
    exports: symbols
      .filter(({ type }) => (type & flag.stab) === 0 && (type & flag.type) !== 0 && (type & flag.external) !== 0)
      .map(({ name }) => name),
    debugMap: symbols
      .filter(({ type }) => type === stab.object)
      .map(({ name, value }) => ({ object: name, time: value })),
    signature: signature === undefined ? undefined : readSignature(bytes, signature.bytes.readUInt32LE(8)),
    commands: commands.map(({ name }) => name),
  };
}

/** The files for one CPU each that a universal one holds, by the CPU's name. Throws when `bytes` are none (mach-o/fat.h). */
export function readUniversalFile(bytes: Buffer): Map<string, MachoFile> {
  if (bytes.readUInt32BE(0) !== 0xcafebabe) throw new Error("not a universal file");
  return new Map(
    Array.from({ length: bytes.readUInt32BE(4) }, (_, index): [string, MachoFile] => {
      const entry = 8 + index * 20;
      const start = bytes.readUInt32BE(entry + 8);
      const file = readMachoFile(bytes.subarray(start, start + bytes.readUInt32BE(entry + 12)));
      return [file.architecture, file];
    }),
  );
}

interface Command {
  readonly name: string;
  /** With the eight bytes that tell kind and size. */
  readonly bytes: Buffer;
}

function readCommands(bytes: Buffer): Command[] {
  const commands: Command[] = [];
  let place = 32;
  for (let index = 0; index < bytes.readUInt32LE(16); index++) {
    const kind = bytes.readUInt32LE(place);
    const size = bytes.readUInt32LE(place + 4);
    commands.push({ name: commandNames[kind] ?? kind.toString(16), bytes: bytes.subarray(place, place + size) });
    place += size;
  }
  return commands;
}

function readSegment({ bytes }: Command): { protection: number; sections: string[] } {
  const sections = Array.from({ length: bytes.readUInt32LE(64) }, (_, index) => {
    const start = 72 + index * 80;
    return `${fixedText(bytes, start + 16)},${fixedText(bytes, start)}`;
  });
  return { protection: bytes.readUInt32LE(60), sections };
}

const fixedText = (bytes: Buffer, start: number): string =>
  bytes.toString("latin1", start, start + 16).replace(/\0.*$/s, "");

/** The text to which a command has an offset at `place`. */
function textAt({ bytes }: Command, place: number): string {
  return terminatedText(bytes, bytes.readUInt32LE(place));
}

const terminatedText = (bytes: Buffer, start: number): string =>
  bytes.toString("utf8", start, bytes.indexOf(0, start) < 0 ? bytes.length : bytes.indexOf(0, start));

/** `xxxx.yy.zz` in the nibbles of a word, without a last part of 0. */
function versionAt(bytes: Buffer | undefined, place: number): string | undefined {
  if (bytes === undefined) return undefined;
  const word = bytes.readUInt32LE(place);
  const patch = word & 0xff;
  return `${word >>> 16}.${(word >>> 8) & 0xff}${patch === 0 ? "" : `.${patch}`}`;
}

function readSymbols(bytes: Buffer, table: Command | undefined) {
  if (table === undefined) return [];
  const [symbols, count, names] = [8, 12, 16].map((place) => table.bytes.readUInt32LE(place)) as [
    number,
    number,
    number,
  ];
  return Array.from({ length: count }, (_, index) => {
    const entry = symbols + index * 16;
    return {
      name: terminatedText(bytes, names + bytes.readUInt32LE(entry)),
      type: bytes.readUInt8(entry + 4),
      description: bytes.readUInt16LE(entry + 6),
      value: Number(bytes.readBigUInt64LE(entry + 8)),
    };
  });
}

const magic = { superBlob: 0xfade0cc0, directory: 0xfade0c02 } as const;
const adhoc = 2;

/** The code directory of a signature, whose numbers are of big endian, and whether it is of this file. */
function readSignature(bytes: Buffer, start: number): Signature {
  const blob = bytes.subarray(start);
  if (blob.readUInt32BE(0) !== magic.superBlob) throw new Error("the signature is none");
  const places = Array.from({ length: blob.readUInt32BE(8) }, (_, index) => blob.readUInt32BE(12 + index * 8 + 4));
  const place = places.find((candidate) => blob.readUInt32BE(candidate) === magic.directory);
  if (place === undefined) throw new Error("the signature has no code directory");
  const directory = blob.subarray(place);
  const [hashes, name, , slots, limit] = [16, 20, 24, 28, 32].map((field) => directory.readUInt32BE(field)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const hashSize = directory.readUInt8(36);
  const pageSize = 1 << directory.readUInt8(39);
  const isPage = (index: number): boolean => {
    const page = bytes.subarray(index * pageSize, Math.min((index + 1) * pageSize, limit));
    const hash = createHash("sha256").update(page).digest().subarray(0, hashSize);
    return hash.equals(directory.subarray(hashes + index * hashSize, hashes + (index + 1) * hashSize));
  };
  return {
    identifier: terminatedText(directory, name),
    adhoc: (directory.readUInt32BE(12) & adhoc) !== 0,
    matches: slots === Math.ceil(limit / pageSize) && Array.from({ length: slots }, (_, index) => index).every(isPage),
  };
}
