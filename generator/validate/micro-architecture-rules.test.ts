import { problemsOf } from "../testing/problems-of";
import { sampleFiles } from "../testing/sample-manifest";

const table = "manifest/micro-architectures.yaml";
const row = (name: string, more = "architecture: arm64, flags: [-march=armv8.1-a]"): string =>
  `- {name: ${name}, about: LSE, ${more}}\n`;

test("a manifest may have none, and some", () => {
  expect(problemsOf(sampleFiles)).toEqual([]);
  expect(problemsOf({ ...sampleFiles, [table]: row("arm64_v8.1a") })).toEqual([]);
});

test.each([
  [
    "of an architecture that there is not",
    row("arm64_v8.1a", "architecture: arm46, flags: [-x]"),
    `${table}:1: micro-architecture arm64_v8.1a, architecture: there is no architecture "arm46"\n    mend: write arm64, or add an architecture row of this name`,
  ],
  [
    "called as the oldest CPU is",
    row("default"),
    `${table}:1: micro-architecture default, name: the name of one: \`default\` is the oldest CPU of each architecture\n    mend: correct name`,
  ],
  [
    "without flags, which would be the oldest CPU once more",
    row("arm64_v8", "architecture: arm64, flags: []"),
    `${table}:1: micro-architecture arm64_v8, flags: too few: there must be at least 1\n    mend: add to flags`,
  ],
])("one that is %s", (_, text, problem) => {
  expect(problemsOf({ ...sampleFiles, [table]: text })).toEqual([problem]);
});

test("its platform may not be a target's", () => {
  const files = {
    ...sampleFiles,
    [table]: row("arm64_lse"),
    "manifest/architectures.yaml": `${sampleFiles["manifest/architectures.yaml"]}- {name: arm64_lse, base: arm64}\n`,
    "manifest/targets.yaml": `${sampleFiles["manifest/targets.yaml"]}- {architecture: arm64_lse, system: linux_musl}\n`,
  };
  expect(problemsOf(files)).toEqual([
    `${table}:1: micro-architecture arm64_lse, name: linux_arm64_musl has the platform linux_arm64_lse_musl for it, and a target is called so\n    mend: rename one of the two, or take the target away: the micro-architecture's platform does what it does`,
  ]);
});
