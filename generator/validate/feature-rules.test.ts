import { problemsOf } from "../testing/problems-of";
import { editFile, sampleFiles } from "../testing/sample-manifest";

const table = "manifest/features.yaml";

test.each([
  [
    "implies one that there is not",
    "- {name: hardened, about: is hard, implies: [zero_inti]}\n- {name: zero_init, about: is zero, compile_flags: [-z]}\n",
    `${table}:1: feature hardened, implies[0]: there is no feature "zero_inti"\n    mend: write zero_init, or add a feature row of this name`,
  ],
  [
    "implies itself",
    "- {name: hardened, about: is hard, implies: [hardened]}\n",
    `${table}:1: feature hardened, implies[0]: hardened implies itself\n    mend: take the name away`,
  ],
  [
    "is nothing",
    "- {name: hardened, about: is hard}\n",
    `${table}:1: feature hardened, name: hardened has no flags, and implies nothing\n    mend: state compile_flags, link_flags, implies or when`,
  ],
  [
    "has a condition that never holds",
    "- {name: hardened, about: is hard, compile_flags: [{when: {os: [linus]}, flags: [-a]}]}\n",
    `${table}:1: feature hardened, compile_flags[0].when.os[0]: no row has the os "linus", so the condition never holds\n    mend: write linux, or add a row that has it`,
  ],
  [
    "depends on the version of LLVM",
    '- {name: hardened, about: is hard, compile_flags: [{when: {llvm: "<23"}, flags: [-a]}]}\n',
    `${table}:1: feature hardened, compile_flags[0].when.llvm: a feature is the same with every version of LLVM\n    mend: take the range away, or make two features of it`,
  ],
])("one that %s", (_, rows, problem) => {
  expect(problemsOf({ ...sampleFiles, [table]: rows })).toEqual([problem]);
});

const runtime = "manifest/runtimes/musl.yaml";
const linkedBy = (features: string) => editFile(sampleFiles, runtime, "link: c}", `link: {features: [${features}]}}`);

test.each([
  [
    "is linked and is no row",
    "asan",
    "",
    `${runtime}:LINE: runtime musl, units[0].link.features[0]: there is no feature "asan"\n    mend: add a feature row of this name`,
  ],
  [
    "goes with one that nothing is linked by",
    "asan",
    "- {name: asan, about: a, compile_flags: [-a], besides: [opt]}\n",
    `${table}:1: feature asan, besides[0]: no unit is linked by a feature opt, so that it goes with everything\n    mend: take the name away`,
  ],
  [
    "has flags for runtimes and no constraint",
    "asan",
    "- {name: asan, about: a, compile_flags: [-a], runtime_flags: [-a]}\n",
    `${table}:1: feature asan, runtime_flags: runtimes are compiled for a sanitizer alone, by its constraint value\n    mend: state sanitizer: true`,
  ],
  [
    "is flags alone",
    "asan",
    "- {name: asan, about: a, compile_flags: [-a]}\n- {name: other, about: a, compile_flags: [-a], sanitizer: true}\n",
    `${table}:2: feature other, sanitizer: no unit is linked by other, which is flags alone\n    mend: take the field away`,
  ],
])("one by which links get units, and that %s", (_, features, rows, problem) => {
  const found = problemsOf({ ...linkedBy(features), ...(rows && { [table]: rows }) });
  expect(found.map((text) => text.replace(/(musl\.yaml):\d+/, "$1:LINE"))).toEqual([problem]);
});
