import { problemsOf } from "../testing/problems-of";
import { editFile, sampleFiles, type Files } from "../testing/sample-manifest";

const systems = "manifest/systems.yaml";
const targets = "manifest/targets.yaml";
const musl = "manifest/runtimes/musl.yaml";
const imported = "imports/musl-1.2.5.json";

/** A second runtime, made of the same archive as the first. */
const second = (units: string): Files => ({
  ...editFile(sampleFiles, systems, "stack: [musl]", "stack: [musl, second]"),
  "manifest/runtimes/second.yaml": `name: second\nrole: builtins\nversions: [{version: "1", archive: musl-1.2.5}]\nunits: ${units}\n`,
  "imports/second-1.json": sampleFiles[imported]!.replace('"musl"', '"second"').replaceAll("1.2.5", "1"),
});

test.each<[string, Files, string[]]>([
  [
    "of the stack of one platform",
    second("[{name: c, kind: archive, output: lib/other.a}]"),
    [
      "manifest/runtimes/second.yaml:4: runtime second, units[0].name: a unit of musl has the same name on linux_arm64_musl\n    mend: rename one of the two, or say with `when` where each exists",
    ],
  ],
  [
    "of one archive, on different systems",
    {
      ...second("[{name: c, kind: archive, output: lib/other.a, sources: libc}]"),
      [systems]: `${sampleFiles[systems]!}${sampleFiles[systems]!.replace("linux_musl", "other").replace("os: linux", "os: other").replace("stack: [musl]", "stack: [second]").replace("  libc: musl\n", "")}`,
      [targets]: "- {architecture: arm64, system: linux_musl}\n- {architecture: arm64, system: other}\n",
    },
    [
      "manifest/runtimes/second.yaml:4: runtime second, units[0].name: musl has something of the name c in the same archive, musl-1.2.5\n    mend: rename one of the two",
    ],
  ],
  [
    "of a unit and of headers",
    second("[{name: musl_headers, kind: archive, output: lib/other.a, sources: libc}]"),
    [
      "manifest/runtimes/second.yaml:4: runtime second, units[0].name: musl has something of the name musl_headers in the same archive, musl-1.2.5\n    mend: rename one of the two",
    ],
  ],
  [
    "of a unit and of a form of another",
    second("[{name: c_arm64, kind: archive, output: lib/other.a, sources: libc}]"),
    [
      "manifest/runtimes/musl.yaml:9: runtime musl, units[0].name: its form for some targets would be called c_arm64, which is a name in the same archive, musl-1.2.5\n    mend: rename one of the two",
    ],
  ],
])("equal names %s", (_name, files, expected) => {
  expect(problemsOf(files)).toEqual(expected);
});

/** musl 1.2.5 and a newer one, of which not both have what a platform is for. */
test.each<[string, string, string, string, string]>([
  ["an older one lacks it", "", '"amd64"', '"amd64", "arm64"', ">=1.2.6"],
  ["a newer one lacks it", "", '"amd64", "arm64"', '"amd64"', "<=1.2.5"],
  ["one that the range takes in lacks it", ", versions: '>=1.2'", '"amd64"', '"amd64", "arm64"', ">=1.2.6"],
])("a version of the libc that lacks an architecture: %s", (_name, range, older, newer, mend) => {
  const file = (architectures: string): string =>
    sampleFiles[imported]!.replace('"name": "all"', `"name": "all", "architectures": [${architectures}]`);
  const files = {
    ...editFile(
      editFile(sampleFiles, musl, "default: true}", "default: true}\n  - {version: 1.2.6, archive: musl-1.2.6}"),
      targets,
      "linux_musl}",
      `linux_musl${range}}`,
    ),
    "manifest/archives.yaml": `${sampleFiles["manifest/archives.yaml"]!}- {name: musl-1.2.6, urls: ["https://example.org/x"], sha256: ${"0123456789abcdef".repeat(4)}}\n`,
    [imported]: file(older),
    "imports/musl-1.2.6.json": file(newer).replaceAll("1.2.5", "1.2.6"),
  };
  const [problem, ...others] = problemsOf(files);
  const lacking = older.includes("arm64") ? "1.2.6" : "1.2.5";
  expect(problem).toBe(
    `manifest/targets.yaml:1: target linux_arm64_musl, versions: musl ${lacking} has no sources for arm64\n    mend: say in the target's row which versions it has, {architecture: arm64, system: linux_musl, versions: "${mend}"}; or, where its tree has the architecture after all, run npx gen-bzl import musl ${lacking} --from DIR_OR_ARCHIVE --manifest manifest`,
  );
  expect(others).toEqual([]);
  const before = range === "" ? "linux_musl}" : `linux_musl${range}}`;
  expect(
    problemsOf(
      editFile(
        files,
        targets,
        before,
        `linux_musl, versions: "${mend}"${lacking === "1.2.5" ? ", default_version: 1.2.6" : ""}}`,
      ),
    ),
  ).toEqual([]);
});

test("versions of one archive", () => {
  const files = editFile(
    sampleFiles,
    musl,
    "default: true}",
    "default: true}\n  - {version: 1.2.4, archive: musl-1.2.5}",
  );
  expect(problemsOf(files)).toEqual([
    "manifest/runtimes/musl.yaml:5: runtime musl, versions[1].archive: musl-1.2.5 is the archive of 1.2.5 as well\n    mend: name the archive of 1.2.4",
    "manifest/runtimes/musl.yaml:5: runtime musl, versions[1]: the sources of musl 1.2.4 have not been imported (needed by linux_arm64_musl)\n    mend: run npx gen-bzl import musl 1.2.4 --from DIR_OR_ARCHIVE --manifest manifest",
  ]);
});

test.each([
  ["that every architecture has", "{musl: A folder., llvm: Another.}", "llvm", "every architecture"],
  ["that gen-bzl fills in", "{musl: A folder., system: Another.}", "system", "gen-bzl"],
])("a column %s", (_name, columns, column, owner) => {
  expect(problemsOf(editFile(sampleFiles, musl, "{musl: Name of the folder in musl's arch/.}", columns))).toEqual([
    `manifest/runtimes/musl.yaml:10: runtime musl, columns.${column}: ${owner} has a column of this name\n    mend: call the column otherwise`,
  ]);
});

test("a column that no runtime brings along is no field of an architecture, nor of a template", () => {
  expect(problemsOf(editFile(sampleFiles, musl, "{musl: Name of the folder in musl's arch/.}", "{}"))).toEqual([
    "manifest/architectures.yaml:1: architecture arm64, musl: there is no such field\n    mend: write rust, or take it away",
    "manifest/architectures.yaml:2: architecture amd64, musl: there is no such field\n    mend: write rust, or take it away",
    expect.stringContaining("musl.yaml:5: runtime musl, include[1]: "),
  ]);
});
