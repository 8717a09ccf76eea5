import { readFileSync } from "node:fs";
import { join } from "node:path";

import { builtCrossenv } from "../crossenv/build-crossenv";
import { objectionsOf, readBpfObject, relocationKind } from "../harness/bpf-object";
import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel, type BuildResult } from "../harness/drive-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { runCommand } from "../harness/run-command";
import { readSpirvModule } from "../harness/spirv-module";
import { listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
/** Those of which nothing is linked. */
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), ({ system }) => system.link_modes.length === 0);

const object = (name: string, source: string, more = ""): string => `
cc_library(name = "${name}", srcs = ["${source}"], ${more})
filegroup(name = "${name}.o", srcs = [":${name}"], output_group = "compilation_outputs")
`;

const files = {
  "link.bzl": `
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

def _impl(ctx):
    cc_toolchain = find_cc_toolchain(ctx)
    linked = cc_common.link(
        actions = ctx.actions,
        name = ctx.label.name,
        cc_toolchain = cc_toolchain,
        feature_configuration = cc_common.configure_features(ctx = ctx, cc_toolchain = cc_toolchain),
        linking_contexts = [ctx.attr.code[CcInfo].linking_context],
    )
    return [DefaultInfo(files = depset([linked.executable]))]

link = rule(implementation = _impl, attrs = {"code": attr.label()}, fragments = ["cpp"], toolchains = use_cc_toolchain())
`,
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library", "cc_test")
load(":link.bzl", "link")

package(default_visibility = ["//visibility:public"])

${object("plain", "plain.c")}
${object("class", "class.cc")}
${object("throws", "throws.cc")}
${object("packets", "packets.c", 'copts = ["-g"]')}
${object("without_btf", "packets.c")}
${object("without_license", "packets.c", 'copts = ["-g"], defines = ["WITHOUT_LICENSE"]')}
${object("of_no_kind", "packets.c", 'copts = ["-g"], defines = ["PROGRAM=\\\\\\"elsewhere\\\\\\""]')}
${object("undefined", "packets.c", 'copts = ["-g"], defines = ["UNDEFINED"]')}
${object("kernels", "kernels.c", 'copts = ["-xcl", "-cl-std=CL3.0"]')}
cc_binary(name = "program", srcs = ["plain.c"])
cc_test(name = "test", srcs = ["plain.c"])
cc_binary(name = "linkshared", srcs = ["plain.c"], linkshared = True)
cc_shared_library(name = "shared", deps = [":plain"])
link(name = "linked", code = ":plain")
`,
  "plain.c": "int second(int value);\nint first(int value) { return value == 0 ? 0 : second(value - 1); }\n",
  "class.cc":
    "struct Point { int x, y; int sum() const { return x + y; } };\nint sum(const Point &point) { return point.sum(); }\n",
  "throws.cc": "int checked(int value) { if (value < 0) throw value; return value; }\n",
  // What libbpf's headers say by macros, spelled out: a number in BTF is the length of an array, and a helper of the kernel's an address.
  "packets.c": `
typedef unsigned int u32;
typedef unsigned long long u64;
struct xdp_md { u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex; };

#define IN(name) __attribute__((section(name), used))
#ifndef PROGRAM
#define PROGRAM "xdp"
#endif

struct { int (*type)[1]; int (*max_entries)[64]; u32 *key; u64 *value; } packets IN(".maps");

static void *(*const lookup)(void *map, const void *key) = (void *)1;
static long (*const update)(void *map, const void *key, const void *value, u64 flags) = (void *)2;

static volatile u64 limit = 1000;
volatile const u32 wanted = 7;

#ifdef UNDEFINED
int verdict(u64 seen);
#else
static __attribute__((noinline)) int verdict(u64 seen) { return seen > limit ? 1 : 2; }
#endif

IN(PROGRAM) int count(struct xdp_md *context) {
    u32 key = context->ingress_ifindex;
    u64 one = 1, *seen = lookup(&packets, &key);
    if (key != wanted) return 2;
    if (!seen) return update(&packets, &key, &one, 0) ? 1 : 2;
    __atomic_fetch_add(seen, 1, __ATOMIC_RELAXED);
    return verdict(*seen);
}

IN("tracepoint/syscalls/sys_enter_openat") int opened(void *context) { (void)context; return 0; }

#ifndef WITHOUT_LICENSE
char terms[] IN("license") = "GPL";
#endif
`,
  "kernels.c": `
kernel void add(global const float *a, global const float *b, global float *c) {
    size_t i = get_global_id(0);
    c[i] = a[i] + b[i];
}
kernel void twice(global int *values) { values[get_global_id(0)] *= 2; }
`,
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "objects",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "objects", files }),
  });
});

afterAll(() => bazel.shutDown());

declareLeftOut(chosen);

const fileOf = ({ outputs }: BuildResult, name: string): Buffer => readFileSync(outputs.get(`//:${name}`)![0]!);

for (const platform of chosen.platforms) describe(platform.name, () => testPlatform(platform));

function testPlatform(platform: Platform): void {
  const options = [`--platforms=@xllvm//platforms:${platform.name}`];
  const reason = `${platform.name} has objects alone, and links nothing.`;

  it.each([
    ["program", "cc_binary or cc_test"],
    ["test", "cc_binary or cc_test"],
    ["linkshared", "cc_binary or cc_test"],
    ["shared", "cc_shared_library"],
  ])("says of :%s, before anything is compiled, that nothing is linked", async (name, rule) => {
    const { exitCode, stderr } = await bazel.tryBuild([...options, "--nobuild", `//:${name}`]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`${rule}: ${reason}`);
  });

  it("says so to a rule that links by itself, at its link", async () => {
    const { exitCode, stderr } = await bazel.tryBuild([...options, "//:linked"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`no-links-for-${platform.name}:-it-has-objects-alone`);
  });

  it("has C++ without exceptions", async () => {
    await bazel.build([...options, "//:class.o"]);
    const { exitCode, stderr } = await bazel.tryBuild([...options, "//:throws.o"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("cannot use 'throw' with exceptions disabled");
  });

  it("compiles one object of a source, and fetches no runtime for it", async () => {
    const { outputs, actions } = await bazel.build([...options, "-c", "opt", "//:plain", "//:plain.o"]);
    expect(outputs.get("//:plain.o")).toHaveLength(1);
    expect(outputs.get("//:plain")?.map((path) => path.split("/").at(-1))).toEqual(["libplain.a"]);
    expect(actions.map(({ mnemonic }) => mnemonic)).toContain("CppCompile");
    expect(actions.filter(({ mnemonic }) => mnemonic.endsWith("Runtime"))).toEqual([]);
    const used = await bazel.repositoriesOf(options, "//:plain");
    const archives = sources.manifest.archives.map(({ name }) => name);
    expect(used.filter((name) => archives.includes(name) && !name.startsWith("llvm-22"))).toEqual([]);
  });

  describe("outside Bazel", () => testCrossenv(platform, options));

  if (platform.architecture.elf_machine === "EM_BPF") testBpf(platform, options);
  else testSpirv(options);
}

function testCrossenv({ name, target }: Platform, options: readonly string[]): void {
  let compiler: string;
  let source: string;
  beforeAll(async () => {
    const { folder } = builtCrossenv(await bazel.build([...options, "@xllvm//:crossenv"]));
    compiler = join(folder, "bin", `${target.triple}-clang`);
    source = join(bazel.workspace, "plain.c");
  });
  const run = (...args: string[]) => runCommand(compiler, args, { folder: bazel.workspace, timeout: 20_000 });

  it("compiles", async () => {
    const { status, stderr } = await run("-c", source, "-o", "by_hand.o");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("links nothing, whatever linkers the machine has", async () => {
    // A driver that took itself for the GCC that it calls would start processes without end.
    const planned = (await run("-###", source, "-o", "by_hand")).stderr.trimEnd().split("\n").at(-1) ?? "";
    expect(planned).toMatch(/^ "[^"]*(?:ld\.lld|lld|spirv-link)" |cannot find/);
    const { status, stderr } = await run(source, "-o", "by_hand");
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`--no-links-for-${name}:-it-has-objects-alone|cannot find.* 'spirv-link'`));
  });
}

function testBpf({ architecture }: Platform, options: readonly string[]): void {
  describe.each([[[]], [["-c", "opt"]], [["-c", "dbg"]]])("with %j", (mode) => {
    let built: BuildResult;
    beforeAll(async () => {
      built = await bazel.build([...options, ...mode, "//:plain.o", "//:packets.o"]);
    });

    it("makes objects of the CPU", () => {
      for (const name of ["plain.o", "packets.o"])
        expect(inspectElf(built.outputs.get(`//:${name}`)![0]!)).toMatchObject({
          bits: 64,
          endian: architecture.endian,
          machine: "EM_BPF",
          type: "relocatable",
          dynamic: false,
        });
    });

    it("has programs and maps that a loader has nothing against", () => {
      const packets = readBpfObject(fileOf(built, "packets.o"));
      expect(objectionsOf(packets)).toEqual([]);
      expect(packets).toMatchObject({ license: "GPL\0", maps: ["packets"], btf: { magic: 0xeb9f, version: 1 } });
      expect(packets.code.map(({ section, functions }) => [section, functions])).toEqual([
        [".text", ["verdict"]],
        ["xdp", ["count"]],
        ["tracepoint/syscalls/sys_enter_openat", ["opened"]],
      ]);
      expect(packets.btf?.fields.get("packets")).toEqual(["type", "max_entries", "key", "value"]);
      expect(packets.relocations).toEqual(
        expect.arrayContaining([
          { section: ".text", kind: relocationKind.R_BPF_64_64, symbol: ".data" },
          { section: "xdp", kind: relocationKind.R_BPF_64_64, symbol: "packets" },
          { section: "xdp", kind: relocationKind.R_BPF_64_32, symbol: ".text" },
        ]),
      );
    });
  });

  it("has BTF with -g alone", async () => {
    const built = await bazel.build([...options, "//:packets.o", "//:without_btf.o"]);
    const sectionsOf = (name: string): readonly string[] =>
      inspectElf(built.outputs.get(`//:${name}`)![0]!).sectionNames;
    expect(sectionsOf("packets.o")).toEqual(expect.arrayContaining([".BTF", ".BTF.ext", ".maps", "license"]));
    expect(sectionsOf("without_btf.o")).not.toContain(".BTF");
  });

  // That the checks above can fail.
  it.each([
    ["without_btf.o", ["BTF does not say what the map packets is"]],
    ["without_license.o", ["there is no section license"]],
    ["of_no_kind.o", ["elsewhere is the name of no kind of program"]],
    ["undefined.o", ["nothing defines verdict"]],
    ["plain.o", ["there is no section license", "there is no program", "nothing defines second"]],
  ])("finds what a loader has against %s", async (name, objections) => {
    expect(objectionsOf(readBpfObject(fileOf(await bazel.build([...options, `//:${name}`]), name)))).toEqual(
      objections,
    );
  });

  it("has sections of functions where a user asks for them, which a loader takes for programs", async () => {
    const built = await bazel.build([...options, "--copt=-ffunction-sections", "//:packets.o"]);
    expect(objectionsOf(readBpfObject(fileOf(built, "packets.o")))).toEqual([
      ".text.verdict is the name of no kind of program",
    ]);
  });
}

function testSpirv(options: readonly string[]): void {
  it.each([[[]], [["-c", "opt"]], [["-c", "dbg"]]])("makes modules of OpenCL's kind, with %j", async (mode) => {
    const built = await bazel.build([...options, ...mode, "//:plain.o", "//:kernels.o"]);
    const shared = { endian: "little", addressing: "Physical64", memory: "OpenCL" };
    expect(readSpirvModule(fileOf(built, "kernels.o"))).toMatchObject({ ...shared, kernels: ["add", "twice"] });
    expect(readSpirvModule(fileOf(built, "plain.o"))).toMatchObject({
      ...shared,
      kernels: [],
      exports: ["first"],
      imports: ["second"],
    });
  });
}
