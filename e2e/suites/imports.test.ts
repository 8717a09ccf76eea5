import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { fetchArchive, readMachineIndex } from "../harness/pinned-archives";
import { loadSources } from "../harness/target-rows";

const { manifest, imports } = loadSources();
const index = readMachineIndex();
const folder = join(scratchRoot, "imports-again");

/** Each version of a runtime that has been imported, with the archive that its tree is in. */
const imported = manifest.runtimes.flatMap(({ name, versions }) =>
  versions.filter(({ version }) => imports.has(`${name}-${version}`)).map(({ version, archive }) => ({ runtime: name, version, archive })),
);

/** Where the machine's index of archives is complete there is no other way to an archive. */
const isHere = (archive: string): boolean => Object.keys(index).length === 0 || archive in index;

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(repositoryRoot, "manifest"), join(folder, "manifest"), { recursive: true });
  cpSync(join(repositoryRoot, "imports"), join(folder, "imports"), { recursive: true });
});

describe("importing again", () => {
  for (const { runtime, version, archive } of imported) {
    const declare = isHere(archive) ? it : it.skip;
    declare(`${runtime} ${version} changes nothing${isHere(archive) ? "" : ` (skipped: the index of archives has no ${archive})`}`, async () => {
      const { path } = await fetchArchive(manifest, archive);
      importInto(folder, runtime, version, path);
      expect(textsOf(join(folder, "imports"))).toEqual(textsOf(join(repositoryRoot, "imports")));
    });
  }

  const glibc = imported.filter(({ runtime, archive }) => runtime === "glibc" && isHere(archive));
  const declare = glibc.length > 1 ? it : it.skip;
  declare("glibc's releases from the newest to the oldest, with nothing there before, gives the same table of symbols", async () => {
    rmSync(join(folder, "imports"), { recursive: true });
    for (const { version, archive } of [...glibc].reverse()) importInto(folder, "glibc", version, (await fetchArchive(manifest, archive)).path);
    const again = textsOf(join(folder, "imports"));
    const before = textsOf(join(repositoryRoot, "imports"));
    expect(again).toEqual(Object.fromEntries(Object.keys(again).map((name) => [name, before[name]])));
    expect(Object.keys(again)).toContain("glibc-symbols.json");
  });
});

function importInto(place: string, runtime: string, version: string, from: string): void {
  execFileSync(process.execPath, [join(repositoryRoot, "generator/bin/gen-bzl.js"), "import", runtime, version, "--from", from, "--manifest", join(place, "manifest")], { stdio: ["ignore", "ignore", "pipe"] });
}

function textsOf(place: string): Record<string, string> {
  return Object.fromEntries(readdirSync(place).sort().map((name) => [name, readFileSync(join(place, name), "utf8")]));
}
