import { readFileSync } from "node:fs";

/** What `--execution_log_json_file` tells of a process that Bazel ran, or whose result it took from a cache. */
export interface Spawn {
  readonly mnemonic: string;
  readonly targetLabel: string;
  /** `linux-sandbox`, `remote`, `remote cache hit`, … */
  readonly runner: string;
  readonly cacheHit: boolean;
  readonly commandArgs: readonly string[];
}

/** Reads the log, which is a sequence of JSON objects, one after another. */
export function readSpawnLog(path: string): Spawn[] {
  return JSON.parse(`[${readFileSync(path, "utf8").replace(/^\}\s*\{/gm, "},{")}]`) as Spawn[];
}
