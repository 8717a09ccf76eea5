import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { stringify } from "yaml";

import { seedArchive, type LlvmRow } from "../../generator/schema/llvm-versions";
import { readActionGraph, type QueriedAction } from "../harness/actions-query";
import { choosePlatforms } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { fetchArchive, readMachineIndex, writeIndex, type IndexEntry } from "../harness/pinned-archives";
import { outputOf } from "../harness/run-command";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { packSyntheticSeed } from "../harness/synthetic-seed";
import { listPlatforms, llvmMajor, llvmOf, loadSources } from "../harness/target-rows";

const sources = loadSources();
const { manifest } = sources;
const platform = listPlatforms(sources).find(({ name }) => name === "linux_amd64_musl");
if (platform === undefined) throw new Error("the manifest has no linux_amd64_musl, which this test compiles for");
const folder = join(scratchRoot, "llvm-versions");

/** What is built of the targets below: where platforms are left out, C. Which version's the C++ library is, its actions say as well. */
const built = choosePlatforms(listPlatforms(sources)).leftOut.length === 0 ? "//:program" : "//:plain";

const known = llvmOf(manifest);
const major = llvmMajor(manifest);

/** A version with the compiler and the sources of the one that there is, under names of its own; and one whose compiler is of another major version. */
const [second, other] = [`${major}.99.1`, `${major + 1}.99.1`] as const;
const row = (version: string): LlvmRow => ({
  version,
  sources: `llvm-project-${version}`,
  seeds: `llvm-${version}-{os}-{architecture}`,
  default: false,
});
const further = [row(second), row(other)];
const parts = manifest.runtimes.filter(({ part_of: whole }) => whole === "llvm").map(({ name }) => name);

/** The archive of that name under another. */
function archiveAs(name: string, from: string): object {
  return { ...manifest.archives.find((archive) => archive.name === from), name };
}

/** Rows and imports, and nothing else. */
const rows: Readonly<Record<string, string>> = {
  "manifest/module.yaml": "extends: builtin\n",
  "manifest/llvm.yaml": stringify(further),
  "manifest/archives.yaml": stringify(
    further.flatMap((version) => [
      archiveAs(version.sources, known.sources),
      ...manifest.hosts.map((host) => archiveAs(seedArchive(version, host), seedArchive(known, host))),
    ]),
  ),
  ...Object.fromEntries(
    further.flatMap(({ version }) =>
      parts.map((name) => {
        const text = readFileSync(join(repositoryRoot, "imports", `${name}-${known.version}.json`), "utf8");
        const { provenance, ...imported } = JSON.parse(text) as { provenance: Record<string, object> };
        const file = { ...imported, version, provenance: { [version]: provenance[known.version] } };
        return [`imports/${name}-${version}.json`, JSON.stringify(file)];
      }),
    ),
  ),
};

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
load("@xllvm//:defs.bzl", "linked_libraries")
cc_binary(name = "program", srcs = ["program.cc"])
cc_binary(name = "plain", srcs = ["plain.c"], features = ["-cxx"])
cc_binary(name = "with_library", srcs = ["plain.c"], features = ["-cxx"], deps = ["@xllvm//windows:dbghelp"])
linked_libraries(name = "libraries", libraries = ["dinput8"])
genrule(
    name = "variables",
    srcs = ["@xllvm//:make_variables"],
    outs = ["variables.txt"],
    cmd = "echo $(CC) $(NM) $(CC_FLAGS) > $@",
    toolchains = ["@xllvm//:make_variables"],
)
platform(
    name = "own",
    parents = ["@xllvm//platforms:${platform.name}_dynamic"],
    constraint_values = [
        "@xllvm//constraints/llvm:${second}",
        "@xllvm//constraints/musl:${platform.otherVersions[0]?.version}",
    ],
)
constraint_value(name = "nobodys", constraint_setting = "@xllvm//constraints/llvm")
platform(name = "absent", parents = ["@xllvm//platforms:${platform.name}"], constraint_values = [":nobodys"])
platform(name = "misspelled", parents = ["@xllvm//platforms:${platform.name}"], constraint_values = ["@xllvm//constraints/llvm:${second}1"])
`,
  "plain.c": '#include <stdio.h>\nint main(void) { return puts("caught") < 0; }\n',
  "program.cc":
    '#include <iostream>\n#include <stdexcept>\nint main() {\n  try { throw std::runtime_error("caught"); } catch (const std::exception &error) { std::cout << error.what() << std::endl; }\n}\n',
};

let bazel: DrivenBazel;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(rows)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  generate("--manifest", join(folder, "manifest"), "--out", join(folder, "module"));
  const { path, sha256, stripPrefix } = await fetchArchive(manifest, known.sources);
  const entry: IndexEntry = { file: path, sha256, strip_prefix: stripPrefix };
  const seeds = await Promise.all(
    manifest.hosts.map(async (host) => [
      seedArchive(row(other), host),
      (await packSyntheticSeed(manifest, host, "llvm-versions/seeds", major + 1)).entry,
    ]),
  );
  const index = writeIndex(join(folder, "index.json"), {
    ...readMachineIndex(),
    ...Object.fromEntries(further.map((version) => [version.sources, entry])),
    ...(Object.fromEntries(seeds) as Record<string, IndexEntry>),
  });
  bazel = new DrivenBazel({
    fetchesAnew: true,
    name: "llvm-versions",
    workspace: writeConsumerWorkspace(manifest, { name: "llvm-versions", files, xllvm: join(folder, "module") }),
    environment: { XLLVM_ARCHIVES: index },
  });
});

afterAll(() => bazel.shutDown());

function generate(...args: string[]): string {
  return outputOf(process.execPath, [join(repositoryRoot, "generator/bin/gen-bzl.js"), ...args], {
    folder: repositoryRoot,
  });
}

async function actionsOf(platformLabel: string, expression: string, ...more: string[]): Promise<QueriedAction[]> {
  const options = [`--platforms=${platformLabel}`, "--output=jsonproto", "--include_param_files", ...more];
  return readActionGraph(await bazel.query("aquery", [...options, expression]));
}

/** Versions of LLVM whose archives a text names, or any of several. */
function versionsIn(texts: Iterable<string>): string[] {
  const named = [...texts].flatMap((text) => [...text.matchAll(/\bllvm-(?:project-)?(\d+\.\d+\.\d+)/g)]);
  return [...new Set(named.map(([, version]) => version ?? ""))].sort();
}

/** The unit that is the archive of the libc. */
const libc = platform.target.runtimes
  .flatMap(({ products }) => products)
  .find((product) => product.kind === "archive" && product.output === "lib/libc.a")?.name;

/** What of all that a program is made of each kind of action is about. */
const kinds: readonly [string, (action: QueriedAction) => boolean][] = [
  ["compiling the program", ({ mnemonic, label }) => mnemonic === "CppCompile" && label.endsWith("//:program")],
  ["linking it", ({ mnemonic, label }) => mnemonic === "CppLink" && label.endsWith("//:program")],
  ["compiling the libc", ({ mnemonic, label }) => mnemonic === "CompileRuntime" && label.endsWith(`:${libc}`)],
  ["compiling builtins", ({ mnemonic, label }) => mnemonic === "CompileRuntime" && label.endsWith(":builtins")],
  ["compiling the unwinder", ({ mnemonic, label }) => mnemonic === "CompileRuntime" && label.endsWith(":unwind")],
  ["compiling the C++ library", ({ mnemonic, label }) => mnemonic === "CompileRuntime" && label.endsWith(":c++")],
  ["archiving", ({ mnemonic }) => mnemonic === "ArchiveRuntime"],
];

/** Kind → versions that are in the commands and in the inputs of its actions. Of a kind without actions there are none. */
function versionsByKind(actions: readonly QueriedAction[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    kinds.map(([name, fits]) => [
      name,
      versionsIn(actions.filter(fits).flatMap((action) => [...action.arguments, ...action.inputs()])),
    ]),
  );
}

const everywhere = (version: string): Record<string, readonly string[]> =>
  Object.fromEntries(kinds.map(([name]) => [name, [version]]));

const at = (version: string): string => `@xllvm//platforms:${platform.name}.llvm-${version}`;

describe("a manifest with further versions of LLVM, which are rows and imports alone", () => {
  it("has no drift right after it was written, and explains a platform at a version", () => {
    const own = ["--manifest", join(folder, "manifest")];
    expect(() => generate("--check", ...own, "--out", join(folder, "module"))).not.toThrow();
    const explained = generate("explain", `${platform.name}.llvm-${second}`, ...own);
    expect(explained).toContain(`${known.version} (default), ${second} (this one), ${other}\n`);
    expect(explained).toMatch(new RegExp(`llvm-${second}-linux-amd64, .* on linux_amd64\n`));
    // Addresses are those of the version that there is.
    const names = explained.split("\n").filter((line) => !line.includes("://"));
    expect(versionsIn(names)).toEqual([second]);
  });

  it("has the default's packages as they are without them", () => {
    const path = `targets/${platform.target.name}/BUILD.bazel`;
    expect(readFileSync(join(folder, "module", path), "utf8")).toBe(readFileSync(join(repositoryRoot, path), "utf8"));
  });

  it("compiles all by the default version where a platform names none, and fetches nothing of another", async () => {
    const actions = await actionsOf(`@xllvm//platforms:${platform.name}`, "deps(//:program)");
    expect(versionsByKind(actions)).toEqual(everywhere(known.version));
    expect(versionsIn(bazel.fetchedRepositories())).toEqual([known.version]);
  });

  let program = "";

  it("compiles and links a program by the version that a platform is for", async () => {
    const actions = await actionsOf(at(second), "deps(//:program)");
    expect(versionsByKind(actions)).toEqual(everywhere(second));
    expect(versionsIn(bazel.fetchedRepositories())).toEqual([known.version, second]);
    const { outputs } = await bazel.build([`--platforms=${at(second)}`, built]);
    program = outputs.get(built)?.[0] ?? "";
  });

  const runner = findRunner(platform);
  itWhere(runner)("makes a program that runs", async () => {
    expect(await runProgram(runner, program)).toMatchObject({ stdout: "caught\n", status: 0 });
  });

  it("goes with a version of the libc and a link mode on a platform of one's own", async () => {
    const actions = await actionsOf("//:own", "deps(//:program)");
    expect(versionsByKind(actions)).toEqual(everywhere(second));
    const name = `${platform.otherVersions[0]?.name}.llvm-${second}`;
    expect(actions.some(({ label }) => label.includes(`targets/${name}:`))).toBe(true);
  });

  it("takes the compiler of another major version from its archive, though a local LLVM is named", async () => {
    const actions = await actionsOf(at(other), "deps(//:program)");
    expect(versionsByKind(actions)).toEqual(everywhere(other));
    const resources = actions.flatMap(({ arguments: args }) =>
      args.filter((argument) => /\/lib\/clang\/\d+$/.test(argument)),
    );
    expect([...new Set(resources.map((path) => path.split("/").at(-1)))]).toEqual([String(major + 1)]);
  });

  it("has tools, flags and the crossenv of the version that is asked for", async () => {
    const variables = await actionsOf(at(second), 'mnemonic("Genrule", //:variables)');
    expect(versionsIn(variables.flatMap(({ arguments: args }) => args))).toEqual([second]);
    const crossenv = await actionsOf(at(second), "@xllvm//:crossenv");
    expect(versionsIn(crossenv.flatMap((action) => [...action.inputs()]))).toEqual([second]);
    expect(crossenv.flatMap(({ outputs }) => outputs).some((path) => path.includes(`.llvm-${second}/bin/`))).toBe(true);
  });

  it("makes the libraries of Windows that a program or a flag names", async () => {
    const windowsTarget = listPlatforms(sources).find(({ name }) => name === "windows_amd64_gnu")?.target.name;
    const nameOf = (version: string): string =>
      `targets/${windowsTarget}${version === known.version ? "" : `.llvm-${version}`}`;
    const windows = "@xllvm//platforms:windows_amd64_gnu";
    for (const [label, version] of [
      [windows, known.version],
      [`${windows}.llvm-${second}`, second],
    ] as const) {
      const actions = await actionsOf(label, 'mnemonic("ImportLibrary", deps(//:with_library))');
      const library = actions.filter((action) => action.label.endsWith(":library.dbghelp"));
      expect(versionsIn(library.flatMap(({ arguments: args }) => args))).toEqual([version]);
      const linking = await actionsOf(
        label,
        'mnemonic("CppLink", deps(//:program))',
        "--@xllvm//windows/linked:libraries=//:libraries",
      );
      const found = linking.flatMap((action) => [...action.inputs()]).filter((path) => path.endsWith("/libdinput8.a"));
      expect(found).toEqual([expect.stringContaining(`/${nameOf(version)}/lib/`)]);
    }
  });

  it.each([
    ["absent", `linux_amd64_musl: there is no LLVM of the version that the platform asks for`],
    ["absent", `There are ${known.version}, ${second}, ${other}.`],
    ["misspelled", `(did you mean ${second}?)`],
  ])("fails on a platform %s: %s", async (name, message) => {
    const { exitCode, stderr } = await bazel.tryBuild(["--nobuild", `--platforms=//:${name}`, "//:program"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
  });
});
