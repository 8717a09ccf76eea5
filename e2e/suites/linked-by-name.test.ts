import { outputsOf } from "../../generator/resolve/resolved-target";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { findRunner, itWhere, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources } from "../harness/target-rows";

/**
 * A link as rules_rust has made it before its version 0.68: it names the archives of the C++ runtime, by folder and -l, and
 * its inputs are the toolchain's files for links, without these archives (which a link has that is configured without the
 * feature `cxx`). After them it names what Rust's own library needs.
 */
const linkRule = `
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

def _configure(ctx, cc_toolchain, without):
    return cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = cc_toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features + without,
    )

def _impl(ctx):
    cc_toolchain = find_cc_toolchain(ctx)
    runtime = cc_toolchain.static_runtime_lib(feature_configuration = _configure(ctx, cc_toolchain, [])).to_list()
    names = [file.basename.removeprefix("lib").removesuffix(".a") for file in runtime]
    linked = cc_common.link(
        actions = ctx.actions,
        name = ctx.label.name,
        cc_toolchain = cc_toolchain,
        feature_configuration = _configure(ctx, cc_toolchain, ["cxx"]),
        linking_contexts = [ctx.attr.code[CcInfo].linking_context],
        user_link_flags = ["-L" + file.dirname for file in runtime] + ["-Wl,-Bstatic"] +
                          ["-l" + name for name in names + ctx.attr.libraries] + ["-Wl,-Bdynamic"],
    )
    return [DefaultInfo(files = depset([linked.executable]))]

link_by_name = rule(
    implementation = _impl,
    attrs = {"code": attr.label(providers = [CcInfo]), "libraries": attr.string_list()},
    fragments = ["cpp"],
    toolchains = use_cc_toolchain(),
)
`;

const files = {
  "link_by_name.bzl": linkRule,
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_library")
load(":link_by_name.bzl", "link_by_name")

cc_library(name = "code", srcs = ["code.c"], copts = ["-fexceptions"], alwayslink = True)
link_by_name(name = "program", code = ":code", libraries = ["gcc_eh", "gcc_s"])
`,
  // As Rust's own library does where a panic is unwound.
  "code.c": `
#include <stdio.h>
#include <stdlib.h>
#include <unwind.h>

static void cleaned(int *value) { printf("cleaned %d\\n", *value); fflush(stdout); }

static _Unwind_Reason_Code stop(int version, _Unwind_Action actions, _Unwind_Exception_Class kind, struct _Unwind_Exception *exception,
                                struct _Unwind_Context *context, void *data) {
  (void)version; (void)kind; (void)exception; (void)context; (void)data;
  if (actions & _UA_END_OF_STACK) exit(7);
  return _URC_NO_REASON;
}

static struct _Unwind_Exception exception;

__attribute__((noinline)) static void panic(void) {
  int value __attribute__((cleanup(cleaned))) = 42;
  _Unwind_ForcedUnwind(&exception, stop, 0);
}

int main(void) { panic(); return 0; }
`,
};

const wanted = ["linux_arm64_musl", "linux_arm64_gnu"];
const sources = loadSources();
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), ({ name }) => wanted.includes(name));

describe.each(chosen.platforms)("a link that names the C++ runtime and does not have it, on $name", (platform) => {
  let bazel: DrivenBazel;
  let built: BuildResult;

  beforeAll(async () => {
    bazel = new DrivenBazel({
      name: "linked-by-name",
      workspace: writeConsumerWorkspace(sources.manifest, { name: "linked-by-name", files }),
    });
    built = await bazel.build([`--platforms=@xllvm//platforms:${platform.name}`, "//:program"]);
  });

  afterAll(() => bazel.shutDown());

  const program = (): string => built.outputs.get("//:program")?.[0] ?? "";

  it("has an unwinder", () => expectProgramFile(platform, platform.system.link_modes[0] ?? "static", program()));

  it("builds none of the C++ library", () => {
    const products = platform.target.runtimes.flatMap(({ products: all }) =>
      all.filter(({ link }) => link === "c++" || link === "c++_shared").flatMap(outputsOf),
    );
    expect(products).toContain("lib/libc++.a");
    expect(
      built.actions.filter(({ output }) =>
        products.some((product) => product !== "lib/libunwind.a" && output.endsWith(`/${product}`)),
      ),
    ).toEqual([]);
  });

  const runner = findRunner(platform);
  itWhere(runner)("unwinds", async () => {
    expect(await runProgram(runner, program())).toEqual({
      stdout: "cleaned 42\n",
      stderr: "",
      status: 7,
      signal: null,
    });
  });
});

declareLeftOut(chosen);
