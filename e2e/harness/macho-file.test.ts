import { createHash } from "node:crypto";

import { readMachoFile, readUniversalFile } from "./macho-file";

const word = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value >>> 0, index * 4));
  return bytes;
};
const big = (...values: number[]): Buffer => word(...values).swap32();
const text = (value: string, size: number): Buffer => Buffer.concat([Buffer.from(value), Buffer.alloc(size)], size);
const command = (kind: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([word(kind, 8 + body.length), body]);
};

const segment = command(
  0x19,
  text("__TEXT", 16),
  Buffer.alloc(32),
  word(7, 7, 1, 0),
  text("__text", 16),
  text("__TEXT", 16),
  Buffer.alloc(48),
);
const version = command(0x32, word(1, 0x000b0000, 0x000f0503, 0));
const library = command(0x80000018, word(24, 0, 0, 0), text("@rpath/libx.dylib", 24));
const rpath = command(0x8000001c, word(12), text("@loader_path/lib", 20));
const main = command(0x80000028, Buffer.alloc(16));

/** A program of these commands, its symbols, and, where it is asked for, a signature of one page. */
function program(isSigned: boolean): Buffer {
  const names = Buffer.from("\0_main\0_x\0x.o\0\0\0", "latin1");
  const symbol = (name: number, type: number, description: number, value: number): Buffer => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(name, 0);
    bytes.writeUInt8(type, 4);
    bytes.writeUInt16LE(description, 6);
    bytes.writeBigUInt64LE(BigInt(value), 8);
    return bytes;
  };
  const symbols = Buffer.concat([symbol(1, 0x0f, 0, 4096), symbol(7, 0x01, 0x0140, 0), symbol(10, 0x66, 0, 12)]);
  const others = [segment, version, library, rpath, main];
  const size = others.reduce((sum, { length }) => sum + length, 0) + 24 + (isSigned ? 16 : 0);
  const table = command(0x2, word(32 + size, 3, 32 + size + symbols.length, names.length));
  const end = 32 + size + symbols.length + names.length;
  const commands = [...others, table, ...(isSigned ? [command(0x1d, word(end, 0))] : [])];
  const header = word(0xfeedfacf, 0x0100000c, 0, 2, commands.length, size, 0x200085, 0);
  const unsigned = Buffer.concat([header, ...commands, symbols, names]);
  if (!isSigned) return unsigned;
  const directory = Buffer.concat([
    big(0xfade0c02, 0, 0x20400, 2, 52, 44, 0, 1, end),
    Buffer.from([32, 2, 0, 12]),
    big(0),
    text("prog", 8),
    createHash("sha256").update(unsigned).digest(),
  ]);
  return Buffer.concat([unsigned, big(0xfade0cc0, 0, 1, 0, 20), directory]);
}

test("a program's commands, libraries and symbols", () => {
  expect(readMachoFile(program(false))).toEqual({
    architecture: "arm64",
    type: "executable",
    pie: true,
    sectionNames: ["__TEXT,__text"],
    writableCode: true,
    platform: "macos",
    minimumVersion: "11.0",
    sdkVersion: "15.5.3",
    loader: undefined,
    hasEntry: true,
    uuid: undefined,
    installName: undefined,
    needed: [{ name: "@rpath/libx.dylib", weak: true }],
    rpaths: ["@loader_path/lib"],
    undefinedSymbols: [{ name: "_x", library: "@rpath/libx.dylib", weak: true }],
    exports: ["_main"],
    debugMap: [{ object: "x.o", time: 12 }],
    signature: undefined,
    commands: ["SEGMENT_64", "BUILD_VERSION", "LOAD_WEAK_DYLIB", "RPATH", "MAIN", "SYMTAB"],
  });
});

test("a signature, which no byte may be changed under", () => {
  const signed = program(true);
  expect(readMachoFile(signed).signature).toEqual({ identifier: "prog", adhoc: true, matches: true });
  signed.writeUInt8(1, 28);
  expect(readMachoFile(signed).signature).toEqual({ identifier: "prog", adhoc: true, matches: false });
});

test("a universal file has one for each CPU", () => {
  const own = program(false);
  const universal = Buffer.concat([big(0xcafebabe, 1, 0x0100000c, 0, 28, own.length, 2), own]);
  expect([...readUniversalFile(universal).keys()]).toEqual(["arm64"]);
  expect(() => readUniversalFile(own)).toThrow("not a universal file");
  expect(() => readMachoFile(universal)).toThrow("not a Mach-O file of 64 bits for one CPU");
});
