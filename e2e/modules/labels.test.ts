import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";

import { loadSources } from "../harness/target-rows";
import { labelsInUse, missingFrom } from "./labels-in-use";
import { readModule, type ModuleFacts } from "./module-facts";
import { labelsOfThisModule } from "./this-module";

const folder = join(__dirname, "facts");
const known = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ModuleFacts);
const { module: own } = loadSources().manifest;
const dependencies = Object.entries(own.dependencies);

/** Modules whose version compares in a way with the one that the manifest states. */
function knownFrom(compares: (version: string, stated: string) => boolean): [string, string, ModuleFacts][] {
  return known
    .filter(({ module, version }) => compares(version, own.dependencies[module] ?? ""))
    .map((facts) => [facts.module, facts.version, facts]);
}

const treeOf = (files: Readonly<Record<string, string>>) => ({
  files: Object.keys(files).sort(),
  has: (path: string) => path in files,
  read: (path: string) => files[path] as string,
  bytes: (path: string) => Buffer.from(files[path] as string),
});
const rules = readModule(
  treeOf({
    BUILD: "",
    "cc/BUILD.bazel":
      'constraint_setting(name = "kind")\n\ntoolchain_type(\n    name = "toolchain",\n)\n\nfilegroup(\n    name = "files",\n    srcs = [],\n)\n',
    "cc/defs.bzl": 'load(":x.bzl", "hidden")\n\nPUBLIC = 1\n_private = 2\ndef cc_library():\n    local = 1\n',
    "cc/nested/more.bzl": "more = 1\n",
    "cc/private/secret.bzl": "secret = 1\n",
    "tests/BUILD": 'filegroup(\n    name = "test",\n)\n',
  }),
  { module: "rules", version: "1.0", source: "" },
);

describe("what is read from a module's tree", () => {
  it("is the targets of its packages, and what can be loaded from its files", () => {
    expect(rules).toMatchObject({
      targets: { "": [], cc: ["files", "kind", "toolchain"] },
      symbols: { "cc:defs.bzl": ["PUBLIC", "cc_library"], "cc:nested/more.bzl": ["more"] },
    });
  });

  it.each([
    ['x = "@rules//cc:files"', []],
    ['x = "@rules//cc"', ["f: rules 1.0 has no @rules//cc:cc"]],
    ['x = "@rules//cc:file"', ["f: rules 1.0 has no @rules//cc:file"]],
    ['x = "@rules//cd:files"', ["f: rules 1.0 has no @rules//cd:files"]],
    ['# x = "@rules//cd:files"', []],
    ['x = "@others//cd:files"', []],
    ['load("@rules//cc:defs.bzl", "PUBLIC", mine = "cc_library")', []],
    ['load("@rules//cc:defs.bzl", "hidden")', ["f: rules 1.0 defines no hidden in @rules//cc:defs.bzl"]],
    ['load(\n    "@rules//cc:def.bzl",\n    "PUBLIC",\n)', ["f: rules 1.0 has no @rules//cc:def.bzl"]],
  ])("is compared with %j", (text, missing) => {
    expect(missingFrom(rules, labelsInUse("f", text))).toEqual(missing);
  });
});

describe("labels of other modules", () => {
  const labels = labelsOfThisModule();

  it.each(dependencies)("%s: the version that the manifest states, %s, has been read", (name, version) => {
    const versions = known.filter((facts) => facts.module === name).map((facts) => facts.version);
    // If not: npx tsx e2e/modules/write-facts.ts MODULE VERSION
    expect(versions).toContain(version);
  });

  it.each(knownFrom((version, stated) => semver.gte(version, stated)))(
    "%s %s has all that are used",
    (name, _version, facts) => {
      expect(labels.some((label) => label.module === name)).toBe(true);
      expect(missingFrom(facts, labels)).toEqual([]);
    },
  );

  // Bazel takes the highest version that a build asks for, and so hides that the one which the manifest states would not do.
  it.each(knownFrom((version, stated) => semver.lt(version, stated)))(
    "%s %s lacks some, so that the manifest states a higher version",
    (_name, _version, facts) => {
      expect(missingFrom(facts, labels)).not.toEqual([]);
    },
  );

  it("belong to modules that the manifest names", () => {
    const repositories = readFileSync(join(__dirname, "../../MODULE.bazel"), "utf8");
    // What the extension's repositories name of each other.
    const archives = loadSources().manifest.archives.map(({ name }) => name);
    const named = ["bazel_tools", String(own.name), ...archives, ...dependencies.map(([name]) => name)];
    const strangers = labels
      .filter(({ file }) => !file.startsWith("examples/"))
      .filter((label) => !named.includes(label.module) && !repositories.includes(`"${label.module}"`));
    expect(strangers).toEqual([]);
  });
});
