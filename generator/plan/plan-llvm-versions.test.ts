import { join } from "node:path";

import { readManifest } from "../read/read-manifest";
import { readTemplates } from "../read/read-templates";
import { sampleWithPart, sampleWithTwo } from "../testing/sample-llvm";
import { editFile, writeTemporary, type Files } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { planModule } from "./plan-module";

function planOf(files: Files, manifest = "manifest"): Map<string, string> {
  const folder = writeTemporary(files);
  try {
    const { problems, ...sources } = validateManifest(readManifest(join(folder.path, manifest)));
    expect(problems).toEqual([]);
    return planModule(sources, readTemplates());
  } finally {
    folder.remove();
  }
}

const one = planOf(sampleWithPart);
const two = planOf(sampleWithTwo);

test("a second version adds files, and changes none but those that list versions and archives", () => {
  const added = [...two.keys()].filter((path) => !one.has(path)).sort();
  expect(added).toEqual([
    "overlays/llvm-project-23.BUILD.bazel",
    "targets/linux_arm64_musl.1.2.5.llvm-23.1.0/BUILD.bazel",
    "targets/llvm/23.1.0.bzl",
    "targets/runtimes/rt.llvm-23.1.0.bzl",
  ]);
  const changed = [...one].filter(([path, text]) => two.get(path) !== text).map(([path]) => path);
  expect(changed.sort()).toEqual([
    "MODULE.bazel",
    "bootstrap/BUILD.bazel",
    "constraints/llvm/BUILD.bazel",
    "overlays/archives.bzl",
    "platforms/BUILD.bazel",
    "toolchains/hosts.bzl",
    "toolchains/llvm_versions.bzl",
    "toolchains/targets.json",
  ]);
});

test("what the default version has is not said again: only what its runtimes are made of is", () => {
  expect(two.get("targets/llvm/23.1.0.bzl")).toContain('load("//targets:runtimes/rt.llvm-23.1.0.bzl", RT = "RUNTIME")');
  expect(two.get("targets/llvm/23.1.0.bzl")).not.toContain("musl");
  expect(two.get("targets/runtimes/rt.llvm-23.1.0.bzl")).toContain("@llvm-project-23//");
  expect(two.get("targets/linux_arm64_musl.1.2.5.llvm-23.1.0/BUILD.bazel")).toContain("llvm = LLVM,");
});

test("each version has the compiler of each host, and its own resource directory", () => {
  expect(two.get("toolchains/hosts.bzl")).toMatch(
    /"22\.1\.8": "\/\/bootstrap:linux_amd64",\s+"23\.1\.0": "\/\/bootstrap:linux_amd64\.llvm-23\.1\.0"/,
  );
  expect(two.get("bootstrap/BUILD.bazel")).toMatch(
    /name = "linux_amd64\.llvm-23\.1\.0",\s+prebuilt = "@llvm-23-linux_amd64"/,
  );
  const archives = two.get("overlays/archives.bzl") ?? "";
  expect([...archives.matchAll(/"major": "(\d+)"/g)].map(([, major]) => major)).toEqual(["22", "23"]);
  expect(two.get("MODULE.bazel")).toContain('"llvm-23-linux_amd64"');
});

test("platforms for each version are there where there are several", () => {
  const named = (plan: Map<string, string>): string[] =>
    [...(plan.get("platforms/BUILD.bazel") ?? "").matchAll(/name = "(.*)"/g)].map(([, name]) => name ?? "");
  expect(named(one)).toEqual(["runtimes", "linux_arm64_musl", "linux_arm64_musl.1.2.5"]);
  expect(named(two)).toEqual([
    "runtimes",
    "runtimes.llvm-23.1.0",
    "linux_arm64_musl",
    "linux_arm64_musl.llvm-22.1.8",
    "linux_arm64_musl.llvm-23.1.0",
    "linux_arm64_musl.1.2.5",
  ]);
  expect(one.get("constraints/llvm/BUILD.bazel")).toContain('name = "22.1.8"');
  expect(one.get("toolchains/targets.json")).not.toContain("llvm_versions");
  expect(JSON.parse(two.get("toolchains/targets.json") ?? "")).toMatchObject({
    targets: [{ llvm_versions: [{}, { name: "llvm-23.1.0", platform: "linux_arm64_musl.llvm-23.1.0" }] }],
  });
});

test("another default is the one whose packages have no suffix", () => {
  const files = editFile(
    editFile(sampleWithTwo, "manifest/llvm.yaml", ", default: true", ""),
    "manifest/llvm.yaml",
    '"llvm-23-{host}"',
    '"llvm-23-{host}", default: true',
  );
  const plan = planOf(files);
  expect(plan.get("toolchains/llvm_versions.bzl")).toMatch(/"23\.1\.0": "",\s+"22\.1\.8": "\.llvm-22\.1\.8"/);
  expect([...plan.keys()].filter((path) => path.includes(".llvm-"))).toEqual(
    expect.arrayContaining(["targets/linux_arm64_musl.1.2.5.llvm-22.1.8/BUILD.bazel"]),
  );
});

test.each([
  [
    "a default among those of a manifest that extends another takes the place of the other",
    ", default: true",
    ["23.1.0", "22.1.8"],
  ],
  ["a manifest that extends another adds a version", "", ["22.1.8", "23.1.0"]],
])("%s", (_name, isDefault, expected) => {
  const {
    "manifest/llvm.yaml": rows,
    "manifest/archives.yaml": archives,
    "imports/rt-23.1.0.json": imported,
  } = sampleWithTwo;
  const [first, second] = rows!.split(/(?<=\n)/);
  const plan = planOf(
    {
      ...sampleWithPart,
      "manifest/llvm.yaml": first!,
      "upper/manifest/module.yaml": "extends: ../../manifest\n",
      "upper/manifest/llvm.yaml": second!.replace('}"}', `}"${isDefault}}`),
      "upper/manifest/archives.yaml": archives!.slice(sampleWithPart["manifest/archives.yaml"]!.length),
      "upper/imports/rt-23.1.0.json": imported!,
    },
    "upper/manifest",
  );
  const versions = (plan.get("toolchains/llvm_versions.bzl") ?? "").matchAll(/"(\d[\d.]+)": /g);
  expect([...versions].map(([, version]) => version)).toEqual(expected);
});

test("what holds for some versions alone: flags of a libc, and units of what is part of LLVM", () => {
  const plan = planOf({
    ...editFile(
      sampleWithTwo,
      "manifest/runtimes/musl.yaml",
      "flags: [-O2]",
      'flags: [-O2, {when: {llvm: ">=23"}, flags: [-DNEW]}]',
    ),
    "manifest/runtimes/rt.yaml": `${sampleWithTwo["manifest/runtimes/rt.yaml"]}  - {name: older, kind: archive, when: {llvm: "<23"}, output: lib/libmore.a, sources: builtins, link: c}
  - {name: newer, kind: archive, when: {llvm: ">=23"}, output: lib/libmore.a, sources: builtins, link: c}
`,
  });
  const overlay = plan.get("overlays/musl-1.2.5.BUILD.bazel") ?? "";
  expect([...overlay.matchAll(/name = "(c.*)"/g)].map(([, name]) => name)).toEqual(["c_22.1.8", "c_23.1.0"]);
  expect(overlay.match(/-DNEW/g)).toHaveLength(1);
  expect(plan.get("targets/runtimes/musl.bzl")).toContain('"source_set": "c_{llvm}"');
  const unitsOf = (path: string): (string | undefined)[] =>
    [...(plan.get(path) ?? "").matchAll(/"name": "(older|newer)"/g)].map(([, name]) => name);
  expect(unitsOf("targets/runtimes/rt.bzl")).toEqual(["older"]);
  expect(unitsOf("targets/runtimes/rt.llvm-23.1.0.bzl")).toEqual(["newer"]);
});
