import { findEmulator, type Machine } from "./emulator";
import { readTargets } from "./read-targets";

const { targets } = readTargets();
const target = (name: string) => {
  const found = targets.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

/** A machine with these programs on PATH and these files. */
const machine = (present: readonly string[], host = "Linux-x86_64", environment = {}): Machine => ({
  host,
  environment,
  findProgram: (name) => (present.includes(name) ? `/usr/bin/${name}` : undefined),
  exists: (path) => present.includes(path),
});

test.each([
  ["linux_amd64_musl", machine([]), []],
  ["linux_amd64_gnu", machine([]), []],
  ["linux_arm64_gnu", machine([], "Linux-aarch64"), []],
  ["linux_armv7_musl", machine([], "Linux-armv7l"), []],
  ["linux_arm64_musl", machine(["qemu-aarch64-static"]), ["/usr/bin/qemu-aarch64-static"]],
  ["linux_arm64_musl", machine(["qemu-aarch64"], "Darwin-arm64"), ["/usr/bin/qemu-aarch64"]],
  [
    "linux_armv7_gnu",
    machine(["qemu-arm-static", "/usr/arm-linux-gnueabihf/lib/libc.so.6"]),
    ["/usr/bin/qemu-arm-static", "-L", "/usr/arm-linux-gnueabihf"],
  ],
  [
    "linux_arm64_gnu",
    machine(["qemu-aarch64"], "Linux-x86_64", { QEMU_LD_PREFIX: "/opt/arm64" }),
    ["/usr/bin/qemu-aarch64"],
  ],
  ["windows_amd64_gnu", machine(["wine"]), ["/usr/bin/wine"]],
  [
    "thumbv7em_none_eabihf",
    machine(["qemu-system-arm"]),
    expect.arrayContaining(["/usr/bin/qemu-system-arm", "-M", "mps2-an386", "-kernel"]),
  ],
  ["riscv64_none_elf", machine(["qemu-system-riscv64"]), expect.arrayContaining(["virt", "-bios", "-kernel"])],
  ["wasm32_wasi", machine(["wasmtime"]), ["/usr/bin/wasmtime", "run", "--dir=/", "--dir=."]],
  [
    "wasm32_wasi",
    machine([]),
    [process.execPath, "--no-warnings", expect.stringMatching(/crossenv\/run-wasi\.mjs$/), "/"],
  ],
])("%s is run by what is there", (name, where, prefix) =>
  expect(findEmulator(target(name), where)).toEqual({ prefix }),
);

test.each([
  ["riscv64_none_elf", machine([]), "qemu-system-riscv64 is not on PATH; Debian has it as qemu-system-misc"],
  ["linux_arm64_musl", machine([]), "qemu-aarch64-static is not on PATH; Debian has it as qemu-user-static"],
  [
    "linux_arm64_gnu",
    machine(["qemu-aarch64"]),
    "there is no glibc of linux_arm64_gnu in /usr/aarch64-linux-gnu; Debian has one in a package libc6-*-cross, and QEMU_LD_PREFIX names another folder",
  ],
  ["windows_amd64_gnu", machine([]), "wine is not on PATH; Debian has it as wine"],
  ["wasm32_unknown_unknown", machine(["wasmtime"]), "no emulator is known for wasm32_unknown_unknown"],
])("what %s lacks is named", (name, where, missing) => expect(findEmulator(target(name), where)).toEqual({ missing }));
