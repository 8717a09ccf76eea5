import { problemsOf } from "../testing/problems-of";
import { sampleCompiler, sampleWithCompiler } from "../testing/sample-compiler";
import { editFile, type Files } from "../testing/sample-manifest";

const file = "imports/compiler/22.1.8.json";
const withImport = (changes: object): Files => ({
  ...sampleWithCompiler,
  [file]: JSON.stringify({ ...sampleCompiler, ...changes }),
});

test("a compiler that can be built from source: nothing is wrong", () => {
  expect(problemsOf(sampleWithCompiler)).toEqual([]);
});

test.each<[string, Files, string[]]>([
  [
    "a platform that there is not",
    editFile(sampleWithCompiler, "manifest/hosts.yaml", "linux_amd64_musl", "linux_amd64_musk"),
    [
      'manifest/hosts.yaml:1: host linux_amd64, compiler_platform: there is no platform "linux_amd64_musk"\n    mend: write linux_amd64_musl, or leave the field out, so that no compiler is built from source for this host',
    ],
  ],
  [
    "a host that the import does not know",
    withImport({ host_texts: {} }),
    [
      "manifest/hosts.yaml:1: host linux_amd64, compiler_platform: the import of the compiler 22.1.8 does not know this host\n    mend: gen-bzl import compiler 22.1.8",
    ],
  ],
  [
    "a CPU of which nothing says who makes its code",
    editFile(sampleWithCompiler, "manifest/architectures.yaml", ", backend: AArch64", ""),
    [
      "manifest/architectures.yaml:1: architecture arm64, backend: nothing says which part of LLVM makes its code, and there is a compiler that is built from source\n    mend: add backend: as LLVM_TARGETS_TO_BUILD has it, such as AArch64",
    ],
  ],
  [
    "a CPU whose code it cannot make",
    withImport({ backends: ["X86"] }),
    [
      "imports/compiler/22.1.8.json:1: import file 22.1.8.json, backends: lacks AArch64, which makes the code of arm64\n    mend: gen-bzl import compiler 22.1.8",
    ],
  ],
  [
    "an import of another version",
    withImport({ version: "22.1.7" }),
    [
      "imports/compiler/22.1.8.json:1: import file 22.1.8.json: it is of the compiler 22.1.7\n    mend: write the file anew with gen-bzl import compiler 22.1.8 --from DIR_OR_ARCHIVE",
    ],
  ],
  [
    "an import that is no JSON",
    { ...sampleWithCompiler, [file]: "{" },
    [
      "imports/compiler/22.1.8.json:1: import file 22.1.8.json: not JSON\n    mend: write the file anew with gen-bzl import compiler 22.1.8 --from DIR_OR_ARCHIVE",
    ],
  ],
])("%s", (_name, files, problems) => {
  expect(problemsOf(files)).toEqual(problems);
});

test("a field of another kind is named", () => {
  const [problem] = problemsOf(withImport({ backends: "X86" }));
  expect(problem).toMatch(/^imports\/compiler\/22\.1\.8\.json:1: import file 22\.1\.8\.json, backends: /);
});
