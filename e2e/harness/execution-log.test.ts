import { hostVariablesIn, readExecutionLog, type Spawn } from "./execution-log";

const spawnWith = (environmentVariables: Spawn["environmentVariables"]): Spawn => ({
  mnemonic: "CppCompile",
  targetLabel: "//:a",
  commandArgs: ["clang"],
  environmentVariables: environmentVariables ?? [],
  cacheHit: false,
});

test("readExecutionLog reads objects that stand one after another", () => {
  const [first, second] = [spawnWith([{ name: "PWD", value: "/proc/self/cwd" }]), spawnWith([])];
  for (const separator of ["", "\n"])
    expect(
      readExecutionLog(`${JSON.stringify(first, undefined, 2)}${separator}${JSON.stringify(second, undefined, 2)}`),
    ).toEqual([first, second]);
});

describe("hostVariablesIn", () => {
  const found = (name: string, value: string): string[] => hostVariablesIn([spawnWith([{ name, value }])]);

  it.each([
    ["PATH", "/home/me/bin:/usr/bin"],
    ["LD_LIBRARY_PATH", "lib"],
    ["CPATH", "include"],
    ["TOOL", "/usr/bin/clang"],
    ["FLAGS", "-I=/usr/include"],
    ["ROOT", "C:\\LLVM"],
  ])("finds %s=%s", (name, value) => {
    expect(found(name, value)).toEqual([`CppCompile of //:a: ${name}=${value}`]);
  });

  it.each([
    ["PWD", "/proc/self/cwd"],
    ["PATH", "/bin:/usr/bin:/usr/local/bin"],
    ["TOOL", "external/llvm/bin/clang"],
    ["ZERO_AR_DATE", "1"],
  ])("passes %s=%s", (name, value) => {
    expect(found(name, value)).toEqual([]);
  });
});
