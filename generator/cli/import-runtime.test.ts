import { readFileSync } from "node:fs";
import { join } from "node:path";

import { create } from "tar";

import { ImportError } from "../import/source-tree";
import { editFile, readFiles, sampleFiles, writeFiles, writeTemporary } from "../testing/sample-manifest";
import { runIn, type Outcome } from "../testing/run-in";

// What importers read is tested beside them; here it is what becomes of it.
jest.mock("../import/importers", () => ({
  importers: new Map([
    [
      "musl",
      (tree: { files: string[] }, version: string) => {
        const base = tree.files.filter((file) => file.endsWith(".c"));
        if (base.length === 0) throw new ImportError("Makefile: no such file in the source tree");
        return { runtime: "musl", version, sets: { libc: { base, textual: [], variants: [{ name: "all", remove: [], add: [], repeated: [] }] } }, facts: {} };
      },
    ],
  ]),
}));

let folder: ReturnType<typeof writeTemporary>;
beforeEach(() => {
  folder = writeTemporary({ ...sampleFiles, "tree/src/a.c": "", "tree/src/b.c": "", "tree/README": "" });
});
afterEach(() => folder.remove());

const importMusl = (version: string, from: string, isTerminal = false): Promise<Outcome> =>
  runIn(folder.path, ["import", "musl", version, "--from", from, "--manifest", "manifest"], isTerminal);

test("a new version is written, and compared with the one before", async () => {
  expect(await importMusl("1.2.6", "tree")).toEqual({
    exitCode: 0,
    stdout: `imports/musl-1.2.6.json: written
against musl 1.2.5:
  libc: 1 added, 0 removed; 2 sources, 1 variant
    + src/b.c
runtimes/musl.yaml does not list version 1.2.6 yet
`,
    stderr: "",
  });
  expect(JSON.parse(readFileSync(join(folder.path, "imports/musl-1.2.6.json"), "utf8"))).toMatchObject({
    runtime: "musl",
    version: "1.2.6",
    sets: { libc: { base: ["src/a.c", "src/b.c"] } },
  });
  expect(Object.keys(readFiles(join(folder.path, "imports")))).toEqual(["musl-1.2.5.json", "musl-1.2.6.json"]);
});

test("a version that is there is compared with itself", async () => {
  expect((await importMusl("1.2.5", "tree")).stdout).toBe("imports/musl-1.2.5.json: written\nagainst musl 1.2.5 as it was:\n  libc: 1 added, 0 removed; 2 sources, 1 variant\n    + src/b.c\n");
  expect((await importMusl("1.2.5", "tree")).stdout).toBe("imports/musl-1.2.5.json: unchanged\nagainst musl 1.2.5 as it was:\n  libc: 0 added, 0 removed; 2 sources, 1 variant\n");
});

test("an archive does as well as a folder", async () => {
  await create({ cwd: folder.path, file: join(folder.path, "tree.tar.gz"), gzip: true }, ["tree"]);
  expect((await importMusl("1.2.6", "tree.tar.gz")).exitCode).toBe(0);
  const fromArchive = readFileSync(join(folder.path, "imports/musl-1.2.6.json"), "utf8");
  await importMusl("1.2.6", "tree");
  expect(readFileSync(join(folder.path, "imports/musl-1.2.6.json"), "utf8")).toBe(fromArchive);
});

test("a missing import is what an import mends, so it does not stop one", async () => {
  writeFiles(folder.path, editFile(sampleFiles, "manifest/runtimes/musl.yaml", "version: 1.2.5", "version: 1.2.6"));
  expect((await importMusl("1.2.6", "tree")).exitCode).toBe(0);
  expect((await runIn(folder.path, ["list", "--manifest", "manifest"])).stdout).toContain("musl 1.2.6   ready");
});

test("a broken import file is replaced", async () => {
  writeFiles(folder.path, { "imports/musl-1.2.5.json": "{" });
  expect((await importMusl("1.2.5", "tree")).stdout).toBe("imports/musl-1.2.5.json: written\n  libc: 2 sources, 1 variant\n");
});

test("a terminal sees no trace of the progress", async () => {
  expect((await importMusl("1.2.6", "tree", true)).stderr).toBe("\r\u001b[K");
});

test.each<[string, () => void, string[], string | RegExp]>([
  ["an unknown runtime", () => undefined, ["mussel", "1", "--from", "tree"], "nothing is known of how to import mussel\n    mend: write musl\n"],
  ["a version that is none", () => undefined, ["musl", "../1", "--from", "tree"], '"../1" is not a version\n    mend: write it as upstream does, such as 1.2.6\n'],
  ["a tree that is not there", () => undefined, ["musl", "1.2.6", "--from", "nowhere"], /^nowhere: cannot be opened: ENOENT.*\n {4}mend: give --from the unpacked tree or the archive of musl 1\.2\.6\nnothing was written\n$/],
  ["an archive that is none", () => writeFiles(folder.path, { "x.tar.gz": "text" }), ["musl", "1.2.6", "--from", "x.tar.gz"], /^x\.tar\.gz: neither a folder nor a tar archive.*\n {4}mend: .*\nnothing was written\n$/],
  ["a damaged archive", () => writeFiles(folder.path, { "x.tar.gz": "\u001f\u008b\u0008damaged" }), ["musl", "1.2.6", "--from", "x.tar.gz"], /^x\.tar\.gz: .*\n {4}mend: .*\nnothing was written\n$/],
  ["a tree of another project", () => writeFiles(folder.path, { "other/README": "" }), ["musl", "1.2.6", "--from", "other"], "Makefile: no such file in the source tree\n    mend: give --from the unpacked tree or the archive of musl 1.2.6\nnothing was written\n"],
  ["a faulty architecture", () => writeFiles(folder.path, editFile(sampleFiles, "manifest/architectures.yaml", "name: amd64", "name: arm64")), ["musl", "1.2.6", "--from", "tree"], /the name is taken by the row at/],
])("%s: exit code 2, and nothing is written", async (_name, prepare, argv, stderr) => {
  prepare();
  const before = readFiles(folder.path);
  const outcome = await runIn(folder.path, ["import", ...argv, "--manifest", "manifest"]);
  const short = outcome.stderr.replaceAll(`${folder.path}/`, "");
  expect([outcome.exitCode, outcome.stdout]).toEqual([2, ""]);
  expect(short).toEqual(typeof stderr === "string" ? stderr : expect.stringMatching(stderr));
  expect(readFiles(folder.path)).toEqual(before);
});
