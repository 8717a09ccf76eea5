import { editFile, sampleFiles, type Files } from "./sample-manifest";

const sha256 = "0123456789abcdef".repeat(4);

/** What a compiler of one source is built from. */
export const sampleCompiler = {
  version: "22.1.8",
  backends: ["AArch64", "X86"],
  flags: ["-fno-rtti"],
  libraries: {
    cc: {
      sources: ["cc/main.cpp"],
      headers: ["cc"],
      include: ["cc"],
      uses: ["code"],
      tables: ["options"],
    },
    code: { sources: ["code/x86.cpp"], headers: ["code"], include: [], uses: [], tables: [], backend: "X86" },
    tblgen: { sources: ["tblgen.cpp"], headers: [], include: [], uses: [], tables: [] },
  },
  programs: ["tblgen"],
  compiler: "cc",
  names: ["ar", "clang", "clang++"],
  tools: [],
  tables: {
    options: {
      program: "tblgen",
      tables: [{ output: "cc/options.inc", source: "cc/options.td", arguments: ["-gen"], include: ["llvm/include"] }],
    },
  },
  texts: { "llvm/include/config.h": "#define A 1\n" },
  host_texts: { linux_amd64: { "llvm/include/host.h": "#define NATIVE X86\n" } },
  resource_headers: { root: "headers", files: ["stddef.h"], tables: [] },
  provenance: { importer: sha256, pinned: sha256, archive: sha256, files: sha256 },
};

/** The sample's manifest, with a compiler that can be built from source. */
export const sampleWithCompiler: Files = {
  ...editFile(
    editFile(
      editFile(
        sampleFiles,
        "manifest/hosts.yaml",
        "architecture: amd64",
        "architecture: amd64, compiler_platform: linux_amd64_musl",
      ),
      "manifest/architectures.yaml",
      "llvm: aarch64",
      "llvm: aarch64, backend: AArch64",
    ),
    "manifest/architectures.yaml",
    "llvm: x86_64",
    "llvm: x86_64, backend: X86",
  ),
  "manifest/targets.yaml": "- {architecture: arm64, system: linux_musl}\n- {architecture: amd64, system: linux_musl}\n",
  "imports/compiler/22.1.8.json": JSON.stringify(sampleCompiler),
};
