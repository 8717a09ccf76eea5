import { join, posix } from "node:path";

import { runProgram } from "../run-program";
import { writeInto } from "../scratch-tree";
import { ImportError } from "../source-tree";
import type { MakeTools } from "./make-tools";

/** What is asked of a makefile that is read and not obeyed: none of its rules is run, be it for a file that it includes. */
export interface MakefileQuestion {
  /** Folder with the `Makefile`, in which make runs. */
  readonly folder: string;
  /** What the command line sets, which wins over the makefile. */
  readonly given: Readonly<Record<string, string>>;
  /** Variables; one of a pattern (`abi-%`) is each that fits. */
  readonly names: readonly string[];
  /** Whether the rules are wanted. */
  readonly rules?: boolean;
  /** What it is asked for, in messages. */
  readonly what: string;
}

/** What make has read. */
export interface MakefileAnswer {
  /** Name → value, with all references expanded; those that are not set are not there, or empty. */
  readonly variables: ReadonlyMap<string, string>;
  /** Target → prerequisites of all its explicit rules; static pattern rules are resolved. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
  /** Absolute paths of the makefiles that were read. */
  readonly makefiles: readonly string[];
}

/** The end of what make says when it has answered: it stops then, before it looks whether a makefile is to be made anew. */
const end = "gen-bzl has asked";

const driver = `include Makefile
$(foreach name,MAKEFILE_LIST $(filter $(gen-bzl-names),$(.VARIABLES)),$(info $(name)=$($(name))))
$(error ${end})
`;

/** Writes the makefile by which others are asked into a folder; returns its path. */
export function writeDriver(folder: string): string {
  const path = join(folder, "gen-bzl.mk");
  writeInto(path, driver);
  return path;
}

/** Asks a makefile. Rejects with `ImportError`, with what make said, when it cannot be read to its end. */
export async function askMakefile(
  { make }: MakeTools,
  path: string,
  { folder, given, names, rules = false, what }: MakefileQuestion,
): Promise<MakefileAnswer> {
  const printed = await runProgram({
    program: make,
    args: [
      ...["--silent", "--dry-run", "--no-builtin-rules", "--file", path, ...(rules ? ["--print-data-base"] : [])],
      `gen-bzl-names=${names.join(" ")}`,
      ...Object.entries(given).map(([name, value]) => `${name}=${value}`),
    ],
    what,
    cwd: folder,
    endsWith: `${end}.  Stop.`,
  });
  return readAnswer(printed, folder);
}

/** Reads what make prints when it is asked. */
export function readAnswer(printed: string, folder: string): MakefileAnswer {
  const place = printed.search(/^# GNU Make /m);
  const said = place < 0 ? printed : printed.slice(0, place);
  const variables = new Map(
    said
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const)
      .filter(([name]) => name !== ""),
  );
  const makefiles = variables.get("MAKEFILE_LIST");
  if (makefiles === undefined)
    throw new ImportError(`make answers in a form that is not known: ${printed.slice(0, 400)}`);
  return {
    variables,
    rules: new Map(place < 0 ? [] : readRules(printed.slice(place))),
    makefiles: makefiles.split(/\s+/).flatMap((file) => (file === "" ? [] : [posix.resolve(folder, file)])),
  };
}

/** The part of make's database about files: `target: prerequisites`, comments, and lines of recipes after a tabulator. */
function readRules(database: string): [string, string[]][] {
  const files = database.slice(database.search(/^# Files$/m));
  return [...files.matchAll(/^([^#\s][^:]*)::? ?(.*)$/gm)].map(([, target, prerequisites]) => [
    target!,
    prerequisites!.split(/\s+/).filter((word) => word !== "" && word !== "|"),
  ]);
}
