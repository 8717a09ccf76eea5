import { chmodSync } from "node:fs";
import { join } from "node:path";

import { writeTemporary } from "../../testing/sample-manifest";
import { findMesonTools } from "./meson-tools";

const says = (text: string): string => `#!/bin/sh\necho '${text}'\n`;

const llvm = Object.fromEntries(
  ["clang", "ld.lld", "llvm-ar", "llvm-nm"].map((tool) => [`llvm/bin/${tool}`, says("clang version 22.1.8")]),
);

async function find(programs: Readonly<Record<string, string>>): Promise<unknown> {
  const files = { ...llvm, ...programs };
  const folder = writeTemporary(files);
  try {
    for (const file of Object.keys(files)) chmodSync(join(folder.path, file), 0o755);
    const places = { path: join(folder.path, "bin"), llvmRoot: join(folder.path, "llvm") };
    return await findMesonTools(places, "1.0.0", 22).then(
      (found) => JSON.parse(JSON.stringify(found).replaceAll(folder.path, "")) as unknown,
      ({ message, mend }: Error & { mend: string }) => `${message}; ${mend}`.replaceAll(folder.path, ""),
    );
  } finally {
    folder.remove();
  }
}

const ninja = { "bin/ninja": says("1.13.2") };

test("Meson, ninja, and the compiler that answers probes", async () => {
  expect(await find({ ...ninja, "bin/meson": says("1.12.1") })).toEqual({
    meson: "/bin/meson",
    ninja: "/bin/ninja",
    llvm: "/llvm/bin",
  });
});

const mend = "install Meson 1.0.0 or newer, and put it on PATH; Debian and Python's package index call it meson";

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["no Meson", ninja, `meson is not on PATH, and upstream's own build is asked what it compiles; ${mend}`],
  [
    "an old one",
    { ...ninja, "bin/meson": says("0.61.5") },
    `/bin/meson is Meson 0.61.5, and what is asked of it needs 1.0.0; ${mend}`,
  ],
  [
    "no ninja",
    { "bin/meson": says("1.12.1") },
    "ninja is not on PATH, for which meson writes upstream's build; install ninja; Debian calls it ninja-build",
  ],
  [
    "another clang",
    { ...ninja, "bin/meson": says("1.12.1"), "llvm/bin/clang": says("clang version 21.1.0") },
    "/llvm/bin/clang is clang 21.1.0, and the probes of upstream's build are answered by release 22; name the folder of an LLVM 22 in XLLVM_LLVM_ROOT, or put its clang on PATH",
  ],
])("a machine with %s", async (_, programs, message) => {
  expect(await find(programs)).toBe(message);
});
