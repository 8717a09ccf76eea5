import { readFileSync } from "node:fs";
import { join } from "node:path";

import { moduleFolder, readTargets } from "./read-targets";
import { resolveTarget } from "./resolve-target";

const { targets } = readTargets();

test.each([
  ["linux_arm64_musl", "linux_arm64_musl"],
  ["aarch64-unknown-linux-musl", "linux_arm64_musl"],
  ["aarch64-linux-musl", "linux_arm64_musl"],
  ["arm64-linux-musl", "linux_arm64_musl"],
  ["aarch64-pc-linux-musl", "linux_arm64_musl"],
  ["x86_64-unknown-linux-musl", "linux_amd64_musl"],
  ["amd64-linux-musl", "linux_amd64_musl"],
  ["armeb-linux-musleabi", "linux_armeb_musl"],
  ["x86-linux-musl", "linux_i686_musl"],
  ["i386-linux-musl", "linux_i686_musl"],
  ["riscv64gc-unknown-linux-musl", "linux_riscv64_musl"],
  ["powerpc64le-linux-musl", "linux_ppc64le_musl"],
  // Rust's arm is ARMv6, Zig's is ARMv7: each spelling means what its project means.
  ["arm-unknown-linux-musleabihf", "linux_armv6_musl"],
  ["arm-linux-musleabihf", "linux_armv7_musl"],
  ["arm-unknown-linux-musleabi", "linux_arm_musl"],
  ["aarch64-linux-musl.1.2.5", "linux_arm64_musl.1.2.5"],
  ["linux_arm64_musl.1.2.6", "linux_arm64_musl.1.2.6"],
  ["aarch64-linux-musl+dynamic", "linux_arm64_musl_dynamic"],
  ["linux_arm64_musl_dynamic", "linux_arm64_musl_dynamic"],
  ["x86_64-linux-musl+amd64_v3", "linux_amd64_v3_musl"],
  ["linux_amd64_gnu+amd64_v3", "linux_amd64_v3_gnu"],
  ["linux_amd64_v3_musl", "linux_amd64_v3_musl"],
  ["linux_arm64_v8.1a_musl", "linux_arm64_v8.1a_musl"],
  ["aarch64-linux-gnu", "linux_arm64_gnu"],
  ["x86_64-pc-linux-gnu", "linux_amd64_gnu"],
  ["arm-linux-gnueabihf", "linux_armv7_gnu"],
  ["aarch64-linux-gnu.2.36", "linux_arm64_gnu.2.36"],
  ["x86_64-w64-mingw32", "windows_amd64_gnu"],
  ["x86_64-pc-windows-gnu", "windows_amd64_gnu"],
  ["wasm32-wasi", "wasm32_wasi"],
  ["wasm32-wasip1", "wasm32_wasi"],
  ["wasm32-wasip1-threads", "wasm32_wasi_threads"],
])("%s is %s", (name, platform) => expect(resolveTarget(name, targets)).toMatchObject({ platform }));

test("a platform's name means that platform, and a triple the first platform that has it", () => {
  for (const target of targets) {
    expect([target.name, resolveTarget(target.name, targets)]).toEqual([
      target.name,
      { target, platform: target.name },
    ]);
    const first = targets.find(({ triple }) => triple === target.triple);
    expect([target.triple, resolveTarget(target.triple, targets)]).toEqual([
      target.triple,
      { target: first, platform: first?.name },
    ]);
  }
});

test.each([
  ["aarch64-linux-mulls", "aarch64-linux-musl"],
  ["x86-64-linux-musl", "x86_64-linux-musl"],
  ["linux_arm64_mussel", "linux_arm64_musl"],
])("%s is unknown, and %s is near", (name, near) => {
  const { nearest } = resolveTarget(name, targets) as { nearest: string[] };
  expect(nearest).toHaveLength(3);
  expect(nearest).toContain(near);
});

test.each([
  "aarch64-linux-musl.9.9",
  "aarch64-linux-musl+dynamical",
  "aarch64-linux-musl.1.2.5+dynamic",
  "aarch64-linux-musl+amd64_v3",
  "aarch64-linux-musl.1.2.5+arm64_v8.1a",
])("%s offers what there is", (name) => {
  const { nearest } = resolveTarget(name, targets) as { nearest: string[] };
  expect(nearest).toEqual(
    expect.arrayContaining([
      "aarch64-linux-musl",
      "aarch64-linux-musl.1.2.5",
      "aarch64-linux-musl.1.2.6",
      "aarch64-linux-musl+dynamic",
      "aarch64-linux-musl+arm64_v8.1a",
    ]),
  );
});

/** As a manifest with two versions of LLVM has them. */
const atTwo = targets.map((target) => ({
  ...target,
  llvm_versions: ["llvm-22.1.8", "llvm-23.1.0"].map((name) => ({ name, platform: `${target.name}.${name}` })),
}));

test.each([
  ["linux_arm64_musl.llvm-23.1.0", "linux_arm64_musl.llvm-23.1.0"],
  ["aarch64-linux-musl+llvm-22.1.8", "linux_arm64_musl.llvm-22.1.8"],
  ["aarch64-linux-musl", "linux_arm64_musl"],
])("of several versions of LLVM, %s is %s", (name, platform) => {
  expect(resolveTarget(name, atTwo)).toMatchObject({ platform });
});

test("a version of LLVM that is not there is answered with those that are", () => {
  expect(resolveTarget("aarch64-linux-musl+llvm-24", atTwo)).toMatchObject({
    nearest: expect.arrayContaining(["aarch64-linux-musl+llvm-22.1.8", "aarch64-linux-musl+llvm-23.1.0"]) as string[],
  });
  const { nearest } = resolveTarget("aarch64-linux-musl+llvm-23.1.0", targets) as { nearest: string[] };
  expect(nearest.filter((name) => name.includes("llvm"))).toEqual([]);
});

test("every platform that a name can mean is one of //platforms, where the command's Bazel looks for it", () => {
  const declared = readFileSync(join(moduleFolder, "platforms/BUILD.bazel"), "utf8");
  const meant = targets.flatMap(({ name, versions, link_modes, micro_architectures }) =>
    [
      name,
      ...versions.map((version) => `${name}.${version}`),
      ...[...link_modes, ...micro_architectures.map((micro) => micro.name)].map((wish) => `${name}+${wish}`),
    ].map((spelled) => resolveTarget(spelled, targets)),
  );
  const missing = meant.filter((one) => !("platform" in one && declared.includes(`name = "${one.platform}",`)));
  expect(missing).toEqual([]);
  expect(meant.length).toBeGreaterThan(100);
});
