import { chmodSync } from "node:fs";
import { join } from "node:path";

import { writeTemporary } from "../../testing/sample-manifest";
import { findConfigureTools } from "./make-tools";

const says = (text: string): string => `#!/bin/sh\necho '${text}'\n`;

async function find(programs: Readonly<Record<string, string>>): Promise<unknown> {
  const files = { "llvm/bin/clang": says("clang version 22.1.8"), ...programs };
  const folder = writeTemporary(files);
  try {
    for (const file of Object.keys(files)) chmodSync(join(folder.path, file), 0o755);
    const places = { path: join(folder.path, "bin"), llvmRoot: join(folder.path, "llvm") };
    return await findConfigureTools(places, "4.0", 22).then(
      (found) => JSON.parse(JSON.stringify(found).replaceAll(folder.path, "")) as unknown,
      ({ message, mend }: Error & { mend: string }) => `${message}; ${mend}`.replaceAll(folder.path, ""),
    );
  } finally {
    folder.remove();
  }
}

test("GNU make, by the one name or the other", async () => {
  expect(await find({ "bin/make": says("GNU Make 4.3") })).toEqual({ make: "/bin/make", llvm: "/llvm/bin" });
  expect(await find({ "bin/make": says("GNU Make 3.81"), "bin/gmake": says("GNU Make 4.4.1") })).toMatchObject({
    make: "/bin/gmake",
  });
});

const mend =
  "install GNU make 4.0 or newer, and put it on PATH as gmake or make; Debian calls it make, and Homebrew, since macOS has 3.81, too";

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["none", {}, `make is not on PATH, and upstream's own makefiles are asked what they compile; ${mend}`],
  [
    "that of macOS",
    { "bin/make": says("GNU Make 3.81") },
    `/bin/make is GNU make 3.81, and what is asked of it needs 4.0; ${mend}`,
  ],
  [
    "another make",
    { "bin/make": says("bmake") },
    `/bin/make is GNU make of no known version, and what is asked of it needs 4.0; ${mend}`,
  ],
  [
    "another clang",
    { "bin/make": says("GNU Make 4.3"), "llvm/bin/clang": says("clang version 21.1.0") },
    "/llvm/bin/clang is clang 21.1.0, and the probes of upstream's build are answered by release 22; name the folder of an LLVM 22 in XLLVM_LLVM_ROOT, or put its clang on PATH",
  ],
])("a machine with %s", async (_, programs, message) => {
  expect(await find(programs)).toBe(message);
});
