import { readFileSync } from "node:fs";

/** A process that Bazel ran for an action, or whose result it took from a cache. */
export interface Spawn {
  readonly mnemonic: string;
  readonly targetLabel: string;
  /** `linux-sandbox`, `remote`, `remote cache hit`, … */
  readonly runner: string;
  readonly commandArgs: readonly string[];
  readonly environmentVariables?: readonly { readonly name: string; readonly value: string }[];
  readonly cacheHit: boolean;
}

/** Reads the file that `--execution_log_json_file` named: JSON objects one after another, with nothing between them. */
export function readExecutionLog(path: string): Spawn[] {
  return JSON.parse(`[${readFileSync(path, "utf8").replace(/^\}\s*\{/gm, "},{")}]`) as Spawn[];
}

/** Variables that are the same everywhere: Bazel's own folder for outputs, and the place of the action. */
const harmless = /^(?:\/proc\/self\/cwd|\/bin:\/usr\/bin:\/usr\/local\/bin)?$/;

/** The variables of spawns by which the host could be seen: those with an absolute path, and those that compilers and loaders look at. */
export function hostVariablesIn(spawns: readonly Spawn[]): string[] {
  return spawns.flatMap(({ mnemonic, targetLabel, environmentVariables = [] }) =>
    environmentVariables
      .filter(
        ({ name, value }) =>
          (/(?:^|[=:])(?:\/|[A-Za-z]:[\\/])/.test(value) && !harmless.test(value)) ||
          /^(?:LD_|DYLD_|CPATH$|C(?:PLUS)?_INCLUDE_PATH$|LIBRARY_PATH$|COMPILER_PATH$|HOME$)/.test(name),
      )
      .map(({ name, value }) => `${mnemonic} of ${targetLabel}: ${name}=${value}`),
  );
}
