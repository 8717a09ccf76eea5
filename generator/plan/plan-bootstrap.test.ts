import { join } from "node:path";

import { formatStarlark } from "../apply/format-starlark";
import { readManifest } from "../read/read-manifest";
import { readTemplates } from "../read/read-templates";
import { sampleWithCompiler } from "../testing/sample-compiler";
import { sampleFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { planModule } from "./plan-module";

function planOf(files: Files): Map<string, string> {
  const folder = writeTemporary(files);
  try {
    const { problems, ...sources } = validateManifest(readManifest(join(folder.path, "manifest")));
    expect(problems).toEqual([]);
    return formatStarlark(planModule(sources, readTemplates()));
  } finally {
    folder.remove();
  }
}

const plan = planOf(sampleWithCompiler);
const text = (path: string): string => plan.get(path) ?? "";

test("a host's seed: the prebuilt one, and what is built in its place, with the tools that it answers to", () => {
  expect(text("bootstrap/BUILD.bazel")).toContain(`
choose_seed(
    name = "linux_amd64",
    compiler = {
        "repository": "@llvm-bootstrap-22.1.8",
        "program": "cc",
        "major": "22",
        "resource_root": "headers",
        "tools": ["clang"],
        "programs": [],
    },
    os = "linux",
    platform = "//platforms:linux_amd64_musl",
    prebuilt = "@llvm-22",
)
`);
  expect(text("bootstrap/BUILD.bazel")).toMatch(/hosts = \{\s*"linux_amd64": "@platforms\/\/cpu:x86_64",?\s*\}/);
  expect(text("toolchains/hosts.bzl")).toContain('"22.1.8": "//bootstrap:linux_amd64",');
});

test("the sources are the runtimes' archive under a name of its own, and lazily fetched", () => {
  const archives = text("overlays/archives.bzl");
  expect(archives).toMatch(
    /"llvm-bootstrap-22\.1\.8": \{\s+"urls": \["https:\/\/example\.org\/llvm-project\.tar\.xz"\]/,
  );
  expect(archives).toContain('"alternatives": ["llvm-project"]');
  expect(text("MODULE.bazel")).toContain('"llvm-bootstrap-22.1.8",');
});

test("the overlay has facts alone, without fields that are empty", () => {
  const overlay = text("overlays/llvm-bootstrap-22.1.8.BUILD.bazel");
  expect(overlay).toContain('load("@sample//bzlmod/bootstrap:compiler.bzl", "compiler")');
  expect(overlay).toContain(`
        "code": {
            "sources": ["code/x86.cpp"],
            "headers": ["code"],
            "backend": "X86",
        },
`);
});

test("without an import of the compiler there is the prebuilt seed alone", () => {
  const without = planOf(sampleFiles);
  expect(without.get("bootstrap/BUILD.bazel")).toContain(`
choose_seed(
    name = "linux_amd64",
    prebuilt = "@llvm-22",
)
`);
  expect([...without.keys()].filter((path) => path.includes("llvm-bootstrap"))).toEqual([]);
});
