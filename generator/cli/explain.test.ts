import { editFile, sampleFiles, writeFiles, writeTemporary } from "../testing/sample-manifest";
import { runIn, type Outcome } from "../testing/run-in";

let folder: ReturnType<typeof writeTemporary>;
beforeEach(() => (folder = writeTemporary(sampleFiles)));
afterEach(() => folder.remove());

const explain = (platform: string, ...options: readonly string[]): Promise<Outcome> =>
  runIn(folder.path, ["explain", platform, "--manifest", "manifest", ...options]);

const expected = `linux_arm64_musl.1.2.5
  triple         aarch64-unknown-linux-musl
  architecture   arm64, 64 bits, little-endian
  system         linux_musl: linux, musl, elf
  musl versions  1.2.5 (default)
  link modes     static (default)
  flags          --target=aarch64-unknown-linux-musl -march=armv8-a -g

made of, in this order
  musl 1.2.5 (libc), from musl-1.2.5
    gives lib/libc.a
    headers include, arch/aarch64

archives
  musl-1.2.5, 1.1 MB, sha256 ${"0123456789abcdef".repeat(4)}
    https://example.org/musl-1.2.5.tar.gz

compiler, one of
  llvm-22, size unknown, sha256 ${"0123456789abcdef".repeat(4)}, on linux_amd64
    https://example.org/llvm.tar.zst
`;

test.each(["linux_arm64_musl", "linux_arm64_musl.1.2.5"])("what %s is made of", async (platform) => {
  let files = editFile(sampleFiles, "manifest/targets.yaml", "linux_musl}", "linux_musl, flags: [-g]}");
  files = editFile(files, "manifest/architectures.yaml", "musl: aarch64,", "musl: aarch64, flags: [-march=armv8-a],");
  files = editFile(
    files,
    "manifest/archives.yaml",
    "strip_prefix: musl-1.2.5",
    "strip_prefix: musl-1.2.5\n  size: 1080786",
  );
  writeFiles(folder.path, files);
  expect(await explain(platform)).toEqual({ exitCode: 0, stdout: expected, stderr: "" });
});

test("a link mode of a platform", async () => {
  writeFiles(
    folder.path,
    editFile(sampleFiles, "manifest/systems.yaml", "link_modes: [static]", "link_modes: [static, dynamic]"),
  );
  const { exitCode, stdout } = await explain("linux_arm64_musl_dynamic");
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/^linux_arm64_musl\.1\.2\.5\n[^]*\n {2}link modes {5}static \(default\), dynamic\n/),
  ]);
});

test("an archive without an address: what it is", async () => {
  writeFiles(
    folder.path,
    editFile(
      sampleFiles,
      "manifest/archives.yaml",
      "urls: [https://example.org/musl-1.2.5.tar.gz]",
      "urls: []\n  unavailable: a repack.",
    ),
  );
  expect((await explain("linux_arm64_musl")).stdout).toContain(
    `, sha256 ${"0123456789abcdef".repeat(4)}\n    to be redirected: a repack.\n`,
  );
});

test("an unknown platform: the nearest names, exit code 2", async () => {
  expect(await explain("linux-arm64-musl")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "there is no platform linux-arm64-musl\n    mend: write one of linux_arm64_musl, linux_arm64_musl.1.2.5; gen-bzl list shows all\n",
  });
});

test("an incomplete platform: what completes it, exit code 2", async () => {
  writeFiles(folder.path, editFile(sampleFiles, "manifest/architectures.yaml", "musl: aarch64, ", ""));
  expect(await explain("linux_arm64_musl")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "the platform linux_arm64_musl is incomplete\n    mend: add musl to architecture arm64, or take this target away\n",
  });
});

test("as data: products with their sources and flags, imports, what is made of archives", async () => {
  const step = "{recipe: write, output: generated/version.h, content: '{version}'}";
  const files = editFile(sampleFiles, "manifest/runtimes/musl.yaml", "compile:", `prepare: [${step}]\ncompile:`);
  writeFiles(
    folder.path,
    editFile(files, "imports/musl-1.2.5.json", '"add": []', '"add": ["arch/b.s"], "flags": ["-w"]'),
  );
  const { exitCode, stdout } = await explain("linux_arm64_musl", "--json");
  expect(exitCode).toBe(0);
  const archive = { sha256: "0123456789abcdef".repeat(4) };
  expect(JSON.parse(stdout)).toEqual({
    name: "linux_arm64_musl.1.2.5",
    triple: "aarch64-unknown-linux-musl",
    architecture: { name: "arm64", bits: 64, endian: "little" },
    system: { name: "linux_musl", os: "linux", abi: "musl", object_format: "elf" },
    libc: { name: "musl", versions: [{ version: "1.2.5", default: true }] },
    llvm: { version: "22.1.8", versions: [{ version: "22.1.8", default: true }] },
    link_modes: ["static"],
    micro_architectures: [],
    flags: ["--target=aarch64-unknown-linux-musl"],
    compile_flags: [],
    link_flags: [],
    runtimes: [
      {
        name: "musl",
        version: "1.2.5",
        role: "libc",
        archive: "musl-1.2.5",
        import: "musl-1.2.5.json",
        include: ["include", "arch/aarch64"],
        prepare: [{ recipe: "write", output: "generated/version.h", content: "1.2.5" }],
        products: [
          {
            name: "c",
            kind: "archive",
            link: "c",
            outputs: ["lib/libc.a"],
            compiled_from: {
              set: "libc",
              variant: "all",
              sources: ["arch/b.s", "src/a.c"],
              flags: ["-O2", "-w"],
              c_flags: [],
              cxx_flags: [],
              include: [],
              uses: [],
            },
            whole_archives: [],
          },
        ],
      },
    ],
    archives: [{ name: "musl-1.2.5", ...archive, urls: ["https://example.org/musl-1.2.5.tar.gz"] }],
    compilers: [
      { host: "linux_amd64", archive: { name: "llvm-22", ...archive, urls: ["https://example.org/llvm.tar.zst"] } },
    ],
  });
});

test("a micro-architecture of a platform", async () => {
  writeFiles(folder.path, {
    "manifest/micro-architectures.yaml":
      "- {name: arm64_v8.1a, architecture: arm64, about: LSE, flags: [-march=armv8.1-a]}\n",
  });
  const { stdout } = await explain("linux_arm64_v8.1a_musl");
  expect(stdout).toContain("  micro-architectures  arm64_v8.1a (this one)\n");
  expect(stdout).toContain("  flags                --target=aarch64-unknown-linux-musl -march=armv8.1-a\n");
  expect((await explain("linux_arm64_musl")).stdout).toContain("  micro-architectures  arm64_v8.1a\n");
});
