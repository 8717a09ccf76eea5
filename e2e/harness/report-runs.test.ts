import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { repositoryRoot, scratchRoot } from "./consumer-workspace";
import { runCommand, type EndedCommand } from "./run-command";

let folder: string;

beforeAll(() => {
  mkdirSync(scratchRoot, { recursive: true });
  folder = mkdtempSync(join(scratchRoot, "report-runs-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs jest, with this repository's reporter, on a suite called `wasm` or, where it is no end-to-end suite, on a unit test. */
async function runJest(
  name: string,
  text: string,
  { endToEnd = true, environment = {}, args = [] as string[] } = {},
): Promise<EndedCommand> {
  const place = join(folder, name);
  const options = endToEnd ? { suites: join(repositoryRoot, "e2e/suites") } : {};
  const files = {
    "jest.config.js": `module.exports = ${JSON.stringify({ rootDir: place, transform: {}, reporters: ["default", [join(repositoryRoot, "e2e/harness/report-runs.js"), options]] })};`,
    "wasm.test.ts": text,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), content);
  }
  const { CI: _, XLLVM_E2E_PLATFORMS: __, ...rest } = process.env;
  return runCommand(
    process.execPath,
    [require.resolve("jest/bin/jest"), "-c", join(place, "jest.config.js"), ...args],
    { environment: { ...rest, ...environment } },
  );
}

const passing = 'test("passes", () => {});\n';
const platformLeftOut = 'test.skip("wasm64 (skipped: not among XLLVM_E2E_PLATFORMS)", () => {});\n';
const all = { XLLVM_E2E_PLATFORMS: "wasm32_wasi" };

it.each<readonly [what: string, text: string, options: Parameters<typeof runJest>[2], status: number, tally: string]>([
  ["an allowed skip", passing + platformLeftOut, { environment: all }, 0, "1 passed, 0 failed, 1 skipped"],
  [
    "a skip without a reason",
    `${passing}test.skip("x", () => {});\n`,
    { environment: all },
    1,
    "1 passed, 1 failed, 0 skipped",
  ],
  [
    "a missing runner where CI is set",
    `${passing}test.skip("x (skipped: wine is not on PATH)", () => {});\n`,
    { environment: { ...all, CI: "true" } },
    1,
    "1 passed, 1 failed, 0 skipped",
  ],
  [
    "a unit test that is skipped",
    passing + platformLeftOut,
    { endToEnd: false, environment: all },
    1,
    "1 passed, 1 failed, 0 skipped",
  ],
  ["a file that cannot be run", "this is no JavaScript\n", { environment: all }, 1, "0 passed, 1 failed, 0 skipped"],
  [
    "what a name on the command line leaves out",
    `${passing}test("other", () => {});\n`,
    { environment: all, args: ["-t", "passes"] },
    0,
    "1 passed, 0 failed, 0 skipped",
  ],
])("%s", async (what, text, options, status, tally) => {
  const ended = await runJest(what.replaceAll(" ", "-"), text, options);
  expect(ended).toMatchObject({ status, stdout: expect.stringMatching(new RegExp(`^tests: ${tally}$`, "m")) });
});
