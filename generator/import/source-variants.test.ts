import type { SourceVariant } from "../schema/import-file";
import type { SystemRow } from "../schema/rows";
import { toSourceSet, type SourceList } from "./source-variants";

const systems = [
  ["linux_musl", "linux"],
  ["linux_gnu", "linux"],
  ["windows_gnu", "windows"],
].map(([name, os]) => ({ name, os }) as SystemRow);

function variantsOf(lists: readonly SourceList[], base?: readonly string[]): Partial<SourceVariant>[] {
  return toSourceSet(lists, { systems, ...(base && { base }) }).variants.map(
    ({ name, architectures, systems: onSystems, remove, add }) => ({
      name,
      ...(architectures && { architectures }),
      ...(onSystems && { systems: onSystems }),
      remove,
      add,
    }),
  );
}

test("architectures alone: a variant for each list, from the given base, which no list has to equal", () => {
  const set = toSourceSet(
    [
      { architecture: "arm64", sources: ["a.c", "arm/m.S"] },
      { architecture: "amd64", sources: ["a.c", "x86/m.s", "x86/n.s"] },
    ],
    { systems, base: ["m.c", "a.c"] },
  );
  expect(set.base).toEqual(["a.c", "m.c"]);
  expect(set.variants).toMatchObject([
    { name: "amd64", architectures: ["amd64"], remove: ["m.c"], add: ["x86/m.s", "x86/n.s"], repeated: [] },
    { name: "arm64", architectures: ["arm64"], remove: ["m.c"], add: ["arm/m.S"], repeated: [] },
  ]);
});

test("architectures with the same list share a variant, and the one that is the base is the generic one", () => {
  const lists = [
    { architecture: "armv7", sources: ["arm.s"] },
    { architecture: "riscv64", sources: ["m.c"] },
    { architecture: "armv6", sources: ["arm.s"] },
  ];
  expect(variantsOf(lists, ["m.c"])).toEqual([
    { name: "armv6_armv7", architectures: ["armv6", "armv7"], remove: ["m.c"], add: ["arm.s"] },
    { name: "generic", architectures: ["riscv64"], remove: [], add: [] },
  ]);
});

test("systems alone: named after the operating system", () => {
  const lists = [
    { system: "linux_musl", sources: ["a.c", "posix.c"] },
    { system: "windows_gnu", sources: ["a.c", "win32.c"] },
    { system: "linux_gnu", sources: ["a.c", "posix.c"] },
  ];
  expect(variantsOf(lists)).toEqual([
    { name: "linux", systems: ["linux_gnu", "linux_musl"], remove: [], add: ["posix.c"] },
    { name: "windows", systems: ["windows_gnu"], remove: [], add: ["win32.c"] },
  ]);
});

test("systems of one operating system that differ are named in full", () => {
  const lists = [
    { system: "linux_musl", sources: ["a.c", "musl.c"] },
    { system: "linux_gnu", sources: ["a.c", "gnu.c"] },
  ];
  expect(variantsOf(lists)).toMatchObject([{ name: "linux_gnu" }, { name: "linux_musl" }]);
});

test("both: systems are joined first, then architectures that are on the same systems, never beyond the given pairs", () => {
  const lists = [
    { architecture: "amd64", system: "linux_musl", sources: ["a.c", "x.S"] },
    { architecture: "amd64", system: "linux_gnu", sources: ["a.c", "x.S"] },
    { architecture: "amd64", system: "windows_gnu", sources: ["a.c", "x.S", "chkstk.S"] },
    { architecture: "riscv64", system: "linux_musl", sources: ["a.c"] },
    { architecture: "s390x", system: "linux_musl", sources: ["a.c"] },
    { architecture: "s390x", system: "linux_gnu", sources: ["a.c"] },
  ];
  expect(variantsOf(lists, ["a.c"])).toEqual([
    { name: "amd64_linux", architectures: ["amd64"], systems: ["linux_gnu", "linux_musl"], remove: [], add: ["x.S"] },
    { name: "amd64_windows", architectures: ["amd64"], systems: ["windows_gnu"], remove: [], add: ["chkstk.S", "x.S"] },
    { name: "riscv64_linux", architectures: ["riscv64"], systems: ["linux_musl"], remove: [], add: [] },
    { name: "s390x_linux", architectures: ["s390x"], systems: ["linux_gnu", "linux_musl"], remove: [], add: [] },
  ]);
});

test("without a base, the base is what most lists have, so that the set is shortest", () => {
  const lists = [
    { architecture: "a", sources: ["all.c", "most.c"] },
    { architecture: "b", sources: ["all.c", "most.c", "b.c"] },
    { architecture: "c", sources: ["all.c", "c.c"] },
  ];
  const set = toSourceSet(lists, { systems });
  expect(set.base).toEqual(["all.c", "most.c"]);
  expect(set.variants).toMatchObject([
    { name: "b", add: ["b.c"] },
    { name: "c", remove: ["most.c"], add: ["c.c"] },
    { name: "generic", architectures: ["a"] },
  ]);
});

test("the order of lists and sources does not count, and repeated sources tell variants apart", () => {
  const repeated = [{ name: "atomics", file: "lse.S", passes: [["SIZE=1"]] }];
  const lists = [
    { architecture: "arm64", sources: ["b.c", "a.c", "a.c"], repeated },
    { architecture: "amd64", sources: ["a.c", "b.c"] },
  ];
  const set = toSourceSet(lists, { systems, textual: ["y.inc", "x.inc", "y.inc"] });
  expect(toSourceSet(lists.toReversed(), { systems, textual: ["x.inc", "y.inc"] })).toEqual(set);
  expect(set).toMatchObject({
    base: ["a.c", "b.c"],
    textual: ["x.inc", "y.inc"],
    variants: [
      { name: "arm64", architectures: ["arm64"], remove: [], add: [], repeated },
      { name: "generic", architectures: ["amd64"], remove: [], add: [], repeated: [] },
    ],
  });
});

test("no list, or two for one place, is an error", () => {
  expect(() => toSourceSet([], { systems })).toThrow("no architecture and system of the manifest has this source set");
  const twice = { architecture: "amd64", system: "linux_gnu", sources: [] };
  expect(() => toSourceSet([twice, twice], { systems })).toThrow("two source lists for amd64 on linux_gnu");
});
