import type { ArchitectureRow, SystemRow } from "../../../../generator/schema/rows";
import type { CMakeProject, ConfiguredBuild, ObservedGroup } from "../../../../generator/import/cmake/configure-cmake";
import type { ImportContext } from "../../../../generator/import/importer";
import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { importSanitizers } from "./import-sanitizers";

/** Library → the objects that its archiver is given, for each triple. */
let archives: (project: CMakeProject) => Readonly<Record<string, readonly string[]>>;

// That CMake is asked rightly is tested by e2e/suites/imports.test.ts, which needs CMake.
jest.mock("../../../../generator/import/cmake/build-tools", () => ({ findBuildTools: () => Promise.resolve({}) }));
jest.mock("../../../../generator/import/cmake/configure-cmake", () => ({
  withCMake: (_tree: unknown, _isWanted: unknown, _tools: unknown, use: (configure: unknown) => unknown) =>
    use((project: CMakeProject): Promise<Partial<ConfiguredBuild>> => {
      const made = archives(project);
      return Promise.resolve({
        targets: Object.keys(made),
        read: () =>
          Object.entries(made)
            .map(([target, objects]) => `build lib/linux/lib${target}.a: LINKER ${objects.join(" ")} || lib/other.o\n`)
            .join("\n"),
        observe: (target: string) => Promise.resolve([group(target)]),
      });
    }),
}));

const group = (target: string): ObservedGroup => ({
  language: "CXX",
  flags: ["-O3", "-fPIC", "-std=c++17", "-Wall", ...(target.startsWith("clang_rt") ? ["-fPIE"] : [])],
  defines: [],
  include: [],
  sources: [{ file: `compiler-rt/lib/${target.replace(/^(?:RT|clang_rt\.)/, "").replace(/[.-].*/, "")}.cpp` }],
});

const tree = sourceTreeOf({
  "cmake/Modules/LLVMVersion.cmake":
    "set(LLVM_VERSION_MAJOR 22)\nset(LLVM_VERSION_MINOR 1)\nset(LLVM_VERSION_PATCH 8)\n",
  "compiler-rt/lib/Asan.cpp": '#include "asan.inc"',
  "compiler-rt/lib/asan.inc": "",
  "compiler-rt/lib/Common.cpp": "",
  "compiler-rt/lib/tsan.cpp": "",
});

const rows = {
  architectures: [
    { name: "arm64", llvm: "aarch64", columns: {} },
    { name: "amd64", llvm: "x86_64", columns: {} },
    { name: "armv7", llvm: "armv7", columns: {} },
  ] as ArchitectureRow[],
  systems: [
    {
      name: "linux_musl",
      os: "linux",
      abi: "musl",
      object_format: "elf",
      triple: "{llvm}-linux-musl",
      stack: ["sanitizer-runtimes"],
      compile_flags: [] as SystemRow["compile_flags"],
    },
  ] as SystemRow[],
  targets: [
    { system: "linux_musl", architecture: "arm64" },
    { system: "linux_musl", architecture: "amd64" },
    { system: "linux_musl", architecture: "armv7" },
  ],
};

const object = (target: string) => `lib/x/CMakeFiles/${target}.dir/a.cpp.o`;
const read = () => importSanitizers(tree, "22.1.8", rows, {} as ImportContext);

test("a set for each target whose objects a library has, and the list of them; where upstream has no library, none", async () => {
  archives = ({ processor }) => ({
    [`clang_rt.asan-${processor}`]: [object(`RTAsan.${processor}`), object(`RTCommon.${processor}`)],
    [`clang_rt.asan-dynamic-${processor}`]: [object(`RTOther.${processor}`)],
    [`clang_rt.dd-${processor}`]: [object(`RTOther.${processor}`)],
    ...(processor === "aarch64" && {
      "clang_rt.tsan-aarch64": [object("clang_rt.tsan-aarch64"), object("RTCommon.aarch64")],
    }),
  });
  const { sets, facts } = await read();
  expect(Object.keys(sets)).toEqual(["RTAsan", "RTCommon", "clang_rt.tsan"]);
  expect(facts).toEqual({ lists: { asan: ["RTAsan", "RTCommon"], tsan: ["RTCommon"] } });
  expect(sets["RTAsan"]).toMatchObject({
    textual: ["compiler-rt/lib/asan.inc"],
    variants: [{ architectures: ["amd64", "arm64"], flags: ["-fPIC"] }],
  });
  expect(sets["clang_rt.tsan"]).toMatchObject({
    variants: [{ add: [], architectures: ["arm64"], flags: ["-fPIC", "-fPIE"] }],
  });
});

test("a library of other objects on another CPU is an error", async () => {
  archives = ({ processor }) => ({
    [`clang_rt.asan-${processor}`]: [object(`${processor === "x86_64" ? "RTCommon" : "RTAsan"}.${processor}`)],
  });
  await expect(read()).rejects.toThrow("compiler-rt: asan is made of RTCommon for amd64, and of RTAsan elsewhere");
});
