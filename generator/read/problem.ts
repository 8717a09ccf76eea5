/** Where a value was written: a file, as it was named to the reader, and a line counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** One thing that is wrong with the input, and what mends it. */
export interface Problem {
  readonly place: Place;
  /** Absent where a whole file is meant. */
  readonly row?: RowName;
  /** The field inside the row (`versions[1].archive`); absent where the whole row is meant. */
  readonly field?: string;
  readonly message: string;
  readonly mend: string;
  /** The platforms whose stack cannot exist because of it; absent where the rows themselves are at fault. */
  readonly platforms?: readonly string[];
}

/** Which row is meant. */
export interface RowName {
  readonly kind:
    | "module"
    | "architecture"
    | "micro-architecture"
    | "feature"
    | "system"
    | "target"
    | "llvm"
    | "host"
    | "archive"
    | "runtime"
    | "import file";
  readonly name: string;
}

/** Orders problems by file, then line, then text, so that a run's list does not depend on the order of the rules. */
export function compareProblems(left: Problem, right: Problem): number {
  return (
    compareText(left.place.file, right.place.file) ||
    left.place.line - right.place.line ||
    compareText(formatProblem(left), formatProblem(right))
  );
}

/** Two lines: what is wrong (`file:line: row, field: message`), and the mend below it. */
export function formatProblem(problem: Problem): string {
  const row = problem.row === undefined ? undefined : `${problem.row.kind} ${problem.row.name}`.trim();
  const subject = [row, problem.field].filter((part) => part !== undefined).join(", ");
  const where = `${problem.place.file}:${problem.place.line}`;
  return `${where}: ${subject === "" ? "" : `${subject}: `}${problem.message}\n    mend: ${problem.mend}`;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
