import { formatStarlark } from "../apply/format-starlark";
import { readManifest } from "../read/read-manifest";
import { readTemplates } from "../read/read-templates";
import { sampleFiles, writeTemporary } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { planModule } from "./plan-module";

function tableOf(rows: string): string {
  const folder = writeTemporary({ ...sampleFiles, "manifest/features.yaml": rows });
  try {
    const { problems, ...sources } = validateManifest(readManifest(`${folder.path}/manifest`));
    expect(problems).toEqual([]);
    const text = formatStarlark(planModule(sources, readTemplates())).get("toolchains/features.bzl") ?? "";
    return text.slice(text.indexOf("FEATURES = "));
  } finally {
    folder.remove();
  }
}

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

test("without rows there is an empty table", () => expect(tableOf("")).toBe("FEATURES = {}\n"));
