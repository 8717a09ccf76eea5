import { coerce, compare } from "semver";

import { findLlvm, findOnPath, MissingProgramError, versionOf, type ProgramPlaces } from "../find-programs";

/** The programs by which upstream's builds are configured. */
export interface BuildTools {
  readonly cmake: string;
  readonly ninja: string;
  /** Folder with clang, llvm-ar and their like: the compiler that answers the probes of upstream's build. */
  readonly llvm: string;
}

/** What an upstream's build asks of the programs. */
export interface WantedTools {
  /** The oldest CMake that it takes; from 3.20 on, the File API is of the form that is read here. */
  readonly cmake: string;
  /**
   * The release of clang that has to answer probes, where there are any: another one knows other flags, and an import would
   * depend on the machine that it is made on.
   */
  readonly llvm?: number;
}

/** What upstream's builds ask of an LLVM, beside the compiler. */
const llvmPrograms = ["clang", "clang++", "llvm-ar", "llvm-nm", "llvm-objdump", "llvm-ranlib"];

/**
 * Finds the programs on this machine. Rejects with `MissingProgramError` when one is missing, or of another release.
 */
export async function findBuildTools(places: ProgramPlaces, wanted: WantedTools): Promise<BuildTools> {
  const mendCMake = `install CMake ${wanted.cmake.replace(/\.0$/, "")} or newer, and put it on PATH; Debian and Python's package index call it cmake`;
  const cmake = findOnPath("cmake", places.path);
  if (cmake === undefined)
    throw new MissingProgramError(
      "cmake is not on PATH, and upstream's own build is asked what it compiles",
      mendCMake,
    );
  const version = await versionOf(cmake, /cmake version (\S+)/);
  if (compare(coerce(version) ?? "0.0.0", wanted.cmake) < 0)
    throw new MissingProgramError(`${cmake} is CMake ${version}, and upstream wants ${wanted.cmake}`, mendCMake);
  const ninja = findOnPath("ninja", places.path);
  if (ninja === undefined)
    throw new MissingProgramError(
      "ninja is not on PATH, for which cmake writes upstream's build",
      "install ninja; Debian calls it ninja-build",
    );
  return { cmake, ninja, llvm: await findLlvm(places, llvmPrograms, wanted.llvm) };
}
