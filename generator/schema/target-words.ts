/**
 * The systems that Bazel names, `@platforms//os:<name>`. A condition may name one that no row is of: whose rows are in the folder
 * of a runtime goes with it, and what others say of it then holds for nobody.
 */
export const osNames: readonly string[] = [
  ...["android", "chromiumos", "emscripten", "freebsd", "fuchsia", "haiku", "ios", "linux", "macos", "netbsd", "nixos"],
  ...["none", "openbsd", "osx", "qnx", "tvos", "uefi", "visionos", "vxworks", "wasi", "watchos", "windows"],
];

/** The ABIs that LLVM's triples name beside those systems, as conditions may name them for the same reason. */
export const abiNames: readonly string[] = ["android", "eabi", "eabihf", "elf", "gnu", "msvc", "musl", "ohos"];
