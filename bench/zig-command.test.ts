import { listPlatforms, loadSources } from "../e2e/harness/target-rows";
import { zigStyles, zigTarget } from "./zig-command";

describe("zigTarget", () => {
  const platforms = listPlatforms(loadSources());

  it.each([
    ["linux_arm64_musl", "aarch64-linux-musl"],
    ["linux_armv7_musl", "arm-linux-musleabihf"],
    ["windows_amd64_gnu", "x86_64-windows-gnu"],
    ["windows_i686_gnu", "x86-windows-gnu"],
    ["wasm32_wasi", "wasm32-wasi"],
    ["windows_amd64_gnu_msvcrt", undefined],
  ])("of %s is %s", (name, expected) => {
    const platform = platforms.find((candidate) => candidate.name === name);
    expect(platform && zigTarget(platform)).toBe(expected);
  });
});

test("what is typed asks for less than what is alike", () => {
  for (const purpose of ["fast build", "small"] as const) {
    expect(zigStyles.alike[purpose]).toEqual(expect.arrayContaining([...zigStyles["as typed"][purpose]]));
    expect(zigStyles.alike[purpose].length).toBeGreaterThan(zigStyles["as typed"][purpose].length);
  }
});
