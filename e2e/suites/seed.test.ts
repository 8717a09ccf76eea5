import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { create } from "tar";

import { readActionGraph } from "../harness/actions-query";
import { scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { fetchArchive, readMachineIndex, sha256Of, writeIndex, type IndexEntry } from "../harness/pinned-archives";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { listPlatforms, llvmMajor, loadSources, seedOf } from "../harness/target-rows";

const sources = loadSources();
const { manifest } = sources;
const major = String(llvmMajor(manifest));
const platform = listPlatforms(sources).find(({ system }) => system.os === "linux");
if (platform === undefined) throw new Error("the manifest has no target for Linux");
const options = [`--platforms=@xllvm//platforms:${platform.name}`];

/** The archive of the seed that runs here. */
const seedArchive = seedOf(manifest, thisHost());
const folder = join(scratchRoot, "seed");

function thisHost(): (typeof manifest.hosts)[number] {
  const machine = inspectElf(process.execPath).machine;
  const architectures = manifest.architectures.filter((row) => row.elf_machine === machine).map(({ name }) => name);
  const host = manifest.hosts.find((row) => row.os === process.platform && architectures.includes(row.architecture));
  if (host === undefined)
    throw new Error(`the manifest has no host that is this machine, ${process.platform} on ${machine}`);
  return host;
}

const files = {
  "BUILD.bazel":
    'load("@rules_cc//cc:defs.bzl", "cc_binary")\ncc_binary(name = "program", srcs = ["program.c"], features = ["-cxx"])\n',
  "program.c": '#include <stdio.h>\nint main(void) { puts("compiled by the seed"); return 0; }\n',
};

/** An LLVM on this disk: the one that this machine names, else what bazel downloads as the seed. */
let localLlvm: string;
/** The shared libraries that its tools load: name → file; none where they are static. */
let libraries: Map<string, string>;
let bazel: DrivenBazel;
const servers: DrivenBazel[] = [];

function startBazel(name: string, environment: Record<string, string | undefined>, module = ""): DrivenBazel {
  const started = new DrivenBazel({
    fetchesAnew: true,
    name,
    workspace: writeConsumerWorkspace(manifest, { name, files, module }),
    environment,
  });
  servers.push(started);
  return started;
}

const withRoot = (root: string): Promise<BuildResult> =>
  bazel.tryBuild([...options, `--repo_env=XLLVM_LLVM_ROOT=${root}`, "//:program"]);

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  bazel = startBazel("seed", {});
  await bazel.build([...options, "//:program"]);
  const external = join(bazel.outputBase, "external");
  const repository = readdirSync(external).find((name) => name.endsWith(seedArchive) && !name.startsWith("@")) ?? "";
  localLlvm = dirname(dirname(realpathSync(join(external, repository, "bin", "clang"))));
  const lib = join(external, repository, "lib");
  // The links themselves lead elsewhere as soon as another root is named.
  libraries = new Map(
    readdirSync(lib)
      .filter((name) => name.includes(".so"))
      .map((name) => [name, realpathSync(join(lib, name))]),
  );
});

afterAll(async () => {
  for (const server of servers) await server.shutDown();
});

function writeAt(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
}

/** A copy of what a seed consists of, as the releases have it: tools, the libraries beside them, the compiler's headers. */
function copySeed(root: string): void {
  mkdirSync(join(root, "bin"), { recursive: true });
  for (const tool of ["lld", ...(manifest.module.seed_tools ?? [])]) {
    const source = join(localLlvm, "bin", tool);
    if (existsSync(source)) cpSync(source, join(root, "bin", tool), { dereference: true });
  }
  const libraries = readdirSync(join(localLlvm, "lib")).filter((name) => /^lib(LLVM|clang-cpp).*\.so/.test(name));
  for (const name of libraries) cpSync(join(localLlvm, "lib", name), join(root, "lib", name), { dereference: true });
  cpSync(join(localLlvm, "lib", "clang", major, "include"), join(root, "lib", "clang", major, "include"), {
    recursive: true,
    dereference: true,
  });
}

describe(`the compiler seed ${seedArchive}`, () => {
  let program = "";

  it("is downloaded, checked and used where no local LLVM is named", async () => {
    const tree = join(folder, "tree");
    copySeed(join(tree, "llvm"));
    const path = join(folder, "llvm.tar.gz");
    await create({ file: path, cwd: tree, gzip: { level: 1 }, portable: true }, ["llvm"]);
    const entry: IndexEntry = { file: path, sha256: sha256Of(path), strip_prefix: "llvm" };
    const index = writeIndex(join(folder, "index.json"), { ...readMachineIndex(), [seedArchive]: entry });
    const downloading = startBazel("seed-downloaded", { XLLVM_LLVM_ROOT: undefined, XLLVM_ARCHIVES: index });
    const { outputs } = await downloading.build([...options, "//:program"]);
    program = outputs.get("//:program")?.[0] ?? "";
    expect(inspectElf(program).machine).toBe(platform.architecture.elf_machine);

    const wrong = writeIndex(join(folder, "wrong.json"), {
      ...readMachineIndex(),
      [seedArchive]: { ...entry, sha256: "f".repeat(64) },
    });
    const refused = await downloading.tryBuild([
      ...options,
      `--repo_env=XLLVM_ARCHIVES=${wrong}`,
      "--repository_cache=",
      "//:program",
    ]);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`archive ${seedArchive}`) });
  });

  const runner = findRunner(platform);
  itWhere(runner)("makes a program that runs", async () => {
    expect(await runProgram(runner, program)).toMatchObject({ stdout: "compiled by the seed\n", status: 0 });
  });

  it("is refused when the archive is none", async () => {
    const libc = platform.target.runtimes[0]?.archive.name ?? "";
    const other = await fetchArchive(manifest, libc);
    const index = writeIndex(join(folder, "other.json"), {
      ...readMachineIndex(),
      [seedArchive]: { file: other.path, sha256: other.sha256, strip_prefix: other.stripPrefix },
    });
    const { exitCode, stderr } = await bazel.tryBuild([
      ...options,
      "--repo_env=XLLVM_LLVM_ROOT=",
      `--repo_env=XLLVM_ARCHIVES=${index}`,
      "//:program",
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`archive ${seedArchive}: no bin/clang`);
  });

  it("is replaced by the local LLVM that a tag names", async () => {
    const tag = `xllvm = use_extension("@xllvm//bzlmod/archives:extension.bzl", "xllvm")\nxllvm.local_llvm(path = "${localLlvm}")`;
    const tagged = startBazel("seed-tag", { XLLVM_LLVM_ROOT: undefined }, tag);
    expect(await tagged.tryBuild([...options, "//:program"])).toMatchObject({ exitCode: 0 });
  });

  it("is not replaced by an LLVM of another major version", async () => {
    const root = join(folder, "llvm-21");
    mkdirSync(join(root, "lib", "clang", "21", "include"), { recursive: true });
    mkdirSync(join(root, "bin"), { recursive: true });
    const { exitCode, stderr } = await withRoot(root);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`archive ${seedArchive}: the LLVM at ${root} is not of major version ${major}`);
    expect(stderr).toContain("21");
    expect(stderr).toContain(`Point XLLVM_LLVM_ROOT at an LLVM ${major}`);
  });

  it("is not replaced by a folder that is no LLVM, or that is not there", async () => {
    // A relative path is relative to the root module.
    for (const root of [folder, join(folder, "absent"), "third_party/absent"]) {
      const { exitCode, stderr } = await withRoot(root);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`archive ${seedArchive}: the LLVM at ${resolve(bazel.workspace, root)}`);
    }
  });

  it("is not replaced by an LLVM without a linker", async () => {
    const root = join(folder, "without-linker");
    mkdirSync(join(root, "lib", "clang", major, "include"), { recursive: true });
    mkdirSync(join(root, "bin"), { recursive: true });
    for (const tool of ["clang", "clang++"])
      cpSync(join(localLlvm, "bin", tool), join(root, "bin", tool), { dereference: true });
    const { exitCode, stderr } = await withRoot(root);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/has no bin\/ld\.lld\. Install the whole of LLVM/);
  });

  it("is part of every action that runs it, with the libraries that it loads", async () => {
    const root = join(folder, "with-libraries");
    const elsewhere = join(folder, "elsewhere");
    // What a loader reads in a tool: libraries, and folders in which it looks for them.
    const tool = [
      "",
      "libLLVM.so.99",
      "libclang-cpp.so.99",
      "libc.so.6",
      "libLLVM.so.98",
      `$ORIGIN/../lib:${elsewhere}`,
      "",
    ].join("\0");
    for (const name of manifest.module.seed_tools ?? []) writeAt(join(root, "bin", name), tool);
    for (const path of [
      join(root, "lib", "clang", major, "include", "stddef.h"),
      join(root, "lib", "libLLVM.so.99"),
      join(root, "lib", "libc.so.6"),
      join(elsewhere, "libclang-cpp.so.99"),
    ])
      writeAt(path, "");

    const graph = await bazel.query("aquery", [
      ...options,
      `--repo_env=XLLVM_LLVM_ROOT=${root}`,
      "--output=jsonproto",
      "deps(//:program)",
    ]);
    const running = readActionGraph(graph).filter(({ arguments: args }) => args[0]?.includes(`${seedArchive}/bin/`));
    expect(running.length).toBeGreaterThan(20);
    const librariesOf = running.map((action) =>
      [...action.inputs()]
        .filter((path) => path.includes(`${seedArchive}/`) && /\.so\./.test(path))
        .map((path) => basename(path))
        .sort()
        .join(),
    );
    expect([...new Set(librariesOf)]).toEqual(["libLLVM.so.99,libclang-cpp.so.99"]);
  });

  it("runs again when a library that it loads has changed", async () => {
    const root = join(folder, "changing");
    copySeed(root);
    for (const [name, file] of libraries) cpSync(file, join(root, "lib", name));
    // Where the tools are static, they themselves are all that can change.
    const [library] = libraries.keys();
    const changing = join(root, library === undefined ? "bin/clang" : `lib/${library}`);
    const compile = async (): Promise<number> => {
      const { actions, exitCode } = await bazel.tryBuild([
        ...options,
        `--repo_env=XLLVM_LLVM_ROOT=${root}`,
        "--output_groups=compilation_outputs",
        "//:program",
      ]);
      expect(exitCode).toBe(0);
      return actions.filter(({ mnemonic }) => mnemonic === "CppCompile").length;
    };
    await compile();
    expect(await compile()).toBe(0);
    appendFileSync(changing, randomBytes(8));
    expect(await compile()).toBe(1);
  });
});
