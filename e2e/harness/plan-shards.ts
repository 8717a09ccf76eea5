/** One of the parts into which all end-to-end tests are divided, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A suite that is run in a process of its own. */
export interface SuiteRun {
  readonly suite: string;
  /** The platforms that it is run for; undefined: all. */
  readonly platforms?: readonly string[];
}

/** The suite that builds for each platform what most time goes into: its platforms are dealt out, and not the suite. */
export const dividedSuite = "programs";

/** Reads `2/4`. Throws where that is no part of a whole. */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || index < 1 || index > count)
    throw new Error(`--shard ${text}: not a part of a whole; --shard 2/4 is the second of four`);
  return { index, count };
}

/**
 * What a shard runs. All shards together run each suite for each platform, and each of them once. The suite whose platforms are
 * dealt out comes first: what it builds for a platform the others take from the disk cache.
 */
export function planShard(
  { index, count }: Shard,
  suites: readonly string[],
  platforms: readonly string[],
): SuiteRun[] {
  const dealt = <T>(items: readonly T[]): T[] => items.filter((_, place) => place % count === index - 1);
  const own = dealt(platforms);
  const divided =
    suites.includes(dividedSuite) && own.length > 0
      ? [count === 1 ? { suite: dividedSuite } : { suite: dividedSuite, platforms: own }]
      : [];
  return [...divided, ...dealt(suites.filter((suite) => suite !== dividedSuite)).map((suite) => ({ suite }))];
}
