import { coerce, compare } from "semver";

import { findLlvm, findOnPath, MissingProgramError, versionOf, type ProgramPlaces } from "../find-programs";

/** The programs by which upstream's Meson builds are asked. */
export interface MesonTools {
  readonly meson: string;
  readonly ninja: string;
  /** Folder with clang and its like: the compiler that answers the probes of upstream's build. */
  readonly llvm: string;
}

/** What Meson asks of an LLVM: it looks for an archiver, and for the linker by which probes are linked. */
const llvmPrograms = ["clang", "ld.lld", "llvm-ar", "llvm-nm"];

/**
 * Finds Meson, `oldest` or newer, ninja, and clang of the release `llvm` on this machine: another release knows other flags, and
 * an import would depend on the machine that it is made on. Rejects with `MissingProgramError` when one is missing.
 */
export async function findMesonTools(places: ProgramPlaces, oldest: string, llvm: number): Promise<MesonTools> {
  const mend = `install Meson ${oldest} or newer, and put it on PATH; Debian and Python's package index call it meson`;
  const meson = findOnPath("meson", places.path);
  if (meson === undefined)
    throw new MissingProgramError("meson is not on PATH, and upstream's own build is asked what it compiles", mend);
  const version = await versionOf(meson, /^(\d\S*)/);
  if (compare(coerce(version) ?? "0.0.0", coerce(oldest)!) < 0)
    throw new MissingProgramError(`${meson} is Meson ${version}, and what is asked of it needs ${oldest}`, mend);
  const ninja = findOnPath("ninja", places.path);
  if (ninja === undefined)
    throw new MissingProgramError(
      "ninja is not on PATH, for which meson writes upstream's build",
      "install ninja; Debian calls it ninja-build",
    );
  return { meson, ninja, llvm: await findLlvm(places, llvmPrograms, llvm) };
}
