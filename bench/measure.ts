import { summarize, type Summary } from "./statistics";

/** What can be measured side by side. */
export const subjects = ["xllvm", "zig"] as const;
export type Subject = (typeof subjects)[number];

/** One subject's part in a case. Only `run` is timed. */
export interface Step {
  readonly prepare: () => Promise<void>;
  readonly run: () => Promise<void>;
}

/** One thing that is timed. */
export interface Case {
  readonly name: string;
  /** What is inside the time and what is not. */
  readonly counted: string;
  readonly steps: Partial<Record<Subject, Step>>;
}

export interface Result {
  readonly name: string;
  readonly counted: string;
  readonly times: Partial<Record<Subject, Summary>>;
  /** Median of xllvm over that of zig; absent where only one was measured. */
  readonly ratio?: number;
}

/**
 * Times every case `repeat` times, the subjects in turns (A B A B), so that whatever else the machine does falls on both.
 *
 * @param now Milliseconds of a clock that never goes back.
 * @param tell Told what is about to be timed.
 */
export async function measureCases(cases: readonly Case[], repeat: number, now: () => number, tell: (text: string) => void): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, counted, steps } of cases) {
    const samples: Record<Subject, number[]> = { xllvm: [], zig: [] };
    for (let round = 1; round <= repeat; round++) {
      for (const subject of subjects) {
        const step = steps[subject];
        if (step === undefined) continue;
        tell(`${name}: ${subject}, ${round} of ${repeat}`);
        await step.prepare();
        const start = now();
        await step.run();
        samples[subject].push(now() - start);
      }
    }
    const measured = subjects.filter((subject) => samples[subject].length > 0);
    const times: Result["times"] = Object.fromEntries(measured.map((subject) => [subject, summarize(samples[subject])]));
    const ratio = times.xllvm && times.zig ? { ratio: times.xllvm.median / times.zig.median } : {};
    results.push({ name, counted, times, ...ratio });
  }
  return results;
}
