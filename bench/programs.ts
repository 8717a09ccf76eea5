import type { Subject } from "./measure";

/** What is built: a program in a language, by Bazel's targets and by zig's command. */
export interface Program {
  readonly name: string;
  readonly source: string;
  readonly zigCommand: "c++" | "cc";
  /** The target that each of our ways to build it has. */
  readonly targets: Readonly<Partial<Record<Subject, string>>>;
}

export const programs: readonly Program[] = [
  {
    name: "C",
    source: "hello.c",
    zigCommand: "cc",
    targets: { xllvm: "//:hello_c", "xllvm -cxx": "//:hello_c_without_cxx" },
  },
  { name: "C++", source: "hello.cc", zigCommand: "c++", targets: { xllvm: "//:hello_cc" } },
];

/** The text of a program's source after some edits of the text that it prints and some of comments alone. */
export function sourceText({ zigCommand }: Program, edits = 0, comments = 0): string {
  const greeting = `hello ${edits}`;
  const code =
    zigCommand === "cc"
      ? `#include <stdio.h>\nint main(void) { puts("${greeting}"); return 0; }\n`
      : `#include <iostream>\nint main() { std::cout << "${greeting}" << std::endl; }\n`;
  return code + "// a comment\n".repeat(comments);
}

/** Files of a workspace that has the programs. */
export const files: Readonly<Record<string, string>> = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")
cc_binary(name = "hello_c", srcs = ["hello.c"])
cc_binary(name = "hello_c_without_cxx", srcs = ["hello.c"], features = ["-cxx"])
cc_binary(name = "hello_cc", srcs = ["hello.cc"])
`,
  ...Object.fromEntries(programs.map((program) => [program.source, sourceText(program)])),
};
