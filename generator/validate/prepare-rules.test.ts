import { problemsOf } from "../testing/problems-of";
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
