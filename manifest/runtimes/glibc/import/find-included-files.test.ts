import { sourceTreeOf } from "../../../../generator/import/source-tree";
import { findIncludedFiles } from "./find-included-files";

const tree = sourceTreeOf({
  "csu/start.c":
    '#include <config.h>\n#include <a.h>\n#include "own.h"\n#ifdef SHARED\n# include <shared.h>\n#else\n# include <static.h>\n#endif\n#if MYSTERY\n# include <maybe.h>\n#endif\n',
  "csu/own.h": "",
  "include/a.h": "#include_next <a.h>\n",
  "sysdeps/a.h": "#include <kernel/b.h>\n/* #include <comment.h> */\n",
  "sysdeps/shared.h": "",
  "sysdeps/static.h": "",
  "sysdeps/maybe.h": "",
  "sysdeps/comment.h": "",
});

test("files are found in the order of the search, under conditions that may hold; what is elsewhere is missing", () => {
  const { files, missing } = findIncludedFiles(tree, "csu/start.c", {
    folders: ["include", "sysdeps"],
    provided: new Set(["config.h"]),
    macros: { SHARED: 1 },
    undefinedMacros: new Set(),
  });
  expect([...files].sort()).toEqual(["csu/own.h", "include/a.h", "sysdeps/a.h", "sysdeps/maybe.h", "sysdeps/shared.h"]);
  expect([...missing]).toEqual(["kernel/b.h"]);
});

test("a macro that is known not to be defined excludes", () => {
  const { files } = findIncludedFiles(tree, "csu/start.c", {
    folders: ["sysdeps"],
    provided: new Set(["config.h", "a.h"]),
    macros: {},
    undefinedMacros: new Set(["SHARED", "MYSTERY"]),
  });
  expect([...files].sort()).toEqual(["csu/own.h", "sysdeps/static.h"]);
});
