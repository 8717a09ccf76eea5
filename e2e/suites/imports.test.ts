import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { asks as compilerAsks } from "../../generator/import/compiler/import-compiler";
import type { AskedPrograms } from "../../generator/import/importer";
import { importers, type KnownImporter } from "../../generator/import/importers";
import { compareVersions } from "../../generator/schema/libc-versions";
import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { choosePlatforms, oneWillDo } from "../harness/choose-platforms";
import { itUnless } from "../harness/declare-skip";
import { findProgram } from "../harness/find-bazel";
import { fetchArchive, readMachineIndex } from "../harness/pinned-archives";
import { outputOf, runCommand } from "../harness/run-command";
import { listPlatforms, loadSources } from "../harness/target-rows";

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

const { leftOut } = choosePlatforms(listPlatforms(loadSources()));
/** What costs a minute and is like another import: where platforms are left out, one of LLVM's runtimes does, and of each one version. */
const isOneOfMany = (runtime: string, version: string): boolean =>
  ["compiler-rt", "libc++abi", "libc++", "libunwind", "profile-runtime"].includes(runtime) ||
  version !== imported.find((other) => other.runtime === runtime)?.version;
const reasonOf = ({ runtime, version, archive }: (typeof imported)[number]): string | undefined => {
  if (leftOut.length > 0 && isOneOfMany(runtime, version)) return oneWillDo;
  if (!isHere(archive)) return `the index of archives has no ${archive}`;
  return lackingFor(importerOf({ runtime }).asks());
};

function importerOf({ runtime }: { readonly runtime: string }): KnownImporter {
  const row = manifest.runtimes.find(({ name }) => name === runtime);
  return importers.get(row?.importer ?? runtime)!;
}

/** Why upstream's own build cannot be asked here. */
function lackingFor({ cmake, make, meson }: AskedPrograms): string | undefined {
  const programs = [
    ...(cmake === undefined ? [] : ["cmake", "ninja", "python3"]),
    ...(make === undefined ? [] : ["make"]),
    ...(meson === undefined ? [] : ["meson", "ninja"]),
  ];
  const lacking = programs.filter((program) => findProgram(program) === undefined);
  if (lacking.length > 0) return `${lacking.join(" and ")} not on PATH`;
  const tooOld = Object.entries({ cmake, make, meson }).flatMap(([program, wanted]) => {
    if (wanted === undefined) return [];
    const version = /[\d.]+/.exec(outputOf(program, ["--version"]))![0];
    return compareVersions(version, wanted) < 0
      ? [`the ${program} on PATH is ${version}, and what is asked of it needs ${wanted}`]
      : [];
  });
  return tooOld[0];
}

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
  const notBackwards =
    leftOut.length > 0
      ? oneWillDo
      : glibc.length > 1
        ? undefined
        : "the index of archives has no two releases of glibc";
  let backwards: Promise<string>;

  beforeAll(() => {
    if (notBackwards !== undefined) return;
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

  for (const release of imported) {
    const { runtime, version, archive } = release;
    itUnless(reasonOf(release))(`${runtime} ${version} changes nothing`, async () => {
      const place = placeCalled("again", true);
      const { path } = await fetchArchive(manifest, archive);
      await importInto(place, runtime, version, path, "--anew");
      expect(textsOf(join(place, "imports"))).toEqual(textsOf(join(repositoryRoot, "imports")));
    });
  }

  for (const { version } of manifest.compilers.values()) {
    const reason = leftOut.length > 0 ? oneWillDo : lackingFor(compilerAsks);
    itUnless(reason)(`compiler ${version} changes nothing`, async () => {
      const place = placeCalled("again", true);
      const own = index[`llvm-bootstrap-${version}`]?.file;
      const sources = manifest.llvm.find((row) => row.version === version)!.sources;
      await importInto(place, "compiler", version, own ?? (await fetchArchive(manifest, sources)).path);
      expect(textsOf(join(place, "imports"))).toEqual(textsOf(join(repositoryRoot, "imports")));
    });
  }

  const divided = imported.filter(
    (release) => reasonOf(release) === undefined && importerOf(release).division()?.by === "architecture",
  );
  for (const { runtime, version, archive } of divided.slice(0, 1)) {
    it(`a further CPU of ${runtime}: upstream is asked about it alone, and the import is that of all at once`, async () => {
      const place = placeCalled("further", false);
      const file = join(place, "manifest/runtimes", runtime, "targets.yaml");
      const [first, second, last] = readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.startsWith("- "));
      const { path } = await fetchArchive(manifest, archive);
      const importWith = async (lines: readonly (string | undefined)[], ...options: string[]): Promise<string> => {
        writeFileSync(file, `${lines.join("\n")}\n`);
        return importInto(place, runtime, version, path, ...options);
      };
      await importWith([first, last]);
      expect(await importWith([first, second, last])).toMatch(/: written, asked about [\w/]+ alone$/m);
      const joined = textsOf(join(place, "imports"));
      expect(await importWith([first, second, last], "--anew")).toMatch(/: unchanged$/m);
      expect(textsOf(join(place, "imports"))).toEqual(joined);
    });
  }

  itUnless(notBackwards)(
    "glibc's releases from the newest to the oldest, with nothing there before, gives the same table of symbols",
    async () => {
      const again = textsOf(join(await backwards, "imports"));
      const before = textsOf(join(repositoryRoot, "imports"));
      expect(again).toEqual(Object.fromEntries(Object.keys(again).map((name) => [name, before[name]])));
      expect(Object.keys(again)).toContain("glibc-symbols.json");
    },
  );
});

/** What an import says. */
async function importInto(
  place: string,
  runtime: string,
  version: string,
  from: string,
  ...options: string[]
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(
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
      ...options,
    ],
    { timeout: 300_000 },
  );
  if (status !== 0) throw new Error(`gen-bzl import ${runtime} ${version} ended with ${status}:\n${stderr}`);
  return stdout;
}

function textsOf(place: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(place, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => [name, readFileSync(join(place, name), "utf8")]),
  );
}
