import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { readMri, type MriScript } from "./read-mri";

const read = (text: string): MriScript => readMri(sourceTreeOf({ "a.mri": text }), "a.mri");

test("what it creates, and of which archives, in order; comments are none", () => {
  expect(read("CREATE liba.a\n; not ADDLIB libno.a\nADDLIB libb.a ; why\n* note\nADDLIB libc.a\nSAVE\nEND\n")).toEqual({
    creates: "liba.a",
    adds: ["libb.a", "libc.a"],
  });
});

test("refuses any other command, and a script that merges nothing", () => {
  expect(() => read("ADDMOD x.o\n")).toThrow("a.mri: not a command that merges archives: ADDMOD x.o");
  expect(() => read("CREATE a\nSAVE\n")).toThrow("a.mri: merges no archive");
});
