import type { ArchiveRow } from "../schema/rows";
import { findSeries } from "./archive-series";

const seriesOf = (...archives: Partial<ArchiveRow>[]): [string, readonly string[]][] =>
  findSeries(archives as ArchiveRow[]).map(({ name, releases }) => [name, releases]);

test("archives whose names differ in the version are a series, in the order of these", () => {
  expect(seriesOf({ name: "x-2.31" }, { name: "y-1" }, { name: "x-2.9" }, { name: "x-headers-2.9-arm" })).toEqual([
    ["x", ["2.9", "2.31"]],
    ["y-1", [""]],
    ["x-headers-2.9-arm", [""]],
  ]);
});

test("a name without a version, or an SDK, leaves each by itself", () => {
  expect(seriesOf({ name: "x" }, { name: "x-2" }, { name: "x-3" }).map(([name]) => name)).toEqual(["x", "x-2", "x-3"]);
  const sdk = {} as NonNullable<ArchiveRow["sdk"]>;
  expect(seriesOf({ name: "x-2", sdk }, { name: "x-3" }).map(([name]) => name)).toEqual(["x-2", "x-3"]);
});
