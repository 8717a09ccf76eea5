import { readSymbolLists } from "./read-symbol-lists";
import { toSymbolTable } from "./to-symbol-table";

const name = (text: string): number[] => [...Buffer.from(`${text}\0`)];
const versioned = 0;
const unversioned = 0x20;
const weak = 0x40;
const last = 0x80;

/** Two libraries, two versions, two targets; `stat` has two versions, `table` two sizes. */
const bytes = Buffer.from([
  ...[2, ...name("c"), ...name("util")],
  ...[2, 1, 0, 0, 1, 7, 0],
  ...[2, ...name("aarch64-bsd-none"), ...name("x86-bsd-none")],
  ...[4, 0],
  ...[...name("stat"), 0b11, versioned | weak, last | 0, 0b11, last | versioned, last | 1],
  ...[...name("only_here"), 0b01, last | versioned, 0, last | 1],
  ...[...name("hexdump"), 0b11, last | unversioned | 1, last | 1],
  ...[2, 0],
  ...[...name("table"), 0b01, 0x80, 0x02, versioned, last | 0, 0b10, 128 & 0x7f, last | versioned, last | 0],
  ...[0, 0],
]);

const read = (of: Buffer) => readSymbolLists(of, "abilists");
const options = {
  release: "14",
  nodePrefix: "V_",
  targets: new Map([
    ["arm64", "aarch64-bsd-none"],
    ["i686", "x86-bsd-none"],
  ]),
  sonames: { c: "libc.so.7", util: "libutil.so.9" },
};

test("each symbol has its targets, versions and size", () => {
  const { libraries, versions, targets, symbols } = read(bytes);
  expect({ libraries, versions, targets }).toEqual({
    libraries: ["c", "util"],
    versions: ["1.0.0", "1.7.0"],
    targets: ["aarch64-bsd-none", "x86-bsd-none"],
  });
  expect(symbols.map(({ name, versions, isVersioned }) => [name, versions, isVersioned])).toEqual([
    ["stat", ["1.0.0"], true],
    ["stat", ["1.7.0"], true],
    ["only_here", ["1.0.0", "1.7.0"], true],
    ["hexdump", ["1.7.0"], false],
    ["table", ["1.0.0"], true],
    ["table", ["1.0.0"], true],
  ]);
  expect(symbols.slice(4)).toMatchObject([
    { kind: "D", size: 256, targets: ["aarch64-bsd-none"] },
    { kind: "D", size: 0, targets: ["x86-bsd-none"] },
  ]);
});

test("the table has an entry for each version, and architectures where they differ", () => {
  const table = toSymbolTable(read(bytes), { ...options, taken: { c: ["environ"] } });
  expect(table).toEqual({
    imports: { "14": ["arm64", "i686"] },
    node_prefix: "V_",
    newest_nodes: { "14": "1.7" },
    bases: { arm64: "1.0", i686: "1.0" },
    libraries: {
      libc: {
        sonames: { "libc.so.7": ["arm64", "i686"] },
        aliases: [],
        taken: ["environ"],
        symbols: {
          only_here: "F 1.0 arm64; F 1.7 arm64",
          stat: "F 1.0; F 1.7",
          table: "D256 1.0 arm64; D0 1.0 i686",
        },
      },
      libutil: { sonames: { "libutil.so.9": ["arm64", "i686"] }, aliases: [], symbols: { hexdump: "F -" } },
    },
  });
});

test("what is not of that form is told with its place", () => {
  expect(() => read(bytes.subarray(0, 30))).toThrow(/^abilists: at byte 16: a name has no end$/);
  expect(() => read(bytes.subarray(0, -3))).toThrow(/^abilists: at byte \d+: ends too early$/);
  expect(() => read(Buffer.concat([bytes, Buffer.from([1])]))).toThrow(/: goes on after thread-local data$/);
  const wrong = Buffer.from(bytes);
  wrong[bytes.indexOf("hexdump") + 9] = last | 9;
  expect(() => read(wrong)).toThrow(/: there is no library 9$/);
});

test("a target or a library that the lists have not is named, with those that they have", () => {
  const targets = new Map([["amd64", "x86_64-bsd-none"]]);
  expect(() => toSymbolTable(read(bytes), { ...options, targets })).toThrow(
    "architectures: amd64: the symbol lists have no x86_64-bsd-none; they have aarch64-bsd-none, x86-bsd-none",
  );
  expect(() => toSymbolTable(read(bytes), { ...options, sonames: { z: "libz.so.6" } })).toThrow(
    'the symbol lists have no library "z"',
  );
});
