import { formatStarlark } from "../apply/format-starlark";
import { readManifest } from "../read/read-manifest";
import { readTemplates } from "../read/read-templates";
import { editFile, sampleFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { planModule } from "./plan-module";

function planOf(rows: string, files: Files = sampleFiles): string {
  const folder = writeTemporary({ ...files, "manifest/features.yaml": rows });
  try {
    const { problems, ...sources } = validateManifest(readManifest(`${folder.path}/manifest`));
    expect(problems).toEqual([]);
    return formatStarlark(planModule(sources, readTemplates())).get("toolchains/features.bzl") ?? "";
  } finally {
    folder.remove();
  }
}

function tablesOf(rows: string, files?: Files): string {
  const text = planOf(rows, files);
  return text.slice(text.indexOf("FEATURES = "));
}

const tableOf = (rows: string): string => tablesOf(rows).replace(/\n# Feature that a whole build has[^]*/, "");

test("a feature is the flags that a platform takes of its row", () => {
  const rows = `
- name: signed
  about: signs
  with: [opt]
  provides: [signature]
  compile_flags: [-a, {when: {architecture: [arm64]}, flags: [-b]}]
  link_flags: [-c]
`;
  expect(tableOf(rows)).toBe(`FEATURES = {
    "signed": [
        {
            "compile": [
                "-a",
                "-b",
            ],
            "link": ["-c"],
            "with": ["opt"],
            "provides": ["signature"],
            "platforms": ["linux_arm64_musl"],
        },
    ],
}
`);
});

test("a platform has a feature for its flags, or for what it implies, however far", () => {
  const rows = `
- {name: all, about: turns on some, implies: [some, nowhere]}
- {name: some, about: turns on one, implies: [one]}
- {name: one, about: is one, compile_flags: [-a]}
- {name: nowhere, about: is not there, compile_flags: [{when: {endian: big}, flags: [-b]}]}
`;
  const table = tableOf(rows);
  expect(table.match(/^ {4}"\w+"/gm)).toEqual(['    "all"', '    "some"', '    "one"']);
  expect(table).toContain('"implies": ["some"]');
});

test("platforms of a system that has several are named once", () => {
  const two = editFile(
    sampleFiles,
    "manifest/targets.yaml",
    "- {architecture: arm64, system: linux_musl}",
    "- {architecture: arm64, system: linux_musl}\n- {architecture: amd64, system: linux_musl}",
  );
  const rows = `
- {name: everywhere, about: a, compile_flags: [-a]}
- {name: somewhere, about: b, compile_flags: [{when: {architecture: [amd64]}, flags: [-b]}]}
`;
  expect(planOf(rows, two)).toContain(`LINUX_MUSL = [
    "linux_arm64_musl",
    "linux_amd64_musl",
]`);
  expect(planOf(rows, two)).toContain('"platforms": LINUX_MUSL,');
  expect(planOf(rows, two)).toContain('"platforms": ["linux_amd64_musl"],');
});

test("without rows there is an empty table", () => expect(tableOf("")).toBe("FEATURES = {}\n"));

test("features by which links get units are listed with what goes with them", () => {
  const rows = `
- {name: asan, about: a, compile_flags: [-a], besides: [ubsan], sanitizer: true, runtime_flags: [-r], link_modes: [static]}
- {name: flags, about: b, compile_flags: [-b]}
- {name: ubsan, about: c, when: {os: [linux]}, option: collect_code_coverage, companion: true}
`;
  const linked = editFile(sampleFiles, "manifest/runtimes/musl.yaml", "link: c}", "link: {features: [ubsan, asan]}}");
  const tables = tablesOf(rows, linked);
  expect(tables).toContain('"link_modes": ["static"]');
  expect(tables.slice(tables.indexOf("INSTRUMENTATIONS = "))).toBe(`INSTRUMENTATIONS = {
    "asan": {
        "besides": ["ubsan"],
        "companion": False,
        "option": "",
        "runtime_flags": ["-r"],
        "runtime_roles": [
            "unwinder",
            "cxxabi",
            "cxx",
        ],
        "sanitizer": True,
    },
    "ubsan": {
        "besides": [],
        "companion": True,
        "option": "collect_code_coverage",
        "runtime_flags": [],
        "runtime_roles": [],
        "sanitizer": False,
    },
}
`);
});
