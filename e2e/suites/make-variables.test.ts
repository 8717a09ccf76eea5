import { readFileSync } from "node:fs";

import { choosePlatforms, representatives } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { expectProgramFile } from "../harness/expect-program";
import { findRunner, runProgram } from "../harness/run-program";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const withLibc = choosePlatforms(listPlatforms(sources)).platforms.filter(isHosted);
/** One of each object format: tools and flags are the same for all of a format. */
const formats = [...new Set(withLibc.map(({ system }) => system.object_format))];
const platforms = formats.flatMap((format) =>
  representatives(withLibc.filter(({ system }) => system.object_format === format)).slice(-1),
);

const rule = (name: string, outs: readonly string[], command: string): string => `
genrule(
    name = "${name}",
    srcs = ["main.c", "@xllvm//:make_variables"],
    outs = [${outs.map((out) => `"${out}"`).join(", ")}],
    cmd = "${command}",
    toolchains = ["@xllvm//:make_variables"],
)
`;

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
${rule("by_hand", ["by_hand.bin"], "$(CC) $(CC_FLAGS) -Werror $(location main.c) -o $@")}
${rule(
  "in_steps",
  ["main.o", "libmain.a", "symbols.txt", "copy.o"],
  [
    "$(CC) $(CC_FLAGS) -Werror -c $(location main.c) -o $(location main.o)",
    "$(AR) rcs $(location libmain.a) $(location main.o)",
    "$(NM) $(location libmain.a) > $(location symbols.txt)",
    "$(OBJCOPY) $(location main.o) $(location copy.o)",
    "$(STRIP) -S $(location copy.o)",
  ].join(" && "),
)}
${rule("all", ["all.txt"], "echo '$(CC)|$(CXX)|$(AR)|$(LD)|$(NM)|$(OBJCOPY)|$(STRIP)|$(C_COMPILER)|$(TARGET_CPU)|$(TARGET_TRIPLE)|$(ABI)' > $@")}
cc_binary(name = "told", srcs = ["main.c"], copts = ["-DCPU=$(TARGET_CPU)"], features = ["-cxx"], toolchains = ["@xllvm//:make_variables"])
`,
  "main.c":
    '#include <stdint.h>\n#include <stdio.h>\n#define TEXT_OF(x) #x\n#define TEXT(x) TEXT_OF(x)\n#ifndef CPU\n#define CPU nobody\n#endif\nint main(void) { return puts("told by " TEXT(CPU)) < 0; }\n',
};

let bazel: DrivenBazel;

beforeAll(() => {
  bazel = new DrivenBazel({
    name: "make-variables",
    workspace: writeConsumerWorkspace(sources.manifest, { name: "make-variables", files }),
  });
});

afterAll(() => bazel.shutDown());

describe.each(platforms)("$name", (platform: Platform) => {
  const options = [`--platforms=@xllvm//platforms:${platform.name}`];
  const runner = findRunner(platform);

  it("compiles and links by $(CC) $(CC_FLAGS), in one step or in several", async () => {
    const { outputs } = await bazel.build([...options, "//:by_hand", "//:in_steps"]);
    const [program = ""] = outputs.get("//:by_hand") ?? [];
    expectProgramFile(platform, platform.system.link_modes[0] ?? "static", program);
    const symbols = outputs.get("//:in_steps")?.find((file) => file.endsWith("symbols.txt")) ?? "";
    expect(readFileSync(symbols, "utf8")).toMatch(/\b[TD] _?(?:main|__main_void|__original_main)\b/);
    if (!("missing" in runner)) expect((await runProgram(runner, program)).stdout).toBe("told by nobody\n");
  });

  it("has a value for every variable", async () => {
    const { outputs } = await bazel.build([...options, "//:all"]);
    const values = readFileSync(outputs.get("//:all")?.[0] ?? "", "utf8")
      .trim()
      .split("|");
    const tools = ["clang", "clang++", "llvm-ar", "clang++", "llvm-nm", "llvm-objcopy", "llvm-strip"];
    expect(values.slice(0, tools.length)).toEqual(
      tools.map((tool): unknown =>
        expect.stringMatching(new RegExp(`^external/.*/bin/${tool.replaceAll("+", "\\+")}$`)),
      ),
    );
    expect(values.slice(tools.length)).toEqual([
      "clang",
      platform.architecture.name,
      platform.target.triple,
      expect.stringMatching(/./),
    ]);
  });

  it("gives variables to attributes of C++ rules", async () => {
    const { outputs } = await bazel.build([...options, "//:told"]);
    expect(readFileSync(outputs.get("//:told")?.[0] ?? "").includes(`told by ${platform.architecture.name}`)).toBe(
      true,
    );
  });
});
