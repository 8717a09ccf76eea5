import { problemsOf } from "../testing/problems-of";
import { sampleGlibc } from "../testing/sample-glibc";
import { editFile, sampleFiles } from "../testing/sample-manifest";

const targets = "manifest/targets.yaml";
const musl = "manifest/runtimes/musl.yaml";

/** What is edited (file, from, to) → every problem, as people read it. */
test.each<[string, [string, string, string][], string[]]>([
  [
    "a prepared file that two platforms need otherwise",
    [
      [
        musl,
        "compile:",
        "prepare: [{recipe: configure, output: generated/x.h, inputs: [x.h.in], variables: {CPU: a}, when: {architecture: [arm64]}}, {recipe: configure, output: generated/x.h, inputs: [x.h.in], variables: {CPU: b}, when: {architecture: [amd64]}}]\ncompile:",
      ],
      [
        targets,
        "- {architecture: arm64, system: linux_musl}",
        "- {architecture: arm64, system: linux_musl}\n- {architecture: amd64, system: linux_musl}",
      ],
    ],
    [
      "manifest/runtimes/musl.yaml:6: runtime musl, prepare[1].output: linux_amd64_musl needs generated/x.h otherwise than musl of linux_arm64_musl does, in the same archive, musl-1.2.5\n    mend: put what tells the two apart into the path, such as {architecture} or {system}",
    ],
  ],
])("%s", (_name, changes, expected) => {
  expect(problemsOf(changes.reduce((files, [path, from, to]) => editFile(files, path, from, to), sampleFiles))).toEqual(
    expected,
  );
});

test.each([
  ["of a library that there is no stub of", "{libc: {group", "{lib: {}, libc: {group", "lib", "lib", "libc"],
  ["that names one", "as_needed: [ld]", "as_needed: [ldso]", "libc", "ldso", "ld"],
])("a linker script %s", (_, from, to, library, named, near) => {
  const runtime = "manifest/runtimes/glibc/runtime.yaml";
  expect(problemsOf(editFile(sampleGlibc, runtime, from, to))[0]).toContain(
    `units[0].linker_scripts.${library}: no import of glibc has symbols of a library ${named} (needed by linux_arm64_gnu)\n    mend: write ${near}`,
  );
});

describe("functions that make files", () => {
  const step = "{recipe: starlark, function: FUNCTION, output: x.h, inputs: [x.h.in]}";
  const problems = (written: string, recipes: Readonly<Record<string, string>> = {}): string[] =>
    problemsOf({
      ...editFile(sampleFiles, musl, "compile:", `prepare: [${step.replace("FUNCTION", written)}]\ncompile:`),
      ...recipes,
    });
  const other = {
    "manifest/runtimes/other/runtime.yaml": 'name: other\nrole: cxx\nversions: [{version: "1", archive: musl-1.2.5}]\n',
    "manifest/runtimes/other/recipes.bzl":
      "def _inner(text):\n    return text\n\ndef shared(texts):\n    return texts[0]\n",
  };

  test("of another runtime", () => expect(problems("other/shared", other)).toEqual([]));

  test("of a runtime that has none", () =>
    expect(problems("shared")).toEqual([
      "manifest/runtimes/musl.yaml:6: runtime musl, prepare[0].function: there is no runtimes/musl/recipes.bzl, which would have shared\n    mend: write it, or take the step away",
    ]));

  test("that are called otherwise, or are private", () => {
    expect(problems("other/share", other)).toEqual([
      "manifest/runtimes/musl.yaml:6: runtime musl, prepare[0].function: runtimes/other/recipes.bzl has no function share\n    mend: write shared, or add it there",
    ]);
    expect(problems("other/_inner", other)).toEqual([
      "manifest/runtimes/musl.yaml:6: runtime musl, prepare[0].function: not a function, or runtime/function\n    mend: write a function, or runtime/function",
    ]);
  });

  test("that an import names", () => {
    const recipes = "manifest/runtimes/glibc/recipes.bzl";
    expect(problemsOf(editFile(sampleGlibc, recipes, "def syscalls", "def calls"))).toEqual([
      "manifest/runtimes/glibc/runtime.yaml:10: runtime glibc, prepare[0].recipe: runtimes/glibc/recipes.bzl has no function syscalls\n    mend: add it there",
    ]);
  });
});
