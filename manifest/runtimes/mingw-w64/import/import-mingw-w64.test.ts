import { readFileSync } from "node:fs";
import { posix } from "node:path";

import { importFileSchema, type ImportContent } from "../../../../generator/schema/import-file";
import { librariesFor, type Libraries } from "../../../../generator/schema/import-libraries";
import type { ImportRows } from "../../../../generator/import/importer";
import type { ProgramRun } from "../../../../generator/import/run-program";
import { sourceTreeOf, type SourceTree } from "../../../../generator/import/source-tree";
import { importMingwW64 } from "./import-mingw-w64";

// That make is asked rightly is tested by e2e/suites/make.test.ts, which needs make.
jest.mock("../../../../generator/import/make/make-tools", () => ({
  findConfigureTools: () => Promise.resolve({ make: "make", llvm: "/llvm" }),
}));
jest.mock("../../../../generator/import/run-program", () => ({
  runProgram: (run: ProgramRun) => Promise.resolve(answer(run)),
}));

/** What make would do for each project, as GNU make 4.3 prints it; {tree} is where the tree is, {src} the project, {cc} a call of the compiler. */
interface Recorded {
  readonly variables: Readonly<Record<string, string>>;
  readonly dryRuns: Readonly<Record<string, string>>;
}
let recorded: (project: string, triple: string) => Recorded;
let configured: string[][];

function answer({ program, args, what, cwd }: ProgramRun): string {
  const tree = posix.join(cwd!, "../tree");
  if (program === "sh" && args.length === 1)
    return substitutionsOf(readFileSync(args[0]!, "utf8").replaceAll(tree, "{tree}")).replaceAll("{tree}", tree);
  if (program === "sh") {
    configured.push(args.map((word) => word.replaceAll(tree, "{tree}")));
    builds.set(cwd!, args);
    return "";
  }
  const [script = "", ...settings] = builds.get(cwd!)!;
  const { variables, dryRuns } = recorded(script.slice(tree.length + 1, -"/configure".length), what);
  if (args.includes("--silent"))
    return Object.entries({ MAKEFILE_LIST: "Makefile", ".VARIABLES": Object.keys(variables).join(" "), ...variables })
      .map(([name, value]) => `${name}=${value}\n`)
      .join("");
  const text = Object.entries(dryRuns).flatMap(([target, lines]) => (args.includes(target) ? [lines] : []));
  return text
    .join("")
    .replaceAll("{cc}", `${settings.at(-1)!.slice(3)} -DHAVE_CONFIG_H -I. -I{src}`)
    .replaceAll("{cpp}", settings.at(-1)!.slice(3))
    .replaceAll("{src}", posix.dirname(script))
    .replaceAll("{tree}", tree);
}
const builds = new Map<string, readonly string[]>();

/** What the shell prints for the script that has a line for each command in backquotes. */
function substitutionsOf(script: string): string {
  return script.replace(/echo `(.*)`\n/g, (_, command: string) => {
    const found = /^test -f '(.*)' \|\| echo '(.*)'$/.exec(command);
    return `${found ? found[2]! : /^echo lib(\S+)\/lib(\S+)\.a \| sed /.exec(command)!.slice(1).join("/").replace(/^/, "lib")}${found ? "" : ".def"}\n`;
  });
}

const common = "-pipe -std=gnu99 -D_CRTBLD -Wall";
const libtool = "/bin/bash ./libtool  --tag=CC   --mode=compile";

/** The lines of one folder of libraries, by the products that they are needed for. */
const crtLines = (folder: string, dlltool: string, decorated: string): Readonly<Record<string, string>> => ({
  [`${folder}/crt1.o`]: `{cc} ${common} -m64 -I{src}/include -c {src}/crt/crtexe.c -o ${folder}/crt1.o\n`,
  [`${folder}/crt2.o`]: `cp ${folder}/crt1.o ${folder}/crt2.o\n`,
  [`${folder}/binmode.o`]: `{cc} ${common} -m64 -c {src}/crt/binmode.c -o ${folder}/binmode.o\n`,
  [`${folder}/libkernel32.a`]: `/usr/bin/mkdir -p ${folder} && {cpp} -E -x c -m64 {src}/lib-common/kernel32.def.in -Wp,-w -P -I{src}/def-include${decorated} > ${folder}/kernel32.def
{cc} ${common} -c -o misc/kernel32_a-common.o \`test -f 'misc/common.c' || echo '{tree}/mingw-w64-crt/'\`misc/common.c
rm -f ${folder}/libkernel32.a
${dlltool} --as=as --output-lib ${folder}/libkernel32.a --input-def ${folder}/kernel32.def && ar cru ${folder}/libkernel32.a misc/kernel32_a-common.o
ranlib ${folder}/libkernel32.a
`,
  [`${folder}/libm.a`]: `echo "static int __mingw_libm_dummy;" > _libm_dummy.c
{cc} ${common} -c -o libm_a-_libm_dummy.o \`test -f '_libm_dummy.c' || echo '{tree}/mingw-w64-crt/'\`_libm_dummy.c
ar cru ${folder}/libm.a libm_a-_libm_dummy.o
`,
  [`${folder}/libws2_32.a`]: `{cpp} -E -x c {src}/lib-common/ws2_32.def.in -Wp,-w -P -I{src}/def-include${decorated} > ${folder}/ws2_32.def
${dlltool} --as=as --output-lib ${folder}/libws2_32.a --input-def ${folder}/ws2_32.def
`,
  [`${folder}/libnamed.a`]: `${dlltool} --output-lib ${folder}/libnamed.a --input-def {src}/\`echo ${folder}/libnamed.a | sed 's|/lib|/|;s|\\.a|.def|'\`\n`,
  [`${folder}/libucrt.a`]: `${dlltool} --as=as --output-lib ${folder}/libapi-stdio.a --input-def {src}/lib-common/api-stdio.def
{cc} ${common} -D__LIBMSVCRT__ -c -o misc/libextra_a-common.o {src}/misc/common.c
${folder === "lib32" ? "{cc} -D__LIBMSVCRT__ -c -o misc/libextra_a-x86.o {src}/misc/x86.S\n" : ""}ar cru ${folder}/libextra.a misc/libextra_a-common.o ${folder === "lib32" ? "misc/libextra_a-x86.o" : ""}
cd ${folder}/ && ar -M < {src}/lib-common/ucrt.mri
`,
  [`${folder}/libmsvcrt.a`]: `cp ${folder}/libucrt.a ${folder}/libmsvcrt.a\n`,
});

const crt: Readonly<Record<string, Recorded>> = {
  x86_64: {
    variables: {
      crt64_DATA: "lib64/crt1.o lib64/binmode.o",
      lib64_DATA: "lib64/libws2_32.a lib64/libucrt.a lib64/libmsvcrt.a lib64/libnamed.a",
      lib64_LIBRARIES: "lib64/libkernel32.a lib64/libm.a",
      noinst_LIBRARIES: "lib64/libextra.a",
      dist_libsrc_DATA: "libsrc/agent_i.c",
      INSTALL_DATA: "/usr/bin/install -c -m 644",
    },
    dryRuns: crtLines(
      "lib64",
      "/llvm/llvm-dlltool --as-flags=--64 -m i386:x86-64 -k",
      " | sed -E 's/^([^ ]+)@[0-9]+( |$)/\\1\\2/'",
    ),
  },
  i686: {
    variables: {
      crt32_DATA: "lib32/crt1.o lib32/crt2.o",
      lib32_DATA: "lib32/libws2_32.a lib32/libucrt.a lib32/libmsvcrt.a",
      dist_libsrc_DATA: "libsrc/agent_i.c",
    },
    dryRuns: crtLines("lib32", "/llvm/llvm-dlltool --as-flags=--32 -m i386 -k", ""),
  },
};

const winpthreads: Recorded = {
  variables: { lib_LTLIBRARIES: "libwinpthread.la" },
  dryRuns: {
    "libwinpthread.la": `${libtool} {cc} -I{src}/include -DIN_WINPTHREAD -Wall -c -o src/libwinpthread_la-cond.lo \`test -f 'src/cond.c' || echo '{tree}/mingw-w64-libraries/winpthreads/'\`src/cond.c
{cc} -c -o src/libgcc/dll_math.o {src}/src/libgcc/dll_math.c
`,
    "install-exec-hook": `. ./libwinpthread.la; \\
if test -n "\${old_library}"; then \\
	alias=$(printf %s "\${old_library}" | /usr/bin/sed 's|winpthread|pthread|'); \\
	/usr/bin/install -c -m 644 /usr/local/lib/\${old_library} /usr/local/lib/\${alias}; \\
fi
`,
  },
};

const files: Readonly<Record<string, string>> = {
  "mingw-w64-headers/crt/_mingw_mac.h":
    "#define __MINGW64_VERSION_MAJOR 14\n#define __MINGW64_VERSION_MINOR 0\n#define __MINGW64_VERSION_BUGFIX 0\n",
  "mingw-w64-headers/configure": "",
  "mingw-w64-crt/configure": "",
  "mingw-w64-crt/lib64/named.def": "",
  "mingw-w64-crt/crt/crtexe.c": "",
  "mingw-w64-crt/crt/binmode.c": "",
  "mingw-w64-crt/misc/common.c": '#include "common-part.c"\n',
  "mingw-w64-crt/misc/common-part.c": "",
  "mingw-w64-crt/misc/x86.S": "",
  "mingw-w64-crt/lib-common/kernel32.def.in": "EXPORTS\nF_I386(Sleep@4)\n?name@@YAXH@123\n",
  "mingw-w64-crt/lib-common/ws2_32.def.in": "EXPORTS\naccept@12\nclosesocket@4 DATA\n",
  "mingw-w64-crt/lib-common/api-stdio.def": "",
  "mingw-w64-crt/lib-common/ucrt.mri": "CREATE libucrt.a\nADDLIB libapi-stdio.a\nADDLIB libextra.a\nSAVE\n",
  "mingw-w64-libraries/winpthreads/configure": "",
  "mingw-w64-libraries/winpthreads/src/cond.c": "",
};

const rows = {
  architectures: [
    { name: "amd64", llvm: "x86_64", columns: { mingw: "lib64" } },
    { name: "i686", llvm: "i686", columns: { mingw: "lib32" } },
    { name: "riscv64", llvm: "riscv64", columns: {} },
  ],
  systems: [
    {
      name: "windows_gnu",
      os: "windows",
      triple: "{llvm}-w64-windows-gnu",
      gnu: "{llvm}-w64-mingw32",
      stack: ["mingw-w64"],
    },
  ],
  targets: ["amd64", "i686"].map((architecture) => ({ architecture, system: "windows_gnu" })),
} as unknown as ImportRows;

const readTree = (version = "14.0.0", tree: SourceTree = sourceTreeOf(files)) =>
  importMingwW64(tree, version, rows, { programs: { path: "" }, llvm: 22 });
let content: ImportContent;
const read = (): ImportContent => content;
const usual = (project: string, triple: string): Recorded =>
  project === "mingw-w64-crt"
    ? crt[triple.split("-")[0]!]!
    : project === "mingw-w64-headers"
      ? { variables: {}, dryRuns: {} }
      : winpthreads;
beforeAll(async () => {
  configured = [];
  recorded = usual;
  content = await readTree();
});
const libraries = (): Libraries => read().facts.import_libraries!;
const recipe = (name: string, architecture = "amd64") => librariesFor(libraries(), architecture).get(name);

test("is of the schema of import files", () =>
  expect(() => importFileSchema.parse({ ...read(), provenance: {} })).not.toThrow());

test("configure is run for each architecture, with the folders of its libraries, and sees the tree's headers", () => {
  const [headers, amd64] = configured;
  expect(headers![0]).toBe("{tree}/mingw-w64-headers/configure");
  expect(amd64![0]).toBe("{tree}/mingw-w64-crt/configure");
  expect(amd64).toEqual(expect.arrayContaining(["--host=x86_64-w64-mingw32", "--enable-lib64", "--disable-lib32"]));
  expect(amd64!.at(-1)).toMatch(
    /^CC=\/llvm\/clang --target=x86_64-w64-windows-gnu -isystem .* -isystem \{tree\}\/mingw-w64-headers\/crt /,
  );
});

test("refuses a tree of another version", async () => {
  await expect(readTree("13.0.0")).rejects.toThrow("mingw-w64-headers/crt/_mingw_mac.h: says 14.0.0, not 13.0.0");
});

describe("sets", () => {
  it("have the sources of each architecture, upstream's flags, and what sources include", () => {
    expect(read().sets["extra"]).toEqual({
      base: ["mingw-w64-crt/misc/common.c"],
      textual: ["mingw-w64-crt/misc/common-part.c"],
      flags: ["-std=gnu99", "-D_CRTBLD", "-D__LIBMSVCRT__"],
      source_flags: {},
      variants: [
        { name: "generic", architectures: ["amd64"], remove: [], add: [], repeated: [], flags: [] },
        {
          name: "i686",
          architectures: ["i686"],
          remove: [],
          add: ["mingw-w64-crt/misc/x86.S"],
          repeated: [],
          flags: [],
        },
      ],
    });
  });

  it("are one for each start file, where a copy is compiled as what it is a copy of", () => {
    const { sets, facts } = read();
    expect(facts.lists!["start_files"]).toEqual(["binmode", "crt1", "crt2"]);
    expect(sets["crt2"]).toMatchObject({
      base: ["mingw-w64-crt/crt/crtexe.c"],
      include: ["mingw-w64-crt/include"],
      variants: [{ architectures: ["i686"] }],
    });
    expect(sets["crt1"]!.variants).toMatchObject([{ architectures: ["amd64", "i686"] }]);
    expect(sets["binmode"]).toMatchObject({
      base: ["mingw-w64-crt/crt/binmode.c"],
      variants: [{ architectures: ["amd64"] }],
    });
  });

  it("are there for winpthreads, with directories of its own", () => {
    expect(read().sets["winpthread"]).toMatchObject({
      base: ["mingw-w64-libraries/winpthreads/src/cond.c"],
      flags: ["-DIN_WINPTHREAD"],
      include: ["mingw-w64-libraries/winpthreads/include"],
    });
  });
});

describe("libraries", () => {
  it("are made from a definition and compiled members, in one archive", () => {
    expect(recipe("kernel32")).toEqual({
      installed: true,
      definition: { file: "mingw-w64-crt/lib-common/kernel32.def.in", preprocess: true },
      sources: "kernel32",
    });
    expect(recipe("kernel32", "i686")).toBeUndefined();
  });

  it("lose i386's decorations on other architectures, where a definition has any", () => {
    expect(recipe("ws2_32")).toEqual({
      installed: true,
      definition: { file: "mingw-w64-crt/lib-common/ws2_32.def.in", preprocess: true, undecorate: true },
    });
    expect(recipe("ws2_32", "i686")).toEqual({
      installed: true,
      definition: { file: "mingw-w64-crt/lib-common/ws2_32.def.in", preprocess: true },
    });
    expect(read().facts.lists!["undecorated"]).toEqual(["mingw-w64-crt/lib-common/ws2_32.def.in"]);
  });

  it("take in others, which need not be installed themselves", () => {
    expect(recipe("ucrt")).toEqual({ installed: true, merge: ["api-stdio", "extra"] });
    expect(recipe("api-stdio")).toEqual({
      installed: false,
      definition: { file: "mingw-w64-crt/lib-common/api-stdio.def" },
    });
    expect(libraries().plain).toEqual([
      { architectures: ["amd64", "i686"], installed: false, folder: "mingw-w64-crt/lib-common", names: ["api-stdio"] },
      { architectures: ["amd64"], installed: true, folder: "mingw-w64-crt/lib64", names: ["named"] },
    ]);
  });

  it("are copies, and empty where make would write their only source", () => {
    expect(recipe("msvcrt", "i686")).toEqual({ installed: true, copy_of: "ucrt" });
    expect(recipe("pthread")).toEqual({ installed: true, copy_of: "winpthread" });
    expect(recipe("m")).toEqual({ installed: true });
  });

  it("come with dlltool's flags, the definitions' directories, and the list of those with members", () => {
    expect(libraries()).toMatchObject({
      dlltool_flags: { amd64: ["-m", "i386:x86-64", "-k"], i686: ["-m", "i386", "-k"] },
      definition_include: ["mingw-w64-crt/def-include"],
    });
    expect(read().facts.lists!["compiled_libraries"]).toEqual(["extra", "kernel32", "winpthread"]);
  });
});

test("installed sources are named with where they lie", () => {
  expect(read().facts.files!["headers"]).toEqual({ "agent_i.c": "mingw-w64-crt/libsrc/agent_i.c" });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    "a library that no command makes",
    { "lib64/libnamed.a": "" },
    "needs lib64/libnamed.a, and has no command that makes it",
  ],
  [
    "a member that is not compiled",
    { "lib64/libnamed.a": "ar cru lib64/libnamed.a a.o\n" },
    "needs a.o, and does not compile it",
  ],
  [
    "a definition that nothing makes",
    { "lib64/libnamed.a": "dlltool --output-lib lib64/libnamed.a --input-def named.def\n" },
    "needs named.def, and has no command that makes it",
  ],
])("%s is refused", async (_, changed, message) => {
  recorded = (project, triple) => {
    const found = usual(project, triple);
    return project === "mingw-w64-crt" ? { ...found, dryRuns: { ...found.dryRuns, ...changed } } : found;
  };
  await expect(readTree()).rejects.toThrow(`mingw-w64-crt/Makefile: ${message}`);
});
