import { dirname } from "node:path";

import { choosePlatforms, declareLeftOut, representatives, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { loaderPath } from "../harness/loaders";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";
import { throwerFiles } from "../programs/thrower";

const sources = loadSources();
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), ({ system }) => system.libc === "musl");

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("@rules_cc//cc:cc_shared_library.bzl", "cc_shared_library")

cc_library(name = "thrower", srcs = ["thrower.cc"], hdrs = ["thrower.h"])
cc_shared_library(name = "thrower_shared", deps = [":thrower"])
cc_binary(name = "catcher", srcs = ["catcher.cc"], deps = [":thrower"], dynamic_deps = [":thrower_shared"])
cc_binary(name = "shared_runtime", srcs = ["catcher.cc"], deps = [":thrower"], linkstatic = False)

cc_library(name = "plugin", srcs = ["plugin.c"], features = ["-cxx"])
cc_shared_library(name = "plugin_shared", deps = [":plugin"], shared_lib_name = "plugin.so", features = ["-cxx"])
cc_binary(name = "host", srcs = ["host.c"], features = ["-cxx"], linkopts = ["-ldl"])
`,
  ...throwerFiles,
  "plugin.c": "static __thread int calls = 40;\nint called(int more) { return calls += more; }\n",
  "host.c": `
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {
    void *plugin = argc > 1 ? dlopen(argv[1], RTLD_NOW) : 0;
    int (*called)(int) = plugin ? (int (*)(int))dlsym(plugin, "called") : 0;
    if (!called) return puts(dlerror()), 1;
    called(1);
    printf("called %d\\n", called(1));
    return dlclose(plugin);
}
`,
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "musl",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "musl", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

for (const platform of representatives(chosen.platforms))
  describe(`${platform.name}_dynamic`, () => testPlatform(platform));

function testPlatform(platform: Platform): void {
  const runner = findRunner(platform);
  const runs = itWhere(runner);
  const packageName = `@xllvm//targets/${platform.target.name}`;
  const built = async (...labels: string[]): Promise<string[]> => {
    const { outputs } = await bazel.build([
      `--platforms=@xllvm//platforms:${platform.name}_dynamic`,
      `${packageName}:link_files.dynamic`,
      `${packageName}:cxx_shared_link_files`,
      ...labels,
    ]);
    return [...outputs.values()].flat();
  };
  const fileOf = (files: readonly string[], name: string): string =>
    files.find((file) => file.endsWith(`/${name}`)) ?? "";
  /** Runs a program of the build by the libc that it is linked with, as its loader. */
  const run = async (files: readonly string[], name: string, ...args: string[]): Promise<string> => {
    const loader = fileOf(files, "lib/libc.so");
    const { stdout, stderr, status } = await runProgram(runner, loader, {
      arguments: ["--library-path", dirname(loader), fileOf(files, name), ...args],
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return stdout;
  };

  runs("an exception crosses a shared library", async () => {
    const files = await built("//:catcher");
    expect(inspectElf(fileOf(files, "catcher")).needed).toContain("libthrower_shared.so");
    expect(await run(files, "catcher")).toBe("caught thrown 7\n");
  });

  runs("linkstatic = False takes libc++ and the unwinder as shared libraries", async () => {
    const files = await built("//:shared_runtime");
    expect(inspectElf(fileOf(files, "shared_runtime")).needed).toEqual(
      expect.arrayContaining(["libc++.so.1", "libunwind.so.1", "libc.so"]),
    );
    expect(inspectElf(fileOf(files, "lib/libc++.so.1")).needed).toEqual(["libunwind.so.1", "libc.so"]);
    expect(await run(files, "shared_runtime")).toBe("caught thrown 7\n");
  });

  runs("dlopen loads a shared library, with thread-local data of its own", async () => {
    const files = await built("//:host", "//:plugin_shared");
    expect(await run(files, "host", fileOf(files, "plugin.so"))).toBe("called 42\n");
  });

  it("names the loader that systems of musl have", async () => {
    const files = await built("//:host");
    expect(inspectElf(fileOf(files, "host"))).toMatchObject({ interpreter: loaderPath(platform), needed: ["libc.so"] });
  });
}
