import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { ImportRows } from "../import/importer";
import type { SourceTree } from "../import/source-tree";
import { toSourceSet } from "../import/source-variants";
import type { ImportContent } from "../schema/import-file";
import { editFile, sampleFiles, writeFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { runIn, type Outcome } from "../testing/run-in";

// What importers read is tested beside them; here it is that a release may lack an architecture.
jest.mock("../import/importers", () => {
  const read = (tree: SourceTree, version: string, rows: ImportRows): ImportContent => {
    const lists = rows.architectures
      .filter(({ columns }) => tree.has(`arch/${columns["musl"]}/bits/alltypes.h.in`))
      .map(({ name, columns }) => ({
        architecture: name,
        sources: [tree.files.find((file) => file.endsWith(`/${columns["musl"]}/fenv.s`))!],
      }));
    const setOf = (folder: string, ...sources: string[]) =>
      toSourceSet(
        lists.map((list) => ({ ...list, sources: folder === "src" ? [...sources, ...list.sources] : sources })),
        { systems: rows.systems },
      );
    return {
      runtime: "musl",
      version,
      sets: {
        libc: setOf("src", "src/string/memcpy.c"),
        ldso: setOf("ldso", "ldso/dynlink.c"),
        crt1: setOf("crt", "crt/crt1.c"),
      },
      facts: { lists: { empty_libraries: ["m"] } },
    };
  };
  const module = require.resolve("../../manifest/runtimes/musl/importer").replace(/\.ts$/, "");
  return { importers: new Map([["musl", { module, read, asks: () => ({}), division: () => undefined }]]) };
});

/** A release of musl that has a folder for each of the CPUs. */
const release = (version: string, ...cpus: string[]): Files => ({
  VERSION: `${version}\n`,
  "crt/crt1.c": "",
  "ldso/dynlink.c": "",
  "src/string/memcpy.c": "",
  ...Object.fromEntries(
    cpus.flatMap((cpu) => [
      [`arch/${cpu}/bits/alltypes.h.in`, ""],
      [`src/fenv/${cpu}/fenv.s`, ""],
    ]),
  ),
});

let folder: ReturnType<typeof writeTemporary>;
afterEach(() => folder.remove());

const run = (...argv: string[]): Promise<Outcome> => runIn(folder.path, argv);
const generate = (): Promise<Outcome> => run("--manifest", "manifest", "--out", "out");

test("a version of a libc that lacks an architecture: every message leads to the next step, and the last step generates", async () => {
  const { ["imports/musl-1.2.5.json"]: _, ...files } = sampleFiles;
  folder = writeTemporary({
    ...editFile(
      editFile(files, "manifest/runtimes/musl.yaml", "role: libc", "role: libc\nimporter: musl"),
      "manifest/targets.yaml",
      "linux_musl}",
      "linux_musl}\n- {architecture: amd64, system: linux_musl}",
    ),
  });
  for (const [name, tree] of Object.entries({
    "musl-1.2.5": release("1.2.5", "aarch64", "x86_64"),
    "musl-1.2.3": release("1.2.3", "x86_64"),
  })) {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(folder.path, name, path)), { recursive: true });
      writeFileSync(join(folder.path, name, path), text);
    }
  }
  await run("import", "musl", "1.2.5", "--from", "musl-1.2.5", "--manifest", "manifest");
  expect((await generate()).exitCode).toBe(0);

  const row = "- {version: 1.2.3, archive: musl-1.2.3}";
  const withVersion = editFile(
    {
      "manifest/runtimes/musl.yaml": editFile(
        sampleFiles,
        "manifest/runtimes/musl.yaml",
        "role: libc",
        "role: libc\nimporter: musl",
      )["manifest/runtimes/musl.yaml"]!,
    },
    "manifest/runtimes/musl.yaml",
    "default: true}",
    `default: true}\n  ${row}`,
  );
  writeFiles(folder.path, withVersion);
  const first = await generate();
  expect(first).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(
      'runtime musl, versions[1].archive: there is no archive "musl-1.2.3"\n    mend: write musl-1.2.5, or add an archive row of this name',
    ),
  });

  writeFiles(folder.path, {
    "manifest/archives.yaml": `${sampleFiles["manifest/archives.yaml"]!}- {name: musl-1.2.3, urls: ["https://example.org/musl-1.2.3.tar.gz"], sha256: ${"0123456789abcdef".repeat(4)}}\n`,
  });
  const second = await generate();
  const command = /mend: run npx gen-bzl (import musl 1\.2\.3 --from )DIR_OR_ARCHIVE( --manifest .*)\n1 problem;/.exec(
    second.stderr,
  );
  expect([second.exitCode, command]).toEqual([2, expect.anything()]);

  expect((await run(...`${command![1]!}musl-1.2.3${command![2]!}`.split(" "))).exitCode).toBe(0);
  const third = await generate();
  const mended =
    /target linux_arm64_musl, versions: musl 1\.2\.3 has no sources for arm64\n {4}mend: say in the target's row which versions it has, (\{.*?\});.*\n1 problem;/.exec(
      third.stderr,
    );
  expect([third.exitCode, mended?.[1]]).toEqual([2, '{architecture: arm64, system: linux_musl, versions: ">=1.2.5"}']);

  writeFiles(folder.path, {
    "manifest/targets.yaml": `- ${mended![1]!}\n- {architecture: amd64, system: linux_musl}\n`,
  });
  expect(await generate()).toMatchObject({ exitCode: 0, stderr: "" });
  const listed = JSON.parse((await run("list", "--json", "--manifest", "manifest")).stdout) as {
    name: string;
    versions: { version: string }[];
    state: string;
  }[];
  expect(listed.map(({ name, versions, state }) => [name, versions.map(({ version }) => version), state])).toEqual([
    ["linux_arm64_musl", ["1.2.5"], "ready"],
    ["linux_amd64_musl", ["1.2.3", "1.2.5"], "ready"],
  ]);
});
