import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { ImportRows } from "../import/importer";
import type { SourceTree } from "../import/source-tree";
import { toSourceSet } from "../import/source-variants";
import type { ImportContent } from "../schema/import-file";
import { runIn } from "../testing/run-in";
import { editFile, readFiles, sampleFiles, writeFiles, writeTemporary } from "../testing/sample-manifest";

// An importer that asks about its targets one by one: a source of its own for each architecture, and two that all have.
jest.mock("../import/importers", () => {
  const read = (_tree: SourceTree, version: string, { targets, systems }: ImportRows): ImportContent => ({
    runtime: "asking",
    version,
    sets: {
      c: toSourceSet(
        targets.map(({ architecture }) => ({ architecture, sources: ["src/a.c", "src/b.c", `src/${architecture}.c`] })),
        { systems },
      ),
    },
    facts: {},
  });
  const asking = {
    module: require.resolve("../../manifest/runtimes/compiler-rt/importer").replace(/\.ts$/, ""),
    read,
    division: () => ({ by: "target", wants: (path: string) => path.endsWith(".c") }),
  };
  return { importers: new Map([["asking", asking]]) };
});

let folder: ReturnType<typeof writeTemporary>;
afterEach(() => folder.remove());

const importAsked = async (...more: string[]): Promise<string> => {
  const { stdout, stderr } = await runIn(folder.path, [
    ...["import", "asking", "1.2.5", "--from", "tree", "--manifest", "manifest"],
    ...more,
  ]);
  return stderr === "" ? stdout.split("\n")[0]! : stderr;
};
const path = (): string => join(folder.path, "imports/asking-1.2.5.json");
const edit = (file: string, from: string, to: string): void =>
  writeFiles(folder.path, { [file]: editFile(readFiles(folder.path), file, from, to)[file]! });
const withTarget = (architecture: string): void =>
  writeFiles(folder.path, {
    "manifest/targets.yaml": `${readFileSync(join(folder.path, "manifest/targets.yaml"), "utf8")}- {architecture: ${architecture}, system: linux_musl}\n`,
  });

beforeEach(async () => {
  folder = writeTemporary({ ...sampleFiles, "tree/src/a.c": "", "tree/src/b.c": "", "tree/README": "" });
  edit("manifest/systems.yaml", "stack: [musl]", "stack: [musl, asking]");
  writeFiles(folder.path, {
    "manifest/runtimes/asking.yaml":
      "name: asking\nrole: builtins\nversions: [{version: 1.2.5, archive: musl-1.2.5, default: true}]\ncolumns: {asked: Is asked.}\n",
  });
  expect(await importAsked()).toBe("imports/asking-1.2.5.json: written");
});

const anew = async (): Promise<string> => {
  rmSync(path());
  await importAsked();
  return readFileSync(path(), "utf8");
};

test("is asked nothing where nothing has changed, and all where that is wanted", async () => {
  expect(await importAsked()).toBe(
    "imports/asking-1.2.5.json: unchanged, and nothing asked: it was made of the same rows and files (--anew asks all the same)",
  );
  expect(await importAsked("--anew")).toBe("imports/asking-1.2.5.json: unchanged");
});

test("is asked about a further target alone, and the import is that of all", async () => {
  withTarget("amd64");
  expect(await importAsked()).toBe("imports/asking-1.2.5.json: written, asked about linux_musl/amd64 alone");
  const joined = readFileSync(path(), "utf8");
  expect(joined).toBe(await anew());
  expect(JSON.parse(joined)).toMatchObject({
    sets: { c: { base: ["src/a.c", "src/b.c"], variants: [{ name: "amd64" }, { name: "arm64" }] } },
  });
});

test.each([
  ["a column that it is shown has changed", "manifest/architectures.yaml", "llvm: aarch64,", "llvm: aarch64_be,"],
  ["a column of its own has come", "manifest/architectures.yaml", "llvm: aarch64,", "llvm: aarch64, asked: x,"],
  ["the triple has changed", "manifest/systems.yaml", "-unknown-linux-musl", "-other-linux-musl"],
  ["a file that it has a use for has changed", "tree/src/a.c", "", "changed"],
])("%s: all are asked about", async (_what, file, from, to) => {
  withTarget("amd64");
  if (from === "") writeFiles(folder.path, { [file]: to });
  else edit(file, from, to);
  expect(await importAsked()).toBe("imports/asking-1.2.5.json: written");
  expect(readFileSync(path(), "utf8")).toBe(await anew());
});

test.each([
  ["a column that others have", "manifest/architectures.yaml", "llvm: aarch64,", "llvm: aarch64, go: arm64, qemu: x,"],
  ["a file that it has no use for", "tree/README", "", "changed"],
])("%s changes nothing", async (_what, file, from, to) => {
  if (from === "") writeFiles(folder.path, { [file]: to });
  else edit(file, from, to);
  expect(await importAsked()).toContain("unchanged, and nothing asked");
});

test("a target that has gone is forgotten", async () => {
  withTarget("amd64");
  await importAsked();
  edit("manifest/targets.yaml", "- {architecture: amd64, system: linux_musl}\n", "");
  expect(await importAsked()).toBe("imports/asking-1.2.5.json: written");
  expect(readFileSync(path(), "utf8")).toBe(await anew());
});
