import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { findBuildTools } from "../../generator/import/cmake/build-tools";
import {
  withCMake,
  type CMakeProject,
  type ConfiguredBuild,
  type ConfigureCMake,
} from "../../generator/import/cmake/configure-cmake";
import { observeReads } from "../../generator/import/observe-reads";
import { sourceTreeOf, type SourceTree } from "../../generator/import/source-tree";
import { scratchRoot } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { findProgram } from "../harness/find-bazel";
import { loadSources } from "../harness/target-rows";

const files = {
  "cmake/flags.cmake": "add_compile_options(-fno-math-errno)\n",
  "lib/CMakeLists.txt": `cmake_minimum_required(VERSION 3.20)
project(sample C ASM)
include(CheckCSourceCompiles)
include(../cmake/flags.cmake)
configure_file(config.h.in include/config.h)
set_source_files_properties(b.c PROPERTIES COMPILE_OPTIONS -fno-builtin)
set(again "\${CMAKE_CURRENT_BINARY_DIR}/again/again_1.c")
add_custom_command(OUTPUT "\${again}" COMMAND \${CMAKE_COMMAND} -E make_directory again
  COMMAND \${CMAKE_COMMAND} -E create_symlink "\${CMAKE_CURRENT_SOURCE_DIR}/a.c" "\${again}")
set_source_files_properties("\${again}" PROPERTIES COMPILE_DEFINITIONS TIME=2)
set(sources a.c a.h b.c s.S "\${again}")
check_c_source_compiles("#ifndef __aarch64__\\n#error\\n#endif\\nint main(void) { return 0; }" IS_ARM)
if(IS_ARM)
  list(APPEND sources arm.c)
endif()
include_directories(SYSTEM "\${CMAKE_CURRENT_BINARY_DIR}/include")
include_directories(. /nowhere/include)
add_library(sample STATIC \${sources})
add_custom_command(OUTPUT start.o COMMAND \${CMAKE_C_COMPILER} -DSTART -o start.o -c "\${CMAKE_CURRENT_SOURCE_DIR}/start.c")
add_custom_target(crt DEPENDS start.o)
`,
  "lib/config.h.in": "#define ANSWER @ANSWER@\n",
  "lib/unread.txt": "",
  ...Object.fromEntries(["a.c", "a.h", "arm.c", "b.c", "s.S", "start.c"].map((name) => [`lib/${name}`, ""])),
};

const project = (triple: string): CMakeProject => ({
  folder: "lib",
  triple,
  systemName: "Linux",
  processor: triple.split("-")[0]!,
  flags: ["-nostdlibinc"],
  settings: { ANSWER: "42" },
});

const lacking = ["cmake", "ninja"].filter((program) => findProgram(program) === undefined);
const seed = loadSources().manifest.runtimes.find(({ name }) => name === "compiler-rt")!.versions[0]!.version;

async function asking<Result>(tree: SourceTree, use: (configure: ConfigureCMake) => Promise<Result>): Promise<Result> {
  const { PATH: path = "", XLLVM_LLVM_ROOT: llvmRoot = "" } = process.env;
  return withCMake(
    tree,
    () => true,
    await findBuildTools({ path, llvmRoot }, { cmake: "3.20.0", llvm: Number.parseInt(seed) }),
    use,
  );
}

const configuring = <Result>(text: string, use: (build: ConfiguredBuild) => Promise<Result>): Promise<Result> =>
  asking(sourceTreeOf({ ...files, "lib/CMakeLists.txt": text }), async (configure) =>
    use(await configure(project("aarch64-linux-musl"))),
  );

const itAsks = itUnless(lacking.length === 0 ? undefined : `${lacking.join(" and ")} not on PATH`);

describe("a project of CMake's, asked what it compiles", () => {
  itAsks("what the compiler answers for the triple decides; links are followed, and commands are read", async () => {
    const compiled = (build: ConfiguredBuild) => build.observe("sample");
    const found = await asking(sourceTreeOf(files), (configure) =>
      Promise.all(
        ["aarch64-linux-musl", "x86_64-linux-musl"].map(async (triple) => {
          const build = await configure(project(triple));
          return {
            sources: (await compiled(build)).flatMap(({ sources }) => sources.map(({ file }) => file)).sort(),
            again: (await compiled(build)).find(({ sources }) => sources[0]!.builtAs !== undefined),
            b: (await compiled(build)).find(({ sources }) => sources[0]!.file === "lib/b.c"),
            start: (await build.observeCommands("crt")).map(({ flags, sources }) => [
              sources,
              flags.includes("-DSTART"),
            ]),
            commands: (await build.commands("crt")).map((words) => [
              build.inBuild(words[words.indexOf("-o") + 1]!),
              build.inTree(words[words.indexOf("-c") + 1]!),
            ]),
            elsewhere: [build.inTree("/nowhere"), build.inBuild("/nowhere")],
            header: build.read("include/config.h"),
            targets: ["crt", "sample", "other"].filter((name) => build.has(name)),
          };
        }),
      ),
    );
    expect(found.map(({ sources }) => sources)).toEqual([
      ["lib/a.c", "lib/a.c", "lib/arm.c", "lib/b.c", "lib/s.S"],
      ["lib/a.c", "lib/a.c", "lib/b.c", "lib/s.S"],
    ]);
    for (const { again, b, start, commands, elsewhere, header, targets } of found) {
      expect(again).toMatchObject({ defines: ["TIME=2"], sources: [{ file: "lib/a.c", builtAs: "again_1" }] });
      expect(b!.flags).toEqual(expect.arrayContaining(["-nostdlibinc", "-fno-math-errno", "-fno-builtin"]));
      expect(start).toEqual([[[{ file: "lib/start.c" }], true]]);
      expect(b!.include).toEqual(["lib"]);
      expect(commands).toEqual([["start.o", "lib/start.c"]]);
      expect(elsewhere).toEqual([undefined, undefined]);
      expect(header).toBe("#define ANSWER 42\n");
      expect(targets).toEqual(["crt", "sample"]);
    }
  });

  itAsks("what configuring has read counts as read, and nothing else", async () => {
    const digestOf = async (changes: Readonly<Record<string, string>>): Promise<string> => {
      const observed = observeReads(sourceTreeOf({ ...files, ...changes }));
      await asking(observed.tree, (configure) => configure(project("aarch64-linux-musl")));
      return observed.digest();
    };
    const before = await digestOf({});
    expect(await digestOf({ "lib/unread.txt": "changed" })).toBe(before);
    expect(await digestOf({ "cmake/flags.cmake": `${files["cmake/flags.cmake"]}# changed\n` })).not.toBe(before);
    expect(await digestOf({ "lib/config.h.in": "changed\n" })).not.toBe(before);
  });

  itAsks("flags of the environment do not reach it, and no folder is left", async () => {
    const temporary = join(scratchRoot, "cmake-temporary");
    mkdirSync(temporary, { recursive: true });
    const before = { ...process.env };
    Object.assign(process.env, { CFLAGS: "-DOF_THE_ENVIRONMENT", TMPDIR: temporary });
    try {
      const groups = await configuring(files["lib/CMakeLists.txt"], (build) => build.observe("sample"));
      expect(groups.flatMap(({ flags }) => flags)).not.toContain("-DOF_THE_ENVIRONMENT");
    } finally {
      process.env = before;
    }
    expect(readdirSync(temporary)).toEqual([]);
  });

  itAsks("what CMake says against it is told", async () => {
    const text = `${files["lib/CMakeLists.txt"]}message(FATAL_ERROR "The moon is not full.")\n`;
    await expect(configuring(text, () => Promise.resolve())).rejects.toThrow(
      /cmake failed for aarch64-linux-musl, and ended with:\n[^]*CMake Error at CMakeLists.txt:\d+ \(message\):\s+The moon is not full\./,
    );
  });

  itAsks("a source that the build makes of nothing in the tree is refused", async () => {
    const text = files["lib/CMakeLists.txt"].replace(
      'create_symlink "${CMAKE_CURRENT_SOURCE_DIR}/a.c" "${again}"',
      'touch "${again}"',
    );
    await expect(configuring(text, (build) => build.observe("sample"))).rejects.toThrow(
      /again_1\.c: the build compiles it, and makes it of no file of the tree/,
    );
  });
});
