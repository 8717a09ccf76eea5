import { importFileSchema, type ImportContent } from "../../../../generator/schema/import-file";
import type { SystemRow } from "../../../../generator/schema/rows";
import type { CMakeProject, ConfiguredBuild, ObservedGroup } from "../../../../generator/import/cmake/configure-cmake";
import type { ImportContext } from "../../../../generator/import/importer";
import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { importWasiLibc } from "./import-wasi-libc";

/** What a fake of upstream's build answers; `{lib}` and `{inc}` are the sysroot's folders. */
interface Answers {
  /** Simple commands of the target `sysroot`, in the build folder /build, of the tree /tree. */
  readonly commands: readonly string[];
  /** Library of the build → its sources, and the flags that it has beside the target's. */
  readonly libraries: Readonly<Record<string, readonly [sources: string, flags?: string, defines?: readonly string[]]>>;
}
let answers: (project: CMakeProject) => Answers;

const relativeTo = (folder: string) => (path: string) =>
  path.startsWith(folder) ? path.slice(folder.length) : path.startsWith("/") ? undefined : path;

// That CMake is asked rightly is tested by e2e/suites/cmake.test.ts, which needs CMake.
jest.mock("../../../../generator/import/cmake/build-tools", () => ({ findBuildTools: () => Promise.resolve({}) }));
jest.mock("../../../../generator/import/cmake/configure-cmake", () => ({
  withCMake: (_tree: unknown, _isWanted: unknown, _tools: unknown, use: (configure: unknown) => unknown) =>
    use((project: CMakeProject): Promise<Partial<ConfiguredBuild>> => {
      const { commands, libraries } = answers(project);
      const fill = (word: string): string =>
        word
          .replace("{lib}", `/build/sysroot/lib/${project.triple}`)
          .replace("{inc}", `/build/sysroot/include/${project.triple}`);
      return Promise.resolve({
        commands: () => Promise.resolve(commands.map((line) => line.split(" ").map(fill))),
        inTree: (path) => (path.startsWith("/tree/") ? path.slice("/tree/".length) : undefined),
        inBuild: relativeTo("/build/"),
        observe: (target) => {
          const [sources, flags = "", defines = []] = libraries[target]!;
          const group: ObservedGroup = {
            language: "C",
            flags: `-O3 -DNDEBUG --target=${project.triple} -mthread-model single -Wall ${flags}`.trim().split(" "),
            defines: [...defines],
            include: ["bottom/src"],
            sources: sources.split(" ").map((file) => ({ file })),
          };
          return Promise.resolve([group]);
        },
        read: (path) => `// ${path.replace(project.triple, "TRIPLE")}\n`,
      });
    }),
}));

const usual: Answers = {
  commands: [
    "/bin/cmake -E make_directory {inc}/bits",
    "/bin/sed -f mkalltypes.sed alltypes.h.in > {inc}/bits/alltypes.h",
    "/bin/cmake -E copy /tree/bottom/public/wasi/api.h {inc}/wasi/api.h",
    "/bin/cmake -E copy /tree/bottom/public/errno.h {inc}/errno.h",
    "/bin/clang -c /tree/bottom/a.c -o CMakeFiles/bottom-static.dir/a.c.obj",
    "/bin/cmake -E rm -f libc-static.a",
    "/bin/llvm-ar --format=gnu qc libc-static.a bottom/CMakeFiles/bottom-static.dir/a.c.obj bottom/CMakeFiles/bottom-static.dir/b.c.obj top/CMakeFiles/top-static.dir/text.c.obj",
    "/bin/cmake -E copy /build/libc-static.a {lib}/libc.a",
    "/bin/llvm-ar --format=gnu qc top/libsetjmp-static.a top/CMakeFiles/setjmp-static.dir/rt.c.obj",
    "/bin/cmake -E copy /build/top/libsetjmp-static.a {lib}/libsetjmp.a",
    "/bin/cmake -E copy /build/bottom/CMakeFiles/crt1-command.dir/crt1-command.c.obj {lib}/crt1-command.o",
    "/bin/cmake -E copy {lib}/crt1-command.o {lib}/crt1.o",
    "/bin/llvm-ar crs {lib}/libm.a",
  ],
  libraries: {
    "bottom-static": ["bottom/a.c bottom/deep/b.c"],
    "top-static": ["top/text.c", "", ["WIDTH=8", 'OPTION="add -lc-long"']],
    "setjmp-static": ["top/rt.c", "-mllvm -wasm-enable-sjlj"],
    "crt1-command": ["bottom/crt1-command.c", "-fno-lto"],
  },
};

const tree = sourceTreeOf({
  "bottom/a.c": '#include "a-body.c"\n',
  "bottom/a-body.c": "",
  "bottom/crt1-command.c": "",
  "bottom/deep/b.c": "",
  "bottom/public/errno.h": "",
  "bottom/public/wasi/api.h": "",
  "top/rt.c": "",
  "top/text.c": "",
  "top/thread.c": "",
});

const systems = ["wasip1", "wasip1-threads"].map(
  (os) => ({ name: os, os: "wasi", triple: `{llvm}-unknown-${os}`, stack: ["wasi-libc"] }) as unknown as SystemRow,
);

const read = (): Promise<ImportContent> =>
  importWasiLibc(
    tree,
    "30",
    {
      architectures: [{ name: "wasm32", llvm: "wasm32", columns: {} }],
      systems,
      targets: systems.map(({ name }) => ({ architecture: "wasm32", system: name })),
    },
    {} as ImportContext,
  );

beforeEach(() => (answers = () => usual));

test("is of the schema of import files", async () => {
  const content = await read();
  expect(() => importFileSchema.parse({ ...content, provenance: {} })).not.toThrow();
});

test("a set for every library of objects of an archive, for what is an archive by itself, and for every start file", async () => {
  const { sets, facts } = await read();
  const everywhere = ["-mthread-model", "single"];
  expect(Object.entries(sets).map(([name, { base, variants }]) => [name, base, variants[0]!.flags])).toEqual([
    ["bottom", ["bottom/a.c", "bottom/deep/b.c"], everywhere],
    ["crt1", ["bottom/crt1-command.c"], [...everywhere, "-fno-lto"]],
    ["crt1-command", ["bottom/crt1-command.c"], [...everywhere, "-fno-lto"]],
    ["setjmp", ["top/rt.c"], [...everywhere, "-mllvm", "-wasm-enable-sjlj"]],
    ["top", ["top/text.c"], [...everywhere, "-DWIDTH=8", '-DOPTION="add -lc-long"']],
  ]);
  expect(sets["bottom"]).toMatchObject({ include: ["bottom/src"], textual: ["bottom/a-body.c"] });
  expect(facts).toEqual({
    lists: { start_files: ["crt1", "crt1-command"], empty_libraries: ["m"] },
    files: { headers: { "errno.h": "bottom/public/errno.h", "wasi/api.h": "bottom/public/wasi/api.h" } },
    texts: { configuration_headers: { "version.h": ["// sysroot/include/TRIPLE/wasi/version.h", ""] } },
  });
});

test("what the triple decides is a variant of its system", async () => {
  answers = ({ triple }) =>
    triple.endsWith("-threads")
      ? { ...usual, libraries: { ...usual.libraries, "top-static": ["top/text.c top/thread.c", "-pthread"] } }
      : { ...usual, libraries: { ...usual.libraries, "top-static": ["top/text.c"] } };
  expect((await read()).sets["top"]).toMatchObject({
    base: ["top/text.c"],
    variants: [
      { systems: ["wasip1"], add: [], flags: ["-mthread-model", "single"] },
      { systems: ["wasip1-threads"], add: ["top/thread.c"], flags: ["-mthread-model", "single", "-pthread"] },
    ],
  });
});

test.each<[string, (line: string) => string, string]>([
  [
    "an archive that is put together otherwise",
    (line) => line.replace("qc libc-static.a", "qc other.a"),
    "CMakeLists.txt: makes libc.a in a way that the importer does not know",
  ],
  [
    "an archive that is made in its place",
    (line) => line.replace("qc top/libsetjmp-static.a", "qc {lib}/libx.a"),
    "CMakeLists.txt: makes sysroot/lib/wasm32-unknown-wasip1/libx.a in a way that the importer does not know",
  ],
  [
    "an object of no library",
    (line) => line.replace("bottom/CMakeFiles/crt1-command.dir/crt1-command.c.obj", "crt1.obj"),
    "CMakeLists.txt: installs crt1.obj, which is no object of a library",
  ],
  [
    "a header that the build makes",
    (line) => line.replace("/tree/bottom/public/errno.h", "/build/errno.h"),
    "CMakeLists.txt: installs the header errno.h, which the source tree does not have",
  ],
  ["no headers", (line) => line.replace("{inc}", "/elsewhere"), "CMakeLists.txt: installs no headers"],
])("refuses a build with %s", async (_name, edit, message) => {
  answers = () => ({ ...usual, commands: usual.commands.map(edit) });
  await expect(read()).rejects.toThrow(message);
});

test("refuses systems whose installed files differ", async () => {
  answers = ({ triple }) => ({
    ...usual,
    commands: triple.endsWith("-threads") ? [...usual.commands, "/bin/llvm-ar crs {lib}/librt.a"] : usual.commands,
  });
  await expect(read()).rejects.toThrow(
    "CMakeLists.txt: installs other files for wasip1-threads than for wasip1, which the importer does not know",
  );
});
