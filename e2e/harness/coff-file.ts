/** What the tests ask of a PE image: a program or a DLL for Windows. */
export interface CoffFile {
  readonly bits: 32 | 64;
  /** The machine, as Microsoft's documentation names it (`IMAGE_FILE_MACHINE_AMD64`), or its number as text. */
  readonly machine: string;
  readonly dll: boolean;
  readonly subsystem: "console" | "windows" | "other";
  /** DLL, as the file spells it → what is imported from it: names, and ordinals as `#7`. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** Exported names → their ordinals. */
  readonly exports: Readonly<Record<string, number>>;
  readonly sectionNames: readonly string[];
  /** Path of its PDB, as the debug directory says it. */
  readonly pdb: string | undefined;
  /** Whether a section is both writable and executable. */
  readonly writableCode: boolean;
}

const machines: Readonly<Record<number, string>> = {
  0x14c: "IMAGE_FILE_MACHINE_I386",
  0x1c4: "IMAGE_FILE_MACHINE_ARMNT",
  0x8664: "IMAGE_FILE_MACHINE_AMD64",
  0xaa64: "IMAGE_FILE_MACHINE_ARM64",
};

const isDll = 0x2000;
const executable = 0x20000000;
const writable = 0x80000000;
const directories = { export: 0, import: 1, debug: 6 } as const;
const codeView = 2;

interface Section {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  readonly flags: number;
}

/** Reads the structure of a PE image. Throws when `bytes` are not one. */
export function readCoffFile(bytes: Buffer): CoffFile {
  const header = bytes.readUInt32LE(0x3c) + 4;
  if (bytes.toString("latin1", header - 4, header) !== "PE\0\0")
    throw new Error("not a PE image: it has no PE signature");
  const optional = header + 20;
  const wide = bytes.readUInt16LE(optional) === 0x20b;
  const image = new Image(bytes, readSections(bytes, header), optional + (wide ? 112 : 96));
  const number = bytes.readUInt16LE(header);
  return {
    bits: wide ? 64 : 32,
    machine: machines[number] ?? String(number),
    dll: (bytes.readUInt16LE(header + 18) & isDll) !== 0,
    subsystem: ({ 2: "windows", 3: "console" } as const)[bytes.readUInt16LE(optional + 68)] ?? "other",
    imports: image.readImports(wide),
    exports: image.readExports(),
    sectionNames: image.sections.map(({ name }) => name),
    pdb: image.readPdb(),
    writableCode: image.sections.some(({ flags }) => (flags & executable) !== 0 && (flags & writable) !== 0),
  };
}

/** Long names of sections are in the string table, after the symbols. */
function readSections(bytes: Buffer, header: number): Section[] {
  const strings = bytes.readUInt32LE(header + 8) + 18 * bytes.readUInt32LE(header + 12);
  const first = header + 20 + bytes.readUInt16LE(header + 16);
  return Array.from({ length: bytes.readUInt16LE(header + 2) }, (_, index) => {
    const at = first + 40 * index;
    const short = bytes.toString("latin1", at, at + 8).replace(/\0.*$/, "");
    return {
      name: short.startsWith("/") ? textAt(bytes, strings + Number(short.slice(1))) : short,
      size: Math.max(bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 16)),
      address: bytes.readUInt32LE(at + 12),
      offset: bytes.readUInt32LE(at + 20),
      flags: bytes.readUInt32LE(at + 36),
    };
  });
}

function textAt(bytes: Buffer, offset: number): string {
  return bytes.toString("latin1", offset, bytes.indexOf(0, offset));
}

class Image {
  constructor(
    private readonly bytes: Buffer,
    readonly sections: readonly Section[],
    private readonly directoryTable: number,
  ) {}

  readImports(wide: boolean): Record<string, string[]> {
    const imports: Record<string, string[]> = {};
    const { offset } = this.directory(directories.import);
    if (offset === undefined) return imports;
    for (let at = offset; this.bytes.readUInt32LE(at + 12) !== 0; at += 20) {
      const lookup = this.place(this.bytes.readUInt32LE(at) || this.bytes.readUInt32LE(at + 16));
      imports[textAt(this.bytes, this.place(this.bytes.readUInt32LE(at + 12)))] = this.readLookup(lookup, wide);
    }
    return imports;
  }

  private readLookup(table: number, wide: boolean): string[] {
    const names: string[] = [];
    const size = wide ? 8 : 4;
    for (let at = table; ; at += size) {
      const low = this.bytes.readUInt32LE(at);
      const high = wide ? this.bytes.readUInt32LE(at + 4) : low;
      if (low === 0 && high === 0) return names;
      names.push((high & 0x80000000) !== 0 ? `#${low & 0xffff}` : textAt(this.bytes, this.place(low) + 2));
    }
  }

  readExports(): Record<string, number> {
    const { offset: table } = this.directory(directories.export);
    if (table === undefined) return {};
    const base = this.bytes.readUInt32LE(table + 16);
    const names = this.place(this.bytes.readUInt32LE(table + 32));
    const ordinals = this.place(this.bytes.readUInt32LE(table + 36));
    const entries = Array.from({ length: this.bytes.readUInt32LE(table + 24) }, (_, index): [string, number] => [
      textAt(this.bytes, this.place(this.bytes.readUInt32LE(names + 4 * index))),
      base + this.bytes.readUInt16LE(ordinals + 2 * index),
    ]);
    return Object.fromEntries(entries);
  }

  /** The entry of the debug directory that is CodeView's: `RSDS`, a GUID, an age, and the path. */
  readPdb(): string | undefined {
    const { offset, size } = this.directory(directories.debug);
    for (let at = offset ?? 0; offset !== undefined && at < offset + size; at += 28) {
      if (this.bytes.readUInt32LE(at + 12) !== codeView) continue;
      const path = textAt(this.bytes, this.bytes.readUInt32LE(at + 24) + 24);
      if (path !== "") return path;
    }
    return undefined;
  }

  private directory(index: number): { readonly offset: number | undefined; readonly size: number } {
    const address = this.bytes.readUInt32LE(this.directoryTable + 8 * index);
    return {
      offset: address === 0 ? undefined : this.place(address),
      size: this.bytes.readUInt32LE(this.directoryTable + 8 * index + 4),
    };
  }

  /** Where in the file an address of the image lies. */
  private place(address: number): number {
    const section = this.sections.find(
      (candidate) => address >= candidate.address && address < candidate.address + candidate.size,
    );
    if (section === undefined)
      throw new Error(`a PE image refers to the address ${address}, which is in none of its sections`);
    return section.offset + address - section.address;
  }
}
