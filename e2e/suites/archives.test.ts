import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { create, extract } from "tar";

import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { fetchArchive, readMachineIndex, sha256Of, writeIndex, type LocalArchive } from "../harness/pinned-archives";
import { archivesOf, listPlatforms, loadSources, seedOf } from "../harness/target-rows";

const sources = loadSources();
/** A platform whose libc's headers lie in its archive as they are used, so that one can be added there. */
const platform = listPlatforms(sources).find(({ target }) =>
  target.runtimes.some(({ role, include }) => role === "libc" && include.includes("include")),
);
if (platform === undefined) throw new Error("the manifest has no such target");

/** The archive that is redirected: the libc's, which every compilation needs and which is small. */
const archive = platform.target.runtimes.find(({ role }) => role === "libc")?.archive.name ?? "";
const folder = join(scratchRoot, "archives");

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(name = "plain", srcs = ["plain.c"])
cc_library(name = "marked", srcs = ["marked.c"])
`,
  "plain.c": '#include <stdio.h>\nint plain(void) { return puts(""); }\n',
  // The header is in no release of the libc, but only in the archive that the tests redirect to.
  "marked.c": "#include <stdio.h>\n#include <xllvm_marker.h>\nint marked(void) { return XLLVM_MARKER; }\n",
};

const tag = `
xllvm = use_extension("@xllvm//bzlmod/archives:extension.bzl", "xllvm")
xllvm.archives(index = "//:index.json")
`;

/** A module that the root module depends on, and that has a tag as well. */
const dependency = {
  "dependency/MODULE.bazel": `module(name = "dependency")\nbazel_dep(name = "${sources.manifest.module.name}", version = "")\n${tag.replace("index.json", "nowhere.json")}`,
  "dependency/BUILD.bazel": "",
};
const dependsOnIt =
  'bazel_dep(name = "dependency", version = "")\nlocal_path_override(module_name = "dependency", path = "dependency")\n';

const servers: DrivenBazel[] = [];

function startBazel(
  name: string,
  environment: Record<string, string | undefined>,
  more: { module?: string; files?: Record<string, string> } = {},
): DrivenBazel {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name,
    module: more.module ?? "",
    files: { ...files, ...more.files },
  });
  const bazel = new DrivenBazel({ name, workspace, environment, fetchesAnew: true });
  servers.push(bazel);
  return bazel;
}

const buildOf = (bazel: DrivenBazel, ...args: string[]): Promise<BuildResult> =>
  bazel.tryBuild([`--platforms=@xllvm//platforms:${platform.name}`, ...args]);

/** The libc's archive with one more header in it, as an entry of an index. */
interface Marked extends LocalArchive {
  readonly name: string;
}

/** Repacks the pinned archive with `include/xllvm_marker.h`. */
async function packMarked(pinned: LocalArchive): Promise<Marked> {
  const tree = join(folder, "tree");
  mkdirSync(tree, { recursive: true });
  await extract({ file: pinned.path, cwd: tree });
  writeFileSync(join(tree, pinned.stripPrefix, "include", "xllvm_marker.h"), "#define XLLVM_MARKER 1\n");
  const path = join(folder, "mirror", "libc with a marker.tar.gz");
  mkdirSync(dirname(path), { recursive: true });
  await create({ file: path, cwd: tree, gzip: true, portable: true }, [pinned.stripPrefix]);
  return { path, sha256: sha256Of(path), stripPrefix: pinned.stripPrefix, name: basename(path) };
}

describe(`the archive ${archive}`, () => {
  let pinned: LocalArchive;
  let marked: Marked;
  let machine: ReturnType<typeof readMachineIndex>;
  let bazel: DrivenBazel;

  /** An index of this machine's archives in which that of the libc is replaced; its path for XLLVM_ARCHIVES. */
  const indexWith = (name: string, entry: object): string =>
    writeIndex(join(folder, name), { ...machine, [archive]: entry });
  const withIndex = (path: string): string => `--repo_env=XLLVM_ARCHIVES=${path}`;

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    machine = readMachineIndex();
    pinned = await fetchArchive(sources.manifest, archive);
    marked = await packMarked(pinned);
    bazel = startBazel("archives", {});
  });

  afterAll(async () => {
    for (const server of servers) await server.shutDown();
  });

  it("is redirected by XLLVM_ARCHIVES, to a file relative to the index", async () => {
    const index = indexWith("index.json", {
      file: `mirror/${marked.name}`,
      sha256: marked.sha256,
      strip_prefix: marked.stripPrefix,
    });
    expect(await buildOf(bazel, withIndex(index), "//:marked")).toMatchObject({ exitCode: 0 });
  });

  it("is redirected by an index whose path is relative to the root module", async () => {
    const index = writeIndex(join(bazel.workspace, "mirror/index.json"), {
      ...machine,
      [archive]: {
        file: relative(join(bazel.workspace, "mirror"), marked.path),
        sha256: marked.sha256,
        strip_prefix: marked.stripPrefix,
      },
    });
    expect(await buildOf(bazel, withIndex(relative(bazel.workspace, index)), "//:marked")).toMatchObject({
      exitCode: 0,
    });
    expect(await buildOf(bazel, withIndex("nowhere/index.json"), "//:marked")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        `XLLVM_ARCHIVES names ${join(bazel.workspace, "nowhere/index.json")}, which does not exist`,
      ),
    });
  });

  it("is redirected to other URLs", async () => {
    const index = indexWith("urls.json", {
      urls: [`file://${encodeURI(marked.path)}`],
      sha256: marked.sha256,
      strip_prefix: marked.stripPrefix,
    });
    expect(await buildOf(bazel, withIndex(index), "//:marked")).toMatchObject({ exitCode: 0 });
  });

  it("is what was pinned where it is not redirected", async () => {
    const index = writeIndex(join(folder, "pinned.json"), machine);
    expect(await buildOf(bazel, withIndex(index), "//:plain")).toMatchObject({ exitCode: 0 });
    expect(await buildOf(bazel, withIndex(index), "//:marked")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("'xllvm_marker.h' file not found"),
    });
  });

  it("is redirected by the one tag of the root module, and by no other module's, unless the variable is set", async () => {
    const entries = {
      ...machine,
      [archive]: { file: "mirror.tar.gz", sha256: marked.sha256, strip_prefix: marked.stripPrefix },
    };
    const tagged = startBazel(
      "archives-tag",
      { XLLVM_ARCHIVES: undefined },
      { module: tag + dependsOnIt, files: { ...dependency, "index.json": JSON.stringify({ archives: entries }) } },
    );
    copyFileSync(marked.path, join(tagged.workspace, "mirror.tar.gz"));
    expect(await buildOf(tagged, "//:marked")).toMatchObject({ exitCode: 0 });
    const index = writeIndex(join(folder, "pinned.json"), machine);
    expect(await buildOf(tagged, withIndex(index), "//:marked")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("'xllvm_marker.h' file not found"),
    });
    appendFileSync(join(tagged.workspace, "MODULE.bazel"), 'xllvm.archives(index = "//:another.json")\n');
    const twice = await buildOf(tagged, "//:marked");
    expect(twice.exitCode).not.toBe(0);
    expect(twice.stderr).toContain("the root module has 2 `xllvm.archives` tags; keep one.");
  });

  it("is taken from --distdir", async () => {
    const row = sources.manifest.archives.find(({ name }) => name === archive);
    if (row === undefined || sha256Of(pinned.path) !== row.sha256)
      throw new Error(`${pinned.path} is not the archive that the manifest pins`);
    const distdir = join(folder, "distdir");
    mkdirSync(distdir, { recursive: true });
    cpSync(pinned.path, join(distdir, basename(row.urls[0] as string)));
    const { [archive]: _, ...others } = machine;
    const index = writeIndex(join(folder, "others.json"), others);
    const empty = join(folder, "empty-cache");
    const result = await buildOf(
      bazel,
      withIndex(index),
      `--distdir=${distdir}`,
      `--repository_cache=${empty}`,
      "//:plain",
    );
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it.each([
    [
      "has another sha256",
      () => ({ file: pinned.path, sha256: "0".repeat(64), strip_prefix: pinned.stripPrefix }),
      ["0".repeat(64), "sha256"],
    ],
    [
      "is damaged",
      () => ({ file: damagedCopy(pinned.path), sha256: pinned.sha256, strip_prefix: pinned.stripPrefix }),
      [/[Cc]hecksum|sha256/],
    ],
    [
      "is missing",
      () => ({ file: "no/such/file.tar.gz", sha256: pinned.sha256 }),
      ["no/such/file.tar.gz", "does not exist", "Put the file there or correct the entry"],
    ],
  ])("is refused, with its name and the mend, when it %s", async (reason, entry, expected) => {
    // Without a cache, from which an archive would come by its sha256 alone.
    const result = await buildOf(
      bazel,
      withIndex(indexWith(`${reason}.json`, entry())),
      "--repository_cache=",
      "//:plain",
    );
    expect(result.exitCode).not.toBe(0);
    for (const text of [`archive ${archive}`, ...expected])
      expect(result.stderr).toMatch(typeof text === "string" ? new RegExp(escaped(text)) : text);
  });

  it.each([
    ["does not exist", () => join(folder, "no-index.json"), ["no-index.json", "does not exist"]],
    ["is no index", () => notAnIndex(), ["not an archive index", "Expected"]],
  ])("is refused when the index %s", async (_, index, expected) => {
    const result = await buildOf(bazel, withIndex(index()), "//:plain");
    expect(result.exitCode).not.toBe(0);
    for (const text of expected) expect(result.stderr).toContain(text);
  });

  it("is fetched only for the platforms that need it", async () => {
    const fresh = startBazel("archives-lazy", {});
    expect(await buildOf(fresh, "//:plain")).toMatchObject({ exitCode: 0 });
    const known = sources.manifest.archives.map(({ name }) => name);
    const fetched = fresh.fetchedRepositories().filter((name) => known.includes(name));
    const seeds = sources.manifest.hosts.map((host) => seedOf(sources.manifest, host));
    expect(fetched.filter((name) => seeds.includes(name))).toHaveLength(1);
    expect(archivesOf(platform.target)).toEqual(
      expect.arrayContaining(fetched.filter((name) => !seeds.includes(name))),
    );
    expect(fetched).toContain(archive);
  });
});

describe("an archive without an address", () => {
  const module = `
source_archive = use_repo_rule("@xllvm//:repositories.bzl", "source_archive")
source_archive(name = "nowhere", archive = "nowhere", build_file = "//:BUILD.bazel", sha256 = "", unavailable = "Its makers send it by post.", urls = [])
`;

  it("is fetched with all others, and fails what uses it, with what it is and how to redirect it", async () => {
    const bazel = startBazel("archives-nowhere", {}, { module });
    // As bazel fetch --all and bazel vendor do with every repository.
    expect(await bazel.run("fetch", [...bazel.commonOptions(), "--repo=@nowhere"])).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await buildOf(bazel, "@nowhere//:plain");
    expect(exitCode).not.toBe(0);
    for (const text of [
      "archive nowhere: no address is known for it: Its makers send it by post.",
      "XLLVM_ARCHIVES",
      "docs/archives.md",
    ])
      expect(stderr).toContain(text);
  });
});

describe("a step that replaces text of an archive's file", () => {
  const pin = sources.manifest.archives.find(({ name }) => name === archive)!;
  const repository = (name: string): string =>
    `source_archive(name = "${name}", archive = "${archive}", build_file = "//:empty", prepare = "//:${name}.json", sha256 = "${pin.sha256}", strip_prefix = "${pin.strip_prefix}", urls = ${JSON.stringify(pin.urls)})\n`;
  const module = `source_archive = use_repo_rule("@xllvm//:repositories.bzl", "source_archive")\n${repository("replaced")}${repository("refused")}`;
  const steps = (before: string): string =>
    JSON.stringify({
      steps: [{ recipe: "replace", output: "VERSION", inputs: ["VERSION"], variables: { [before]: "replaced" } }],
    });

  it("writes it in its place, and is refused where the text is not there", async () => {
    const texts = {
      empty: "",
      "replaced.json": steps(platform.target.version!),
      "refused.json": steps("no such text"),
    };
    const bazel = startBazel("archives-replace", {}, { module, files: texts });
    const fetch = (name: string): ReturnType<DrivenBazel["run"]> =>
      bazel.run("fetch", [...bazel.commonOptions(), `--repo=@${name}`]);
    expect(await fetch("replaced")).toMatchObject({ exitCode: 0 });
    const external = join(bazel.outputBase, "external");
    const found = readdirSync(external).find((name) => /^[^@].*replaced$/.test(name))!;
    expect(readFileSync(join(external, found, "VERSION"), "utf8")).toBe("replaced\n");
    const { exitCode, stderr } = await fetch("refused");
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("VERSION does not have the text `no such text`, which a step replaces. Mend: ");
  });
});

function damagedCopy(path: string): string {
  const copy = join(folder, "damaged.tar.gz");
  copyFileSync(path, copy);
  truncateSync(copy, readFileSync(copy).length - 1000);
  return copy;
}

function notAnIndex(): string {
  const path = join(folder, "list.json");
  writeFileSync(path, "[]");
  return path;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
