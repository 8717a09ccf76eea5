import { editFile, sampleFiles, sampleProvenance, type Files } from "./sample-manifest";

const symbols = {
  imports: { "2.31": ["arm64"] },
  node_prefix: "GLIBC_",
  bases: { arm64: "2.17" },
  libraries: {
    ld: { sonames: { "ld-linux-aarch64.so.1": ["arm64"] }, aliases: [], symbols: { __tls_get_addr: "F base" } },
    libc: {
      sonames: { "libc.so.6": ["arm64"] },
      aliases: [],
      symbols: { puts: "F base", pthread_create: "F 2.34 in 2.34.." },
    },
    libpthread: { sonames: { "libpthread.so.0": ["arm64"] }, aliases: [], symbols: { pthread_create: "F base" } },
  },
};

const imported = {
  runtime: "glibc",
  version: "2.31",
  provenance: sampleProvenance("2.31"),
  sets: {
    crt1: {
      base: ["csu/init.c"],
      variants: [{ name: "arm64", architectures: ["arm64"], add: ["sysdeps/aarch64/start.S"] }],
    },
  },
  search: {
    headers: ["include/features.h"],
    architectures: { arm64: { include: ["include", "."], headers: ["sysdeps/aarch64/sysdep.h"], uses: ["libc"] } },
  },
  facts: {
    release_headers: {
      common: {
        copied: { include: ["features.h"] },
        made: { "bits/syscall.h": { function: "syscalls", inputs: ["syscall-names.list"] } },
      },
      architectures: {
        arm64: {
          copied: { "sysdeps/aarch64": ["bits/link.h"] },
          written: { "gnu/stubs.h": "#define __stub_chflags\n" },
        },
      },
    },
    texts: { private_headers: { "prelude.h": "#define _ISOMAC 1\n" } },
  },
};

const archive = (name: string): string =>
  `- {name: ${name}, urls: ["https://example.org/${name}.tar.gz"], sha256: ${"0123456789abcdef".repeat(4)}}\n`;

/** The sample with a system of glibc: 2.31 has been imported, 2.33 has not. */
export const sampleGlibc: Files = {
  ...editFile(
    editFile(
      editFile(sampleFiles, "manifest/architectures.yaml", "musl: aarch64,", "musl: aarch64, glibc: aarch64,"),
      "manifest/systems.yaml",
      "- name: linux_musl",
      `- {name: linux_gnu, os: linux, abi: gnu, libc: glibc, triple: "{llvm}-unknown-linux-gnu", object_format: elf, link_modes: [dynamic], stack: [glibc], default_for_os: true}\n- name: linux_musl`,
    ),
    "manifest/targets.yaml",
    "- {architecture: arm64, system: linux_musl}",
    "- {architecture: arm64, system: linux_gnu}\n- {architecture: arm64, system: linux_musl}\n- {architecture: amd64, system: linux_musl}",
  ),
  "manifest/archives.yaml": `${sampleFiles["manifest/archives.yaml"]!}${["glibc-2.31", "glibc-2.33", "glibc-headers-2.33-aarch64"].map(archive).join("")}`,
  "manifest/runtimes/glibc/runtime.yaml": `name: glibc
role: libc
importer: glibc
versions:
  - {version: "2.31", archive: glibc-2.31, default: true}
  - {version: "2.33", archive: glibc-2.33}
include: ["generated/headers/{architecture}", generated/headers/common]
prebuilt_headers: {archive: "glibc-headers-{version}-{glibc}", include: [include]}
prepare:
  - {recipe: release_headers, output: generated/headers}
  - {recipe: write_table, texts: private_headers, output: generated/private}
compile: {include: [generated/private]}
units:
  - {name: stubs, kind: symbol_stubs, output: "lib/{item}", link: c, linker_scripts: {libc: {group: [libc_nonshared.a], as_needed: [ld]}}}
  - {name: crt1, kind: object, output: lib/crt1.o, sources: crt1, link: c}
columns: {glibc: Architecture part of the configuration triple.}
`,
  "manifest/runtimes/glibc/recipes.bzl": `"""Recipes."""

def syscalls(texts):
    """Makes a header."""
    return texts[0]
`,
  "imports/glibc-2.31.json": JSON.stringify(imported),
  "imports/glibc-symbols.json": JSON.stringify({
    runtime: "glibc",
    version: "symbols",
    provenance: sampleProvenance("2.31"),
    sets: {},
    facts: { symbols },
  }),
};
