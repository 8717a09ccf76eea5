import type { SymbolTable } from "../schema/symbol-table";
import { architectureBits, formatStubAssembly, formatVersionScript } from "./stub-assembly";

const table: SymbolTable = {
  imports: { "2.31": ["amd64", "arm64"] },
  node_prefix: "GLIBC_",
  bases: { arm64: "2.17", amd64: "2.2.5" },
  libraries: {
    libc: {
      sonames: { "libc.so.6": ["amd64", "arm64"] },
      aliases: [["__environ", "environ"]],
      symbols: {
        __environ: "D8 base",
        abort: "F base",
        environ: "D8 base",
        memcpy: "F base; F 2.14 amd64",
        stderr: "D8 base",
        old: "F GCC_3.0 amd64 hidden",
      },
    },
  },
};

/** What follows the macros. */
const symbolsOf = (text: string): string[] =>
  text
    .slice(text.indexOf("\n.text\n") + 1)
    .trim()
    .split("\n");

test("symbols that all architectures have alike stand there once, others under a condition on release and architecture", () => {
  expect(symbolsOf(formatStubAssembly(table, "libc"))).toEqual([
    ".text",
    ".space 16",
    'bf "abort"',
    ".if (ARCHITECTURE & (amd64))",
    'f "old@GCC_3.0"',
    ".endif",
    ".if (ARCHITECTURE & (amd64)) && (RELEASE < 14)",
    'bf "memcpy"',
    ".endif",
    ".if (ARCHITECTURE & (amd64)) && (RELEASE >= 14)",
    'hf "memcpy"',
    'f "memcpy@@GLIBC_2.14"',
    ".endif",
    ".if (ARCHITECTURE & (arm64))",
    'bf "memcpy"',
    ".endif",
    ".bss",
    ".balign 16",
    ".Lroom___environ: .space 8",
    'br "__environ", 8, __environ',
    'br "environ", 8, __environ',
    'bd "stderr", 8',
  ]);
});

test("only the macros that are used are defined, for each architecture with its oldest version", () => {
  const text = formatStubAssembly(table, "libc");
  expect([...text.matchAll(/^\.macro (\w+)/gm)].map(([, name]) => name)).toEqual([
    "f",
    "bf",
    "bd",
    "br",
    "hf",
    "bf",
    "bd",
    "br",
    "hf",
  ]);
  expect(text).toContain(
    '.if (ARCHITECTURE & (arm64))\n.macro bf n\n.globl "\\n@@GLIBC_2.17"\n.type "\\n@@GLIBC_2.17", %function\n"\\n@@GLIBC_2.17":\n.endm',
  );
});

test("every node is in the version script, oldest first", () => {
  expect(formatVersionScript(table, "libc")).toBe("GLIBC_2.2.5 {};\nGLIBC_2.14 {};\nGLIBC_2.17 {};\nGCC_3.0 {};\n");
});

test("an architecture's bit follows from the order of the names", () => {
  expect([...architectureBits(table)]).toEqual([
    ["amd64", 1n],
    ["arm64", 2n],
  ]);
});

test("each architecture has a bit of its own, beyond those of a 32-bit number as well", () => {
  const many = (count: number): SymbolTable => ({
    ...table,
    bases: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`cpu${String(index).padStart(2, "0")}`, "2.17"]),
    ),
  });
  const bits = architectureBits(many(40));
  expect([bits.get("cpu31"), bits.get("cpu32"), bits.get("cpu39")]).toEqual([2147483648n, 4294967296n, 549755813888n]);
  expect(new Set(bits.values()).size).toBe(40);
  expect(() => architectureBits(many(64))).toThrow(
    "the symbols of 64 architectures need more bits than the assembler's numbers have",
  );
});

test("nodes begin as the table says", () => {
  const other: SymbolTable = {
    imports: { "14.0": ["amd64"] },
    node_prefix: "FBSD_",
    bases: { amd64: "1.0" },
    libraries: {
      libc: {
        sonames: { "libc.so.7": ["amd64"] },
        aliases: [],
        symbols: { abort: "F base", stat: "F 1.5", own: "F FBSDprivate_1.0" },
      },
    },
  };
  expect(formatVersionScript(other, "libc")).toBe("FBSD_1.0 {};\nFBSDprivate_1.0 {};\nFBSD_1.5 {};\n");
  expect(formatStubAssembly(other, "libc")).toContain('f "stat@@FBSD_1.5"');
});

describe("libraries whose releases count otherwise than their nodes", () => {
  const others: SymbolTable = {
    imports: { "14": ["amd64", "arm64"] },
    node_prefix: "V_",
    newest_nodes: { "14": "1.7" },
    bases: { amd64: "1.0", arm64: "1.0" },
    libraries: {
      libc: {
        sonames: { "libc.so.7": ["amd64", "arm64"] },
        aliases: [],
        taken: ["environ"],
        symbols: { stat: "F 1.0; F 1.5", helper: "F - arm64" },
      },
      libutil: { sonames: { "libutil.so.9": ["amd64"] }, aliases: [], symbols: { hexdump: "F -", table: "D64 -" } },
    },
  };

  test("a symbol without a version has its bare name, and what is taken from the program is left undefined", () => {
    expect(symbolsOf(formatStubAssembly(others, "libc"))).toEqual([
      ".text",
      ".space 16",
      ".if (ARCHITECTURE & (arm64))",
      'f "helper"',
      ".endif",
      ".if (RELEASE < 5)",
      'f "stat@@V_1.0"',
      ".endif",
      ".if (RELEASE >= 5)",
      'f "stat@V_1.0"',
      'f "stat@@V_1.5"',
      ".endif",
      ".bss",
    ]);
    expect(formatStubAssembly(others, "libc")).toContain('\n.globl "environ"\n.text\n');
  });

  test("a library without nodes has a version script that gives none", () => {
    expect(formatVersionScript(others, "libc")).toBe("V_1.0 {};\nV_1.5 {};\n");
    expect(formatVersionScript(others, "libutil")).toBe("{ global: *; };\n");
    expect(symbolsOf(formatStubAssembly(others, "libutil")).slice(2)).toEqual(['f "hexdump"', ".bss", 'd "table", 64']);
  });
});
