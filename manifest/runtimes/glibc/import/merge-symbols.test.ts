import { mergeSymbols, type ReleaseSymbol, type ReleaseSymbols } from "./merge-symbols";

const machine = (
  architecture: string,
  base: string,
  libc: readonly ReleaseSymbol[],
  libpthread: readonly ReleaseSymbol[] = [],
): ReleaseSymbols => ({
  architecture,
  base,
  libraries: new Map([
    ["libc", { soname: "libc.so.6", symbols: libc }],
    ...(libpthread.length > 0 ? [["libpthread", { soname: "libpthread.so.0", symbols: libpthread }] as const] : []),
  ]),
});

const f = (name: string, node: string, since?: string): ReleaseSymbol => ({
  name,
  node,
  kind: "F",
  ...(since !== undefined && { hidden: { since } }),
});

const releases: Readonly<Record<string, ReleaseSymbols[]>> = {
  "2.31": [
    machine(
      "amd64",
      "2.2.5",
      [
        f("abort", "2.2.5"),
        f("memcpy", "2.2.5", "2.14"),
        f("memcpy", "2.14"),
        { name: "stderr", node: "2.2.5", kind: "D", size: 8 },
      ],
      [f("pthread_create", "2.2.5")],
    ),
    machine(
      "arm64",
      "2.17",
      [f("abort", "2.17"), f("memcpy", "2.17"), { name: "stderr", node: "2.17", kind: "D", size: 8 }],
      [f("pthread_create", "2.17")],
    ),
  ],
  "2.36": [
    machine("amd64", "2.2.5", [
      f("abort", "2.2.5"),
      f("memcpy", "2.2.5", "2.14"),
      f("memcpy", "2.14"),
      f("pthread_create", "2.2.5", "2.34"),
      f("pthread_create", "2.34"),
      { name: "stderr", node: "2.2.5", kind: "D", size: 8 },
    ]),
    machine("arm64", "2.17", [
      f("abort", "2.17", "2.35"),
      f("memcpy", "2.17"),
      f("pthread_create", "2.17", "2.34"),
      f("pthread_create", "2.34"),
      { name: "stderr", node: "2.17", kind: "D", size: 8 },
    ]),
  ],
};

const mergeAll = (order: readonly string[]) =>
  order.reduce<ReturnType<typeof mergeSymbols> | undefined>(
    (table, release) => mergeSymbols(table, release, releases[release]!, new Map()),
    undefined,
  )!;

test("one line per symbol says on which machines it has which versions, since and until which import, and what is hidden", () => {
  const { libraries } = mergeAll(["2.31", "2.36"]);
  expect(libraries["libc"]!.symbols).toEqual({
    abort: "F base amd64; F base arm64 hidden 2.36.. since 2.35",
    memcpy: "F base arm64; F base amd64 hidden since 2.14; F 2.14 amd64",
    pthread_create: "F base in 2.36.. hidden since 2.34; F 2.34",
    stderr: "D8 base",
  });
  expect(libraries["libpthread"]!.symbols).toEqual({ pthread_create: "F base in ..2.31" });
});

test("the order of imports, and importing again, change nothing", () => {
  const table = mergeAll(["2.31", "2.36"]);
  expect(mergeAll(["2.36", "2.31"])).toEqual(table);
  expect(mergeAll(["2.36", "2.31", "2.36", "2.31"])).toEqual(table);
});

test("importing a release again with other content takes the old content's place", () => {
  const table = mergeSymbols(
    mergeAll(["2.31", "2.36"]),
    "2.36",
    releases["2.36"]!.map((each) =>
      machine(each.architecture, each.architecture === "arm64" ? "2.17" : "2.2.5", [f("only", "2.36")]),
    ),
    new Map(),
  );
  expect(table.libraries["libc"]!.symbols).toEqual({
    abort: "F base in ..2.31",
    memcpy: "F base arm64 in ..2.31; F base amd64 in ..2.31 hidden; F 2.14 amd64 in ..2.31",
    only: "F 2.36",
    stderr: "D8 base in ..2.31",
  });
});

test("an architecture that is read later does not look as if earlier releases had lacked its symbols", () => {
  const first = mergeSymbols(undefined, "2.31", [releases["2.31"]![0]!], new Map());
  const table = mergeSymbols(first, "2.36", releases["2.36"]!, new Map());
  expect(table.imports).toEqual({ "2.31": ["amd64"], "2.36": ["amd64", "arm64"] });
  expect(table.libraries["libc"]!.symbols["pthread_create"]).toBe(
    "F base arm64 hidden since 2.34; F base amd64 in 2.36.. hidden since 2.34; F 2.34",
  );
});

test("the newest import decides which data have one address", () => {
  const newer = mergeSymbols(undefined, "2.36", releases["2.36"]!, new Map([["libc", [["b", "a"]]]]));
  expect(
    mergeSymbols(newer, "2.31", releases["2.31"]!, new Map([["libc", [["x", "y"]]]])).libraries["libc"]!.aliases,
  ).toEqual([["a", "b"]]);
});
