import { summarize, type Summary } from "./statistics";

/** What can be measured side by side, in the order in which it is reported; docs: README.md. */
export const subjects = [
  "xllvm",
  "xllvm unsandboxed",
  "xllvm -cxx",
  "one row",
  "other checkout",
  "zig",
  "zig as typed",
] as const;
export type Subject = (typeof subjects)[number];

/** Whom the others are compared with: the first of these that was measured. */
const references: readonly Subject[] = ["zig", "other checkout", "one row"];

/** What a case tells: wall time, of which the samples are milliseconds, a size, of which they are bytes, or a number of files. */
export type Unit = "files" | "KiB" | "s";

/** One subject's part in a case. Of a case in seconds only `run` is timed; of others it returns the bytes, or the number. */
export interface Step {
  readonly prepare: () => Promise<void>;
  readonly run: () => Promise<number | void>;
}

export type Steps = Partial<Record<Subject, Step>>;

/** One thing that is measured. */
export interface Case {
  readonly name: string;
  readonly unit: Unit;
  /** What is counted and what is not. */
  readonly counted: string;
  readonly steps: Steps;
}

export interface Result {
  readonly name: string;
  readonly unit: Unit;
  readonly counted: string;
  readonly times: Partial<Record<Subject, Summary>>;
  /** Whom the ratios compare with; absent where nobody to compare with was measured. */
  readonly reference?: Subject;
  /** Median of a subject over that of the reference, which has none. */
  readonly ratios: Partial<Record<Subject, number>>;
}

/** What one run took, in milliseconds, and what it returned. */
export interface Sample {
  readonly time: number;
  readonly returned: number | void;
}

/**
 * Runs steps `repeat` times, in turns (A B A B), so that whatever else the machine does falls on all of them.
 *
 * @param now Milliseconds of a clock that never goes back.
 * @param tell Told which step is about to be measured, and in which round.
 */
export async function measureInTurns<Name extends string>(
  steps: Readonly<Partial<Record<Name, Step>>>,
  repeat: number,
  now: () => number,
  tell: (name: Name, round: number) => void,
): Promise<Record<Name, Sample[]>> {
  const entries = Object.entries(steps) as [Name, Step][];
  const samples = Object.fromEntries(entries.map(([name]) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (let round = 1; round <= repeat; round++) {
    for (const [name, step] of entries) {
      tell(name, round);
      await step.prepare();
      const start = now();
      const returned = await step.run();
      samples[name].push({ time: now() - start, returned });
    }
  }
  return samples;
}

/**
 * Measures every case `repeat` times, the subjects in turns.
 *
 * @param now Milliseconds of a clock that never goes back.
 * @param tell Told what is about to be measured, and then how long it took.
 */
export async function measureCases(
  cases: readonly Case[],
  repeat: number,
  now: () => number,
  tell: (text: string) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, unit, counted, steps } of cases) {
    const samples = await measureInTurns(steps, repeat, now, (subject, round) =>
      tell(`${name}: ${subject}, ${round} of ${repeat}`),
    );
    const measured = subjects.filter((subject) => steps[subject] !== undefined);
    const valueOf = ({ time, returned }: Sample): number =>
      unit !== "s" && typeof returned === "number" ? returned : time;
    const times: Result["times"] = Object.fromEntries(
      measured.map((subject) => [subject, summarize(samples[subject].map(valueOf))]),
    );
    for (const subject of measured)
      tell(`  ${subject}: ${samples[subject].map(({ time }) => (time / 1000).toFixed(2)).join(", ")} s`);
    results.push({ name, unit, counted, times, ...compare(times) });
  }
  return results;
}

function compare(times: Result["times"]): Pick<Result, "ratios" | "reference"> {
  const reference = references.find((subject) => times[subject] !== undefined);
  const median = reference && times[reference]?.median;
  if (reference === undefined || median === undefined) return { ratios: {} };
  const others = subjects.flatMap((subject) =>
    subject === reference || times[subject] === undefined ? [] : [[subject, times[subject].median / median] as const],
  );
  return { reference, ratios: Object.fromEntries(others) };
}
