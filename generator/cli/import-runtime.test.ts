import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { create } from "tar";

import { ImportError, type SourceTree } from "../import/source-tree";
import type { ImportContext } from "../import/importer";
import type { ImportContent, ImportFile } from "../schema/import-file";
import { editFile, readFiles, sampleFiles, writeFiles, writeTemporary } from "../testing/sample-manifest";
import { runIn, type Outcome } from "../testing/run-in";

// What importers read is tested beside them; here it is what becomes of it.
jest.mock("../import/importers", () => {
  const read = (tree: SourceTree, version: string): ImportContent => {
    const base = tree.files.filter((file) => file.endsWith(".c"));
    if (base.length === 0) throw new ImportError("Makefile: no such file in the source tree");
    base.forEach((file) => tree.read(file));
    return {
      runtime: "musl",
      version,
      sets: {
        libc: {
          base,
          textual: [],
          source_flags: {},
          variants: [{ name: "all", remove: [], add: [], repeated: [], flags: [] }],
        },
      },
      facts: {},
    };
  };
  const readShared = (
    tree: SourceTree,
    version: string,
    _rows: unknown,
    { earlier }: ImportContext,
  ): ImportContent[] => {
    const lists = { ...earlier("shared")?.facts.lists, [version]: [...tree.files] };
    return [read(tree, version), { runtime: "musl", version: "shared", sets: {}, facts: { lists } }];
  };
  const known = (runtime: string, reader: unknown) => ({
    module: require.resolve(`../../manifest/runtimes/${runtime}/importer`).replace(/\.ts$/, ""),
    read: reader,
    division: () => undefined,
  });
  return {
    importers: new Map([
      ["musl", known("musl", read)],
      ["sharing", known("glibc", readShared)],
    ]),
  };
});

let folder: ReturnType<typeof writeTemporary>;
beforeEach(() => {
  folder = writeTemporary({ ...sampleFiles, "tree/src/a.c": "", "tree/src/b.c": "", "tree/README": "" });
});
afterEach(() => folder.remove());

const importMusl = (version: string, from: string, isTerminal = false): Promise<Outcome> =>
  runIn(folder.path, ["import", "musl", version, "--from", from, "--manifest", "manifest"], { isTerminal });
const readImported = (version: string): ImportFile =>
  JSON.parse(readFileSync(join(folder.path, `imports/musl-${version}.json`), "utf8")) as ImportFile;

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
  expect((await importMusl("1.2.5", "tree")).stdout).toBe(
    "imports/musl-1.2.5.json: written\nagainst musl 1.2.5 as it was:\n  libc: 1 added, 0 removed; 2 sources, 1 variant\n    + src/b.c\n",
  );
  expect((await importMusl("1.2.5", "tree")).stdout).toBe(
    "imports/musl-1.2.5.json: unchanged\nagainst musl 1.2.5 as it was:\n  libc: 0 added, 0 removed; 2 sources, 1 variant\n",
  );
});

test("what was read, and by what", async () => {
  await create({ cwd: folder.path, file: join(folder.path, "tree.tar.gz"), gzip: true }, ["tree"]);
  await importMusl("1.2.5", "tree.tar.gz");
  const archive = createHash("sha256")
    .update(readFileSync(join(folder.path, "tree.tar.gz")))
    .digest("hex");
  const pinned = "0123456789abcdef".repeat(4);
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(readImported("1.2.5").provenance).toEqual({ "1.2.5": { importer: digest, pinned, archive, files: digest } });
  expect(readImported("1.2.5").provenance["1.2.5"]!.archive).not.toBe(pinned);
  writeFiles(folder.path, { "tree/src/b.c": "changed" });
  await importMusl("1.2.6", "tree");
  expect(readImported("1.2.6").provenance).toEqual({
    "1.2.6": { importer: readImported("1.2.5").provenance["1.2.5"]!.importer, files: digest },
  });
  expect(readImported("1.2.6").provenance["1.2.6"]!.files).not.toBe(readImported("1.2.5").provenance["1.2.5"]!.files);
});

test("an archive does as well as a folder, and a repack does not replace an import from the pinned archive", async () => {
  await create({ cwd: folder.path, file: join(folder.path, "tree.tar.gz"), gzip: true }, ["tree"]);
  await importMusl("1.2.5", "tree");
  expect(readImported("1.2.5").provenance["1.2.5"]).not.toHaveProperty("archive");
  const archive = createHash("sha256")
    .update(readFileSync(join(folder.path, "tree.tar.gz")))
    .digest("hex");
  const pin = (sha256: string): void =>
    writeFiles(
      folder.path,
      editFile(
        sampleFiles,
        "manifest/archives.yaml",
        `musl-1.2.5.tar.gz]\n  sha256: ${"0123456789abcdef".repeat(4)}`,
        `musl-1.2.5.tar.gz]\n  sha256: ${sha256}`,
      ),
    );
  pin(archive);
  expect((await importMusl("1.2.5", "tree.tar.gz")).stdout).toContain("written");
  const fromPinned = readFileSync(join(folder.path, "imports/musl-1.2.5.json"), "utf8");
  expect(readImported("1.2.5").provenance["1.2.5"]).toMatchObject({ pinned: archive, archive });
  writeFiles(folder.path, { "tree/tests/unread": "" });
  expect((await importMusl("1.2.5", "tree")).stdout).toContain("unchanged");
  expect(readFileSync(join(folder.path, "imports/musl-1.2.5.json"), "utf8")).toBe(fromPinned);
});

test("without --from, the index of archives says where it is", async () => {
  await create({ cwd: folder.path, file: join(folder.path, "tree.tar.gz"), gzip: true }, ["tree"]);
  const argv = ["import", "musl", "1.2.5", "--manifest", "manifest"];
  expect(await runIn(folder.path, argv)).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "nothing says where the sources of musl 1.2.5 are\n    mend: add --from DIR_OR_ARCHIVE, or name musl-1.2.5 in the index of archives that XLLVM_ARCHIVES names\n",
  });
  writeFiles(folder.path, { "index.json": JSON.stringify({ archives: { "musl-1.2.5": { file: "tree.tar.gz" } } }) });
  expect((await runIn(folder.path, argv, { archivesIndex: "index.json" })).stdout).toContain(
    "imports/musl-1.2.5.json: written",
  );
  writeFiles(folder.path, {
    "manifest/archives.yaml": sampleFiles["manifest/archives.yaml"]!.replace(
      "strip_prefix: musl-1.2.5",
      "strip_prefix: musl-1.2.5\n  alternatives: [musl-repacked]",
    ),
    "index.json": JSON.stringify({ archives: { "musl-repacked": { file: "tree.tar.gz" } } }),
  });
  expect((await runIn(folder.path, argv, { archivesIndex: "index.json" })).stdout).toContain(
    "imports/musl-1.2.5.json: ",
  );
  writeFiles(folder.path, { "index.json": "{" });
  expect(await runIn(folder.path, argv, { archivesIndex: "index.json" })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(
      /index\.json, which XLLVM_ARCHIVES names, cannot be read: .*\n {4}mend: name a readable index/,
    ),
  });
});

describe("a runtime whose releases share a file", () => {
  beforeEach(() => {
    rmSync(join(folder.path, "imports"), { recursive: true });
    writeFiles(
      folder.path,
      editFile(sampleFiles, "manifest/runtimes/musl.yaml", "role: libc", "role: libc\nimporter: sharing"),
    );
  });
  const problems = async (): Promise<string> =>
    (await runIn(folder.path, ["--check", "--manifest", "manifest", "--out", "out"])).stderr;

  test("both files say the same of what was read", async () => {
    await importMusl("1.2.5", "tree");
    await importMusl("1.2.4", "tree");
    const { provenance, facts } = JSON.parse(
      readFileSync(join(folder.path, "imports/musl-shared.json"), "utf8"),
    ) as ImportFile;
    expect(Object.keys(facts.lists!)).toEqual(["1.2.5", "1.2.4"]);
    expect(provenance).toEqual({ ...readImported("1.2.4").provenance, ...readImported("1.2.5").provenance });
    expect(await problems()).not.toContain("provenance");
  });

  test.each<[string, string, string]>([
    ["its own file alone is new", "musl-1.2.4.json", "lacks what was read of 1.2.4, which has an import file"],
    ["the shared file alone is new", "musl-shared.json", "holds what was read of 1.2.4, which has no import file"],
  ])("interrupted, so that %s: said, with what mends it", async (_name, written, message) => {
    await importMusl("1.2.5", "tree");
    const before = readFiles(join(folder.path, "imports"));
    await importMusl("1.2.4", "tree");
    const after = readFiles(join(folder.path, "imports"));
    rmSync(join(folder.path, "imports"), { recursive: true });
    for (const [name, text] of Object.entries({ ...before, [written]: after[written]! }))
      writeFiles(folder.path, { [`imports/${name}`]: text });
    expect(await problems()).toContain(
      `imports/musl-shared.json:1: import file musl-shared.json, provenance: ${message}\n    mend: run npx gen-bzl import musl 1.2.4 --from DIR_OR_ARCHIVE\n`,
    );
    expect((await importMusl("1.2.4", "tree")).exitCode).toBe(0);
    expect(await problems()).not.toContain("provenance");
  });

  test("interrupted when a release is imported anew: said, with what mends it", async () => {
    await importMusl("1.2.5", "tree");
    const before = readFiles(join(folder.path, "imports"));
    writeFiles(folder.path, { "tree/src/a.c": "changed" });
    await importMusl("1.2.5", "tree");
    writeFiles(folder.path, { "imports/musl-shared.json": before["musl-shared.json"]! });
    expect(await problems()).toContain(
      "provenance: what it holds of 1.2.5 is not of the same import as musl-1.2.5.json\n    mend: run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE\n",
    );
  });
});

describe("--check", () => {
  const check = (...argv: string[]): Promise<Outcome> =>
    runIn(folder.path, ["import", "--check", "--manifest", "manifest", ...argv]);
  beforeEach(() => importMusl("1.2.5", "tree"));

  test("imports of this importer and this pin are fine, as far as that can be told without their sources", async () => {
    expect(await check()).toEqual({
      exitCode: 0,
      stdout:
        "imports/musl-1.2.5.json: of the same importer and the same archive; not read anew, since neither --from nor XLLVM_ARCHIVES says where its sources are\n",
      stderr: "",
    });
  });

  test("with their sources, they are read anew", async () => {
    expect(await check("musl", "1.2.5", "--from", "tree")).toEqual({
      exitCode: 0,
      stdout: "imports/musl-1.2.5.json: read anew, the same\n",
      stderr: "",
    });
    writeFiles(folder.path, { "index.json": JSON.stringify({ archives: { "musl-1.2.5": { file: "tree" } } }) });
    expect(
      (await runIn(folder.path, ["import", "--check", "--manifest", "manifest"], { archivesIndex: "index.json" }))
        .stdout,
    ).toBe("imports/musl-1.2.5.json: read anew, the same\n");
  });

  test("one that another importer wrote: exit code 1, and nothing is written", async () => {
    const text = readFileSync(join(folder.path, "imports/musl-1.2.5.json"), "utf8").replace(
      /"importer": "\w+"/,
      `"importer": "${"0".repeat(64)}"`,
    );
    writeFiles(folder.path, { "imports/musl-1.2.5.json": text });
    expect(await check()).toEqual({
      exitCode: 1,
      stdout: "imports/musl-1.2.5.json: may not be what it was (the importer has changed since)\n",
      stderr:
        "    mend: npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest\n1 of 1 imports is not what a current importer writes\n",
    });
    expect(readFileSync(join(folder.path, "imports/musl-1.2.5.json"), "utf8")).toBe(text);
  });

  test("one of another pin, and one whose tree is another: what differs", async () => {
    writeFiles(folder.path, {
      "tree/src/c.c": "",
      ...editFile(
        { "manifest/archives.yaml": sampleFiles["manifest/archives.yaml"]! },
        "manifest/archives.yaml",
        "musl-1.2.5.tar.gz]\n  sha256: 01",
        "musl-1.2.5.tar.gz]\n  sha256: 99",
      ),
    });
    expect(await check("musl", "1.2.5", "--from", "tree")).toEqual({
      exitCode: 1,
      stdout:
        "imports/musl-1.2.5.json: read anew, not the same\n  the archive's pin has changed since\nagainst musl 1.2.5 as it was:\n  libc: 1 added, 0 removed; 3 sources, 1 variant\n    + src/c.c\n",
      stderr:
        "    mend: npx gen-bzl import musl 1.2.5 --from tree --manifest manifest\n1 of 1 imports is not what a current importer writes\n",
    });
    expect((await check()).stdout).toBe(
      "imports/musl-1.2.5.json: may not be what it was (the archive's pin has changed since)\n",
    );
  });

  test("an import that is not there", async () => {
    expect(await check("musl", "1.2.4")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "imports has no import of musl 1.2.4\n    mend: name one of musl 1.2.5\n",
    });
  });
});

test("a missing import is what an import mends, so it does not stop one", async () => {
  writeFiles(folder.path, editFile(sampleFiles, "manifest/runtimes/musl.yaml", "version: 1.2.5", "version: 1.2.6"));
  expect((await importMusl("1.2.6", "tree")).exitCode).toBe(0);
  expect((await runIn(folder.path, ["list", "--manifest", "manifest"])).stdout).toContain("musl 1.2.6   ready");
});

test("a broken import file is replaced", async () => {
  writeFiles(folder.path, { "imports/musl-1.2.5.json": "{" });
  expect((await importMusl("1.2.5", "tree")).stdout).toBe(
    "imports/musl-1.2.5.json: written\n  libc: 2 sources, 1 variant\n",
  );
});

test("a terminal sees no trace of the progress", async () => {
  expect((await importMusl("1.2.6", "tree", true)).stderr).toBe("\r\u001b[K");
});

test.each<[string, () => void, string[], string | RegExp]>([
  [
    "an unknown runtime",
    () => undefined,
    ["mussel", "1", "--from", "tree"],
    "nothing is known of how to import mussel\n    mend: write musl\n",
  ],
  [
    "a version that is none",
    () => undefined,
    ["musl", "../1", "--from", "tree"],
    '"../1" is not a version\n    mend: write it as upstream does, such as 1.2.6\n',
  ],
  [
    "a tree that is not there",
    () => undefined,
    ["musl", "1.2.6", "--from", "nowhere"],
    /^nowhere: cannot be opened: ENOENT.*\n {4}mend: give --from the unpacked tree or the archive of musl 1\.2\.6\nnothing was written\n$/,
  ],
  [
    "an archive that is none",
    () => writeFiles(folder.path, { "x.tar.gz": "text" }),
    ["musl", "1.2.6", "--from", "x.tar.gz"],
    /^x\.tar\.gz: neither a folder nor a tar archive.*\n {4}mend: .*\nnothing was written\n$/,
  ],
  [
    "a damaged archive",
    () => writeFiles(folder.path, { "x.tar.gz": "\u001f\u008b\u0008damaged" }),
    ["musl", "1.2.6", "--from", "x.tar.gz"],
    /^x\.tar\.gz: .*\n {4}mend: .*\nnothing was written\n$/,
  ],
  [
    "a tree of another project",
    () => writeFiles(folder.path, { "other/README": "" }),
    ["musl", "1.2.6", "--from", "other"],
    "Makefile: no such file in the source tree\n    mend: give --from the unpacked tree or the archive of musl 1.2.6\nnothing was written\n",
  ],
  [
    "a faulty architecture",
    () => writeFiles(folder.path, editFile(sampleFiles, "manifest/architectures.yaml", "name: amd64", "name: arm64")),
    ["musl", "1.2.6", "--from", "tree"],
    /the name is taken by the row at/,
  ],
])("%s: exit code 2, and nothing is written", async (_name, prepare, argv, stderr) => {
  prepare();
  const before = readFiles(folder.path);
  const outcome = await runIn(folder.path, ["import", ...argv, "--manifest", "manifest"]);
  const short = outcome.stderr.replaceAll(`${folder.path}/`, "");
  expect([outcome.exitCode, outcome.stdout]).toEqual([2, ""]);
  expect(short).toEqual(typeof stderr === "string" ? stderr : expect.stringMatching(stderr));
  expect(readFiles(folder.path)).toEqual(before);
});
