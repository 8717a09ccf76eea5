import { dropNullFields, fillFromBase, layRowOver, layRuntimeOver } from "./lay-over";
import { parseYaml, placeOf, type Located } from "./parse-rows";

const row = (text: string, file: string): Located => parseYaml(text, file).located!;

test.each<[string, string, string, unknown]>([
  ["a field replaces the lower one", "{a: 1, b: 2}", "{b: 3}", { a: 1, b: 3 }],
  ["a field is added", "{a: 1}", "{b: 3}", { a: 1, b: 3 }],
  ["a null takes a field away", "{a: 1, b: 2}", "{b: ~}", { a: 1 }],
  ["a list is replaced whole", "{a: [1, 2]}", "{a: [3]}", { a: [3] }],
  ["a target's versions are a range, which is replaced", "{versions: '>=1'}", "{versions: '>=2'}", { versions: ">=2" }],
])("%s", (_name, under, over, expected) => {
  expect(dropNullFields(layRowOver(row(under, "under"), row(over, "over"))).value).toEqual(expected);
});

test.each<[string, string, string, unknown]>([
  [
    "versions are merged by version",
    "{versions: [{version: '1', archive: x, default: true}]}",
    "{versions: [{version: '2', archive: y}]}",
    {
      versions: [
        { version: "1", archive: "x", default: true },
        { version: "2", archive: "y" },
      ],
    },
  ],
  [
    "a known version is laid over field by field",
    "{versions: [{version: '1', archive: x, default: true}]}",
    "{versions: [{version: '1', archive: y}]}",
    {
      versions: [{ version: "1", archive: "y", default: true }],
    },
  ],
  [
    "an upper default takes the place of the lower",
    "{versions: [{version: '1', default: true}]}",
    "{versions: [{version: '2', default: true}]}",
    {
      versions: [
        { version: "1", default: false },
        { version: "2", default: true },
      ],
    },
  ],
])("%s", (_name, under, over, expected) => {
  expect(dropNullFields(layRuntimeOver(row(under, "under"), row(over, "over"))).value).toEqual(expected);
});

test("each field keeps the place where it was written", () => {
  const laid = layRuntimeOver(
    row("a: 1\nversions:\n  - {version: '1'}", "under"),
    row("\n\nb: 2\nversions:\n  - {version: '2'}", "over"),
  );
  expect(placeOf(laid.places, [])).toEqual({ file: "over", line: 3 });
  expect(placeOf(laid.places, ["a"])).toEqual({ file: "under", line: 1 });
  expect(placeOf(laid.places, ["b"])).toEqual({ file: "over", line: 3 });
  expect(placeOf(laid.places, ["versions", 0, "version"])).toEqual({ file: "under", line: 3 });
  expect(placeOf(laid.places, ["versions", 1, "version"])).toEqual({ file: "over", line: 5 });
});

test("a base fills in all columns but the name, its own base and the constraint", () => {
  const filled = fillFromBase(
    row("{name: arm64_v9, base: arm64, flags: [-march=armv9-a]}", "rows"),
    row("{name: arm64, base: arm, llvm: aarch64, flags: [-O1], constraint: '@platforms//cpu:aarch64'}", "rows"),
  );
  expect(filled.value).toEqual({ name: "arm64_v9", base: "arm64", llvm: "aarch64", flags: ["-march=armv9-a"] });
});
