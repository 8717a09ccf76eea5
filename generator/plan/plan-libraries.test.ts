import { readManifest } from "../read/read-manifest";
import { readTemplates } from "../read/read-templates";
import { formatStarlark } from "../apply/format-starlark";
import { problemsOf } from "../testing/problems-of";
import { editFile, sampleFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { planModule } from "./plan-module";

const imported = JSON.parse(sampleFiles["imports/musl-1.2.5.json"]!) as { readonly sets: object };
const set = { base: ["member.c"], variants: [{ name: "all" }] };
const table = {
  dlltool_flags: { amd64: ["-m", "i386:x86-64"], arm64: ["-m", "arm64"] },
  definition_include: ["include"],
  plain: [
    { architectures: ["amd64", "arm64"], installed: true, folder: "defs", names: ["gdi32", "user32"] },
    { architectures: ["amd64"], installed: true, folder: "defs", names: ["only64"] },
  ],
  composed: {
    ws2_32: [
      {
        architectures: ["amd64", "arm64"],
        installed: true,
        definition: { file: "defs/ws2_32.def.in", preprocess: true, undecorate: true },
        sources: "ws2_32",
      },
    ],
  },
};

const unit = `units:
  - {name: member, kind: archive, for_each: members, output: "parts/lib{item}.a", sources: "{item}"}
  - {name: libraries, kind: import_libraries, members: member, output: "lib/lib{item}.a", default_libraries: [user32, {when: {abi: [musl]}, names: [ws2_32]}], link: c}`;

const files: Files = [
  ["manifest/runtimes/musl.yaml", "units:", unit],
  [
    "manifest/runtimes/musl.yaml",
    "compile:",
    'prepare:\n  - {recipe: undecorate, for_each: undecorated, output: "made/{item}", inputs: ["{item}"]}\ncompile:',
  ],
  ["manifest/systems.yaml", "os: linux", "os: windows"],
  [
    "manifest/targets.yaml",
    "- {architecture: arm64, system: linux_musl}",
    "- {architecture: arm64, system: linux_musl}\n- {architecture: amd64, system: linux_musl}",
  ],
].reduce<Files>((edited, [path, from, to]) => editFile(edited, path!, from!, to!), {
  ...sampleFiles,
  "imports/musl-1.2.5.json": JSON.stringify({
    ...imported,
    sets: { ...imported.sets, ws2_32: set },
    facts: { import_libraries: table, lists: { members: ["ws2_32"], undecorated: ["defs/ws2_32.def.in"] } },
  }),
});

function planOf(given: Files): Map<string, string> {
  const folder = writeTemporary(given);
  try {
    const { manifest, imports, problems } = validateManifest(readManifest(`${folder.path}/manifest`));
    expect(problems).toEqual([]);
    return formatStarlark(planModule({ manifest: manifest, imports }, readTemplates()));
  } finally {
    folder.remove();
  }
}

const plan = planOf(files);

test("the table of a runtime is one file, which all its targets load", () => {
  expect(plan.get("overlays/musl-1.2.5.libraries.bzl")).toContain(
    '"names": [\n                "gdi32",\n                "user32",\n            ],',
  );
  const runtime = plan.get("targets/runtimes/musl.bzl");
  expect(runtime).toContain('load("//overlays:musl-1.2.5.libraries.bzl", "LIBRARIES")');
  expect(runtime).toContain(`        {
            "kind": "import_libraries",
            "name": "libraries",
            "out": "lib/lib{item}.a",
            "default_libraries": [
                "user32",
                "ws2_32",
            ],
            "libraries": LIBRARIES,
            "members": "member",
            "undecorated": {
                "defs/ws2_32.def.in": "made/defs/ws2_32.def.in",
            },
            "link": "c",`);
});

test("compiled members are units of their own, named after their library", () => {
  expect(plan.get("targets/runtimes/musl.bzl")).toContain(`            "kind": "archive",
            "name": "member.ws2_32",
            "out": "parts/libws2_32.a",`);
});

test("links find the default libraries, and what the user adds", () => {
  expect(plan.get("targets/systems/linux_musl.bzl")).toContain('"linked_libraries": "//windows/linked:libraries"');
  expect(plan.get("windows/linked/BUILD.bazel")).toContain(
    'label_flag(\n    name = "libraries",\n    build_setting_default = ":none",\n)',
  );
});

test("every installed library has a label, for the platforms that have it", () => {
  const text = plan.get("windows/names.bzl") ?? "";
  const groups: unknown = JSON.parse(text.slice(text.indexOf("LIBRARIES = ") + 12).replaceAll(/,(?=\s*[\]}])/g, ""));
  expect(groups).toEqual([
    { platforms: ["windows_arm64_musl", "windows_amd64_musl"], names: ["gdi32", "user32", "ws2_32"] },
    { platforms: ["windows_amd64_musl"], names: ["only64"] },
  ]);
  expect(plan.get("windows/BUILD.bazel")).toContain('"windows_arm64_musl": "//targets/windows_arm64_musl.1.2.5"');
});

test("the overlay exports the definitions, and what they include", () => {
  const overlay = plan.get("overlays/musl-1.2.5.BUILD.bazel");
  expect(overlay).toContain(
    'exports_files(glob([\n    "defs/*.def",\n    "defs/*.def.in",\n    "made/defs/ws2_32.def.in",\n]))',
  );
  expect(overlay).toContain('"include/*.def.in"');
});

test.each([
  [
    "a default library that does not exist",
    "default_libraries: [user32",
    "default_libraries: [user3",
    "there is no library user3 for arm64 (there is user32) in the import of musl 1.2.5",
  ],
  [
    "a list of definitions that is not there",
    "for_each: undecorated",
    "for_each: decorated",
    "prepare[0].for_each: there is no list decorated in the import (there are members, undecorated) of musl 1.2.5",
  ],
  [
    "a table of files that is a list",
    "{recipe: undecorate, for_each: undecorated,",
    "{recipe: install, files: members, output: x}\n  - {recipe: undecorate, for_each: undecorated,",
    "prepare[0].files: members is a list and no table of files in the import (it has no table of files) of musl 1.2.5",
  ],
  [
    "an item without a set",
    "for_each: members",
    "for_each: undecorated",
    "there is no set defs/ws2_32.def.in in the import of musl 1.2.5",
  ],
])("%s is told of", (_, from, to, message) => {
  expect(problemsOf(editFile(files, "manifest/runtimes/musl.yaml", from, to)).join("\n")).toContain(message);
});
