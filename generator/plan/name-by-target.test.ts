import type { ResolvedTarget } from "../resolve/resolved-target";
import { nameByTarget } from "./name-by-target";

const target = (system: string, architecture: string, version = "1", llvm = "22.1.8"): ResolvedTarget =>
  ({
    name: `${system}_${architecture}.${version}`,
    platform: `${system}_${architecture}`,
    architecture: { name: architecture },
    system: { name: system, os: system === "mingw" ? "windows" : "linux" },
    llvm: { row: { version: llvm } },
  }) as unknown as ResolvedTarget;

const namesOf = (contents: [ResolvedTarget, unknown][]) => {
  const { nameOf } = nameByTarget("set", new Map(contents));
  return contents.map(([subject]) => nameOf(subject));
};

test.each([
  [
    "all alike",
    [
      [target("musl", "arm64"), "x"],
      [target("gnu", "amd64"), "x"],
    ],
    ["set", "set"],
  ],
  [
    "by architecture",
    [
      [target("musl", "arm64"), "x"],
      [target("musl", "amd64"), "y"],
    ],
    ["set_arm64", "set_amd64"],
  ],
  [
    "by system",
    [
      [target("musl", "arm64"), "x"],
      [target("gnu", "arm64"), "y"],
      [target("gnu", "amd64"), "y"],
    ],
    ["set_musl", "set_gnu", "set_gnu"],
  ],
  [
    "by OS",
    [
      [target("musl", "arm64"), "x"],
      [target("gnu", "arm64"), "x"],
      [target("mingw", "arm64"), "y"],
    ],
    ["set_linux", "set_linux", "set_windows"],
  ],
  [
    "by OS and architecture",
    [
      [target("musl", "arm64"), "x"],
      [target("gnu", "arm64"), "x"],
      [target("gnu", "amd64"), "y"],
      [target("mingw", "arm64"), "z"],
    ],
    ["set_linux_arm64", "set_linux_arm64", "set_linux_amd64", "set_windows_arm64"],
  ],
  [
    "by system and architecture",
    [
      [target("musl", "arm64"), "x"],
      [target("gnu", "arm64"), "y"],
      [target("gnu", "amd64"), "z"],
    ],
    ["set_musl_arm64", "set_gnu_arm64", "set_gnu_amd64"],
  ],
  [
    "by architecture and version of LLVM",
    [
      [target("gnu", "arm64"), "x"],
      [target("gnu", "arm64", "1", "23.1.0"), "y"],
      [target("gnu", "amd64"), "z"],
    ],
    ["set_arm64_22.1.8", "set_arm64_23.1.0", "set_amd64_22.1.8"],
  ],
] as [string, [ResolvedTarget, unknown][], string[]][])("names what is %s", (_, contents, expected) => {
  expect(namesOf(contents)).toEqual(expected);
});

test("refuses two forms of one thing for two versions of a platform", () => {
  expect(() =>
    namesOf([
      [target("gnu", "arm64", "1"), "x"],
      [target("gnu", "arm64", "2"), "y"],
    ]),
  ).toThrow(/two versions of one platform/);
});
