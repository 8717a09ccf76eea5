import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { coerce } from "semver";

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

const execute = promisify(execFile);

/**
 * The folder of an LLVM that has `programs`, clang among them. Rejects with `MissingProgramError` where there is none, or where
 * clang is of another release than `major`.
 */
export async function findLlvm(
  { path, llvmRoot }: ProgramPlaces,
  programs: readonly string[],
  major: number | undefined,
): Promise<string> {
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
  const missing = programs.filter((program) => !existsSync(join(folder, program)));
  if (missing.length > 0) throw new MissingProgramError(`${folder} has no ${missing.join(", ")}`, mend);
  const version = await versionOf(join(folder, "clang"), /clang version (\S+)/);
  if (major !== undefined && coerce(version)?.major !== major)
    throw new MissingProgramError(
      `${clang} is clang ${version}, and the probes of upstream's build are answered by release ${major}`,
      mend,
    );
  return folder;
}

/** What `pattern` finds in what a program says of its version. Rejects with `MissingProgramError` where it does not start. */
export async function versionOf(program: string, pattern: RegExp): Promise<string> {
  const { stdout } = await execute(program, ["--version"], { timeout: 60_000, env: { LC_ALL: "C" } }).catch(
    (error: unknown) => {
      throw new MissingProgramError(`${program} does not start: ${String(error)}`, "install it anew");
    },
  );
  return pattern.exec(stdout)?.[1] ?? "of no known version";
}

/** The file that a program of that name is on PATH. */
export function findOnPath(program: string, path: string): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}
