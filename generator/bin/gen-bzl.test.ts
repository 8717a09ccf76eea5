import { join } from "node:path";

import { runCommandSync } from "../../e2e/harness/run-command";
import { readFiles, sampleFiles, writeTemporary } from "../testing/sample-manifest";

let folder: ReturnType<typeof writeTemporary>;
beforeEach(() => (folder = writeTemporary(sampleFiles)));
afterEach(() => folder.remove());

function genBzl(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = runCommandSync(process.execPath, [join(__dirname, "gen-bzl.js"), ...argv], {
    folder: folder.path,
  });
  return { status, stdout, stderr };
}

test("the executable writes a module, checks it, and says what is wrong", () => {
  const options = ["--manifest", "manifest", "--out", "out"];
  expect(genBzl(...options)).toEqual({
    status: 0,
    stdout: expect.stringMatching(/ added, 0 changed, 0 deleted\n$/),
    stderr: "",
  });
  expect(Object.keys(readFiles(join(folder.path, "out")))).toContain("MODULE.bazel");
  expect(genBzl("--check", ...options)).toEqual({
    status: 0,
    stdout: expect.stringMatching(/ generated files are as they should be\n$/),
    stderr: "",
  });
  expect(genBzl("--check", "--manifest", "manifest", "--out", "empty").status).toBe(1);
  expect(genBzl("--frobnicate")).toEqual({
    status: 2,
    stdout: "",
    stderr: "gen-bzl: Unknown argument: frobnicate\n    mend: see gen-bzl --help\n",
  });
});
