import type { SymbolTable } from "../schema/symbol-table";
import { resolveSymbols } from "./resolve-symbols";

const both = ["amd64", "arm64"];

const tableOf = (libraries: Readonly<Record<string, Readonly<Record<string, string>>>>): SymbolTable => ({
  imports: { "2.31": both, "2.36": both, "2.41": both },
  node_prefix: "V_",
  bases: { amd64: "2.2.5", arm64: "2.17" },
  libraries: Object.fromEntries(
    Object.entries(libraries).map(([name, symbols]) => [
      name,
      { sonames: { [`${name}.so`]: both }, aliases: [], symbols },
    ]),
  ),
});

/** `name@@NODE 34..36`: the default one from 2.34 to 2.35. */
const spansOf = (libraries: Parameters<typeof tableOf>[0], library = "libc", architecture = "amd64") =>
  resolveSymbols(tableOf(libraries), library)
    .filter(({ architectures }) => architectures.includes(architecture))
    .map(({ name, node, isDefault, from, until }) => `${name}${isDefault ? "@@" : "@"}${node} ${from}..${until ?? ""}`);

test("a symbol is there from its version on, the newest version as the default one", () => {
  expect(spansOf({ libc: { memcpy: "F base; F 2.14 amd64", abort: "F base" } })).toEqual([
    "memcpy@@base 0..14",
    "memcpy@base 14..",
    "memcpy@@2.14 14..",
    "abort@@base 0..",
  ]);
});

test("other architectures' versions are not seen", () => {
  expect(spansOf({ libc: { memcpy: "F base; F 2.14 amd64" } }, "libc", "arm64")).toEqual(["memcpy@@base 0.."]);
});

test("a function that came to another library between two imports came with its next version there, and left the other then", () => {
  const libraries = {
    libc: { pthread_create: "F base in 2.36.. hidden since 2.34; F 2.34" },
    libpthread: { pthread_create: "F base in ..2.31" },
  };
  expect(spansOf(libraries)).toEqual(["pthread_create@base 34..", "pthread_create@@2.34 34.."]);
  expect(spansOf(libraries, "libpthread")).toEqual(["pthread_create@@base 0..34"]);
});

test("where nothing tells the release of a change, it is that of the later import", () => {
  expect(spansOf({ libc: { a: "F base in 2.36..", b: "F base in ..2.31" } })).toEqual([
    "a@@base 36..",
    "b@@base 0..36",
  ]);
});

test("a symbol is hidden since the release that the source names, if the imports agree", () => {
  expect(spansOf({ libc: { sysctl: "F base hidden 2.36.. since 2.32" } })).toEqual([
    "sysctl@@base 0..32",
    "sysctl@base 32..",
  ]);
  expect(spansOf({ libc: { old: "F base hidden 2.36.. since 2.17" } })).toEqual(["old@@base 0..36", "old@base 36.."]);
  expect(spansOf({ libc: { older: "F base hidden since 2.26" } })).toEqual(["older@@base 0..26", "older@base 26.."]);
  expect(spansOf({ libc: { ever: "F base hidden" } })).toEqual(["ever@base 0.."]);
});

test("the default version is the newest that is not hidden", () => {
  expect(spansOf({ libc: { setjmp: "F base; F 2.19 hidden" } })).toEqual(["setjmp@@base 0..", "setjmp@2.19 19.."]);
});

test("an entry that is not of the table's form is an error", () => {
  expect(() => spansOf({ libc: { bad: "G base" } })).toThrow('"G base" is not an entry of the symbol table');
});
