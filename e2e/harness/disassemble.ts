import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { DrivenBazel } from "./drive-bazel";
import { outputOf } from "./run-command";

/** The disassembly of a function of a program, which has one of that name, by the compiler seed that a build has fetched. */
export function disassembly({ outputBase }: DrivenBazel, program: string, symbol: string): string {
  const external = join(outputBase, "external");
  const seed = readdirSync(external).find((name) => /^[^@]+[~+]llvm-\d[^~+]*$/.test(name));
  if (seed === undefined) throw new Error("no compiler seed has been fetched");
  const options = ["-d", "--no-show-raw-insn", `--disassemble-symbols=${symbol}`];
  const text = outputOf(join(external, seed, "bin/llvm-objdump"), [...options, program]);
  if (!text.includes(`<${symbol}>:`)) throw new Error(`${program} has no function ${symbol}`);
  return text;
}
