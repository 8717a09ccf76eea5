import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import type { Prepared } from "../../crossenv/prepare";
import { toolPath } from "../../crossenv/tools";
import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { outputOf } from "../harness/run-command";
import type { Platform } from "../harness/target-rows";
import type { Program } from "../programs/programs";

/** Where the programs' sources are. */
export const programsFolder = join(repositoryRoot, "e2e/programs");

const suffixes: Readonly<Partial<Record<Platform["system"]["object_format"], string>>> = {
  coff: ".exe",
  elf: "",
  macho: "",
  wasm: ".wasm",
};

/** Compiles a program as Bazel does by default, its sources lying where Bazel sees them. `driver` is the compiler and the flags before all others. Returns the program. */
export function buildOutside(
  prepared: Prepared,
  { system }: Platform,
  { name, sources, library, copts }: Program,
  [driver = "", ...before]: readonly string[],
): string {
  const folder = join(scratchRoot, "crossenv", "objects");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const compile = (source: string): string => {
    const object = join(folder, `${basename(source)}.o`);
    outputOf(
      driver,
      [...before, ...(system.object_format === "elf" ? ["-fPIC"] : []), ...copts, "-c", source, "-o", object],
      { folder: programsFolder },
    );
    return object;
  };
  const objects = sources.map(compile);
  const ofLibrary = (library?.sources ?? []).map(compile);
  if (ofLibrary.length > 0 && system.object_format === "coff") {
    // Where its linker knows no --start-lib, Bazel hands it archives, of which it takes what it needs when it needs it.
    const archive = join(folder, "library.a");
    outputOf(toolPath(prepared, "ar"), ["rcsD", archive, ...ofLibrary.splice(0)]);
    ofLibrary.push(archive);
  }
  // The linker writes a module's own name into it. By default, Bazel strips what it links for fastbuild.
  const program = join(folder, `${name}${suffixes[system.object_format] ?? ""}`);
  outputOf(driver, [...before, "-Wl,-S", ...objects, ...ofLibrary, "-o", program]);
  return program;
}

/** The flags of docs/crossenv.md for a clang without a configuration file. */
export function byHand({ tree, target }: Prepared): string[] {
  const flags = [
    `--target=${target.spellings[0]}`,
    `--sysroot=${tree}`,
    `-resource-dir=${tree}/lib/clang/22`,
    "-rtlib=compiler-rt",
    "-unwindlib=none",
    "-fuse-ld=lld",
    "-static",
  ];
  return [
    "--start-no-unused-arguments",
    ...flags,
    "-Wl,--eh-frame-hdr,-z,relro,-z,now,-z,noexecstack",
    "--end-no-unused-arguments",
  ];
}

/** A DLL that needs nothing, by the crossenv's own compiler, which knows other targets as well. */
export function linkDll({ tree }: Prepared): string {
  const folder = join(scratchRoot, "crossenv", "dll");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "greeting.c"),
    "__declspec(dllexport) int greet(void) { return 1; }\nint DllMainCRTStartup(void) { return 1; }\n",
  );
  const flags = ["--no-default-config", "--target=x86_64-w64-windows-gnu", "-fuse-ld=lld", "-nostdlib", "-shared"];
  outputOf(join(tree, "bin", "clang"), [...flags, "greeting.c", "-o", "greeting.dll"], { folder });
  return join(folder, "greeting.dll");
}
