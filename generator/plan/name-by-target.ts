import type { ResolvedTarget } from "../resolve/resolved-target";
import { fillColumns, type Columns } from "../schema/columns";

/** What a thing is called that one target may have in another form than the next. */
export interface TargetNames {
  /** Its name, with fields in braces where forms are told apart: `c++_{system}`. The fields are those of `nameColumns`. */
  readonly template: string;
  /** Its name for a target. */
  readonly nameOf: (target: ResolvedTarget) => string;
}

/** What the names of things may be told apart by, as bzlmod/targets/target.bzl fills them in as well. */
export function nameColumns({ architecture, system, platform, llvm }: ResolvedTarget): Columns {
  return { cpu: architecture.name, os: system.os, system: system.name, platform, llvm: llvm.row.version };
}

const byTarget = ["", "_{cpu}", "_{os}", "_{system}", "_{os}_{cpu}", "_{system}_{cpu}", "_{platform}"];

/** The first that tells all forms apart is taken. */
const suffixes = [...byTarget, ...byTarget.map((suffix) => `${suffix}_{llvm}`)];

/**
 * Names for things of which one target may have another version than the next: one name where all are alike, else one
 * per architecture, per OS, per system, per OS and architecture, or per system and architecture, whichever is the first to tell them apart;
 * else as well one per version of LLVM.
 *
 * @param prefix What every name begins with.
 * @param contents Target → what the thing is like for it; equal values are the same thing.
 * @returns The names of those targets. Two have the same name only if their contents are equal.
 */
export function nameByTarget(prefix: string, contents: ReadonlyMap<ResolvedTarget, unknown>): TargetNames {
  const texts = new Map([...contents].map(([target, content]) => [target, JSON.stringify(content)]));
  const suffix = suffixes.find((candidate) => tellsApart(candidate, texts));
  if (suffix === undefined) throw new Error(`${prefix}: two versions of one platform need it in different forms`);
  const template = prefix + suffix;
  return { template, nameOf: (target) => fillColumns(template, nameColumns(target)) };
}

function tellsApart(suffix: string, texts: ReadonlyMap<ResolvedTarget, string>): boolean {
  const seen = new Map<string, string>();
  for (const [target, text] of texts) {
    const name = fillColumns(suffix, nameColumns(target));
    if (seen.has(name) && seen.get(name) !== text) return false;
    seen.set(name, text);
  }
  return true;
}
