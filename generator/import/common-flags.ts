/** What upstream compiles several sources with. */
export interface CommonFlags {
  /** Flags that all have, in order. */
  readonly common: readonly string[];
  /** What is left of each one's, in the order in which they were given. */
  readonly others: readonly (readonly string[])[];
}

/** Divides lists of flags into what all have and what only some have. */
export function divideCommon(lists: readonly (readonly string[])[]): CommonFlags {
  const common = (lists[0] ?? []).filter((flag) => lists.every((flags) => flags.includes(flag)));
  return { common, others: lists.map((flags) => flags.filter((flag) => !common.includes(flag))) };
}
