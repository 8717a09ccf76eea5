import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readSpawnLog } from "./spawn-log";

describe("readSpawnLog", () => {
  const folder = mkdtempSync(join(tmpdir(), "spawn-log-"));
  const read = (text: string): string[] => {
    writeFileSync(join(folder, "log.json"), text);
    return readSpawnLog(join(folder, "log.json")).map(({ mnemonic }) => mnemonic);
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(["", "\n"])("reads objects with %j between them", (between) => {
    const entry = (mnemonic: string): string =>
      JSON.stringify({ mnemonic, environmentVariables: [{ name: "A", value: "}{" }] }, undefined, 2);
    expect(read(`${entry("CppCompile")}${between}${entry("CppLink")}\n`)).toEqual(["CppCompile", "CppLink"]);
  });

  it("reads a build that ran nothing", () => expect(read("")).toEqual([]));
});
