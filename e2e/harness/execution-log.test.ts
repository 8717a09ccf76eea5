import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { hostVariablesIn, readExecutionLog, type Spawn } from "./execution-log";

const spawnWith = (environmentVariables: Spawn["environmentVariables"]): Spawn => ({
  mnemonic: "CppCompile",
  targetLabel: "//:a",
  runner: "linux-sandbox",
  commandArgs: ["clang"],
  environmentVariables: environmentVariables ?? [],
  cacheHit: false,
});

describe("readExecutionLog", () => {
  const folder = mkdtempSync(join(tmpdir(), "execution-log-"));
  const read = (text: string): Spawn[] => {
    writeFileSync(join(folder, "log.json"), text);
    return readExecutionLog(join(folder, "log.json"));
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(["", "\n"])("reads objects with %j between them", (between) => {
    const spawns = [spawnWith([{ name: "A", value: "}{" }]), spawnWith([])];
    const [first, second] = spawns.map((spawn) => JSON.stringify(spawn, undefined, 2));
    expect(read(`${first}${between}${second}\n`)).toEqual(spawns);
  });

  it("reads a build that ran nothing", () => expect(read("")).toEqual([]));
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
