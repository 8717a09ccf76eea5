import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { findIncludedHeaders } from "./find-included-headers";

/** What is found in a tree with libc++'s headers `map`, `vector` and `__config`, of sources by their name. */
function find(sources: Readonly<Record<string, string>>) {
  const paths = Object.entries(sources).map(([name, text]): [string, string] => [`libcxx/src/${name}`, text]);
  const tree = sourceTreeOf({
    "libcxx/include/__config": "#ifdef _LIBCPP_OLD\n#endif\n",
    "libcxx/include/map": "",
    "libcxx/include/vector": "#ifndef WANTED\n#endif\n",
    "libcxx/include/string.h": "",
    "libcxx/include/__cxx03/vector": "#ifdef _LIBCPP_FROZEN\n#endif\n",
    ...Object.fromEntries(paths),
  });
  const { headers, alone } = findIncludedHeaders(
    tree,
    paths.map(([path]) => path),
  );
  return { headers, alone: alone.map((path) => path.replace("libcxx/src/", "")) };
}

test("has the public headers that sources include, under whatever condition", () => {
  const text = '#include <vector>\n#ifdef __ELF__\n#  include <map>\n#endif\n#include <string.h>\n#include "mine.h"\n';
  expect(find({ "a.cpp": text, "b.cpp": "#include <vector>\n" })).toEqual({ headers: ["map", "vector"], alone: [] });
});

test.each([
  ["defines a macro that a header mentions", "#define WANTED\n#include <vector>\n"],
  ["takes back one of libc++'s that a header mentions", "#include <map>\n#undef _LIBCPP_OLD\n#include <vector>\n"],
  ["defines a reserved name, which a libc may read", "#define _CRT_RAND_S\n#include <vector>\n"],
  ["includes nothing public, and may define what is in a header", "#include <__config>\nclass mutex {};\n"],
])("leaves a source alone that %s", (_, text) => {
  expect(find({ "a.cpp": text, "b.cpp": "#include <map>\n" })).toEqual({ headers: ["map"], alone: ["a.cpp"] });
});

test.each([
  ["of its own", "#include <map>\n#define _LIBCPP_MINE\n#define MINE\n#include <vector>\n"],
  ["after all that it includes", "#include <map>\n#include <vector>\n#define WANTED\n"],
  [
    "of the headers for C++03, which nothing here includes",
    "#include <map>\n#define _LIBCPP_FROZEN\n#include <vector>\n",
  ],
])("does not mind a macro %s", (_, text) => {
  expect(find({ "a.cpp": text })).toEqual({ headers: ["map", "vector"], alone: [] });
});
