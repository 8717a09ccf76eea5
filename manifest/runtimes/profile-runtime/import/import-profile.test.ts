import type { ArchitectureRow, SystemRow } from "../../../../generator/schema/rows";
import type { CMakeProject, ConfiguredBuild } from "../../../../generator/import/cmake/configure-cmake";
import type { ImportContext } from "../../../../generator/import/importer";
import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { importProfile } from "./import-profile";

/** Targets of upstream's build, for each triple. */
let targets: (project: CMakeProject) => readonly string[];

// That CMake is asked rightly is tested by e2e/suites/imports.test.ts, which needs CMake.
jest.mock("../../../../generator/import/cmake/build-tools", () => ({ findBuildTools: () => Promise.resolve({}) }));
jest.mock("../../../../generator/import/cmake/configure-cmake", () => ({
  withCMake: (_tree: unknown, _isWanted: unknown, _tools: unknown, use: (configure: unknown) => unknown) =>
    use((project: CMakeProject): Promise<Partial<ConfiguredBuild>> => {
      const compile = (language: string, file: string) => ({
        language,
        flags: ["-O3", "-fPIC", "-Wall"],
        defines: ["COMPILER_RT_HAS_ATOMICS=1"],
        include: [],
        sources: [{ file }],
      });
      return Promise.resolve({
        targets: targets(project),
        observe: () =>
          Promise.resolve([
            compile("C", "compiler-rt/lib/profile/File.c"),
            compile("CXX", "compiler-rt/lib/profile/Runtime.cpp"),
          ]),
      });
    }),
}));

const tree = sourceTreeOf({
  "cmake/Modules/LLVMVersion.cmake":
    "set(LLVM_VERSION_MAJOR 22)\nset(LLVM_VERSION_MINOR 1)\nset(LLVM_VERSION_PATCH 8)\n",
  "compiler-rt/lib/profile/File.c": '#include "profile/Data.inc"',
  "compiler-rt/lib/profile/Runtime.cpp": "",
  "compiler-rt/include/profile/Data.inc": "",
});

const architecture = { name: "amd64", endian: "little", bits: 64, columns: { llvm: "x86_64" } };
const rows = {
  architectures: [architecture] as unknown as ArchitectureRow[],
  systems: [
    {
      name: "linux_gnu",
      os: "linux",
      abi: "gnu",
      triple: "{llvm}-linux-gnu",
      stack: ["profile-runtime"],
      compile_flags: [],
    },
  ] as unknown as SystemRow[],
  targets: [{ architecture: "amd64", system: "linux_gnu" }],
} as unknown as Parameters<typeof importProfile>[2];

const read = () => importProfile(tree, "22.1.8", rows, { programs: {} } as unknown as ImportContext);

test("one set has what upstream's library is made of, and its flags", async () => {
  targets = () => ["clang_rt.profile-x86_64", "clang_rt.builtins-x86_64"];
  const { sets } = await read();
  expect(sets["profile"]).toMatchObject({
    base: ["compiler-rt/lib/profile/File.c", "compiler-rt/lib/profile/Runtime.cpp"],
    textual: ["compiler-rt/include/profile/Data.inc"],
    variants: [{ flags: ["-fPIC", "-DCOMPILER_RT_HAS_ATOMICS=1"] }],
  });
});

test("a system for which upstream builds none is an error that names it", async () => {
  targets = () => ["clang_rt.builtins-x86_64"];
  await expect(read()).rejects.toThrow("systems: linux_gnu: upstream builds no profile runtime for x86_64-linux-gnu");
});
