import { readElfFile } from "./elf-file";

interface Shape {
  bits: 32 | 64;
  endian: "little" | "big";
  machine: number;
  type: number;
}

/** An ELF file of a header, one PT_INTERP, one PT_DYNAMIC (NEEDED, FLAGS_1), one PT_LOAD over all, .symtab and its strings. */
function elfOf({ bits, endian, machine, type }: Shape): Buffer {
  const bytes = Buffer.alloc(1024);
  const wide = bits === 64;
  const put = (size: 2 | 4 | 8, at: number, value: number): void => {
    const raw = Buffer.alloc(8);
    raw.writeBigUInt64BE(BigInt(value));
    const number = raw.subarray(8 - size);
    bytes.set(endian === "big" ? number : Buffer.from(number).reverse(), at);
  };
  const native = (at: number, value: number): void => put(wide ? 8 : 4, at, value);
  bytes.write("\x7fELF", 0, "latin1");
  bytes[4] = wide ? 2 : 1;
  bytes[5] = endian === "little" ? 1 : 2;
  put(2, 16, type);
  put(2, 18, machine);
  const [segments, sections, strings, dynamic, symbols] = [64, 256, 512, 640, 768];
  native(wide ? 32 : 28, segments);
  native(wide ? 40 : 32, sections);
  const counts: readonly [number, number][] = wide
    ? [
        [54, 56],
        [56, 3],
        [58, 64],
        [60, 3],
        [62, 2],
      ]
    : [
        [42, 32],
        [44, 3],
        [46, 40],
        [48, 3],
        [50, 2],
      ];
  for (const [at, value] of counts) put(2, at, value);
  // Loaded at 0x10000, so that addresses differ from offsets.
  [
    [3, 4, strings + 1],
    [2, 6, dynamic],
    [1, 7, 0],
  ].forEach(([kind, flags, offset], index) => {
    const at = segments + index * (wide ? 56 : 32);
    put(4, at, kind as number);
    put(4, at + (wide ? 4 : 24), flags as number);
    native(at + (wide ? 8 : 4), offset as number);
    native(at + (wide ? 16 : 8), 0x10000 + (offset as number));
    native(at + (wide ? 32 : 16), kind === 1 ? 1024 : 128);
  });
  const texts = "\0/lib/ld.so\0libx.so\0missing\0weak\0";
  bytes.write(texts, strings, "latin1");
  const pairs: readonly [number, number][] = [
    [1, texts.indexOf("libx.so")],
    [5, 0x10000 + strings],
    [0x6ffffffb, 0x08000000],
    [0, 0],
  ];
  pairs.forEach(([tag, value], index) => {
    native(dynamic + index * (wide ? 16 : 8), tag);
    native(dynamic + index * (wide ? 16 : 8) + (wide ? 8 : 4), value);
  });
  const symbolSize = wide ? 24 : 16;
  [
    ["missing", 1],
    ["weak", 2],
  ].forEach(([name, binding], index) => {
    const at = symbols + (index + 1) * symbolSize;
    put(4, at, texts.indexOf(name as string));
    bytes[at + (wide ? 4 : 12)] = (binding as number) << 4;
  });
  [
    [2, symbols, 3 * symbolSize, 1, symbolSize],
    [3, strings, 128, 0, 0],
    [3, strings, 128, 0, 0],
  ].forEach((row, index) => {
    const at = sections + index * (wide ? 64 : 40);
    const [kind, offset, size, link, entrySize] = row as [number, number, number, number, number];
    put(4, at, index === 0 ? texts.indexOf("weak") : 0);
    put(4, at + 4, kind);
    native(at + (wide ? 24 : 16), offset);
    native(at + (wide ? 32 : 20), size);
    put(4, at + (wide ? 40 : 24), link);
    native(at + (wide ? 56 : 36), entrySize);
  });
  return bytes;
}

describe("readElfFile", () => {
  it.each([
    { bits: 64, endian: "little", machine: 183, type: 3, name: "EM_AARCH64" },
    { bits: 64, endian: "big", machine: 22, type: 3, name: "EM_S390" },
    { bits: 32, endian: "little", machine: 40, type: 3, name: "EM_ARM" },
    { bits: 32, endian: "big", machine: 20, type: 3, name: "EM_PPC" },
  ] as const)("reads a $bits-bit $endian-endian file", ({ name, ...shape }) => {
    expect(readElfFile(elfOf(shape))).toEqual({
      bits: shape.bits,
      endian: shape.endian,
      machine: name,
      type: "shared",
      interpreter: "/lib/ld.so",
      needed: ["libx.so"],
      soname: undefined,
      dynamic: true,
      pie: true,
      undefinedSymbols: ["missing"],
      sectionNames: ["weak", "", ""],
      writableCode: true,
    });
  });

  it("refuses what is no ELF file", () => {
    expect(() => readElfFile(Buffer.from("#!/bin/sh\n".padEnd(80)))).toThrow("not an ELF file");
  });
});
