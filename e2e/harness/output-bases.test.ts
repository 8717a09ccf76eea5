import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { apparentName, emptyOutputBase, takeOutputBase } from "./output-bases";

let pool: string;
beforeEach(() => (pool = mkdtempSync(join(tmpdir(), "output-bases-"))));
afterEach(() => rmSync(pool, { recursive: true, force: true }));

const keeps = (repository: string): boolean => repository === "musl-1.2.6";

test("a base is one taker's until it is given back", () => {
  const first = takeOutputBase(pool, keeps);
  const second = takeOutputBase(pool, keeps);
  expect(second.path).not.toBe(first.path);
  first.giveBack();
  const third = takeOutputBase(pool, keeps);
  expect(third.path).toBe(first.path);
  first.giveBack();
  expect([first.path, second.path]).not.toContain(takeOutputBase(pool, keeps).path);
});

test("the lock of a process that is no more does not count", () => {
  const { path } = takeOutputBase(pool, keeps);
  writeFileSync(`${path}.lock`, "4194305");
  expect(takeOutputBase(pool, keeps).path).toBe(path);
});

test("of what was there, what is kept stays with Bazel's record of it, and nothing else", () => {
  const { path, giveBack } = takeOutputBase(pool, keeps);
  const repositories = ["xllvm~~xllvm~musl-1.2.6", "xllvm~~xllvm~llvm-22.1.8-linux-amd64", "platforms"];
  for (const folder of ["execroot/_main", ...repositories.map((name) => `external/${name}`)])
    mkdirSync(join(path, folder), { recursive: true });
  for (const name of repositories) writeFileSync(join(path, "external", `@${name}.marker`), "");
  mkdirSync(join(path, "read-only/inside"), { recursive: true, mode: 0o555 });
  giveBack();
  expect(readdirSync(takeOutputBase(pool, keeps).path)).toEqual(["external"]);
  expect(readdirSync(join(path, "external"))).toEqual(["@xllvm~~xllvm~musl-1.2.6.marker", "xllvm~~xllvm~musl-1.2.6"]);
});

test("an output base of somebody's own is empty each time", () => {
  const path = join(pool, "own");
  mkdirSync(join(path, "external/xllvm~~xllvm~musl-1.2.6"), { recursive: true });
  emptyOutputBase(path).giveBack();
  expect(existsSync(path) && readdirSync(path)).toEqual([]);
});

test.each([
  ["xllvm~~xllvm~musl-1.2.6", "musl-1.2.6"],
  ["xllvm++xllvm+musl-1.2.6", "musl-1.2.6"],
  ["platforms~", "platforms"],
])("%s is what its module calls %s", (canonical, name) => {
  expect(apparentName(canonical)).toBe(name);
});
