/** What the tests ask of an ELF file. */
export interface ElfFile {
  readonly bits: 32 | 64;
  readonly endian: "little" | "big";
  /** e_machine, as elf.h names it (`EM_AARCH64`), or its number as text where it is none of `machines`. */
  readonly machine: string;
  readonly type: "relocatable" | "executable" | "shared" | "other";
  /** Path of the dynamic loader (PT_INTERP), or undefined. */
  readonly interpreter: string | undefined;
  /** Shared libraries that it names (DT_NEEDED), in order. */
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  /** Whether it has a dynamic section: shared libraries, dynamic programs, and static ones that relocate themselves. */
  readonly dynamic: boolean;
  /** Whether DT_FLAGS_1 says that it is a position-independent executable. */
  readonly pie: boolean;
  /** Symbols with global binding that nothing in the file defines; from both symbol tables. */
  readonly undefinedSymbols: readonly string[];
  readonly sectionNames: readonly string[];
  /** Whether a segment is both writable and executable, or the stack is executable. */
  readonly writableCode: boolean;
}

/** e_machine numbers of elf.h. */
const machines: Readonly<Record<number, string>> = {
  2: "EM_SPARC",
  3: "EM_386",
  4: "EM_68K",
  8: "EM_MIPS",
  20: "EM_PPC",
  21: "EM_PPC64",
  22: "EM_S390",
  40: "EM_ARM",
  62: "EM_X86_64",
  92: "EM_OPENRISC",
  164: "EM_HEXAGON",
  183: "EM_AARCH64",
  243: "EM_RISCV",
  247: "EM_BPF",
  258: "EM_LOONGARCH",
};

const types = { 1: "relocatable", 2: "executable", 3: "shared" } as const;

const programHeader = { dynamic: 2, interpreter: 3, load: 1, gnuStack: 0x6474e551 } as const;
const executable = 1;
const writable = 2;
export const sectionType = {
  symbols: 2,
  dynamicSymbols: 11,
  versionDefinitions: 0x6ffffffd,
  versionNeeds: 0x6ffffffe,
  versions: 0x6fffffff,
} as const;
const dynamicTag = { end: 0, needed: 1, soname: 14, strings: 5, flags1: 0x6ffffffb } as const;
const flagPie = 0x08000000;
const globalBinding = 1;

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

export interface Section {
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  /** Of relocations: the section that they are of. */
  readonly info: number;
  readonly entrySize: number;
}

/** Reads the structure of an ELF file. Throws when `bytes` are not one. */
export function readElfFile(bytes: Buffer): ElfFile {
  const reader = new ElfReader(bytes);
  const segments = reader.readSegments();
  const sections = reader.readSections();
  const dynamic = readDynamic(reader, segments);
  const interpreter = segments.find((segment) => segment.type === programHeader.interpreter);
  const symbolTables = sections.filter(
    (section) => section.type === sectionType.symbols || section.type === sectionType.dynamicSymbols,
  );
  const nameTable = sections[reader.half(reader.wide ? 62 : 50)];
  return {
    bits: reader.wide ? 64 : 32,
    endian: reader.little ? "little" : "big",
    machine: machines[reader.half(18)] ?? String(reader.half(18)),
    type: types[reader.half(16) as keyof typeof types] ?? "other",
    interpreter: interpreter === undefined ? undefined : reader.text(interpreter.offset),
    needed: dynamic.needed,
    soname: dynamic.soname,
    dynamic: segments.some((segment) => segment.type === programHeader.dynamic),
    pie: (dynamic.flags1 & flagPie) !== 0,
    undefinedSymbols: [...new Set(symbolTables.flatMap((table) => readUndefined(reader, table, sections)))].sort(),
    sectionNames:
      nameTable === undefined ? [] : sections.map((section) => reader.text(nameTable.offset + section.nameOffset)),
    writableCode: segments.some(
      ({ type, flags }) =>
        (type === programHeader.load || type === programHeader.gnuStack) &&
        (flags & executable) !== 0 &&
        (flags & writable) !== 0,
    ),
  };
}

/** The numbers and structures of an ELF file, whatever its class and byte order. */
export class ElfReader {
  readonly wide: boolean;
  readonly little: boolean;

  constructor(private readonly bytes: Buffer) {
    if (bytes.length < 52 || bytes.readUInt32BE(0) !== 0x7f454c46)
      throw new Error("not an ELF file: it does not start with its magic number");
    this.wide = bytes[4] === 2;
    this.little = bytes[5] === 1;
  }

  half(offset: number): number {
    return this.little ? this.bytes.readUInt16LE(offset) : this.bytes.readUInt16BE(offset);
  }

  word(offset: number): number {
    return this.little ? this.bytes.readUInt32LE(offset) : this.bytes.readUInt32BE(offset);
  }

  byte(offset: number): number {
    return this.bytes.readUInt8(offset);
  }

  /** A number of the class's width. Addresses and offsets of real files stay below 2^53, but for tags of -1 kind. */
  native(offset: number): number {
    if (!this.wide) return this.word(offset);
    return Number(this.little ? this.bytes.readBigUInt64LE(offset) : this.bytes.readBigUInt64BE(offset));
  }

  text(offset: number): string {
    return this.bytes.toString("utf8", offset, this.bytes.indexOf(0, offset));
  }

  readSegments(): Segment[] {
    const [start, entrySize, count] = this.wide
      ? [this.native(32), this.half(54), this.half(56)]
      : [this.native(28), this.half(42), this.half(44)];
    return rowsAt(start, entrySize, count).map((at) =>
      this.wide
        ? {
            type: this.word(at),
            flags: this.word(at + 4),
            offset: this.native(at + 8),
            address: this.native(at + 16),
            size: this.native(at + 32),
          }
        : {
            type: this.word(at),
            flags: this.word(at + 24),
            offset: this.word(at + 4),
            address: this.word(at + 8),
            size: this.word(at + 16),
          },
    );
  }

  readSections(): Section[] {
    const [start, entrySize, count] = this.wide
      ? [this.native(40), this.half(58), this.half(60)]
      : [this.native(32), this.half(46), this.half(48)];
    return rowsAt(start, entrySize, start === 0 ? 0 : count).map((at) => ({
      nameOffset: this.word(at),
      type: this.word(at + 4),
      flags: this.native(at + 8),
      offset: this.native(at + (this.wide ? 24 : 16)),
      size: this.native(at + (this.wide ? 32 : 20)),
      link: this.word(at + (this.wide ? 40 : 24)),
      info: this.word(at + (this.wide ? 44 : 28)),
      entrySize: this.native(at + (this.wide ? 56 : 36)),
    }));
  }
}

export function rowsAt(start: number, size: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index * size);
}

function readDynamic(
  reader: ElfReader,
  segments: readonly Segment[],
): { needed: string[]; soname: string | undefined; flags1: number } {
  const segment = segments.find(({ type }) => type === programHeader.dynamic);
  if (segment === undefined) return { needed: [], soname: undefined, flags1: 0 };
  const width = reader.wide ? 8 : 4;
  const entries: { tag: number; value: number }[] = [];
  for (let at = segment.offset; at < segment.offset + segment.size; at += 2 * width) {
    const tag = reader.native(at);
    if (tag === dynamicTag.end) break;
    entries.push({ tag, value: reader.native(at + width) });
  }
  const valueOf = (wanted: number): number | undefined => entries.find(({ tag }) => tag === wanted)?.value;
  const stringsAddress = valueOf(dynamicTag.strings);
  const home = segments.find(
    ({ type, address, size }) =>
      type === programHeader.load &&
      stringsAddress !== undefined &&
      stringsAddress >= address &&
      stringsAddress < address + size,
  );
  const textAt = (offset: number): string =>
    home === undefined || stringsAddress === undefined
      ? ""
      : reader.text(home.offset + stringsAddress - home.address + offset);
  const soname = valueOf(dynamicTag.soname);
  return {
    needed: entries.filter(({ tag }) => tag === dynamicTag.needed).map(({ value }) => textAt(value)),
    soname: soname === undefined ? undefined : textAt(soname),
    flags1: valueOf(dynamicTag.flags1) ?? 0,
  };
}

function readUndefined(reader: ElfReader, table: Section, sections: readonly Section[]): string[] {
  const strings = sections[table.link];
  if (strings === undefined || table.entrySize === 0) return [];
  // The first entry of a symbol table is reserved and names nothing.
  const entries = rowsAt(table.offset, table.entrySize, table.size / table.entrySize).slice(1);
  const isUndefined = (at: number): boolean => {
    const binding = reader.byte(at + (reader.wide ? 4 : 12)) >> 4;
    return reader.half(at + (reader.wide ? 6 : 14)) === 0 && binding === globalBinding;
  };
  return entries.filter(isUndefined).map((at) => reader.text(strings.offset + reader.word(at)));
}
