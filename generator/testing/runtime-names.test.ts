import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { globSync } from "fast-glob";

const root = join(__dirname, "../..");

/** What runtimes are called: their folders, and what upstream and triples say for short. */
const names = [...readdirSync(join(root, "manifest/runtimes")), "mingw", "wasi", "libcxx"];
const name = new RegExp(names.map((one) => one.replaceAll("+", "\\+")).join("|"), "i");

/** What may be said all the same: which text, in which files, why. */
const exceptions: readonly { readonly text: RegExp; readonly files: string; readonly because: string }[] = [
  {
    text: /.+/,
    files: "generator/import/llvm/",
    because: "one build of upstream's makes several runtimes, and their importers share it",
  },
  {
    text: /"(?:wasi|musl)"/,
    files: "generator/schema/target-words.ts",
    because: "Bazel's systems and LLVM's ABIs are called so",
  },
  { text: /-rtlib=compiler-rt/, files: "bzlmod/toolchain/flags.bzl", because: "clang spells the option so" },
  {
    text: /-w64-mingw32|wasm32-\S*wasip1[\w-]*/,
    files: "bzlmod/",
    because: "triples have it, which clang looks for",
  },
  { text: /lld\/MinGW\/Driver\.cpp|MinGW::\w+/, files: "bzlmod/", because: "LLVM's source is called so" },
  { text: /ABI_GLIBC_VERSION/, files: "bzlmod/toolchain/make_variables.bzl", because: "Bazel calls the variable so" },
  { text: /glibc/i, files: "bzlmod/contract/", because: "what is checked of programs is the versions of its symbols" },
];

const files = globSync(["generator/**/*.ts", "bzlmod/**", "templates/**"], {
  cwd: root,
  ignore: ["**/*.test.ts", "generator/testing/**"],
}).sort();

const lines = files.flatMap((file) =>
  readFileSync(join(root, file), "utf8")
    .split("\n")
    .map((text, index) => ({ file, place: `${file}:${index + 1}`, text })),
);

/** The text without what exceptions allow. */
function withoutAllowed(file: string, text: string): string {
  return exceptions
    .filter(({ files: where }) => file.startsWith(where))
    .reduce((rest, { text: allowed }) => rest.replaceAll(new RegExp(allowed, "gi"), ""), text);
}

test("nothing but a runtime's own folder names it: what all have in common is said of any", () => {
  const named = lines.filter(({ file, text }) => name.test(withoutAllowed(file, text)));
  expect(named.map(({ place, text }) => `${place}: ${text.trim()}`)).toEqual([]);
});

test.each(exceptions)("an exception is needed: $because", ({ text, files: where }) => {
  expect(lines.some((line) => line.file.startsWith(where) && name.test(text.exec(line.text)?.[0] ?? ""))).toBe(true);
});
