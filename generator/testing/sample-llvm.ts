import { editFile, sampleFiles, sampleProvenance, type Files } from "./sample-manifest";

const sha256 = "0123456789abcdef".repeat(4);

const imported = (version: string): string =>
  JSON.stringify({
    runtime: "rt",
    version,
    sets: { builtins: { base: ["lib/a.c"], variants: [{ name: "all" }] } },
    facts: {},
    provenance: sampleProvenance(version),
  });

const archive = (name: string): string => `- name: ${name}
  urls: [https://example.org/${name}.tar.zst]
  sha256: ${sha256}
`;

/** The sample with a runtime that is part of LLVM. */
export const sampleWithPart: Files = {
  ...editFile(sampleFiles, "manifest/systems.yaml", "stack: [musl]", "stack: [musl, rt]"),
  "manifest/runtimes/rt.yaml": `name: rt
role: builtins
part_of: llvm
units:
  - {name: builtins, kind: archive, output: lib/librt.a, sources: builtins, link: c}
`,
  "imports/rt-22.1.8.json": imported("22.1.8"),
};

/** The same with a second version of LLVM: its row, its archives, its imports. */
export const sampleWithTwo: Files = {
  ...sampleWithPart,
  "manifest/llvm.yaml": `- {version: 22.1.8, sources: llvm-project, seeds: llvm-22, default: true}
- {version: 23.1.0, sources: llvm-project-23, seeds: "llvm-23-{host}"}
`,
  "manifest/archives.yaml": `${sampleFiles["manifest/archives.yaml"]}${archive("llvm-project-23")}${archive("llvm-23-linux_amd64")}`,
  "imports/rt-23.1.0.json": imported("23.1.0"),
};
