import { join } from "node:path";

import { sampleFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { formatProblem } from "./problem";
import { placeOf } from "./parse-rows";
import { builtinManifest, readManifest, type RawManifest } from "./read-manifest";

/** Reads `folder` of the files; what it returns is told without the temporary folder's path. */
function read(
  files: Files,
  folder = "manifest",
): { raw: RawManifest; problems: string[]; short: (path: string) => string } {
  const temporary = writeTemporary(files);
  try {
    const raw = readManifest(join(temporary.path, folder));
    const short = (text: string): string => text.replaceAll(`${temporary.path}/`, "");
    return { raw, short, problems: raw.problems.map(formatProblem).map(short) };
  } finally {
    temporary.remove();
  }
}

/** A consumer's manifest beside the sample. */
const extending = (files: Files): Files => ({
  ...sampleFiles,
  "mine/manifest/module.yaml": "extends: ../../manifest\nname: mine\n",
  ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`mine/${path}`, text])),
});

const values = (raw: RawManifest, kind: keyof RawManifest["rows"]): unknown[] =>
  raw.rows[kind].map(({ value }) => value);

test("targets are called by the platform that their system makes of them", () => {
  const { raw, problems } = read(sampleFiles);
  expect(problems).toEqual([]);
  expect(raw.rows.target.map(({ name }) => name)).toEqual(["linux_arm64_musl"]);
});

test("a manifest that only extends has the rows of the other", () => {
  const { raw, problems } = read(extending({}), "mine/manifest");
  expect(problems).toEqual([]);
  expect(raw.module.value).toEqual({ ...readManifestModule(), extends: "../../manifest", name: "mine" });
  expect(raw.rows.runtime.map(({ name }) => name)).toEqual(["musl"]);
  expect(raw.imports).toHaveLength(1);
});

test("recipes are taken over with the rest, runtime by runtime, and those of the nearest manifest win", () => {
  const folder = (name: string, recipes: string): Files => ({
    [`manifest/runtimes/${name}/runtime.yaml`]: `name: ${name}\n`,
    [`manifest/runtimes/${name}/recipes.bzl`]: recipes,
  });
  const { raw, problems } = read(
    { ...extending(folder("other", "# mine")), ...folder("other", "# theirs"), ...folder("more", "# more") },
    "mine/manifest",
  );
  expect(problems).toEqual([]);
  expect(raw.recipes).toEqual({ more: "# more", other: "# mine" });
});

describe("a row that the folder of a runtime states a part of", () => {
  const musl = (table: string, text: string): Files => ({
    ...sampleFiles,
    "manifest/runtimes/other/runtime.yaml": "name: other\nrole: kernel_headers\n",
    [`manifest/runtimes/other/${table}`]: text,
  });

  test("has its columns from there, in its own place, and rows for that runtime alone follow", () => {
    const { raw, problems } = read(
      musl("architectures.yaml", "- {name: amd64, other: x86}\n- {name: sh4, other: sh}\n"),
    );
    expect(problems).toEqual([]);
    expect(values(raw, "architecture")).toMatchObject([
      { name: "arm64", llvm: "aarch64" },
      { name: "amd64", llvm: "x86_64", musl: "x86_64", other: "x86" },
      { name: "sh4", other: "sh" },
    ]);
  });

  test("has each field from one of them", () => {
    const { problems } = read(musl("architectures.yaml", "- {name: amd64, llvm: x86}\n"));
    expect(problems).toEqual([
      expect.stringMatching(
        /^manifest\/runtimes\/other\/architectures.yaml:1: architecture amd64, llvm: manifest\/architectures.yaml:2 has the field as well\n {4}mend: state it in one of the two files/,
      ),
    ]);
  });

  test("is stated once in each file", () => {
    const { problems } = read(musl("architectures.yaml", "- {name: amd64, other: x}\n- {name: amd64}\n"));
    expect(problems).toEqual([expect.stringContaining("the name is taken by the row at")]);
  });

  test("features imply what any of them says", () => {
    const { raw, problems } = read({
      ...musl("features.yaml", "- {name: a, implies: [c]}\n"),
      "manifest/features.yaml": "- {name: a, about: is, implies: [b]}\n",
    });
    expect(problems).toEqual([]);
    expect(values(raw, "feature")).toEqual([{ name: "a", about: "is", implies: ["b", "c"] }]);
  });
});

function readManifestModule(): object {
  return read(sampleFiles).raw.module.value;
}

test("rows are laid over by name, and new ones follow", () => {
  const { raw, problems, short } = read(
    extending({
      "manifest/architectures.yaml":
        "- {name: arm64_v9, base: arm64, flags: [-march=armv9-a]}\n- {name: amd64, flags: [-march=x86-64-v3]}\n",
      "manifest/targets.yaml":
        "- {architecture: arm64, system: linux_musl, flags: [-g]}\n- {architecture: arm64_v9, system: linux_musl}\n",
      "manifest/runtimes/musl.yaml":
        "name: musl\nversions:\n  - {version: 1.2.6, archive: musl-1.2.6, default: true}\n",
      "imports/musl-1.2.6.json": "{}",
    }),
    "mine/manifest",
  );
  expect(problems).toEqual([]);
  expect(values(raw, "architecture")).toEqual([
    {
      name: "arm64",
      bits: 64,
      endian: "little",
      llvm: "aarch64",
      musl: "aarch64",
      constraint: "@platforms//cpu:aarch64",
    },
    {
      name: "amd64",
      bits: 64,
      endian: "little",
      llvm: "x86_64",
      musl: "x86_64",
      constraint: "@platforms//cpu:x86_64",
      flags: ["-march=x86-64-v3"],
    },
    {
      name: "arm64_v9",
      base: "arm64",
      bits: 64,
      endian: "little",
      llvm: "aarch64",
      musl: "aarch64",
      flags: ["-march=armv9-a"],
    },
  ]);
  expect(raw.rows.target.map(({ name, value }) => [name, value["flags"]])).toEqual([
    ["linux_arm64_musl", ["-g"]],
    ["linux_arm64_v9_musl", undefined],
  ]);
  expect(raw.rows.runtime[0]?.value["versions"]).toEqual([
    { version: "1.2.5", archive: "musl-1.2.5", default: false },
    { version: "1.2.6", archive: "musl-1.2.6", default: true },
  ]);
  const place = placeOf(raw.rows.runtime[0]!.places, ["versions", 1, "archive"]);
  expect({ ...place, file: short(place.file) }).toEqual({ file: "mine/manifest/runtimes/musl.yaml", line: 3 });
  expect(raw.imports.map(({ file }) => short(file))).toEqual([
    "imports/musl-1.2.5.json",
    "mine/imports/musl-1.2.6.json",
  ]);
});

test("the nearest manifest's import file wins", () => {
  const { raw, short } = read(extending({ "imports/musl-1.2.5.json": "mine" }), "mine/manifest");
  expect(raw.imports.map(({ file, text }) => [short(file), text])).toEqual([["mine/imports/musl-1.2.5.json", "mine"]]);
});

test("targets of one operating system stand together", () => {
  const { raw } = read({
    ...sampleFiles,
    "manifest/systems.yaml": `${sampleFiles["manifest/systems.yaml"]!}${sampleFiles["manifest/systems.yaml"]!.replace("linux_musl", "other").replace("os: linux", "os: other")}`,
    "manifest/targets.yaml":
      "- {architecture: arm64, system: linux_musl}\n- {architecture: arm64, system: other}\n- {architecture: amd64, system: linux_musl}\n",
  });
  expect(raw.rows.target.map(({ name }) => name)).toEqual(["linux_arm64_musl", "linux_amd64_musl", "other_arm64_musl"]);
});

/** The sample with its runtime in a folder of its own, and given files beside its row. */
function inFolder(files: Files): Files {
  const { "manifest/runtimes/musl.yaml": row, ...others } = sampleFiles;
  return { ...others, "manifest/runtimes/musl/runtime.yaml": row!, ...files };
}

test("a runtime may have a folder, with those rows of the tables that are there for its sake; what is no table stays alone", () => {
  const { raw, problems, short } = read(
    inFolder({
      "manifest/runtimes/musl/targets.yaml": "- {architecture: amd64, system: linux_musl}\n",
      "manifest/runtimes/musl/import.ts": "",
    }),
  );
  expect(problems).toEqual([]);
  expect(raw.rows.runtime.map(({ name }) => name)).toEqual(["musl"]);
  expect(raw.rows.target.map(({ name }) => name)).toEqual(["linux_amd64_musl", "linux_arm64_musl"]);
  expect(short(placeOf(raw.rows.target[0]!.places, []).file)).toBe("manifest/runtimes/musl/targets.yaml");
});

test("builtin is the manifest that this package carries", () => {
  const { raw } = read({ "manifest/module.yaml": "extends: builtin\n" });
  expect(raw.problems).toEqual([]);
  expect(values(raw, "archive")).toEqual(values(readManifest(builtinManifest), "archive"));
});

test.each<[string, Files, string, string[]]>([
  [
    "a folder of a runtime without its row",
    { ...sampleFiles, "manifest/runtimes/empty/targets.yaml": "[]" },
    "manifest",
    [
      "manifest/runtimes/empty/runtime.yaml:1: the folder of a runtime has no row of it\n    mend: write runtime.yaml, or move the folder away",
    ],
  ],
  [
    "a folder whose runtime is called otherwise, and a table that none is",
    inFolder({
      "manifest/runtimes/musl/runtime.yaml": "name: mull\n",
      "manifest/runtimes/musl/target.yaml": "[]",
    }),
    "manifest",
    [
      "manifest/runtimes/musl/runtime.yaml:1: runtime mull, name: the folder is called musl\n    mend: rename the folder to mull, or write name: musl",
      "manifest/runtimes/musl/target.yaml:1: no table of a manifest has this name\n    mend: call it one of runtime.yaml, architectures.yaml, micro-architectures.yaml, features.yaml, systems.yaml, targets.yaml, llvm.yaml, hosts.yaml, archives.yaml, or move it away",
    ],
  ],
  [
    "a folder that is not there",
    {},
    "manifest",
    ["manifest/module.yaml:1: there is no folder manifest\n    mend: name a manifest folder with --manifest"],
  ],
  [
    "a file in its place",
    { manifest: "mine" },
    "manifest",
    ["manifest/module.yaml:1: there is no folder manifest\n    mend: name a manifest folder with --manifest"],
  ],
  [
    "a table that cannot be read",
    {
      ...Object.fromEntries(Object.entries(sampleFiles).filter(([path]) => path !== "manifest/hosts.yaml")),
      "manifest/hosts.yaml/x": "",
    },
    "manifest",
    [
      "manifest/hosts.yaml:1: the file cannot be read: EISDIR: illegal operation on a directory, read\n    mend: make it a readable file",
    ],
  ],
  [
    "a folder without module.yaml",
    { "manifest/targets.yaml": "" },
    "manifest",
    [
      "manifest/module.yaml:1: the manifest folder has no module.yaml\n    mend: write one; `extends: builtin` is enough for a manifest that adds rows to the built-in one",
      "manifest/architectures.yaml:1: a manifest that extends no other needs this file\n    mend: write the table, or `extends: builtin` in module.yaml",
      "manifest/systems.yaml:1: a manifest that extends no other needs this file\n    mend: write the table, or `extends: builtin` in module.yaml",
      "manifest/llvm.yaml:1: a manifest that extends no other needs this file\n    mend: write the table, or `extends: builtin` in module.yaml",
      "manifest/hosts.yaml:1: a manifest that extends no other needs this file\n    mend: write the table, or `extends: builtin` in module.yaml",
      "manifest/archives.yaml:1: a manifest that extends no other needs this file\n    mend: write the table, or `extends: builtin` in module.yaml",
    ],
  ],
  [
    "a manifest that extends nothing",
    extending({ "manifest/module.yaml": "extends: ../nowhere\n" }),
    "mine/manifest",
    [
      "mine/manifest/module.yaml:1: module, extends: mine/nowhere is not a manifest folder: it has no module.yaml\n    mend: write builtin, or the path of a manifest folder relative to this one",
    ],
  ],
  [
    "manifests that extend each other",
    { ...extending({}), "manifest/module.yaml": "extends: ../mine/manifest\n" },
    "mine/manifest",
    [
      "manifest/module.yaml:1: module, extends: mine/manifest extends this manifest in turn\n    mend: let one of the two stand alone",
    ],
  ],
  [
    "a runtime's row in a file that is not read",
    { ...sampleFiles, "manifest/runtimes/newlib.yml": "" },
    "manifest",
    [
      "manifest/runtimes/newlib.yml:1: the rows of runtimes are read from files that end in .yaml\n    mend: call it newlib.yaml, or move it away",
    ],
  ],
  [
    "a table of a name that is none",
    { ...sampleFiles, "manifest/target.yaml": "" },
    "manifest",
    [
      "manifest/target.yaml:1: no table of a manifest has this name\n    mend: call it one of module.yaml, architectures.yaml, micro-architectures.yaml, features.yaml, systems.yaml, targets.yaml, llvm.yaml, hosts.yaml, archives.yaml, or move it away",
    ],
  ],
])("%s", (_name, files, folder, expected) => {
  const { raw, problems } = read(files, folder);
  expect(problems).toEqual(expected);
  expect(raw.rows).toBeDefined();
});
