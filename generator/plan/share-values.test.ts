import { printFile } from "../starlark/print-file";
import { Assignment, Call, Name, type Value } from "../starlark/syntax";
import { shareValues } from "./share-values";

const rule = new Name("source_set");
const call = (name: string, attributes: Record<string, Value>): Call => new Call(rule, { name, ...attributes });
const print = ({ constants, calls }: { constants: Assignment[]; calls: Call[] }): string =>
  printFile({ statements: [...constants, ...calls] });
const flags = ["-O2", "-w", "-std=c99"];

test("a list that two calls are given is a constant", () => {
  const calls = [call("a", { flags }), call("b", { flags: [...flags] })];
  const shared = shareValues({ prefix: "LIBC", calls, shared: ["flags"] }, new Set());
  expect(shared.constants).toEqual([new Assignment("LIBC_FLAGS", flags)]);
  expect(print(shared).match(/flags = LIBC_FLAGS/g)).toHaveLength(2);
});

test("each value that is repeated has a name of its own, which the file does not have yet", () => {
  const others = ["-O3", "-w", "-std=c99"];
  const calls = [flags, others, flags, others].map((value, index) => call(`set_${index}`, { flags: value }));
  const taken = new Set(["LIBC_FLAGS"]);
  const { constants } = shareValues({ prefix: "LIBC", calls, shared: ["flags"] }, taken);
  expect(constants.map(({ name }) => name)).toEqual(["LIBC_FLAGS_2", "LIBC_FLAGS_3"]);
  expect([...taken]).toEqual(["LIBC_FLAGS", "LIBC_FLAGS_2", "LIBC_FLAGS_3"]);
});

test("what stands once, is short, or is not among the arguments to look at stays where it is", () => {
  const calls = [
    call("a", { flags, c_flags: ["-w"], search_path: flags }),
    call("b", { flags: ["-O3", "-w", "-std=c99"], c_flags: ["-w"], search_path: flags }),
  ];
  const shared = shareValues({ prefix: "LIBC", calls, shared: ["flags", "c_flags"] }, new Set());
  expect(shared.constants).toEqual([]);
  expect(print(shared)).toBe(print({ constants: [], calls }));
});

test("a dictionary is shared as a list is, whatever else the call says", () => {
  const table = { "a.c": ["-O3"], "b.c": ["-O3"], "c.c": ["-O3"] };
  const calls = [call("a", { source_flags: table }), call("b", { flags, source_flags: { ...table } })];
  const shared = shareValues({ prefix: "LIBC", calls, shared: ["source_flags"] }, new Set());
  expect(shared.calls.map(({ attributes }) => attributes["source_flags"])).toEqual([
    new Name("LIBC_SOURCE_FLAGS"),
    new Name("LIBC_SOURCE_FLAGS"),
  ]);
});
