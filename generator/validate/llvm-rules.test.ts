import { problemsOf } from "../testing/problems-of";
import { sampleWithPart, sampleWithTwo } from "../testing/sample-llvm";
import { editFile, sampleFiles, type Files } from "../testing/sample-manifest";

const llvm = "manifest/llvm.yaml";
const part = "manifest/runtimes/rt.yaml";

const without = (files: Files, path: string): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));

test.each<[string, Files]>([
  ["one version, with nothing that is part of LLVM", sampleFiles],
  ["one version", sampleWithPart],
  ["two versions", sampleWithTwo],
])("%s: nothing is wrong", (_name, files) => {
  expect(problemsOf(files)).toEqual([]);
});

test.each<[string, Files, string[]]>([
  [
    "no version at all",
    { ...sampleFiles, [llvm]: "[]\n" },
    ["manifest/module.yaml:1: module: there is no version of LLVM\n    mend: add a row to llvm.yaml"],
  ],
  [
    "two defaults",
    editFile(sampleWithTwo, llvm, '"llvm-23-{host}"', '"llvm-23-{host}", default: true'),
    [
      "manifest/llvm.yaml:2: llvm 23.1.0, default: 22.1.8 and 23.1.0 are both the default\n    mend: leave default: true with one of them",
    ],
  ],
  [
    "no default among two",
    editFile(sampleWithTwo, llvm, ", default: true", ""),
    [
      "manifest/llvm.yaml:1: llvm 22.1.8, default: none of the versions is the default\n    mend: add default: true to one of them",
    ],
  ],
  [
    "a version without the compiler of a host",
    editFile(sampleWithTwo, "manifest/hosts.yaml", "- {", "- {name: linux_arm64, os: linux, architecture: arm64}\n- {"),
    [
      "manifest/llvm.yaml:1: llvm 22.1.8, seeds: llvm-22 is the archive of the compiler of 22.1.8 for linux_arm64, and of the compiler of 22.1.8 for linux_amd64\n    mend: write {host} where names of hosts differ",
      'manifest/llvm.yaml:2: llvm 23.1.0, seeds: there is no archive "llvm-23-linux_arm64", of the compiler of 23.1.0 for linux_arm64\n    mend: write llvm-23-linux_amd64, or add an archive row of this name, or take the host linux_arm64 away',
    ],
  ],
  [
    "a version without sources",
    editFile(sampleWithTwo, llvm, "sources: llvm-project-23", "sources: llvm-projekt-23"),
    [
      'manifest/llvm.yaml:2: llvm 23.1.0, sources: there is no archive "llvm-projekt-23", of the sources of 23.1.0\n    mend: write llvm-project-23, or add an archive row of this name',
    ],
  ],
  [
    "two versions of the same sources",
    editFile(sampleWithTwo, llvm, "sources: llvm-project-23", "sources: llvm-project"),
    [
      "manifest/llvm.yaml:2: llvm 23.1.0, sources: llvm-project is the archive of the sources of 22.1.8, and of the sources of 23.1.0\n    mend: name the archive of the sources of 23.1.0",
    ],
  ],
  [
    "a column of compilers that hosts do not have",
    editFile(sampleWithTwo, llvm, "{host}", "{hots}"),
    [
      "manifest/llvm.yaml:2: llvm 23.1.0, seeds: there is no column {hots}\n    mend: write {host}, {os}, {architecture}, which are the host's",
    ],
  ],
  [
    "a version whose runtimes have not been imported",
    without(sampleWithTwo, "imports/rt-23.1.0.json"),
    [
      "manifest/llvm.yaml:2: llvm 23.1.0, version: the sources of rt 23.1.0 have not been imported (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import rt 23.1.0 --from DIR_OR_ARCHIVE --manifest manifest",
    ],
  ],
  [
    "a runtime that is part of LLVM and has versions of its own",
    editFile(
      sampleWithPart,
      part,
      "part_of: llvm",
      "part_of: llvm\nversions: [{version: 22.1.7, archive: llvm-project}]",
    ),
    [
      "manifest/runtimes/rt.yaml:4: runtime rt, versions: its versions are those of LLVM, of which it is a part\n    mend: take versions away, and state them in llvm.yaml; or take part_of away",
    ],
  ],
  [
    "a runtime without versions",
    editFile(sampleWithPart, part, "part_of: llvm\n", ""),
    [
      "manifest/runtimes/rt.yaml:1: runtime rt, versions: the field is missing\n    mend: add versions, or part_of: llvm where they are LLVM's",
    ],
  ],
  [
    "a libc that is part of LLVM, whose version the platform would name twice",
    editFile(
      editFile(sampleWithPart, "manifest/systems.yaml", "libc: musl", "libc: rt"),
      part,
      "role: builtins",
      "role: cxx",
    ),
    [
      "manifest/systems.yaml:4: system linux_musl, libc: the versions of rt are LLVM's, which a constraint of their own chooses\n    mend: take libc away; the stack has it",
    ],
  ],
])("%s", (_name, files, expected) => {
  expect(problemsOf(files)).toEqual(expected);
});
