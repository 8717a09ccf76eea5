import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { readMri } from "./read-mri";

const read = (text: string): string[] => readMri(sourceTreeOf({ "a.mri": text }), "a.mri");

test("lists the archives in order; comments are none", () => {
  expect(read("CREATE liba.a\n; not ADDLIB libno.a\nADDLIB libb.a ; why\n* note\nADDLIB libc.a\nSAVE\nEND\n")).toEqual([
    "libb.a",
    "libc.a",
  ]);
});

test("refuses any other command, and a script that merges nothing", () => {
  expect(() => read("ADDMOD x.o\n")).toThrow("a.mri: not a command that merges archives: ADDMOD x.o");
  expect(() => read("CREATE a\nSAVE\n")).toThrow("a.mri: merges no archive");
});
