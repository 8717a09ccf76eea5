/** What stands behind the title of a test that is skipped: the report and the list of allowed skips go by it. */
const note = / \(skipped: (.+)\)$/s;

/** How a test is declared: by its title and what it does. */
export type Declare = (title: string, test: jest.ProvidesCallback) => void;

/**
 * Declares a test that cannot be run here, which the report then tells of. The run fails unless `suites/allowed-skips.ts` allows
 * the reason.
 */
export function declareSkip(title: string, reason: string): void {
  // eslint-disable-next-line no-restricted-properties -- the one place where it is called.
  it.skip(`${title} (skipped: ${reason})`, () => undefined);
}

/** Declares tests, or skips with the reason where there is one why they cannot be run. */
export function itUnless(reason: string | undefined): Declare {
  return reason === undefined ? it : (title) => declareSkip(title, reason);
}

/** The reason that a skipped test was declared with, or undefined where it was skipped otherwise. */
export function reasonOfSkip(fullName: string): string | undefined {
  return note.exec(fullName)?.[1];
}
