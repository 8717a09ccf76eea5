import type { SystemRow } from "../../schema/rows";
import type { CommandFunction } from "../cmake/builtin-commands";
import { evaluateCMake, type CMakeResult } from "../cmake/evaluate-cmake";
import type { SourceTree } from "../source-tree";

/** Commands of upstream's own whose calls are left out. */
const formatting = ["clang_format_file", "clang_format_target"];

/**
 * Evaluates upstream's CMake files as they are configured for the system's triple. Bindings are in the tree already, so that
 * what makes them anew is left out.
 */
export function configureWasiLibc(tree: SourceTree, { triple }: SystemRow): CMakeResult {
  return evaluateCMake(tree, {
    directory: ".",
    variables: {
      CMAKE_C_COMPILER_ID: "Clang",
      CMAKE_BUILD_TYPE: "Release",
      CMAKE_COMMAND: "cmake",
      CMAKE_AR: "ar",
      TARGET_TRIPLE: triple.replace("{llvm}", "wasm32"),
      BINDINGS_TARGET: "OFF",
      BUILD_SHARED: "OFF",
    },
    commands: new Map(formatting.map((name): [string, CommandFunction] => [name, () => undefined])),
    subdirectories: "all",
    recorded: {
      configure_file: "the calls that write a header are looked for",
      execute_process:
        "asks programs for their versions and the compiler for where its libraries are, which links alone use",
      get_property: "its variable is used nowhere",
      externalproject_add: "fetches tools and libraries that links, tests and new bindings need",
      externalproject_add_step: "fetches tools and libraries that links, tests and new bindings need",
      externalproject_get_property: "fetches tools and libraries that links, tests and new bindings need",
    },
  });
}
