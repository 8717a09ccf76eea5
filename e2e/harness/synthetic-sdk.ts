import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { extract } from "tar";

import type { Manifest } from "../../generator/schema/rows";
import { runCommandSync } from "./run-command";
import { fetchArchive } from "./pinned-archives";
import { scratchRoot } from "./consumer-workspace";

/** What an SDK says of itself. */
export interface SdkSettings {
  readonly CanonicalName?: string;
  readonly Version?: string;
  /** Without which clang does not believe the rest. */
  readonly MaximumDeploymentTarget?: string;
}

const targets = "[ x86_64-macos, arm64-macos, arm64e-macos ]";

/** A list of what a library exports, as `ld` reads it in the library's place (TAPI's version 4). */
function stub(
  installName: string,
  exports: { symbols?: readonly string[]; classes?: readonly string[]; reexports?: readonly string[] },
): string {
  const list = (names: readonly string[] = []): string => `[ ${names.map((name) => `'${name}'`).join(", ")} ]`;
  const reexported = exports.reexports?.length
    ? `reexported-libraries:\n  - targets: ${targets}\n    libraries: ${list(exports.reexports)}\n`
    : "";
  return `--- !tapi-tbd
tbd-version: 4
targets: ${targets}
install-name: '${installName}'
${reexported}exports:
  - targets: ${targets}
    symbols: ${list(exports.symbols)}
    objc-classes: ${list(exports.classes)}
...
`;
}

const frameworkPath = (name: string, folder = "Frameworks"): string =>
  `/System/Library/${folder}/${name}.framework/Versions/A/${name}`;

/** The files of a framework that has versions, with the links by which all but the linker find them. */
function writeFramework(
  root: string,
  name: string,
  files: Readonly<Record<string, string>>,
  folder = "Frameworks",
): void {
  const framework = join(root, "System/Library", folder, `${name}.framework`);
  for (const [path, text] of Object.entries(files)) write(join(framework, "Versions/A", path), text);
  symlinkSync("A", join(framework, "Versions/Current"));
  for (const part of new Set(Object.keys(files).map((path) => path.split("/")[0]!)))
    symlinkSync(`Versions/Current/${part}`, join(framework, part));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The open headers and the list of libSystem's symbols, unpacked: a folder with `include` and `libSystem.tbd`. */
async function unpackOpenParts(manifest: Manifest, archive: string): Promise<string> {
  const { path, stripPrefix } = await fetchArchive(manifest, archive);
  mkdirSync(scratchRoot, { recursive: true });
  const folder = mkdtempSync(join(scratchRoot, "sdk-parts-"));
  const parts = ["lib/libc/include/any-macos-any", "lib/libc/darwin"].map((part) => join(stripPrefix, part));
  if (/\.(?:zst|xz)$/.test(path)) {
    const { status, stderr } = runCommandSync("tar", ["-xf", path, "-C", folder, ...parts]);
    if (status !== 0) throw new Error(`${basename(path)} was not unpacked: ${stderr}`);
  } else await extract({ file: path, cwd: folder }, parts);
  return join(folder, stripPrefix, "lib/libc");
}

/**
 * Writes what has the form of a vendor's SDK, all of it ours but for the open headers: frameworks with headers and a list of symbols, of which one re-exports a private one, one has a part in it, and one has a link that leads to itself.
 */
export async function writeSyntheticSdk(
  manifest: Manifest,
  archive: string,
  folder: string,
  settings: SdkSettings,
): Promise<string> {
  const parts = await unpackOpenParts(manifest, archive);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "usr/lib"), { recursive: true });
  cpSync(join(parts, "include/any-macos-any"), join(folder, "usr/include"), { recursive: true });
  cpSync(join(parts, "darwin/libSystem.tbd"), join(folder, "usr/lib/libSystem.tbd"));
  rmSync(parts.replace(/\/lib\/libc$/, ""), { recursive: true });
  write(join(folder, "SDKSettings.json"), JSON.stringify(settings));
  write(
    join(folder, "usr/lib/libobjc.A.tbd"),
    stub("/usr/lib/libobjc.A.dylib", {
      symbols: ["__objc_empty_cache", "_objc_msgSend", "_objc_alloc_init", "_objc_opt_new", "_objc_release"].concat(
        ["_objc_autoreleasePoolPush", "_objc_autoreleasePoolPop", "_objc_storeStrong"],
        ["_objc_retainAutoreleasedReturnValue", "_objc_retainAutoreleaseReturnValue", "_objc_autoreleaseReturnValue"],
      ),
      classes: ["NSObject"],
    }),
  );
  symlinkSync("libobjc.A.tbd", join(folder, "usr/lib/libobjc.tbd"));
  write(join(folder, "usr/lib/libextra.tbd"), stub("/usr/lib/libextra.1.dylib", { symbols: ["_extra"] }));

  writeFramework(folder, "Toy", {
    "Headers/Toy.h":
      "#import <Base/Base.h>\n#import <Toy/Parts.h>\n#ifdef __OBJC__\n@interface ToyObject : NSObject\n- (int)answer;\n@end\n#endif\n",
    "Headers/Parts.h": "int toy_answer(void);\n",
    "Toy.tbd": stub(frameworkPath("Toy"), {
      symbols: ["_toy_answer"],
      classes: ["ToyObject"],
      reexports: [frameworkPath("ToySupport", "PrivateFrameworks")],
    }),
  });
  writeFramework(
    folder,
    "ToySupport",
    {
      "Headers/ToySupport.h": "#error it is private\n",
      "ToySupport.tbd": stub(frameworkPath("ToySupport", "PrivateFrameworks"), { symbols: ["_toy_support"] }),
    },
    "PrivateFrameworks",
  );
  writeFramework(folder, "Base", {
    "Headers/Base.h": "#ifdef __OBJC__\n#import <objc/NSObject.h>\n#endif\ntypedef int base_int;\nint base(void);\n",
    "Base.tbd": stub(frameworkPath("Base"), { symbols: ["_base"] }),
  });
  const part = `${frameworkPath("Umbrella").replace(/\/Umbrella$/, "")}/Frameworks/Part.framework/Versions/A/Part`;
  writeFramework(folder, "Umbrella", {
    "Headers/Umbrella.h": "#include <Part/Part.h>\n",
    "Umbrella.tbd": stub(frameworkPath("Umbrella"), { reexports: [part] }),
    "Frameworks/Part.framework/Versions/A/Headers/Part.h": "int part(void);\n",
    "Frameworks/Part.framework/Versions/A/Part.tbd": stub(part, { symbols: ["_part"] }),
  });
  const nested = join(folder, "System/Library/Frameworks/Umbrella.framework/Versions/A/Frameworks/Part.framework");
  symlinkSync("A", join(nested, "Versions/Current"));
  for (const name of ["Headers", "Part.tbd"]) symlinkSync(`Versions/Current/${name}`, join(nested, name));
  writeFramework(folder, "Ruby", {
    "Headers/ruby.h": "int ruby(void);\n",
    "Ruby.tbd": stub(frameworkPath("Ruby"), { symbols: ["_ruby"] }),
  });
  symlinkSync(".", join(folder, "System/Library/Frameworks/Ruby.framework/Versions/A/Headers/ruby"));
  return folder;
}
