import { dividedSuite, parseShard, planShard } from "./plan-shards";

const suites = ["archives", "glibc", "programs", "wasm", "windows"];
const platforms = ["a", "b", "c", "d", "e", "f", "g"];

it.each([1, 2, 3, 4, 9])("%d shards run each suite for each platform once", (count) => {
  const runs = Array.from({ length: count }, (_, place) =>
    planShard({ index: place + 1, count }, suites, platforms),
  ).flat();
  expect(
    runs
      .filter(({ suite }) => suite !== dividedSuite)
      .map(({ suite }) => suite)
      .sort(),
  ).toEqual(suites.filter((suite) => suite !== dividedSuite));
  expect(
    runs.flatMap(({ suite, platforms: own }) => (suite === dividedSuite ? (own ?? platforms) : [])).sort(),
  ).toEqual(platforms);
});

it("a whole asks no suite for less than all", () => {
  expect(planShard(parseShard("1/1"), suites, platforms).filter((run) => run.platforms !== undefined)).toEqual([]);
});

it.each(["0/4", "5/4", "1", "a/b", "1/4/2", ""])("%p is no shard", (text) =>
  expect(() => parseShard(text)).toThrow("is the second of four"),
);
