import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { compare, coerce } from "semver";

/** Where programs are looked for. */
export interface ProgramPlaces {
  /** As PATH has them. */
  readonly path: string;
  /** The folder of an LLVM, as XLLVM_LLVM_ROOT has it; its compiler goes before one on PATH. */
  readonly llvmRoot?: string;
}

/** This machine lacks a program that an importer asks; `mend` says what to install. */
export class MissingProgramError extends Error {
  override readonly name = "MissingProgramError";

  constructor(
    message: string,
    readonly mend: string,
  ) {
    super(message);
  }
}

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

const execute = promisify(execFile);

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
  return { cmake, ninja, llvm: await findLlvm(places, wanted.llvm) };
}

async function findLlvm({ path, llvmRoot }: ProgramPlaces, major: number | undefined): Promise<string> {
  const mend = `name the folder of an LLVM${major === undefined ? "" : ` ${major}`} in XLLVM_LLVM_ROOT, or put its clang on PATH`;
  const clang = llvmRoot
    ? join(llvmRoot, "bin/clang")
    : (findOnPath("clang", path) ?? findOnPath(`clang-${major ?? ""}`, path));
  if (clang === undefined)
    throw new MissingProgramError(
      "clang is not on PATH, and it answers what upstream's build asks of the compiler",
      mend,
    );
  // On PATH there are links to it; its other programs are beside the file itself.
  const folder = existsSync(clang) ? dirname(realpathSync(clang)) : dirname(clang);
  const missing = llvmPrograms.filter((program) => !existsSync(join(folder, program)));
  if (missing.length > 0) throw new MissingProgramError(`${folder} has no ${missing.join(", ")}`, mend);
  const version = await versionOf(join(folder, "clang"), /clang version (\S+)/);
  if (major !== undefined && coerce(version)?.major !== major)
    throw new MissingProgramError(
      `${clang} is clang ${version}, and the probes of upstream's build are answered by release ${major}`,
      mend,
    );
  return folder;
}

async function versionOf(program: string, pattern: RegExp): Promise<string> {
  const { stdout } = await execute(program, ["--version"], { timeout: 60_000, env: { LC_ALL: "C" } }).catch(
    (error: unknown) => {
      throw new MissingProgramError(`${program} does not start: ${String(error)}`, "install it anew");
    },
  );
  return pattern.exec(stdout)?.[1] ?? "of no known version";
}

function findOnPath(program: string, path: string): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}
