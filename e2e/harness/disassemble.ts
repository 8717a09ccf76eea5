import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { DrivenBazel } from "./drive-bazel";
import { outputOf } from "./run-command";

/** What a tool of the compiler seed that a build has fetched prints. */
export function seedToolOutput({ outputBase }: DrivenBazel, tool: string, args: readonly string[]): string {
  const external = join(outputBase, "external");
  const seed = readdirSync(external).find((name) => /^[^@]+[~+]llvm-\d[^~+]*$/.test(name));
  if (seed === undefined) throw new Error("no compiler seed has been fetched");
  return outputOf(join(external, seed, "bin", tool), args);
}

/** The disassembly of a function of a program, which has one of that name, by the compiler seed that a build has fetched. */
export function disassembly(bazel: DrivenBazel, program: string, symbol: string): string {
  // On Windows for i686, C's names begin with an underscore.
  const options = ["-d", "--no-show-raw-insn", `--disassemble-symbols=${symbol},_${symbol}`];
  const text = seedToolOutput(bazel, "llvm-objdump", [...options, program]);
  if (!new RegExp(`<_?${symbol}>:`).test(text)) throw new Error(`${program} has no function ${symbol}`);
  return text;
}
