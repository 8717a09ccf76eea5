import type { ImportRows } from "../../../../generator/import/importer";
import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { importFreebsd } from "./import-freebsd";

const rows: ImportRows = {
  architectures: [
    { name: "amd64", columns: { freebsd: "amd64", freebsd_target: "x86_64-freebsd-none" } },
    { name: "ppc64le", columns: { freebsd: "powerpc64", freebsd_target: "powerpc64le-freebsd-none" } },
  ],
  systems: [
    {
      name: "freebsd",
      os: "freebsd",
      abi: "freebsd",
      triple: "{llvm}-unknown-freebsd14",
      platform: "{os}_{architecture}",
      object_format: "elf",
      link_modes: ["dynamic"],
      stack: ["freebsd-libc"],
      flags: [],
      compile_flags: [],
      link_flags: [],
      default_for_os: true,
    },
  ],
  targets: ["amd64", "ppc64le"].map((architecture) => ({ architecture, system: "freebsd" })),
};

const libraries = ["c", "dl", "execinfo", "m", "rt", "stdthreads", "thr", "util"];
const lists = [
  ...[String.fromCharCode(libraries.length), ...libraries.map((name) => `${name}\0`)],
  "\x02\x01\x00\x00\x01\x07\x00",
  ...["\x02", "x86_64-freebsd-none\0", "powerpc64le-freebsd-none\0"],
].join("");

const csu = "lib/libc/freebsd/lib/csu";
const files = {
  "lib/libc/freebsd/abilists": lists,
  [`${csu}/common/csu_common.h`]:
    'char **environ;\nconst char *__progname = "";\n\n#ifdef GCRT\nextern int eprol;\n#endif\nint main(int, char **, char **);\n',
  ...Object.fromEntries(
    ["crtbegin.c", "crtend.c", "crtbrand.S", "feature_note.S", "ignore_init_note.S"].map((name) => [
      `${csu}/common/${name}`,
      "",
    ]),
  ),
  [`${csu}/amd64/crt1_c.c`]: "",
  [`${csu}/amd64/crt1_s.S`]: "",
  [`${csu}/amd64/crt.h`]: "",
  [`${csu}/powerpc64/crt1_c.c`]: "",
  [`${csu}/powerpc64/crt.h`]: "",
};

test("a program's start file is the architecture's sources and the notes; assembly knows that it is none of C", () => {
  const [release] = importFreebsd(sourceTreeOf(files), "14", rows);
  const { Scrt1, crtbeginS, empty } = release.sets;
  expect(Scrt1?.flags).toEqual(["-fPIC", "-DPIC"]);
  expect(Scrt1?.variants.map(({ name, add }) => [name, add])).toEqual([
    ["amd64", [`${csu}/amd64/crt1_c.c`, `${csu}/amd64/crt1_s.S`]],
    ["ppc64le", [`${csu}/powerpc64/crt1_c.c`]],
  ]);
  expect(Scrt1?.source_flags[`${csu}/common/crtbrand.S`]).toEqual(["-DLOCORE"]);
  expect(crtbeginS).toMatchObject({ base: [`${csu}/common/crtbegin.c`], flags: ["-fPIC", "-DPIC", "-DSHARED"] });
  expect(empty?.base).toEqual(["generated/csu/empty.c"]);
});

test("what start files define is what libc takes from programs", () => {
  const [, { facts }] = importFreebsd(sourceTreeOf(files), "14", rows);
  expect(facts.symbols?.libraries["libc"]?.taken).toEqual(["__progname", "environ"]);
  expect(facts.symbols).toMatchObject({ newest_nodes: { "14": "1.7" }, imports: { "14": ["amd64", "ppc64le"] } });
});

test("a release that the lists are not of is refused, with the one that they are of", () => {
  expect(() => importFreebsd(sourceTreeOf(files), "15", rows)).toThrow(
    "lib/libc/freebsd/abilists: its newest version is 1.7.0, which is of 14, not 15",
  );
});

test("a start file without its source, and a CPU without its column, are named", () => {
  const { [`${csu}/powerpc64/crt.h`]: _, ...less } = files;
  expect(() => importFreebsd(sourceTreeOf(less), "14", rows)).toThrow(
    `${csu}/powerpc64/crt.h: no such file, which crt1.o is made of`,
  );
  const nameless = { ...rows, architectures: [{ name: "amd64", columns: { freebsd: "amd64" } }] };
  expect(() => importFreebsd(sourceTreeOf(files), "14", nameless)).toThrow(
    'architectures: amd64: has no column "freebsd_target", which targets here need',
  );
});
