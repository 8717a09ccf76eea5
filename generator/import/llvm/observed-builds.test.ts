import type { ArchitectureRow, SystemRow } from "../../schema/rows";
import type { CMakeProject, ConfiguredBuild, ObservedGroup } from "../cmake/configure-cmake";
import type { ImportContext } from "../importer";
import { sourceTreeOf } from "../source-tree";
import { importCompilerRt } from "../../../manifest/runtimes/compiler-rt/import/import-compiler-rt";
import { importLibcxx } from "../../../manifest/runtimes/libc++/import/import-libcxx";
import { importLibunwind } from "../../../manifest/runtimes/libunwind/import/import-libunwind";

/** Target of the build → what is compiled for it, for each triple; commands of upstream's own go by the name `crt`. */
let builds: (project: CMakeProject) => Readonly<Record<string, readonly ObservedGroup[]>>;

// That CMake is asked rightly is tested by e2e/suites/imports.test.ts, which needs CMake.
jest.mock("../cmake/build-tools", () => ({ findBuildTools: () => Promise.resolve({}) }));
jest.mock("../cmake/configure-cmake", () => ({
  withCMake: (_tree: unknown, _isWanted: unknown, _tools: unknown, use: (configure: unknown) => unknown) =>
    use((project: CMakeProject): Promise<ConfiguredBuild> => {
      const targets = builds(project);
      return Promise.resolve({
        model: { targets: new Map(), graph: new Map(), inputs: [] },
        has: (target: string) => target in targets,
        targets: Object.keys(targets),
        observe: (target: string) => Promise.resolve([...(targets[target] ?? [])]),
        observeCommands: (target: string) => Promise.resolve([...(targets[target] ?? [])]),
        commands: () => Promise.resolve([]),
        shellCommands: () => Promise.resolve([]),
        run: () => Promise.resolve(),
        written: () => [],
        inTree: () => undefined,
        inBuild: () => undefined,
        read: (path: string) => `// ${path}\n#define TRIPLE ${project.triple}\n`,
      });
    }),
}));

const folder = "compiler-rt/lib/builtins";
const tree = sourceTreeOf({
  "cmake/Modules/LLVMVersion.cmake":
    "set(LLVM_VERSION_MAJOR 22)\nset(LLVM_VERSION_MINOR 1)\nset(LLVM_VERSION_PATCH 8)\n",
  [`${folder}/divsi3.c`]: '#include "int_div_impl.inc"',
  [`${folder}/int_div_impl.inc`]: "",
  [`${folder}/aarch64/pac.cpp`]: '#include "siphash/SipHash.h"',
  [`${folder}/aarch64/lse.S`]: ".macro JUMP_IF_NOT_LSE label\n.endm\n",
  [`${folder}/arm/mulsf3.S`]: "",
  [`${folder}/crtbegin.c`]: "",
  "libunwind/src/Unwind.cpp": "",
  "libunwind/src/Level1.c": "",
  "libcxx/src/any.cpp": '#include "support/any.ipp"',
  "libcxx/src/thread.cpp": "",
  "libcxx/src/support/any.ipp": "",
});

const stack = ["compiler-rt", "libunwind", "libc++abi", "libc++"];
const systems = [
  { name: "linux_musl", os: "linux", abi: "musl", object_format: "elf", triple: "{llvm}-linux-musl", stack },
  { name: "windows_gnu", os: "windows", abi: "gnu", object_format: "coff", triple: "{llvm}-w64-windows-gnu", stack },
  { name: "foreign", os: "linux", abi: "gnu", object_format: "elf", triple: "", stack: ["libgcc"] },
].map((system) => ({ ...system, compile_flags: [] })) as unknown as SystemRow[];
const architectures = [
  { name: "arm64", llvm: "aarch64", columns: {} },
  { name: "armv7", llvm: "armv7", columns: {} },
] as ArchitectureRow[];
const context = {} as ImportContext;
const rowsFor = (...targets: string[]) => ({
  architectures,
  systems,
  targets: targets.map((target) => ({ system: target.split("/")[0]!, architecture: target.split("/")[1]! })),
});

const group = (language: string, flags: string, ...files: string[]): ObservedGroup => ({
  language,
  flags: flags.split(" "),
  defines: [],
  include: [],
  sources: files.map((file) => ({ file })),
});
const made = (names: readonly string[], ...defines: string[]): ObservedGroup => ({
  language: "ASM",
  flags: ["-fPIC"],
  defines,
  include: [],
  sources: names.map((builtAs) => ({ file: `${folder}/aarch64/lse.S`, builtAs })),
});

const common = "-O3 -DNDEBUG -std=gnu11 -fPIC -fno-lto -ffreestanding -nostdlibinc -Wall -w";

describe("compiler-rt", () => {
  beforeEach(() => {
    builds = ({ triple }) => ({
      "clang_rt.builtins-x": [
        group("C", common, `${folder}/divsi3.c`),
        ...(triple.startsWith("aarch64")
          ? [
              group("CXX", common, `${folder}/aarch64/pac.cpp`),
              made(["outline_atomic_cas1_1"], "L_cas", "SIZE=1"),
              made(["outline_atomic_cas16_1"], "L_cas", "SIZE=16"),
              made(["outline_atomic_swp1_1"], "L_swp", "SIZE=1"),
            ]
          : [group("ASM", "-fPIC -mimplicit-it=always", `${folder}/arm/mulsf3.S`)]),
      ],
      builtins: [],
      ...(triple.includes("linux") && {
        crt: [group("C", `${common} -DCRT_HAS_INITFINI_ARRAY`, `${folder}/crtbegin.c`)],
      }),
    });
  });
  const read = (...targets: string[]) => importCompilerRt(tree, "22.1.8", rowsFor(...targets), context);

  test("flags that say how code is made, and what single sources have beside them", async () => {
    const { base, source_flags, variants, textual } = (await read("linux_musl/armv7")).sets["builtins"]!;
    expect(base).toEqual([`${folder}/arm/mulsf3.S`, `${folder}/divsi3.c`]);
    expect(variants[0]).toMatchObject({ architectures: ["armv7"], systems: ["linux_musl"], flags: ["-fPIC"] });
    expect(source_flags).toEqual({ [`${folder}/arm/mulsf3.S`]: ["-mimplicit-it=always"] });
    expect(textual).toEqual([`${folder}/int_div_impl.inc`]);
  });

  test("links to one source under different macros become one repeated source for each operation", async () => {
    const { variants, textual } = (await read("linux_musl/arm64")).sets["builtins"]!;
    expect(variants[0]!.repeated).toEqual([
      {
        name: "outline_atomic_cas",
        file: `${folder}/aarch64/lse.S`,
        passes: [
          ["L_cas", "SIZE=1", "JUMP_IF_NOT_LSE=JUMP_IF_NOT_LSE_outline_atomic_cas1_1"],
          ["L_cas", "SIZE=16", "JUMP_IF_NOT_LSE=JUMP_IF_NOT_LSE_outline_atomic_cas16_1"],
        ],
      },
      {
        name: "outline_atomic_swp",
        file: `${folder}/aarch64/lse.S`,
        passes: [["L_swp", "SIZE=1", "JUMP_IF_NOT_LSE=JUMP_IF_NOT_LSE_outline_atomic_swp1_1"]],
      },
    ]);
    expect(textual).toContain(`${folder}/aarch64/lse.S`);
  });

  test("a link that no macro tells from its file is refused", async () => {
    builds = () => ({ "clang_rt.builtins-x": [made(["again"])] });
    await expect(read("linux_musl/arm64")).rejects.toThrow(
      `${folder}/aarch64/lse.S: is compiled as again as well, without a macro that tells the two apart`,
    );
  });

  test("a source that needs other parts of LLVM is left out", async () => {
    const { base } = (await read("linux_musl/arm64")).sets["builtins"]!;
    expect(base).toEqual([`${folder}/divsi3.c`]);
  });

  test("start files where upstream makes them, with the flags of their commands", async () => {
    const { sets } = await read("linux_musl/arm64", "windows_gnu/arm64");
    expect(Object.keys(sets)).toEqual(["builtins", "crtbegin"]);
    expect(sets["crtbegin"]!.variants).toMatchObject([
      { systems: ["linux_musl"], flags: ["-fPIC", "-DCRT_HAS_INITFINI_ARRAY"] },
    ]);
  });

  test.each([
    [{}, "architectures: arm64: upstream builds no builtins for aarch64-linux-musl"],
    [
      { "clang_rt.builtins-a": [], "clang_rt.builtins-b": [] },
      "architectures: arm64: upstream builds clang_rt.builtins-a and clang_rt.builtins-b for aarch64-linux-musl",
    ],
  ])("a build with %j is refused", async (targets, message) => {
    builds = () => targets;
    await expect(read("linux_musl/arm64")).rejects.toThrow(message);
  });

  test("a manifest without such a system, and another release, are refused", async () => {
    await expect(read("foreign/arm64")).rejects.toThrow(
      "no target of the manifest is on a system whose stack has compiler-rt",
    );
    await expect(importCompilerRt(tree, "21.1.0", rowsFor(), context)).rejects.toThrow(
      "cmake/Modules/LLVMVersion.cmake: says 22.1.8, not 21.1.0",
    );
  });
});

describe("libraries whose sources depend on the system", () => {
  const rows = rowsFor("linux_musl/arm64", "linux_musl/armv7", "windows_gnu/arm64");

  test("a variant for each system, and the header that configuring writes", async () => {
    builds = ({ systemName }) => ({
      cxx_static: [
        group("CXX", common, "libcxx/src/any.cpp", ...(systemName === "Linux" ? ["libcxx/src/thread.cpp"] : [])),
      ],
      cxx_experimental: [group("CXX", common, "libcxx/src/any.cpp")],
    });
    const { sets, facts } = await importLibcxx(tree, "22.1.8", rows, context);
    expect(sets["cxx"]!.variants.map(({ systems: names, flags }) => [names, flags])).toEqual([
      [["windows_gnu"], []],
      [["linux_musl"], []],
    ]);
    expect(sets["cxx"]!.textual).toEqual(["libcxx/src/support/any.ipp"]);
    expect(sets["cxx_experimental"]!.variants).toHaveLength(1);
    const path = "// include/c++/v1/__config_site";
    expect(facts.texts).toEqual({
      configuration_headers: {
        "linux_musl/__config_site": [path, "#define TRIPLE aarch64-linux-musl", ""],
        "windows_gnu/__config_site": [path, "#define TRIPLE aarch64-w64-windows-gnu", ""],
      },
    });
  });

  test("the order in which the manifest has its systems does not matter", async () => {
    const one = group("CXX", common, "libcxx/src/any.cpp");
    builds = () => ({ cxx_static: [one], cxx_experimental: [one] });
    const textFor = async (order: readonly SystemRow[]): Promise<string> =>
      JSON.stringify(await importLibcxx(tree, "22.1.8", { ...rows, systems: order }, context));
    expect(await textFor([...systems].reverse())).toBe(await textFor(systems));
  });

  test("flags of all systems, and what some have beside them", async () => {
    builds = ({ systemName }) => ({
      cxx_static: [
        group("CXX", systemName === "Linux" ? common : `${common} -fvisibility=hidden`, "libcxx/src/any.cpp"),
      ],
      cxx_experimental: [group("CXX", common, "libcxx/src/any.cpp")],
    });
    const { flags, cxx_flags, variants } = (await importLibcxx(tree, "22.1.8", rows, context)).sets["cxx"]!;
    expect([flags, cxx_flags]).toEqual([["-fPIC"], undefined]);
    expect(variants.map((variant) => [variant.systems, variant.flags])).toEqual([
      [["linux_musl"], []],
      [["windows_gnu"], ["-fvisibility=hidden"]],
    ]);
  });

  test("what says which libraries are linked, and nothing of the code, is left out", async () => {
    const told = "-D_LIBCPP_LINK_RT_LIB -D__STDC_LIMIT_MACROS -fdebug-prefix-map=/a=/b -D_LIBCPP_BUILDING_LIBRARY";
    const built = [group("CXX", told, "libcxx/src/any.cpp")];
    builds = () => ({ cxx_static: built, cxx_experimental: built });
    const { sets } = await importLibcxx(tree, "22.1.8", rows, context);
    expect(sets["cxx"]!.flags).toEqual(["-D_LIBCPP_BUILDING_LIBRARY"]);
  });

  test("what sources in another language have beside the runtime's flags, and what they lack", async () => {
    builds = () => ({
      unwind_static_objects: [
        group("CXX", "-std=c++17 -fno-rtti -funwind-tables", "libunwind/src/Unwind.cpp"),
        group("C", "-std=c99 -fexceptions -funwind-tables", "libunwind/src/Level1.c"),
      ],
    });
    const { flags, cxx_flags, source_flags } = (await importLibunwind(tree, "22.1.8", rows, context)).sets["unwind"]!;
    expect(flags).toEqual(["-funwind-tables"]);
    expect(cxx_flags).toEqual(["-std=c++17", "-fno-rtti"]);
    expect(source_flags).toEqual({ "libunwind/src/Level1.c": ["-std=c99", "-fexceptions"] });
  });

  test("a build that lacks the library is refused", async () => {
    builds = () => ({});
    await expect(importLibunwind(tree, "22.1.8", rows, context)).rejects.toThrow(
      "runtimes: upstream's build has no unwind_static_objects for aarch64-linux-musl",
    );
  });
});
