import { problemsOf } from "../testing/problems-of";
import { editFile, sampleFiles } from "../testing/sample-manifest";

const moduleRow = "manifest/module.yaml";
const architectures = "manifest/architectures.yaml";
const systems = "manifest/systems.yaml";
const targets = "manifest/targets.yaml";
const hosts = "manifest/hosts.yaml";
const llvm = "manifest/llvm.yaml";
const archives = "manifest/archives.yaml";
const musl = "manifest/runtimes/musl.yaml";
const imported = "imports/musl-1.2.5.json";

/** What is edited (file, from, to) → every problem, as people read it. */
const edits: [string, [string, string, string][], string[]][] = [
  [
    "YAML that is none",
    [[targets, "linux_musl}", "linux_musl"]],
    [
      "manifest/targets.yaml:2: not YAML: Flow map in block collection must be sufficiently indented and end with a }\n    mend: correct the syntax at this line",
    ],
  ],
  [
    "a sha256 that is not hexadecimal",
    [
      [
        archives,
        "sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n  strip",
        "sha256: xyz\n  strip",
      ],
    ],
    [
      "manifest/archives.yaml:6: archive musl-1.2.5, sha256: not 64 lower-case hexadecimal digits\n    mend: write what sha256sum prints for the archive",
    ],
  ],
  [
    "a missing sha256",
    [[archives, "  sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n  strip", "  strip"]],
    ["manifest/archives.yaml:4: archive musl-1.2.5, sha256: the field is missing\n    mend: add sha256"],
  ],
  [
    "an unknown field",
    [[llvm, "sources:", "source:"]],
    [
      "manifest/llvm.yaml:1: llvm 22.1.8, source: there is no such field\n    mend: write sources, or take it away",
      "manifest/llvm.yaml:1: llvm 22.1.8, sources: the field is missing\n    mend: add sources",
    ],
  ],
  [
    "a number that must be a text",
    [[musl, "version: 1.2.5", "version: 22"]],
    [
      'manifest/runtimes/musl.yaml:4: runtime musl, versions[0].version: string expected, number found\n    mend: put it into quotes: "22"',
    ],
  ],
  [
    "a word of another type",
    [[architectures, "bits: 64, endian: little, llvm: aarch64", "bits: 63, endian: little, llvm: aarch64"]],
    [
      "manifest/architectures.yaml:1: architecture arm64, bits: not one of the known values\n    mend: write one of 32, 64",
    ],
  ],
  [
    "an unknown enumeration value",
    [[systems, "object_format: elf", "object_format: elv"]],
    [
      "manifest/systems.yaml:6: system linux_musl, object_format: not one of the known values\n    mend: write one of elf, coff, macho, spirv, wasm",
    ],
  ],
  [
    "an empty list",
    [[musl, "versions:\n  - {version: 1.2.5, archive: musl-1.2.5, default: true}", "versions: []"]],
    [
      "manifest/runtimes/musl.yaml:3: runtime musl, versions: too few: there must be at least 1\n    mend: add to versions",
    ],
  ],
  [
    "a list that is none",
    [[systems, "stack: [musl]", "stack: musl"]],
    ["manifest/systems.yaml:8: system linux_musl, stack: array expected, string found\n    mend: write a list: [a, b]"],
  ],
  [
    "a module without its version",
    [[moduleRow, "version: 0.1.0\n", ""]],
    ["manifest/module.yaml:1: module, version: the field is missing\n    mend: add version to module.yaml"],
  ],
  [
    "two rows of one name",
    [[architectures, "name: amd64", "name: arm64"]],
    [
      "manifest/architectures.yaml:2: architecture arm64: the name is taken by the row at manifest/architectures.yaml:1\n    mend: rename or delete one of the two rows",
      'manifest/hosts.yaml:1: host linux_amd64, architecture: there is no architecture "amd64"\n    mend: write arm64, or add an architecture row of this name',
    ],
  ],
  [
    "two targets that make one platform",
    [[targets, "- {", "- {architecture: arm64, system: linux_musl}\n- {"]],
    [
      "manifest/targets.yaml:2: target linux_arm64_musl: the name is taken by the row at manifest/targets.yaml:1\n    mend: rename or delete one of the two rows",
    ],
  ],
  [
    "a host without an operating system",
    [[hosts, "os: linux, ", ""]],
    ["manifest/hosts.yaml:1: host linux_amd64, os: the field is missing\n    mend: add os"],
  ],
  [
    "a version of LLVM without compilers",
    [[llvm, ", seeds: llvm-22", ""]],
    ["manifest/llvm.yaml:1: llvm 22.1.8, seeds: the field is missing\n    mend: add seeds"],
  ],
  [
    "a version of LLVM that is no release",
    [[llvm, "22.1.8", "head"]],
    [
      "manifest/llvm.yaml:1: llvm head, version: not a release of LLVM: numbers with dots between them, such as 22.1.8\n    mend: write a release of LLVM: numbers with dots between them, such as 22.1.8",
    ],
  ],
  [
    "an unknown role",
    [[musl, "flags: [-O2]", "flags: [-O2]\n  uses: [lib]"]],
    [
      "manifest/runtimes/musl.yaml:8: runtime musl, compile.uses[0]: not one of the known values\n    mend: write one of kernel_headers, libc, builtins, unwinder, cxxabi, cxx",
    ],
  ],
  [
    "an import file that is no JSON",
    [[imported, '"runtime": "musl",', '"runtime": "musl"']],
    [
      "imports/musl-1.2.5.json:3: import file musl-1.2.5.json: not JSON\n    mend: write the file anew with gen-bzl import RUNTIME VERSION --from DIR_OR_ARCHIVE",
    ],
  ],
  [
    "an import file of another version",
    [[imported, '"version": "1.2.5"', '"version": "1.2.6"']],
    ["imports/musl-1.2.5.json:1: import file musl-1.2.5.json: it is of musl 1.2.6\n    mend: call it musl-1.2.6.json"],
  ],
  [
    "an output outside of the tree",
    [[musl, "lib/libc.a", "../libc.a"]],
    [
      'manifest/runtimes/musl.yaml:9: runtime musl, units[0].output: "../libc.a" is no path inside of a target\'s tree\n    mend: write a relative path such as lib/libc.a',
    ],
  ],
  [
    "a flag group of another form",
    [[musl, "flags: [-O2]", "flags: [{when: {bits: 16}, flag: [-O2]}]"]],
    [
      "manifest/runtimes/musl.yaml:7: runtime musl, compile.flags[0].flag: there is no such field\n    mend: write flags, or take it away",
      "manifest/runtimes/musl.yaml:7: runtime musl, compile.flags[0].flags: the field is missing\n    mend: add compile.flags[0].flags",
      "manifest/runtimes/musl.yaml:7: runtime musl, compile.flags[0].when.bits: not one of the known values\n    mend: write one of 32, 64",
    ],
  ],
  [
    "a flag that is no text",
    [[musl, "flags: [-O2]", "flags: [2]"]],
    [
      'manifest/runtimes/musl.yaml:7: runtime musl, compile.flags[0]: string expected, number found\n    mend: put it into quotes: "2"',
    ],
  ],
  [
    "an import file of another form",
    [[imported, '"base"', '"bas"']],
    [
      "imports/musl-1.2.5.json:5: import file musl-1.2.5.json, sets.libc.base: the field is missing (and 1 more of the kind)\n    mend: write the file anew with gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE",
    ],
  ],
  [
    "an import file that an older generator wrote",
    [[imported, '"facts": {}', '"facts": {"empty": ["m"]}']],
    [
      "imports/musl-1.2.5.json:20: import file musl-1.2.5.json, facts.empty: there is no such field: the file was written by another gen-bzl\n    mend: write the file anew with gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE",
    ],
  ],
  [
    "a step with a field of another recipe, and without one of its own",
    [[musl, "compile:", "prepare: [{recipe: install, output: x, texts: x}]\ncompile:"]],
    [
      "manifest/runtimes/musl.yaml:6: runtime musl, prepare[0].files: the field is missing\n    mend: add prepare[0].files",
      "manifest/runtimes/musl.yaml:6: runtime musl, prepare[0].texts: there is no such field\n    mend: take it away; the fields are recipe, when, output, files",
    ],
  ],
  [
    "a runtime that is called unlike its file",
    [[musl, "name: musl", "name: mussel"]],
    [
      "manifest/runtimes/musl.yaml:1: runtime mussel, name: the file is called musl.yaml\n    mend: rename the file to mussel.yaml, or write name: musl",
      'manifest/systems.yaml:4: system linux_musl, libc: there is no runtime "musl"\n    mend: write mussel, or add a runtime row of this name',
      'manifest/systems.yaml:8: system linux_musl, stack[0]: there is no runtime "musl"\n    mend: write mussel, or add a runtime row of this name',
    ],
  ],
  [
    "a row that is no map",
    [[targets, "- {", "- arm64\n- {"]],
    ["manifest/targets.yaml:1: the row is not a map\n    mend: write `field: value` pairs"],
  ],
  [
    "a table that is no list",
    [[targets, "- {architecture: arm64, system: linux_musl}", "linux_musl: {architecture: arm64}"]],
    ["manifest/targets.yaml:1: the file is not a list of rows\n    mend: begin each row with `- `"],
  ],
  [
    "several at once",
    [
      [targets, "arm64", "arm46"],
      [llvm, "llvm-22", "llvm"],
      [archives, "https://example.org/llvm.tar.zst", "llvm.tar.zst"],
    ],
    [
      "manifest/archives.yaml:2: archive llvm-22, urls[0]: not a URL\n    mend: write an address such as https://example.org/x.tar.gz",
      'manifest/llvm.yaml:1: llvm 22.1.8, seeds: there is no archive "llvm", of the compiler of 22.1.8 for linux_amd64\n    mend: add an archive row of this name, or take the host linux_amd64 away',
      'manifest/targets.yaml:1: target arm46 on linux_musl, architecture: there is no architecture "arm46"\n    mend: write arm64, or add an architecture row of this name',
    ],
  ],
];

test.each(edits)("%s", (_name, changes, expected) => {
  expect(problemsOf(changes.reduce((files, [path, from, to]) => editFile(files, path, from, to), sampleFiles))).toEqual(
    expected,
  );
});
