import { readWasmFile, withNarrowTable } from "./wasm-file";

const text = (value: string): number[] => [value.length, ...Buffer.from(value, "latin1")];
const section = (id: number, content: readonly number[]): number[] => [id, content.length, ...content];
const moduleOf = (...sections: readonly number[][]): Buffer =>
  Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

const imports = section(2, [
  4,
  ...text("host"),
  ...text("call"),
  0,
  3,
  ...text("env"),
  ...text("table"),
  1,
  0x70,
  1,
  2,
  9,
  ...text("env"),
  ...text("memory"),
  2,
  4,
  1,
  ...text("env"),
  ...text("place"),
  3,
  0x7f,
  1,
]);
const wideTable = section(4, [1, 0x70, 5, 1, 1]);
const exports = section(7, [2, ...text("run"), 0, 0, ...text("memory"), 2, 0]);

describe("readWasmFile", () => {
  it("reads what a module takes and gives", () =>
    expect(readWasmFile(moduleOf(imports, exports))).toEqual({
      imports: ["host.call", "env.table", "env.memory", "env.place"],
      exports: ["run", "memory"],
      memory64: true,
      sharedMemory: false,
      maximumPages: undefined,
      exceptions: false,
      customSections: [],
    }));

  it.each([
    ["32", 1, false],
    ["64", 5, true],
  ])("reads a memory of %s-bit addresses", (_, flags, memory64) =>
    expect(readWasmFile(moduleOf(section(5, [1, flags, 1, 2]))).memory64).toBe(memory64),
  );

  it("reads of a memory that is shared how many pages it may have", () =>
    expect(readWasmFile(moduleOf(section(5, [1, 3, 1, 0x80, 0x80, 1])))).toMatchObject({
      sharedMemory: true,
      maximumPages: 16384,
      memory64: false,
    }));

  it("tells of exceptions and names custom sections, numbers of several bytes included", () => {
    const long = [0, 0x83, 0x01, ...text("name"), ...new Array<number>(126).fill(0)];
    expect(readWasmFile(moduleOf(long, section(13, [1, 0, 0])))).toMatchObject({
      exceptions: true,
      customSections: ["name"],
    });
  });

  it("refuses what is none", () =>
    expect(() => readWasmFile(Buffer.from("\0asm\x02\0\0\0", "latin1"))).toThrow("not a WebAssembly module"));
});

describe("withNarrowTable", () => {
  it("changes a table that nothing uses, and nothing else", () => {
    const module = moduleOf(wideTable, exports);
    const narrowed = withNarrowTable(module);
    const changed = [...module.keys()].filter((index) => module[index] !== narrowed?.[index]);
    expect(changed.map((index) => [module[index], narrowed?.[index]])).toEqual([[5, 1]]);
  });

  it("leaves a module without a table as it is", () =>
    expect(withNarrowTable(moduleOf(exports))).toEqual(moduleOf(exports)));
  it("has no answer where the table is used", () =>
    expect(withNarrowTable(moduleOf(wideTable, section(9, [0])))).toBeUndefined());
});
