import { findIncludedSources } from "./find-included-sources";
import { sourceTreeOf } from "./source-tree";

test("finds included sources beside the including file, then in the include directories", () => {
  const tree = sourceTreeOf({
    "src/x86/fma.c": '#include "../fma.c"\n#include "table.inc"',
    "src/fma.c": "",
    "src/table.inc": "",
    "include/table.inc": "",
  });
  expect(findIncludedSources(tree, ["src/x86/fma.c"], ["include", "src"])).toEqual(["include/table.inc", "src/fma.c"]);
});

test("looks through headers, but does not name them, nor a C++ header without a suffix", () => {
  const tree = sourceTreeOf({
    "a.cpp": '  #  include "impl.h"\n#include <vector>\n#include "Reader.hpp"',
    "impl.h": "#if 0\n#include <body.ipp>\n#endif",
    "Reader.hpp": "",
    "lib/vector": '#include "impl.h"',
    "lib/body.ipp": '#include "../a.cpp"',
  });
  expect(findIncludedSources(tree, ["a.cpp"], ["lib"])).toEqual(["a.cpp", "lib/body.ipp"]);
});

test("leaves out what the tree does not have: system headers, generated files, macros", () => {
  const tree = sourceTreeOf({
    "a.c": '#include <stdio.h>\n#include "generated.inc"\n#include TABLE\n// #include "b.c"',
    "b.c": "",
  });
  expect(findIncludedSources(tree, ["a.c"], [])).toEqual([]);
});
