import { coerce, compare } from "semver";

import { findLlvm, findOnPath, MissingProgramError, versionOf, type ProgramPlaces } from "../find-programs";

/** The programs by which upstream's makefiles are asked. */
export interface MakeTools {
  /** GNU make. */
  readonly make: string;
}

/** Those, and the compiler that answers the probes of upstream's `configure`. */
export interface ConfigureTools extends MakeTools {
  /** Folder with clang and its like. */
  readonly llvm: string;
}

/** The names that GNU make has; where `make` is another one, or an old one, the first is it. */
const names = ["gmake", "make"];

/**
 * Finds GNU make on this machine, `oldest` or newer. Rejects with `MissingProgramError` where there is none.
 */
export async function findMake({ path }: ProgramPlaces, oldest: string): Promise<MakeTools> {
  const mend = `install GNU make ${oldest} or newer, and put it on PATH as gmake or make; Debian calls it make, and Homebrew, since macOS has 3.81, too`;
  const refused: string[] = [];
  for (const make of names.flatMap((name) => findOnPath(name, path) ?? [])) {
    const version = await versionOf(make, /^GNU Make (\S+)/);
    if (compare(coerce(version) ?? "0.0.0", coerce(oldest)!) >= 0) return { make };
    refused.push(`${make} is GNU make ${version}`);
  }
  throw new MissingProgramError(
    refused.length === 0
      ? "make is not on PATH, and upstream's own makefiles are asked what they compile"
      : `${refused.join(", ")}, and what is asked of it needs ${oldest}`,
    mend,
  );
}

/**
 * The same, and clang of the release `llvm` with the other `programs` beside it: another release knows other flags, and an import
 * would depend on the machine that it is made on.
 */
export async function findConfigureTools(
  places: ProgramPlaces,
  oldest: string,
  llvm: number,
  programs: readonly string[] = [],
): Promise<ConfigureTools> {
  return { ...(await findMake(places, oldest)), llvm: await findLlvm(places, ["clang", ...programs], llvm) };
}
