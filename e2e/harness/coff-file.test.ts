import { readCoffFile } from "./coff-file";

const [peHeader, sections, rdata] = [0x80, 0x200, 0x400];
/** Addresses differ from offsets: .rdata is loaded at 0x2000. */
const address = (offset: number): number => 0x2000 + offset - rdata;

interface Shape {
  readonly machine: number;
  readonly wide: boolean;
  readonly characteristics: number;
  readonly subsystem: number;
  /** Flags of its first section. */
  readonly textFlags: number;
}

/** A PE image with a section of code and one of data, which has an import of two names, an export of two, a PDB; and a long section name. */
function imageOf({ machine, wide, characteristics, subsystem, textFlags }: Shape): Buffer {
  const bytes = Buffer.alloc(0x800);
  const text = (offset: number, value: string): number => {
    bytes.write(`${value}\0`, offset, "latin1");
    return address(offset);
  };
  const word = (offset: number, ...values: number[]): void =>
    values.forEach((value, index) => bytes.writeUInt32LE(value >>> 0, offset + 4 * index));
  bytes.write("MZ", 0, "latin1");
  word(0x3c, peHeader);
  bytes.write("PE\0\0", peHeader, "latin1");
  const optionalSize = (wide ? 112 : 96) + 16 * 8;
  const [file, optional] = [peHeader + 4, peHeader + 24];
  const strings = 0x700;
  bytes.writeUInt16LE(machine, file);
  bytes.writeUInt16LE(3, file + 2);
  word(file + 8, strings);
  bytes.writeUInt16LE(optionalSize, file + 16);
  bytes.writeUInt16LE(characteristics, file + 18);
  bytes.writeUInt16LE(wide ? 0x20b : 0x10b, optional);
  bytes.writeUInt16LE(subsystem, optional + 68);
  const directories = optional + (wide ? 112 : 96);
  bytes.write(".debug_information\0", strings + 4, "latin1");

  const rows: readonly [string, number, number, number, number][] = [
    [".text", 0x1000, 0x100, sections, textFlags],
    [".rdata", 0x2000, 0x300, rdata, 0x40000040],
    ["/4", 0x3000, 0x10, 0x7f0, 0x42000040],
  ];
  rows.forEach(([name, start, size, offset, flags], index) => {
    const at = optional + optionalSize + 40 * index;
    bytes.write(name, at, "latin1");
    word(at + 8, size, start, size, offset);
    word(at + 36, flags);
  });

  // Imports: one descriptor, whose table names `first` and the ordinal 7.
  const [imports, lookup, exported, debug] = [rdata, rdata + 0x40, rdata + 0x80, rdata + 0x100];
  word(directories + 8, address(imports), 40);
  word(imports, address(lookup), 0, 0, text(rdata + 0x180, "KERNEL32.dll"));
  const size = wide ? 8 : 4;
  bytes.write("first\0", rdata + 0x1a2, "latin1");
  word(lookup, address(rdata + 0x1a0));
  word(lookup + size, wide ? 7 : 0x80000007, ...(wide ? [0x80000000] : []));

  // Exports with the ordinal base 5.
  word(directories, address(exported), 40);
  word(exported + 16, 5, 2, 2, 0, address(rdata + 0xb0), address(rdata + 0xc0));
  word(rdata + 0xb0, text(rdata + 0x1c0, "alpha"), text(rdata + 0x1d0, "beta"));
  bytes.writeUInt16LE(1, rdata + 0xc0);
  bytes.writeUInt16LE(0, rdata + 0xc2);

  word(directories + 6 * 8, address(debug), 28);
  word(debug + 12, 2, 0x40, address(rdata + 0x200), rdata + 0x200);
  bytes.write("RSDS", rdata + 0x200, "latin1");
  text(rdata + 0x218, "program.pdb");
  return bytes;
}

const program = { machine: 0x8664, wide: true, characteristics: 0x22, subsystem: 3, textFlags: 0x60000020 };

describe("readCoffFile", () => {
  it.each([
    ["amd64", program, { bits: 64, machine: "IMAGE_FILE_MACHINE_AMD64", dll: false, subsystem: "console" }],
    [
      "arm64, with a window",
      { ...program, machine: 0xaa64, subsystem: 2 },
      { bits: 64, machine: "IMAGE_FILE_MACHINE_ARM64", subsystem: "windows" },
    ],
    [
      "i386, a DLL",
      { ...program, machine: 0x14c, wide: false, characteristics: 0x2022 },
      { bits: 32, machine: "IMAGE_FILE_MACHINE_I386", dll: true },
    ],
    [
      "an unknown machine, a driver",
      { ...program, machine: 0x1234, subsystem: 1 },
      { machine: "4660", subsystem: "other" },
    ],
  ])("reads an image for %s", (_, shape, expected) => expect(readCoffFile(imageOf(shape))).toMatchObject(expected));

  it.each([true, false])(
    "reads imports, exports, sections and the PDB's name where addresses have 64 bits: %s",
    (wide) =>
      expect(readCoffFile(imageOf({ ...program, wide }))).toMatchObject({
        imports: { "KERNEL32.dll": ["first", "#7"] },
        exports: { alpha: 6, beta: 5 },
        sectionNames: [".text", ".rdata", ".debug_information"],
        pdb: "program.pdb",
        writableCode: false,
      }),
  );

  it("tells of code that can be written", () =>
    expect(readCoffFile(imageOf({ ...program, textFlags: 0xe0000020 })).writableCode).toBe(true));

  it("refuses what is none", () => expect(() => readCoffFile(Buffer.alloc(0x100, "MZ"))).toThrow());
});
