import { chmodSync } from "node:fs";
import { join } from "node:path";

import { writeTemporary } from "../../testing/sample-manifest";
import { findBuildTools } from "./build-tools";

const says = (text: string): string => `#!/bin/sh\necho '${text}'\n`;

const machine = {
  "bin/cmake": says("cmake version 3.25.1"),
  "bin/ninja": says("1.11.1"),
  "llvm/bin/clang": says("Debian clang version 22.1.8 (1)"),
  "llvm/bin/clang++": "",
  "llvm/bin/llvm-ar": "",
  "llvm/bin/llvm-nm": "",
  "llvm/bin/llvm-objdump": "",
  "llvm/bin/llvm-ranlib": "",
};

async function find(changes: Readonly<Record<string, string | undefined>>, llvm = "llvm"): Promise<unknown> {
  const files = Object.entries({ ...machine, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const folder = writeTemporary(Object.fromEntries(files));
  try {
    for (const [file] of files) chmodSync(join(folder.path, file), 0o755);
    const root = join(folder.path, llvm);
    const found = await findBuildTools(
      { path: `${join(folder.path, "bin")}:${root}/bin`, llvmRoot: llvm && root },
      { cmake: "3.20.0", llvm: 22 },
    );
    return Object.values(found).map((path: string) => path.slice(folder.path.length + 1));
  } catch (error) {
    const { message, mend } = error as { message: string; mend?: string };
    return `${message}; ${mend}`.replaceAll(`${folder.path}/`, "");
  } finally {
    folder.remove();
  }
}

test("the LLVM that is named, and the programs on PATH", async () => {
  expect(await find({})).toEqual(["bin/cmake", "bin/ninja", "llvm/bin"]);
  expect(await find({ "bin/clang": says("clang version 14.0.6") })).toEqual(["bin/cmake", "bin/ninja", "llvm/bin"]);
});

test.each([
  [
    "no cmake",
    { "bin/cmake": undefined },
    "cmake is not on PATH, and upstream's own build is asked what it compiles; install CMake 3.20 or newer",
  ],
  [
    "an old cmake",
    { "bin/cmake": says("cmake version 3.18.4") },
    "bin/cmake is CMake 3.18.4, and upstream wants 3.20.0; install CMake 3.20 or newer",
  ],
  [
    "no ninja",
    { "bin/ninja": undefined },
    "ninja is not on PATH, for which cmake writes upstream's build; install ninja",
  ],
  [
    "no clang",
    { "llvm/bin/clang": undefined },
    "llvm/bin has no clang; name the folder of an LLVM 22 in XLLVM_LLVM_ROOT",
  ],
  ["no llvm-nm", { "llvm/bin/llvm-nm": undefined }, "llvm/bin has no llvm-nm; name the folder of an LLVM 22"],
  [
    "another clang",
    { "llvm/bin/clang": says("clang version 14.0.6") },
    "llvm/bin/clang is clang 14.0.6, and the probes of upstream's build are answered by release 22; name the folder of an LLVM 22",
  ],
])("%s: what is missing, and what to install", async (_name, changes, message) => {
  expect(await find(changes)).toContain(message);
});

test("without an LLVM that is named or on PATH", async () => {
  expect(await find({ "llvm/bin/clang": undefined }, "")).toContain("clang is not on PATH");
});
