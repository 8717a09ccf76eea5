import type { CompilerLibrary } from "../../schema/compiler-import";
import type { HostContent } from "./import-compiler";
import { joinHosts } from "./join-hosts";

const library: CompilerLibrary = {
  sources: ["a.cpp"],
  host_sources: {},
  headers: [],
  include: [],
  flags: [],
  source_flags: {},
  uses: [],
  tables: [],
};

const contentOf = (own: Partial<CompilerLibrary>, texts: HostContent["texts"]): HostContent => ({
  flags: [],
  libraries: { lib: { ...library, ...own } },
  programs: [],
  compiler: "lib",
  names: [],
  tools: [],
  tables: {},
  texts,
  resource_headers: { root: "headers", files: [], tables: [] },
});

test("sources and headers that differ are each host's own", () => {
  const joined = joinHosts([
    {
      host: "a",
      content: contentOf(
        { sources: ["a.cpp", "avx.S"], source_flags: { "avx.S": ["-mavx"] } },
        { "c.h": "1", "d.h": "a" },
      ),
    },
    { host: "b", content: contentOf({}, { "c.h": "1", "d.h": "b" }) },
  ]);
  expect(joined.libraries["lib"]).toMatchObject({
    sources: ["a.cpp"],
    host_sources: { a: ["avx.S"], b: [] },
    source_flags: { "avx.S": ["-mavx"] },
  });
  expect(joined).toMatchObject({ texts: { "c.h": "1" }, host_texts: { a: { "d.h": "a" }, b: { "d.h": "b" } } });
});

test("what an import cannot say is an error that names the library and the host", () => {
  expect(() =>
    joinHosts([
      { host: "a", content: contentOf({}, {}) },
      { host: "b", content: contentOf({ include: ["x"] }, {}) },
    ]),
  ).toThrow(/^lib: is another for b than for a/);
});

test("no host", () => {
  expect(() => joinHosts([])).toThrow("no host of the manifest says which platform its compiler is built for");
});
