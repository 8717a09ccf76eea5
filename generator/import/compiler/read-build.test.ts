import type { CompileGroup, TargetNode } from "../cmake/code-model";
import type { ConfiguredBuild } from "../cmake/configure-cmake";
import { readShellLine } from "../shell-words";
import { groupTables } from "./group-tables";
import { readResourceHeaders, readTexts } from "./read-headers";
import { readLibraries } from "./read-libraries";
import { placeOf, readTables } from "./read-tables";

const below =
  (root: string) =>
  (path: string): string | undefined =>
    path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
const places = { inTree: below("/tree"), inBuild: below("/build") };

const node = (type: string, dependencies: readonly string[], makes: readonly string[] = []): TargetNode => ({
  type,
  folder: "/tree/llvm",
  dependencies,
  makes: makes.map((path) => `/build/${path}`),
});

const group = (sources: readonly string[], more: Partial<CompileGroup> = {}): CompileGroup => ({
  language: "CXX",
  flags: ["-fno-rtti", "-fPIC", "-Wall", "-O3", "-std=c++17"],
  defines: ["__STDC_LIMIT_MACROS"],
  include: ["/build/include", "/tree/llvm/include"],
  sources: sources.map((path) => ({ path: `/tree/${path}`, isGenerated: false })),
  ...more,
});

const graph = new Map<string, TargetNode>([
  ["driver", node("EXECUTABLE", ["obj.tool", "Core", "X86Gen"])],
  ["obj.tool", node("OBJECT_LIBRARY", ["Core"])],
  ["Core", node("STATIC_LIBRARY", ["obj.Core", "Support"])],
  ["obj.Core", node("OBJECT_LIBRARY", ["attributes", "Support"])],
  ["Support", node("STATIC_LIBRARY", [])],
  ["X86Gen", node("STATIC_LIBRARY", ["Core", "Support", "x86_tables"])],
  ["attributes", node("UTILITY", ["min-tblgen"], ["include/Attributes.inc"])],
  ["x86_tables", node("UTILITY", ["attributes"], ["lib/Target/X86/X86Gen.inc", "include/Attributes.inc"])],
  ["min-tblgen", node("EXECUTABLE", ["Support"])],
]);

const targets = new Map<string, readonly CompileGroup[]>([
  ["driver", [group(["llvm/tools/driver/driver.cpp"])]],
  ["obj.tool", [group(["llvm/tools/tool/tool.cpp"])]],
  ["Core", []],
  [
    "obj.Core",
    [
      group(["llvm/lib/Core/a.cpp"], { include: ["/build/lib/Core", "/tree/llvm/lib/Core", "/tree/llvm/include"] }),
      group(["llvm/lib/Core/fold.cpp"], { flags: ["-fno-rtti", "-std=c++17", "-ftrapping-math"] }),
    ],
  ],
  [
    "Support",
    [
      group(["llvm/lib/Support/s.cpp"]),
      group(["llvm/lib/Support/hash.S"], { language: "ASM", flags: ["-O3", "-mavx512vl"] }),
    ],
  ],
  ["X86Gen", [group(["llvm/lib/Target/X86/x.cpp"], { flags: ["-fno-rtti", "-std=c++17", "-fvisibility=hidden"] })]],
  ["attributes", []],
  ["x86_tables", []],
  ["min-tblgen", [group(["llvm/utils/min.cpp"])]],
]);

const commands = [
  "cd /build/include && /build/bin/min-tblgen -gen-attrs -I/tree/llvm/include -I/build/include /tree/llvm/include/Attributes.td --write-if-changed -o Attributes.inc -d Attributes.inc.d",
  "cd /build && /build/bin/min-tblgen -gen-x86 -I /tree/llvm/lib/Target/X86 /tree/llvm/lib/Target/X86/X86.td -o lib/Target/X86/X86Gen.inc",
  "/usr/bin/clang++ -c /tree/llvm/lib/Core/a.cpp",
].flatMap(readShellLine);

const build = { ...places, model: { graph, targets, inputs: [] } } as unknown as ConfiguredBuild;
const ninja = [
  "build lib/Target/X86/X86Gen.inc lib/Target/X86/X86Enums.inc | ${cmake_ninja_workdir}lib/Target/X86/X86Gen.inc: CUSTOM_COMMAND bin/min-tblgen",
  "build include/Attributes.inc | ${cmake_ninja_workdir}include/Attributes.inc: CUSTOM_COMMAND bin/min-tblgen",
  "build lib/libCore.a: CXX_STATIC_LIBRARY_LINKER a.o",
].join("\n");

const tables = groupTables(build, readTables(commands, ninja, places));

test("a table: what makes it of which description, and where it would lie in the tree", () => {
  expect(Object.fromEntries(readTables(commands, ninja, places))).toEqual({
    "include/Attributes.inc": {
      program: "min-tblgen",
      output: "llvm/include/Attributes.inc",
      further_outputs: [],
      source: "llvm/include/Attributes.td",
      arguments: ["-gen-attrs"],
      include: ["llvm/include"],
    },
    "lib/Target/X86/X86Gen.inc": {
      program: "min-tblgen",
      output: "llvm/lib/Target/X86/X86Gen.inc",
      further_outputs: ["llvm/lib/Target/X86/X86Enums.inc"],
      source: "llvm/lib/Target/X86/X86.td",
      arguments: ["-gen-x86"],
      include: ["llvm/lib/Target/X86"],
    },
  });
  expect(placeOf("tools/clang/lib/Basic/a.inc")).toBe("clang/lib/Basic/a.inc");
  expect(() => readTables(readShellLine("/build/bin/min-tblgen -gen-vt"), "", places)).toThrow(
    "upstream's build runs min-tblgen in a form that is not known",
  );
});

test("a table that two targets make is the one's that makes fewer, and comes with the other's", () => {
  expect([...tables.groups].map(([name, { tables: own }]) => [name, own.map(({ output }) => output)])).toEqual([
    ["attributes", ["llvm/include/Attributes.inc"]],
    ["x86_tables", ["llvm/lib/Target/X86/X86Gen.inc"]],
  ]);
  expect([...tables.broughtBy("x86_tables")].sort()).toEqual(["attributes", "x86_tables"]);
});

describe("libraries", () => {
  const libraries = readLibraries(["driver", "min-tblgen"], build, tables);
  const of = (name: string): unknown => libraries.get(name);

  test("what is linked, each once, without what others bring, and no program", () => {
    expect([...libraries.keys()].sort()).toEqual(["Core", "Support", "X86Gen", "driver", "min-tblgen", "tool"]);
    expect(of("driver")).toMatchObject({ uses: ["X86Gen", "tool"], tables: [] });
    expect(of("Core")).toMatchObject({ uses: ["Support"], tables: ["attributes"] });
  });

  test("what is reached through a backend alone is named all the same, since backends can be left out", () => {
    const others = new Map([...graph, ["driver", node("EXECUTABLE", ["X86Gen", "Core"])] as const]);
    const without = readLibraries(["driver"], { ...build, model: { ...build.model, graph: others } }, tables);
    expect(without.get("driver")).toMatchObject({ uses: ["Core", "X86Gen"] });
    expect(without.get("X86Gen")).toMatchObject({ backend: "X86", uses: ["Core"], tables: ["x86_tables"] });
  });

  test("a table that was made for the program that makes a library's own is there as well, though nothing says that it is needed", () => {
    const more: readonly [string, TargetNode][] = [
      ["driver", node("EXECUTABLE", ["Info"])],
      ["Info", node("STATIC_LIBRARY", ["info_tables"])],
      ["info_tables", node("UTILITY", ["all-tblgen"], ["lib/Info.inc"])],
      ["all-tblgen", node("EXECUTABLE", ["Types"])],
      ["Types", node("STATIC_LIBRARY", ["types_table"])],
      ["types_table", node("UTILITY", ["min-tblgen"], ["include/Types.inc"])],
    ];
    const compiled = ["driver", "Info", "all-tblgen", "Types"].map(
      (name) => [name, [group([`llvm/${name}.cpp`])]] as const,
    );
    const model = {
      ...build.model,
      graph: new Map([...graph, ...more]),
      targets: new Map([...targets, ...compiled]),
    };
    const wider = { ...build, model };
    const made = [
      ...commands,
      ...readShellLine("cd /build && /build/bin/all-tblgen -gen-info /tree/llvm/Info.td -o lib/Info.inc"),
      ...readShellLine("cd /build && /build/bin/min-tblgen -gen-types /tree/llvm/Types.td -o include/Types.inc"),
    ];
    const rules = [
      "build lib/Info.inc | ${cmake_ninja_workdir}lib/Info.inc: CUSTOM_COMMAND bin/all-tblgen",
      "build include/Types.inc | ${cmake_ninja_workdir}include/Types.inc: CUSTOM_COMMAND bin/min-tblgen",
    ];
    const groups = groupTables(wider, readTables(made, [ninja, ...rules].join("\n"), places));
    const found = readLibraries(["driver", "all-tblgen", "min-tblgen"], wider, groups);
    expect(found.get("Info")).toMatchObject({ uses: [], tables: ["info_tables", "types_table"] });
    expect(found.get("Types")).toMatchObject({ tables: ["types_table"] });
  });

  test("objects that upstream makes no archive of are all linked", () => {
    expect(of("tool")).toMatchObject({ whole: true });
    expect(of("Core")).not.toHaveProperty("whole");
  });

  test("flags that say how code is made, those of single sources and of assembly apart", () => {
    expect(of("Core")).toMatchObject({
      flags: ["-fno-rtti", "-std=c++17"],
      source_flags: { "llvm/lib/Core/fold.cpp": ["-ftrapping-math"] },
    });
    expect(of("Support")).toMatchObject({ source_flags: { "llvm/lib/Support/hash.S": ["-mavx512vl"] } });
    expect(of("X86Gen")).toMatchObject({ flags: ["-fno-rtti", "-std=c++17", "-fvisibility=hidden"] });
  });

  test("private folders", () => {
    expect(of("Core")).toMatchObject({
      headers: ["llvm/lib/Core"],
      include: ["llvm/lib/Core"],
    });
  });
});

test("the compiler's own headers: copies, and tables that lie among them", () => {
  const copies = [
    "/usr/bin/cmake -E copy_if_different /tree/clang/lib/Headers/ppc/a.h /build/lib/clang/22/include/ppc/a.h",
    "/usr/bin/cmake -E copy /tree/other/b.h /build/b.h",
  ].flatMap(readShellLine);
  const made = new Map([
    [
      "neon",
      {
        program: "p",
        tables: [
          { output: "clang/lib/Headers/arm_neon.h", further_outputs: [], source: "s", arguments: [], include: [] },
        ],
      },
    ],
  ]);
  expect(readResourceHeaders(copies, places, { groups: made, broughtBy: () => [] })).toEqual({
    root: "clang/lib/Headers",
    files: ["ppc/a.h"],
    tables: ["neon"],
  });
});

test("headers that configuring writes have no comments, and the build is asked for its revision", async () => {
  const ran: string[][] = [];
  const configured = {
    written: () => ["include/config.h", "tools/llvm-config/Libraries.inc"],
    read: () => "/* What it\n is for. */\n#define A 1 \n\n// B is not\n/* #undef B */\n",
    run: ({ words }: { words: string[] }) => Promise.resolve(void ran.push(words)),
  } as unknown as ConfiguredBuild;
  const script = readShellLine("/usr/bin/cmake -P /tree/llvm/cmake/GenerateVersionFromVCS.cmake");
  expect(await readTexts(configured, [...script, ...commands])).toEqual({ "llvm/include/config.h": "#define A 1\n" });
  expect(ran).toEqual([["/usr/bin/cmake", "-P", "/tree/llvm/cmake/GenerateVersionFromVCS.cmake"]]);
});
