import { editFile, sampleFiles, writeFiles, writeTemporary } from "../testing/sample-manifest";
import { runIn, type Outcome } from "../testing/run-in";

let folder: ReturnType<typeof writeTemporary>;
beforeEach(() => (folder = writeTemporary(sampleFiles)));
afterEach(() => folder.remove());

const list = (...more: string[]): Promise<Outcome> => runIn(folder.path, ["list", "--manifest", "manifest", ...more]);

test("a line for each platform", async () => {
  expect(await list()).toEqual({
    exitCode: 0,
    stdout: ` platform           triple                       libc versions   made of      state
 linux_arm64_musl   aarch64-unknown-linux-musl   1.2.5           musl 1.2.5   ready
`,
    stderr: "",
  });
});

test("a line for each feature, and a column for systems that have the same", async () => {
  writeFiles(folder.path, {
    "manifest/targets.yaml":
      "- {architecture: arm64, system: linux_musl}\n- {architecture: amd64, system: linux_musl}\n",
    "manifest/features.yaml": `
- {name: everywhere, about: is everywhere, compile_flags: [-a]}
- {name: somewhere, about: is for one CPU, compile_flags: [{when: {architecture: [amd64]}, flags: [-b]}]}
- {name: nowhere, about: is nowhere, compile_flags: [{when: {os: [windows]}, flags: [-c]}]}
`,
  });
  const { exitCode, stdout } = await list("--features");
  expect(exitCode).toBe(0);
  expect(stdout).toBe(` feature      linux_musl
 everywhere   yes
 somewhere    amd64
 nowhere
`);
  expect(JSON.parse((await list("--features", "--json")).stdout)).toEqual([
    { name: "everywhere", about: "is everywhere", platforms: ["linux_arm64_musl", "linux_amd64_musl"] },
    { name: "somewhere", about: "is for one CPU", platforms: ["linux_amd64_musl"] },
    { name: "nowhere", about: "is nowhere", platforms: [] },
  ]);
});

test("for programs", async () => {
  const { exitCode, stdout } = await list("--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    {
      name: "linux_arm64_musl",
      triple: "aarch64-unknown-linux-musl",
      versions: [{ version: "1.2.5", default: true }],
      runtimes: [{ name: "musl", version: "1.2.5", role: "libc", archive: "musl-1.2.5" }],
      state: "ready",
      mend: [],
    },
  ]);
});

test("a platform that lacks something is listed beside those that do not", async () => {
  writeFiles(folder.path, {
    ...editFile(sampleFiles, "manifest/architectures.yaml", "musl: x86_64, ", ""),
    "manifest/targets.yaml":
      "- {architecture: arm64, system: linux_musl}\n- {architecture: amd64, system: linux_musl}\n",
  });
  const { exitCode, stdout } = await list("--json");
  expect(exitCode).toBe(0);
  expect(
    (JSON.parse(stdout) as { name: string; state: string; mend: string[] }[]).map(({ name, state, mend }) => ({
      name,
      state,
      mend,
    })),
  ).toEqual([
    { name: "linux_arm64_musl", state: "ready", mend: [] },
    {
      name: "linux_amd64_musl",
      state: "incomplete",
      mend: ["add musl to architecture amd64, or take this target away"],
    },
  ]);
});

test("a platform of which an archive has no address is not ready", async () => {
  writeFiles(
    folder.path,
    editFile(
      sampleFiles,
      "manifest/archives.yaml",
      "urls: [https://example.org/musl-1.2.5.tar.gz]",
      "urls: []\n  unavailable: a repack.",
    ),
  );
  const { exitCode, stdout } = await list("--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    { name: "linux_arm64_musl", state: "without an archive", mend: ["say where musl-1.2.5 is: docs/archives.md"] },
  ]);
});

test("the platforms of this package are listed without an option", async () => {
  const { exitCode, stdout } = await runIn(folder.path, ["list", "--json"]);
  expect(exitCode).toBe(0);
  expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["linux_arm64_musl", "linux_amd64_musl"]),
  );
});

test("a faulty row: exit code 2", async () => {
  writeFiles(folder.path, editFile(sampleFiles, "manifest/llvm.yaml", "llvm-22", "llvm"));
  const { exitCode, stdout, stderr } = await list();
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain('llvm 22.1.8, seeds: there is no archive "llvm"');
});
