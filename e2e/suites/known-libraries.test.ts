import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
// A freestanding target has no folder of libraries, so that nothing can be said of what lies there.
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), isHosted);
const oneOfEachSystem = [
  ...new Map([...chosen.platforms].reverse().map((platform) => [platform.system.name, platform])).values(),
].reverse();

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")

cc_binary(name = "known", srcs = ["main.c"], linkopts = ["-lm", "-Wl,-lpthread"])
cc_binary(name = "unknown", srcs = ["main.c"], linkopts = ["-lfoo32", "-Wl,-lpthraed", "-Xlinker", "-l", "-Xlinker", "bar"])

cc_library(name = "names_unknown", srcs = ["library.c"], linkopts = ["-lfoo32"])
cc_binary(name = "unknown_by_dependency", srcs = ["main.c"], deps = [":names_unknown"])
filegroup(name = "package", srcs = [":unknown_by_dependency"])

cc_binary(name = "own", srcs = ["main.c"], additional_linker_inputs = ["own/libfoo32.a"], linkopts = ["-Lown", "-lfoo32"])
cc_binary(name = "own_misspelt", srcs = ["main.c"], additional_linker_inputs = ["own/libfoo32.a"], linkopts = ["-Lown", "-lfoo23"])
cc_binary(name = "out_of_sight", srcs = ["main.c"], linkopts = ["-L/opt/vendor/lib", "-lfoo32"])

cc_binary(name = "labelled", srcs = ["main.c"], linkopts = ["-ldinput8"])
`,
  "main.c": "int main(void) { return 0; }\n",
  "library.c": "int library(void) { return 0; }\n",
  "own/libfoo32.a": "!<arch>\n",
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "known-libraries",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "known-libraries", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

for (const platform of oneOfEachSystem) describe(platform.name, () => testPlatform(platform));

function testPlatform(platform: Platform): void {
  const analyse = (...args: string[]) =>
    bazel.tryBuild([
      "--nobuild",
      "--aspects=@xllvm//bzlmod/contract:known_libraries.bzl%known_libraries",
      `--platforms=@xllvm//platforms:${platform.name}`,
      ...args,
    ]);

  it("lets pass what a link finds, in the target's folder or in one of its own, and what cannot be seen", async () => {
    expect(await analyse("//:known", "//:own", "//:out_of_sight", "//:names_unknown")).toMatchObject({ exitCode: 0 });
  });

  it("names what a link does not find, before it is built, with what there is", async () => {
    const { exitCode, stderr } = await analyse("//:unknown");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `the link of //:unknown for ${platform.target.triple} names libraries that it does not find.`,
    );
    expect(stderr).toMatch(/^-lfoo32: there is no such library$/m);
    expect(stderr).toMatch(/^-lpthraed: there is no such library; there is pthread$/m);
    expect(stderr).toMatch(/^-lbar: there is no such library/m);
    expect(stderr).toMatch(/^By -l it finds .*\bm\b.*\bpthread\b.*\.$/m);
  });

  it("tells which dependency names it, and sees a program through what packs it", async () => {
    const { exitCode, stderr } = await analyse("//:package");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the link of //:unknown_by_dependency ");
    expect(stderr).toMatch(/^-lfoo32, which \/\/:names_unknown names: there is no such library$/m);
  });

  it("knows a folder of the link's own, and --linkopt", async () => {
    expect((await analyse("//:own_misspelt")).stderr).toMatch(/^-lfoo23: there is no such library; there is foo32$/m);
    expect((await analyse("--linkopt=-lfoo32", "//:known")).stderr).toMatch(/^-lfoo32: there is no such library$/m);
  });

  const labelled = platform.system.os === "windows";
  it(labelled ? "gives a library's label" : "knows of no labels", async () => {
    const { stderr } = await analyse("//:labelled");
    if (labelled) expect(stderr).toContain('-ldinput8: there is a label for it, deps = ["@xllvm//windows:dinput8"]');
    else expect(stderr).toMatch(/^-ldinput8: there is no such library$/m);
  });
}
