import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Files by their path below a folder. */
export type Files = Readonly<Record<string, string>>;

const sha256 = "0123456789abcdef".repeat(4);

/** As an import of each of the versions records it. */
export function sampleProvenance(...versions: readonly string[]): Record<string, object> {
  return Object.fromEntries(
    versions.map((version) => [version, { importer: sha256, pinned: sha256, archive: sha256, files: sha256 }]),
  );
}

/** The smallest manifest that makes a platform with a libc, and its import file, in the folders that they lie in. */
export const sampleFiles: Files = {
  "manifest/module.yaml": `name: sample
version: 0.1.0
bazel: ">=7.7.0"
dependencies: {rules_cc: 0.0.11}
seed_tools: [clang]
further_seed_tools: [clangd]
seed_programs: []
`,
  "manifest/architectures.yaml": `- {name: arm64, bits: 64, endian: little, llvm: aarch64, musl: aarch64, constraint: "@platforms//cpu:aarch64"}
- {name: amd64, bits: 64, endian: little, llvm: x86_64, musl: x86_64, constraint: "@platforms//cpu:x86_64"}
`,
  "manifest/systems.yaml": `- name: linux_musl
  os: linux
  abi: musl
  libc: musl
  triple: "{llvm}-unknown-linux-musl{eabi}"
  object_format: elf
  link_modes: [static]
  stack: [musl]
  default_for_os: true
`,
  "manifest/targets.yaml": `- {architecture: arm64, system: linux_musl}
`,
  "manifest/llvm.yaml": `- {version: 22.1.8, sources: llvm-project, seeds: llvm-22}
`,
  "manifest/hosts.yaml": `- {name: linux_amd64, os: linux, architecture: amd64}
`,
  "manifest/archives.yaml": `- name: llvm-22
  urls: [https://example.org/llvm.tar.zst]
  sha256: ${sha256}
- name: musl-1.2.5
  urls: [https://example.org/musl-1.2.5.tar.gz]
  sha256: ${sha256}
  strip_prefix: musl-1.2.5
- name: llvm-project
  urls: [https://example.org/llvm-project.tar.xz]
  sha256: ${sha256}
`,
  "manifest/runtimes/musl.yaml": `name: musl
role: libc
versions:
  - {version: 1.2.5, archive: musl-1.2.5, default: true}
include: [include, "arch/{musl}"]
compile:
  flags: [-O2]
units:
  - {name: c, kind: archive, output: lib/libc.a, sources: libc, link: c}
columns: {musl: Name of the folder in musl's arch/.}
`,
  "imports/musl-1.2.5.json": `${JSON.stringify(
    {
      runtime: "musl",
      version: "1.2.5",
      sets: {
        libc: { base: ["src/a.c"], textual: [], variants: [{ name: "all", remove: [], add: [], repeated: [] }] },
      },
      facts: {},
      provenance: sampleProvenance("1.2.5"),
    },
    undefined,
    2,
  )}\n`,
};

/** Replaces in one file of `files` the only place where `from` stands. Throws when there is not exactly one. */
export function editFile(files: Files, path: string, from: string, to: string): Files {
  const parts = (files[path] ?? "").split(from);
  if (parts.length !== 2) throw new Error(`"${from}" stands ${parts.length - 1} times in ${path}`);
  return { ...files, [path]: parts.join(to) };
}

/** Writes the files into a new temporary folder; `remove` deletes it. */
export function writeTemporary(files: Files): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "gen-bzl-test-"));
  writeFiles(path, files);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Every file below the folder, by path; empty folders do not show. */
export function readFiles(folder: string, prefix = ""): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) Object.assign(files, readFiles(path, `${prefix}${entry.name}/`));
    else files[`${prefix}${entry.name}`] = readFileSync(path, "utf8");
  }
  return files;
}
