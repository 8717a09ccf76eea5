import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { compareVersions } from "../../generator/schema/libc-versions";
import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { findProgram } from "../harness/find-bazel";
import { fetchArchive, readMachineIndex } from "../harness/pinned-archives";
import { outputOf, runCommand } from "../harness/run-command";
import { loadSources } from "../harness/target-rows";

const { manifest, imports } = loadSources();
const index = readMachineIndex();
const folder = join(scratchRoot, "imports-again");

/** Each version of a runtime that has been imported, with the archive that its tree is in. */
const imported = manifest.runtimes.flatMap(({ name, versions }) =>
  versions
    .filter(({ version }) => imports.has(`${name}-${version}`))
    .map(({ version, archive }) => ({ runtime: name, version, archive })),
);

/** Where the machine's index of archives is complete there is no other way to an archive. */
const isHere = (archive: string): boolean =>
  Object.keys(index).length === 0 ||
  [archive, ...(manifest.archives.find(({ name }) => name === archive)?.alternatives ?? [])].some(
    (name) => name in index,
  );

/** Why what is asked of upstream's build cannot be imported here. */
const lacking = ["cmake", "ninja", "python3"].filter((program) => findProgram(program) === undefined);
const cmakeVersion = lacking.length > 0 ? "" : /[\d.]+/.exec(outputOf("cmake", ["--version"]))![0];
/** Runtime whose upstream's build is asked → the oldest CMake that it takes. */
const asksUpstream: Readonly<Record<string, string>> = {
  "compiler-rt": "3.20",
  libunwind: "3.20",
  "libc++abi": "3.20",
  "libc++": "3.20",
  "wasi-libc": "3.26",
};
const reasonOf = (runtime: string, archive: string): string | undefined => {
  if (!isHere(archive)) return `the index of archives has no ${archive}`;
  const wanted = asksUpstream[runtime];
  if (wanted === undefined) return undefined;
  if (lacking.length > 0) return `${lacking.join(" and ")} not on PATH`;
  return compareVersions(cmakeVersion, wanted) < 0
    ? `the cmake on PATH is ${cmakeVersion}, and upstream wants ${wanted}`
    : undefined;
};

/** A manifest of its own with what has been imported, or with nothing. */
function placeCalled(name: string, withImports: boolean): string {
  const place = join(folder, name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  cpSync(join(repositoryRoot, "manifest"), join(place, "manifest"), { recursive: true });
  if (withImports) cpSync(join(repositoryRoot, "imports"), join(place, "imports"), { recursive: true });
  return place;
}

describe("importing again", () => {
  const glibc = imported.filter(({ runtime, archive }) => runtime === "glibc" && isHere(archive));
  let backwards: Promise<string>;

  beforeAll(() => {
    backwards = importBackwards();
    // Its failure is that of the test that waits for it.
    backwards.catch(() => undefined);
  });

  /** Beside the other tests: an import keeps one core busy. */
  async function importBackwards(): Promise<string> {
    const place = placeCalled("backwards", false);
    for (const { version, archive } of [...glibc].reverse())
      await importInto(place, "glibc", version, (await fetchArchive(manifest, archive)).path);
    return place;
  }

  for (const { runtime, version, archive } of imported) {
    itUnless(reasonOf(runtime, archive))(`${runtime} ${version} changes nothing`, async () => {
      const place = placeCalled("again", true);
      const { path } = await fetchArchive(manifest, archive);
      await importInto(place, runtime, version, path);
      expect(textsOf(join(place, "imports"))).toEqual(textsOf(join(repositoryRoot, "imports")));
    });
  }

  itUnless(glibc.length > 1 ? undefined : "the index of archives has no two releases of glibc")(
    "glibc's releases from the newest to the oldest, with nothing there before, gives the same table of symbols",
    async () => {
      const again = textsOf(join(await backwards, "imports"));
      const before = textsOf(join(repositoryRoot, "imports"));
      expect(again).toEqual(Object.fromEntries(Object.keys(again).map((name) => [name, before[name]])));
      expect(Object.keys(again)).toContain("glibc-symbols.json");
    },
  );
});

async function importInto(place: string, runtime: string, version: string, from: string): Promise<void> {
  const { status, stderr } = await runCommand(
    process.execPath,
    [
      join(repositoryRoot, "generator/bin/gen-bzl.js"),
      "import",
      runtime,
      version,
      "--from",
      from,
      "--manifest",
      join(place, "manifest"),
    ],
    { timeout: 300_000 },
  );
  if (status !== 0) throw new Error(`gen-bzl import ${runtime} ${version} ended with ${status}:\n${stderr}`);
}

function textsOf(place: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(place)
      .sort()
      .map((name) => [name, readFileSync(join(place, name), "utf8")]),
  );
}
