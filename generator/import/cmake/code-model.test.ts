import { readCodeModel } from "./code-model";

const replies = new Map<string, unknown>([
  ["index-2026-11-21.json", { objects: [{ kind: "codemodel", jsonFile: "old.json" }] }],
  [
    "index-2026-11-22.json",
    {
      objects: [
        { kind: "cmakeFiles", jsonFile: "files.json" },
        { kind: "codemodel", jsonFile: "model.json" },
      ],
    },
  ],
  [
    "model.json",
    {
      paths: { source: "/tree/lib", build: "/build" },
      configurations: [{ targets: [{ jsonFile: "lib.json" }, { jsonFile: "docs.json" }] }],
    },
  ],
  [
    "files.json",
    {
      paths: { source: "/tree/lib", build: "/build" },
      inputs: [
        { path: "CMakeLists.txt" },
        { path: "/tree/cmake/Flags.cmake", isExternal: true },
        { path: "/build/made.cmake", isGenerated: true },
      ],
    },
  ],
  [
    "docs.json",
    {
      name: "docs",
      id: "docs::@1",
      type: "UTILITY",
      paths: { source: "docs" },
      sources: [
        { path: "/build/CMakeFiles/docs.rule", isGenerated: true },
        { path: "/build/docs.html.rule", isGenerated: true },
      ],
    },
  ],
  [
    "lib.json",
    {
      name: "lib",
      id: "lib::@2",
      type: "STATIC_LIBRARY",
      paths: { source: "." },
      dependencies: [{ id: "docs::@1" }],
      sources: [{ path: "a.c" }, { path: "a.h" }, { path: "/build/b.S", isGenerated: true }],
      compileGroups: [
        {
          language: "C",
          sourceIndexes: [0],
          compileCommandFragments: [{ fragment: '-O3 -DNAME="a b"' }, { fragment: "-fPIC" }],
          defines: [{ define: "WIDTH=8" }],
          includes: [{ path: "/tree/include" }],
        },
        { language: "ASM", sourceIndexes: [2] },
      ],
    },
  ],
]);

test("the newest index: targets with their groups, and what configuring has read", () => {
  const { targets, inputs } = readCodeModel(replies);
  expect(inputs).toEqual(["/tree/lib/CMakeLists.txt", "/tree/cmake/Flags.cmake"]);
  expect([...targets.keys()]).toEqual(["lib", "docs"]);
  expect(targets.get("docs")).toEqual([]);
  expect(targets.get("lib")).toEqual([
    {
      language: "C",
      flags: ["-O3", "-DNAME=a b", "-fPIC"],
      defines: ["WIDTH=8"],
      include: ["/tree/include"],
      sources: [{ path: "/tree/lib/a.c", isGenerated: false }],
    },
    { language: "ASM", flags: [], defines: [], include: [], sources: [{ path: "/build/b.S", isGenerated: true }] },
  ]);
});

test("a target's place among the others: what comes before it, and what its own commands make", () => {
  expect(Object.fromEntries(readCodeModel(replies).graph)).toEqual({
    lib: { type: "STATIC_LIBRARY", folder: "/tree/lib", dependencies: ["docs"], makes: [] },
    docs: { type: "UTILITY", folder: "/tree/lib/docs", dependencies: [], makes: ["/build/docs.html"] },
  });
});

test.each(["index-2026-11-22.json", "model.json", "files.json", "lib.json"])("without %s: told by its kind", (gone) => {
  const others = new Map([...replies].filter(([name]) => name !== gone));
  expect(() => readCodeModel(others)).toThrow(/^CMake's File API answers in a form that is not known: /);
});
