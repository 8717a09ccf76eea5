/** What is told of a list of wall times, in milliseconds, or of sizes, in bytes. */
export interface Summary {
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Summarizes at least one sample; of an even number, the median is the mean of the middle two. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((left, right) => left - right);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (low === undefined || high === undefined) throw new Error("there are no samples to summarize");
  return { samples, median: (low + high) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}
