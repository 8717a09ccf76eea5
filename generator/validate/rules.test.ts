import { problemsOf } from "../testing/problems-of";
import { editFile, sampleFiles } from "../testing/sample-manifest";

const architectures = "manifest/architectures.yaml";
const systems = "manifest/systems.yaml";
const targets = "manifest/targets.yaml";
const hosts = "manifest/hosts.yaml";
const llvm = "manifest/llvm.yaml";
const musl = "manifest/runtimes/musl.yaml";
const imported = "imports/musl-1.2.5.json";

test("the sample has no problem", () => {
  expect(problemsOf(sampleFiles)).toEqual([]);
});

/** What is edited (file, from, to) → every problem, as people read it. */
const edits: [string, [string, string, string][], string[]][] = [
  [
    "an archive without an address",
    [["manifest/archives.yaml", "urls: [https://example.org/musl-1.2.5.tar.gz]", "urls: []"]],
    [
      "manifest/archives.yaml:5: archive musl-1.2.5, urls: there is no address\n    mend: add one, or say with unavailable why there is none",
    ],
  ],
  [
    "an archive that is unavailable and has an address",
    [
      [
        "manifest/archives.yaml",
        "urls: [https://example.org/musl-1.2.5.tar.gz]",
        "unavailable: lost\n  urls: [https://example.org/musl-1.2.5.tar.gz]",
      ],
    ],
    [
      "manifest/archives.yaml:5: archive musl-1.2.5, unavailable: it has addresses\n    mend: take unavailable away, or the addresses",
    ],
  ],
  [
    "an unknown architecture",
    [[targets, "arm64", "arm46"]],
    [
      'manifest/targets.yaml:1: target arm46 on linux_musl, architecture: there is no architecture "arm46"\n    mend: write arm64, or add an architecture row of this name',
    ],
  ],
  [
    "an unknown system",
    [[targets, "linux_musl", "plan9"]],
    [
      'manifest/targets.yaml:1: target arm64 on plan9, system: there is no system "plan9"\n    mend: add a system row of this name',
    ],
  ],
  [
    "an unknown runtime in a stack",
    [[systems, "stack: [musl]", "stack: [musl, libc++]"]],
    [
      'manifest/systems.yaml:8: system linux_musl, stack[1]: there is no runtime "libc++"\n    mend: add a runtime row of this name',
    ],
  ],
  [
    "an unknown libc",
    [[systems, "libc: musl", "libc: mussel"]],
    [
      'manifest/systems.yaml:4: system linux_musl, libc: there is no runtime "mussel"\n    mend: write musl, or add a runtime row of this name',
    ],
  ],
  [
    "an unknown archive of a version",
    [[musl, "archive: musl-1.2.5", "archive: musl-1.2.4"]],
    [
      'manifest/runtimes/musl.yaml:4: runtime musl, versions[0].archive: there is no archive "musl-1.2.4"\n    mend: write musl-1.2.5, or add an archive row of this name',
    ],
  ],
  [
    "an unknown archive of a version that depends on the architecture",
    [[musl, "archive: musl-1.2.5", 'archive: "musl-{llvm}"']],
    [
      'manifest/runtimes/musl.yaml:4: runtime musl, versions[0].archive: there is no archive "musl-aarch64"\n    mend: add an archive row of this name',
    ],
  ],
  [
    "an unknown archive of a compiler",
    [[llvm, "llvm-22", '"gcc-{os}"']],
    [
      'manifest/llvm.yaml:1: llvm 22.1.8, seeds: there is no archive "gcc-linux", of the compiler of 22.1.8 for linux_amd64\n    mend: add an archive row of this name, or take the host linux_amd64 away',
    ],
  ],
  [
    "a condition on a version of LLVM that is no range",
    [[musl, "flags: [-O2]", "flags: [{when: {llvm: newest}, flags: [-O2]}]"]],
    [
      'manifest/runtimes/musl.yaml:7: runtime musl, compile.flags[0].when.llvm: "newest" is not a range of versions\n    mend: write a range such as ">=22 <23"',
    ],
  ],
  [
    "two hosts of one machine",
    [[hosts, "- {", "- {name: linux_x64, os: linux, architecture: amd64}\n- {"]],
    [
      "manifest/hosts.yaml:2: host linux_amd64: linux_x64 is the same machine: linux amd64\n    mend: take one of the two away",
      "manifest/llvm.yaml:1: llvm 22.1.8, seeds: llvm-22 is the archive of the compiler of 22.1.8 for linux_x64, and of the compiler of 22.1.8 for linux_amd64\n    mend: write {host} where names of hosts differ",
    ],
  ],
  [
    "an unknown base",
    [[architectures, "name: arm64,", "name: arm64, base: arm,"]],
    [
      'manifest/architectures.yaml:1: architecture arm64, base: there is no architecture "arm"\n    mend: write arm64, or add an architecture row of this name',
    ],
  ],
  [
    "bases that lead back",
    [
      [architectures, "name: arm64,", "name: arm64, base: amd64,"],
      [architectures, "name: amd64,", "name: amd64, base: arm64,"],
    ],
    [
      "manifest/architectures.yaml:1: architecture arm64, base: its bases lead back to it: arm64 → amd64 → arm64\n    mend: take base away from one of them",
      "manifest/architectures.yaml:2: architecture amd64, base: its bases lead back to it: amd64 → arm64 → amd64\n    mend: take base away from one of them",
    ],
  ],
  [
    "an unknown name in a condition",
    [[musl, "sources: libc", "when: {architecture: [arm64, amd46]}, sources: libc"]],
    [
      'manifest/runtimes/musl.yaml:9: runtime musl, units[0].when.architecture[1]: no row has the architecture "amd46", so the condition never holds\n    mend: write amd64, or add a row that has it',
    ],
  ],
  [
    "an unknown name in a condition of a system's flags",
    [
      [
        systems,
        "  object_format: elf",
        "  object_format: elf\n  link_flags: [{when: {architecture: [amd46]}, flags: [-s]}]",
      ],
    ],
    [
      'manifest/systems.yaml:7: system linux_musl, link_flags[0].when.architecture[0]: no row has the architecture "amd46", so the condition never holds\n    mend: write amd64, or add a row that has it',
    ],
  ],
  [
    "an unknown column of a runtime",
    [[musl, "arch/{musl}", "arch/{muls}"]],
    ["manifest/runtimes/musl.yaml:5: runtime musl, include[1]: there is no column {muls}\n    mend: write {musl}"],
  ],
  [
    "an unknown column of a system",
    [[systems, "{llvm}", "{lvm}"]],
    ["manifest/systems.yaml:5: system linux_musl, triple: there is no column {lvm}\n    mend: write {llvm}"],
  ],
  [
    "a platform whose architecture lacks the triple's column",
    [[architectures, "llvm: aarch64, ", ""]],
    [
      'manifest/targets.yaml:1: target linux_arm64_musl, architecture: system linux_musl cannot exist for arm64, whose row has no llvm, which "{llvm}-unknown-linux-musl{eabi}" needs\n    mend: add llvm to architecture arm64, or take this target away',
    ],
  ],
  [
    "a platform whose architecture lacks a runtime's column",
    [[architectures, "musl: aarch64, ", ""]],
    [
      'manifest/targets.yaml:1: target linux_arm64_musl, architecture: runtime musl cannot exist for arm64, whose row has no musl, which "arch/{musl}" needs\n    mend: add musl to architecture arm64, or take this target away',
    ],
  ],
  [
    "a version that is there twice",
    [[musl, "default: true}", "default: true}\n  - {version: 1.2.5, archive: musl-1.2.5}"]],
    [
      "manifest/runtimes/musl.yaml:5: runtime musl, versions[1].version: 1.2.5 is there twice\n    mend: take one of the two away",
    ],
  ],
  [
    "two default versions",
    [[musl, "default: true}", "default: true}\n  - {version: 1.2.6, archive: musl-1.2.5, default: true}"]],
    [
      "manifest/runtimes/musl.yaml:5: runtime musl, versions[1].archive: musl-1.2.5 is the archive of 1.2.5 as well\n    mend: name the archive of 1.2.6",
      "manifest/runtimes/musl.yaml:5: runtime musl, versions[1].default: 1.2.5 and 1.2.6 are both the default\n    mend: leave default: true with one of them",
      "manifest/runtimes/musl.yaml:5: runtime musl, versions[1]: the sources of musl 1.2.6 have not been imported (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.6 --from DIR_OR_ARCHIVE --manifest manifest",
    ],
  ],
  [
    "no default version",
    [[musl, ", default: true}", "}\n  - {version: 1.2.6, archive: musl-1.2.5}"]],
    [
      "manifest/runtimes/musl.yaml:3: runtime musl, versions: none of the versions is the default\n    mend: add default: true to one of them",
      "manifest/runtimes/musl.yaml:5: runtime musl, versions[1].archive: musl-1.2.5 is the archive of 1.2.5 as well\n    mend: name the archive of 1.2.6",
      "manifest/runtimes/musl.yaml:5: runtime musl, versions[1]: the sources of musl 1.2.6 have not been imported (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.6 --from DIR_OR_ARCHIVE --manifest manifest",
    ],
  ],
  [
    "a range that is none",
    [[targets, "linux_musl}", "linux_musl, versions: ancient}"]],
    [
      'manifest/targets.yaml:1: target linux_arm64_musl, versions: "ancient" is not a range of versions\n    mend: write a range such as ">=2.17 <2.34"',
    ],
  ],
  [
    "a range that leaves nothing",
    [[targets, "linux_musl}", 'linux_musl, versions: ">=2"}']],
    [
      "manifest/targets.yaml:1: target linux_arm64_musl, versions: no version of musl is in the range >=2\n    mend: widen the range: there are 1.2.5",
    ],
  ],
  [
    "a default version that does not exist",
    [[targets, "linux_musl}", "linux_musl, default_version: 1.2.9}"]],
    [
      "manifest/targets.yaml:1: target linux_arm64_musl, default_version: musl 1.2.9 does not exist for this platform\n    mend: write one of 1.2.5",
    ],
  ],
  [
    "versions where there is no libc",
    [
      [targets, "linux_musl}", 'linux_musl, versions: ">=1"}'],
      [systems, "  libc: musl\n", ""],
    ],
    [
      "manifest/targets.yaml:1: target linux_arm64_musl, versions: its system linux_musl has no libc, so no versions\n    mend: take versions away",
    ],
  ],
  [
    "a libc outside of the stack",
    [[systems, "stack: [musl]", "stack: []"]],
    [
      "manifest/systems.yaml:4: system linux_musl, libc: musl is not in the stack\n    mend: add musl to stack, or take libc away",
    ],
  ],
  [
    "a runtime that is in the stack twice",
    [[systems, "stack: [musl]", "stack: [musl, musl]"]],
    [
      "manifest/systems.yaml:8: system linux_musl, stack[1]: musl is in the stack twice\n    mend: take one of the two away",
    ],
  ],
  [
    "an oldest release that no flag says",
    [[systems, "stack: [musl]", 'stack: [musl]\n  minimum_os: {flag: -mversion-min=, younger: ["12.0"]}']],
    [
      "manifest/systems.yaml:9: system linux_musl, minimum_os.flag: no flag of the system begins with -mversion-min=\n    mend: add one to flags, with the oldest version that programs run on",
    ],
  ],
  [
    "platforms that Bazel cannot tell apart",
    [
      [targets, "- {", "- {architecture: amd64, system: linux_musl}\n- {"],
      [architectures, "@platforms//cpu:x86_64", "@platforms//cpu:aarch64"],
    ],
    [
      "manifest/targets.yaml:2: target linux_arm64_musl: Bazel cannot tell it from linux_amd64_musl: both are linux, @platforms//cpu:aarch64, musl\n    mend: give its architecture another constraint, or none, or its system another abi",
    ],
  ],
  [
    "an OS without a default system",
    [[systems, "default_for_os: true", "default_for_os: false"]],
    [
      "manifest/systems.yaml:9: system linux_musl, default_for_os: none of the systems of linux is its default\n    mend: add default_for_os: true to one of linux_musl",
    ],
  ],
  [
    "units of one name",
    [[musl, "link: c}", "link: c}\n  - {name: c, kind: archive, output: lib/libm.a}"]],
    [
      "manifest/runtimes/musl.yaml:10: runtime musl, units[1].name: unit 1 is called c as well\n    mend: rename one of the two",
    ],
  ],
  [
    "a libc that has nothing for the architecture of a platform",
    [[imported, '"name": "all"', '"name": "all", "architectures": ["amd64"]']],
    [
      "manifest/targets.yaml:1: target linux_arm64_musl, versions: musl 1.2.5 has no sources for arm64\n    mend: take this target away; or, where its tree has the architecture after all, run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest",
    ],
  ],
  [
    "a set without a variant for a platform",
    [
      [musl, "sources: libc", "sources: libm"],
      [
        imported,
        '"libc": {',
        '"libm": {"base": [], "variants": [{"name": "amd64", "architectures": ["amd64"]}]}, "libc": {',
      ],
    ],
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].sources: no variant of set libm applies in the import of musl 1.2.5 (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest, or correct sources, or say with `when` where the unit exists",
    ],
  ],
  [
    "variants that apply at once",
    [[imported, '"variants": [', '"variants": [{"name": "other"}, ']],
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].sources: variants other and all of set libc apply at once in the import of musl 1.2.5 (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest, or correct sources, or say with `when` where the unit exists",
    ],
  ],
  [
    "an archive of members that is no unit of the stack",
    [[musl, "sources: libc,", "sources: libc, whole_archives: [d],"]],
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].whole_archives[0]: no archive of linux_arm64_musl is the unit d\n    mend: write c, or name one of c, or say with `when` where the unit exists",
    ],
  ],
  [
    "whole archives that are none",
    [
      [
        musl,
        "link: c}",
        "link: c}\n  - {name: crt1, kind: object, output: lib/crt1.o, sources: libc}\n  - {name: all, kind: archive, output: lib/all.a, whole_archives: [crt1]}",
      ],
    ],
    [
      "manifest/runtimes/musl.yaml:11: runtime musl, units[2].whole_archives[0]: no archive of linux_arm64_musl is the unit crt1\n    mend: name one of c, all, or say with `when` where the unit exists",
    ],
  ],
  [
    "a library to link against that is neither a unit nor a role of the stack",
    [
      [
        musl,
        "link: c}",
        "link: c}\n  - {name: so, kind: shared_library, output: lib/libc.so, libraries: [c, libc, builtins]}",
      ],
    ],
    [
      "manifest/runtimes/musl.yaml:10: runtime musl, units[1].libraries[2]: no library of linux_arm64_musl is the unit or the role builtins\n    mend: name one of c, so, libc, or say with `when` where the unit exists",
    ],
  ],
  [
    "a kind that none is",
    [[musl, "kind: archive", "kind: archives"]],
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].kind: not one of the known values\n    mend: write one of archive, object, shared_library, file, files, import_libraries, symbol_stubs",
    ],
  ],
  [
    "a file of a column that there is none of",
    [[musl, "link: c}", "link: c}\n  - {name: script, kind: file, output: lib/board.ld, source: 'boards/{board}.ld'}"]],
    [
      "manifest/runtimes/musl.yaml:10: runtime musl, units[1].source: there is no column {board}\n    mend: write {goarm}",
    ],
  ],
  [
    "a field that units of another kind have",
    [[musl, "kind: archive", "kind: object, whole_archives: [c]"]],
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].whole_archives: there is no such field\n    mend: take it away; the fields are kind, name, when, output, link_modes, link, flags, c_flags, cxx_flags, include, headers, uses, batch, precompiled, for_each, sources",
    ],
  ],
  [
    "members that no unit makes, of libraries that no folder and no table is for",
    [[musl, "link: c}", "link: c}\n  - {name: l, kind: import_libraries, members: c, output: 'lib/lib{item}.a'}"]],
    [
      "manifest/runtimes/musl.yaml:10: runtime musl, units[1].kind: there are no import libraries in the import of musl 1.2.5 (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest, or correct kind, or say with `when` where the unit exists",
      "manifest/runtimes/musl.yaml:10: runtime musl, units[1].kind: there is no folder for the libraries of linux, which linux_arm64_musl has\n    mend: say with `when` that they are of windows",
      'manifest/runtimes/musl.yaml:10: runtime musl, units[1].members: no unit of musl that has `sources: "{item}"` is called c\n    mend: name one of its own units, or say with `when` where the unit exists',
    ],
  ],
  [
    "a version that is none",
    [[musl, "version: 1.2.5", "version: ../up"]],
    [
      "manifest/runtimes/musl.yaml:4: runtime musl, versions[0].version: not a version: letters, digits, and . _ + - after the first, with a digit among them\n    mend: write a version: letters, digits, and . _ + - after the first, with a digit among them",
    ],
  ],
  [
    "a platform whose name is none",
    [[systems, "  os: linux", '  platform: "../{os}_{architecture}"\n  os: linux']],
    [
      'manifest/systems.yaml:2: system linux_musl, platform: it calls a platform "../linux_arm64", which is no name\n    mend: write letters, digits, _ . + - and {columns}, or give the target a name',
    ],
  ],
  [
    "units that give the same file",
    [[musl, "link: c}", "link: c}\n  - {name: m, kind: archive, output: lib/libc.a}"]],
    [
      "manifest/runtimes/musl.yaml:10: runtime musl, units[1].output: unit c of musl gives linux_arm64_musl the same file\n    mend: write another path, or say with `when` where each of the two exists",
    ],
  ],
];

test.each(edits)("%s", (_name, changes, expected) => {
  expect(problemsOf(changes.reduce((files, [path, from, to]) => editFile(files, path, from, to), sampleFiles))).toEqual(
    expected,
  );
});
