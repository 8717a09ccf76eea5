import { problemsOf } from "../testing/problems-of";
import { editFile, sampleFiles } from "../testing/sample-manifest";

const musl = "manifest/runtimes/musl.yaml";

/** What is written in place of `from` in the row of the libc → every problem, as people read it. */
const edits: [string, string, string, string[]][] = [
  [
    "a version that has not been imported",
    "version: 1.2.5",
    "version: 1.2.6",
    [
      "manifest/runtimes/musl.yaml:4: runtime musl, versions[0]: the sources of musl 1.2.6 have not been imported (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.6 --from DIR_OR_ARCHIVE --manifest manifest",
    ],
  ],
  [
    "a set that the import does not have",
    "sources: libc",
    "sources: libm",
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].sources: there is no set libm in the import (there are libc) of musl 1.2.5 (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest, or correct sources, or say with `when` where the unit exists",
    ],
  ],
  [
    "a list that the import does not have",
    "sources: libc",
    "for_each: empty",
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].for_each: there is no list empty in the import (it has no list) of musl 1.2.5 (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest, or correct for_each, or say with `when` where the unit exists",
    ],
  ],
  [
    "headers to precompile that the import does not list",
    "sources: libc",
    "sources: libc, precompiled: {headers: included}",
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].precompiled: there is no list included in the import (it has no list) of musl 1.2.5 (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.5 --from DIR_OR_ARCHIVE --manifest manifest, or correct precompiled, or say with `when` where the unit exists",
    ],
  ],
];

test.each(edits)("%s", (_name, from, to, expected) => {
  expect(problemsOf(editFile(sampleFiles, musl, from, to))).toEqual(expected);
});
